/** Factory content of the STM32F405 boards: a generated application and its settings. */
import { firmwareBytes, randomWords } from '../../esp/firmware/random.ts';
import { FLASH_START } from '../stm32-flash.ts';

/** Size of the application in bytes: it ends inside the 64 KiB sector. */
const APPLICATION = 0x1_3c00;
/** Where the application keeps its settings: the last sector, most of which is blank. */
const SETTINGS = 0x080e_0000;

/** A generated program of so many bytes, which starts at the beginning of the flash. */
export function stProgram(size: number, seed: number): Uint8Array<ArrayBuffer> {
  const program = new Uint8Array(size);
  firmwareBytes(program, () => seed);
  const view = new DataView(program.buffer);
  // 98 vectors (RM0090, table 62): the stack, then handlers in Thumb mode.
  for (let i = 0; i < 98; i++) view.setUint32(4 * i, FLASH_START + 0x200 + 1 + 16 * i, true);
  view.setUint32(0, 0x2002_0000, true);
  return program;
}

/** The factory content by address; the rest of the flash is blank. */
export function stFactory(): { readonly address: number; readonly data: Uint8Array }[] {
  const application = stProgram(APPLICATION, 0x405);
  const next = randomWords(0x5e77);
  const settings = Uint8Array.from({ length: 0x640 }, () => next() & 0xff);
  return [
    { address: FLASH_START, data: application },
    { address: SETTINGS, data: settings },
  ];
}
