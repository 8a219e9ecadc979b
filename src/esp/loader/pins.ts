/** The pins of a flash chip that is built into an ESP32's package, as its ROM wants to be told them. */
import type { Chip } from '../../formats/chips/chip.ts';
import { field } from '../../formats/chips/common.ts';
import type { ReadField } from './registers.ts';

// ESP-IDF efuse/esp32/esp_efuse_table.csv: SPI_PAD_CONFIG_CLK, Q, D, CS0 in word 5, HD in word 3 of BLOCK0.
const WORD_3 = 0x3ff5a00c;
const WORD_5 = 0x3ff5a014;

/**
 * The argument of the ROM's attach command: 0 for the usual pins, else six bits for each fused pin (esptool cmds.py,
 * attach_flash: the ROM "doesn't attach in-package flash chips").
 */
export async function fusedPins(chip: Chip, read: ReadField): Promise<number> {
  if (chip.name !== 'ESP32') return 0;
  const [clk, q, d, cs] = [0, 5, 10, 15].map((bit) => field(WORD_5, bit, 5));
  let value = 0;
  for (const [index, pad] of [clk, q, d, cs, field(WORD_3, 4, 5)].entries()) {
    if (pad !== undefined) value |= (await read(pad)) << (6 * index);
  }
  return value;
}
