/** What a normal boot comes to, as its chip sees it. */
import type { NorFlash } from '../nor-flash.ts';
import type { ResetCause } from './chips/chip.ts';

/** A piece of the boot log: `text` as sent (with its own line ends), `afterMs` after the reset. */
export interface BootLine {
  readonly afterMs: number;
  readonly text: string;
}

/** The log of a boot, from the ROM's banner on, and whether an application runs at its end. */
export interface BootOutcome {
  readonly lines: readonly BootLine[];
  readonly running: boolean;
  /** When the application's own code (`app_main`) is called, in milliseconds after the reset; 0 unless told. */
  readonly appAfterMs?: number;
  /** What the application does to the flash when its own code is called. */
  readonly atStart?: (flash: NorFlash) => void;
}

/** The ROM's and the bootloader's normal boot; it may write flash, as a real bootloader writes otadata. */
export type BootLoader = (flash: NorFlash, cause?: ResetCause) => BootOutcome;
