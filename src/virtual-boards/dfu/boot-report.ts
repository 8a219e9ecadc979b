/** What a board does when its bootloader does not stay: what its LED and its console would tell. */

/** Where a boot ended. */
export type BootEnd =
  /** The application runs. */
  | 'application'
  /** The system runs without user code (Particle). */
  | 'safe mode'
  /** There is nothing to start, so the bootloader stays in DFU mode (Particle). */
  | 'DFU mode'
  /** The board resets for ever. */
  | 'boot loop'
  /** The processor ran into something that is no program. */
  | 'crashed'
  /** Nobody here knows what such a board does. */
  | 'unknown';

/** A boot as it went; `at` is where the program starts that runs in the end, null where none does. */
export interface BootReport {
  readonly end: BootEnd;
  readonly at: number | null;
  /** In order, one line each, plain English. */
  readonly words: readonly string[];
}
