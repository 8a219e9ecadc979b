/** The port to an Espressif board: what every device can do, and what only these can tell. */
import type { Chosen, Target } from '../flash/target.ts';
import type { Security } from './security.ts';

/** Who answers: the stub in the chip's memory, the ROM alone, or the ROM in Secure Download Mode. */
export type LoaderMode = 'stub' | 'rom' | 'secure-download';

/** A connected Espressif board. */
export interface EspDevice extends Target {
  readonly mode: LoaderMode;
  readonly security: Security;
  /**
   * The size of the flash in bytes as the flash chip itself tells it; null where it cannot be asked (Secure Download
   * Mode): then `readMap` goes by `ASSUMED_FLASH_SIZE`.
   */
  readonly flashSize: number | null;
  /** The rate of the link now, in baud; null where a rate means nothing. It changes in automatic speed. */
  readonly speed?: number | null;
  /** Takes up `SPEED` and `TRANSFER` (settings.ts). */
  tune(chosen: Chosen): Promise<void>;
}

/** What is taken for the size of a flash that cannot be asked, in bytes: the smallest that ESP-IDF projects commonly use. */
export const ASSUMED_FLASH_SIZE = 0x400000;
