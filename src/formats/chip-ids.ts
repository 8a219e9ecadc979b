/** The chips that Espressif images are made for. */

/** What an image's header says of its chip. */
export interface ImageChip {
  readonly id: number;
  /** The family name that esptool and esptool-js print, such as `ESP32-S3`. */
  readonly name: string;
  /** Flash clock in MHz by the header's frequency code; a code that is not listed is not used by this chip. */
  readonly frequencies: Readonly<Record<number, number>>;
}

const CLOCK_80 = { 0xf: 80, 0: 40, 1: 26, 2: 20 };
const CLOCK_64 = { 0xf: 48, 0: 24, 1: 16, 2: 12 };
const CLOCK_60 = { 0xf: 60, 0: 30, 1: 20, 2: 15 };

// Ids: esp_chip_id_t in ESP-IDF's esp_app_format.h, and IMAGE_CHIP_ID in esptool-js 0.7.0, which also knows the E22
// and the S31. Clocks: FLASH_FREQUENCY of the same targets.
const CHIPS: readonly ImageChip[] = [
  { id: 0, name: 'ESP32', frequencies: CLOCK_80 },
  { id: 2, name: 'ESP32-S2', frequencies: CLOCK_80 },
  { id: 5, name: 'ESP32-C3', frequencies: CLOCK_80 },
  { id: 9, name: 'ESP32-S3', frequencies: CLOCK_80 },
  { id: 12, name: 'ESP32-C2', frequencies: CLOCK_60 },
  // esptool writes code 0 for both 40 and 80 MHz on the C6: its ROM's own default is 80.
  { id: 13, name: 'ESP32-C6', frequencies: { 0: 80, 2: 20 } },
  { id: 16, name: 'ESP32-H2', frequencies: CLOCK_64 },
  { id: 18, name: 'ESP32-P4', frequencies: { 0xf: 80, 0: 40, 2: 20 } },
  { id: 20, name: 'ESP32-C61', frequencies: { 0xf: 80, 0: 40, 2: 20 } },
  { id: 23, name: 'ESP32-C5', frequencies: { 0xf: 80, 0: 40, 2: 20 } },
  { id: 25, name: 'ESP32-H21', frequencies: CLOCK_64 },
  { id: 28, name: 'ESP32-H4', frequencies: CLOCK_64 },
  { id: 31, name: 'ESP32-E22', frequencies: CLOCK_80 },
  { id: 32, name: 'ESP32-S31', frequencies: { 0xf: 80, 0: 40, 2: 20 } },
];

/** The chip with this id in image headers (`esp_chip_id_t`); undefined if no chip has it. */
export function imageChip(id: number): ImageChip | undefined {
  return CHIPS.find((chip) => chip.id === id);
}

/** The image id of a chip family such as `ESP32-S3`; undefined for a chip that has no such images. */
export function imageChipId(name: string): number | undefined {
  return CHIPS.find((chip) => chip.name === name)?.id;
}
