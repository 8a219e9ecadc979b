/** What a board does once its bootloader does not stay, as its LED and console would show it. */

/** Where a boot ended. */
export type BootEnd =
  /** The application runs. */
  | 'application'
  /** The system runs without user code (Particle). */
  | 'safe mode'
  /** There is nothing to start, so the bootloader stays in DFU mode (Particle). */
  | 'DFU mode'
  /** The board keeps resetting. */
  | 'boot loop'
  /** The processor ran into something that is not a program. */
  | 'crashed'
  /** What such a board does is not known. */
  | 'unknown';

/** How a boot went; `at` is the start address of the program that ends up running, null if none does. */
export interface BootReport {
  readonly end: BootEnd;
  readonly at: number | null;
  /** What happened, in order, one line each, in plain English. */
  readonly words: readonly string[];
}
