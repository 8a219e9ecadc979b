/** Ids and values of the settings for an Espressif board. */
import type { Chosen } from '../../flash/target.ts';

/** Speed of the link: `auto`, or a rate in baud. */
export const SPEED = 'speed';
/** How data is sent: `compressed` or `raw`. */
export const TRANSFER = 'transfer';
/** Flasher stub: `yes`, use it if it starts, or `no`, use the ROM loader. */
export const STUB = 'stub';
/** Flash size in bytes, as decimal digits; offered only if the flash does not report its size. */
export const FLASH_SIZE = 'flash-size';
/** What is erased: `needed`, only the erase units that change, or `all`, everything outside the files too. */
export const ERASE = 'erase';
/** Flash size in the bootloader header: `keep`, or esptool's name of a size that the chip supports. */
export const HEADER_SIZE = 'header-size';
/** Flash mode in the bootloader header: `keep`, or esptool's name of a mode. */
export const HEADER_MODE = 'header-mode';
/** Flash frequency in the bootloader header: `keep`, or esptool's name of a frequency that the chip supports. */
export const HEADER_FREQUENCY = 'header-frequency';

/** The rates that can be chosen, in baud; every common USB-UART bridge supports all but the last two. */
export const SPEEDS = [115200, 230400, 460800, 921600, 1500000, 2000000] as const;

/** The value of a header setting that leaves the header as it is. */
export const KEEP = 'keep';

/** Whether the flasher stub is wanted; true if nothing was chosen. */
export function wantsStub(chosen: Chosen): boolean {
  return chosen[STUB] !== 'no';
}
