/** The port to an Espressif board: what every device can do, and what only these can tell. */
import type { Cancel } from '../../flash/failure.ts';
import type { Chosen, Target, Tuned } from '../../flash/target.ts';
import type { Security } from '../board/security.ts';

/** Who answers: the stub in the chip's memory, the ROM alone, or the ROM in Secure Download Mode. */
export type LoaderMode = 'stub' | 'rom' | 'secure-download';

/**
 * Why the chip's own loader does the work although there is a stub for this chip: somebody chose it, or the stub was
 * uploaded so often and never greeted.
 */
export type WithoutStub =
  { readonly because: 'chosen' } | { readonly because: 'stub-silent'; readonly attempts: number };

/** How many times as long as the stub the chip's own loader takes, by the same reckoning as all estimates. */
export interface TimesAsLong {
  readonly write: number;
  readonly read: number;
}

/** A connected Espressif board. */
export interface EspDevice extends Target {
  readonly mode: LoaderMode;
  /** Null where the stub runs, and where there is none: for this chip, or in Secure Download Mode. */
  readonly withoutStub: (WithoutStub & { readonly times: TimesAsLong }) | null;
  readonly security: Security;
  /**
   * The size of the flash in bytes as the flash chip itself tells it; null where it cannot be asked (Secure Download
   * Mode): then `readMap` goes by `ASSUMED_FLASH_SIZE`.
   */
  readonly flashSize: number | null;
  /** The rate of the link now, in baud; null where a rate means nothing. It changes in automatic speed. */
  readonly speed?: number | null;
  /** Takes up `SPEED`, `TRANSFER` and `FLASH_SIZE` (settings.ts); `STUB` takes a new connection. */
  tune(chosen: Chosen, cancel?: Cancel): Promise<Tuned>;
}

/** What is taken for the size of a flash that cannot be asked, in bytes: the smallest that ESP-IDF projects commonly use. */
export const ASSUMED_FLASH_SIZE = 0x400000;
