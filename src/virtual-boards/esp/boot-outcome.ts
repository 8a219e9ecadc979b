/** The outcome of a normal boot, as the board needs it. */
import type { NorFlash } from '../nor-flash.ts';
import type { ResetCause } from './chips/chip.ts';

/** A piece of the boot log: `text` as sent (with its line endings), `afterMs` milliseconds after the reset. */
export interface BootLine {
  readonly afterMs: number;
  readonly text: string;
}

/** The log of a boot, from the ROM's banner on, and whether an application runs in the end. */
export interface BootOutcome {
  readonly lines: readonly BootLine[];
  readonly running: boolean;
  /** When `app_main` is called, in ms after the reset; default 0. */
  readonly appAfterMs?: number;
  /** What the application does to the flash when `app_main` is called. */
  readonly atStart?: (flash: NorFlash) => void;
}

/** A normal boot through ROM and bootloader; it may write flash, as a real bootloader writes otadata. */
export type BootLoader = (flash: NorFlash, cause?: ResetCause) => BootOutcome;
