/** What a person may choose about the way of working on an Espressif board: the ids and values of each setting. */
import type { Chosen } from '../../flash/target.ts';

/** The speed of the link: `auto`, or a rate in baud. */
export const SPEED = 'speed';
/** How bytes travel: `compressed` or `raw`. */
export const TRANSFER = 'transfer';
/** Who does the work: `yes`, the flasher program where it starts, or `no`, the chip's own loader. */
export const STUB = 'stub';
/** The size of a flash that cannot be asked, in bytes as decimal digits; only offered where it cannot. */
export const FLASH_SIZE = 'flash-size';
/** What is erased: `needed`, only the erase units that change, or `all`, everything that no file fills. */
export const ERASE = 'erase';
/** The flash size, mode and frequency of a bootloader's header: `keep`, or a name that the chip knows. */
export const HEADER_SIZE = 'header-size';
export const HEADER_MODE = 'header-mode';
export const HEADER_FREQUENCY = 'header-frequency';

/** The rates that can be chosen, in baud; every common bridge carries them but the last two. */
export const SPEEDS = [115200, 230400, 460800, 921600, 1500000, 2000000] as const;

/** The value of a header's setting that leaves the header as it is. */
export const KEEP = 'keep';

/** Whether the flasher program is wanted, as it is where nothing was chosen. */
export function wantsStub(chosen: Chosen): boolean {
  return chosen[STUB] !== 'no';
}
