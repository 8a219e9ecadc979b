/** The device port of Espressif boards: `Target` with what only these have. */
import type { Cancel } from '../../flash/failure.ts';
import type { Chosen, Target, Tuned } from '../../flash/target.ts';
import type { Security } from '../board/security.ts';
import type { Connection } from './usb-ids.ts';

/** The running loader: the stub in RAM, the ROM, or the ROM in Secure Download Mode. */
export type LoaderMode = 'stub' | 'rom' | 'secure-download';

/** How the flash is reached: through a loader, or as the bytes of a flash image in a file. */
export type FlashAccess = LoaderMode | 'file';

/**
 * Why the ROM loader is used although there is a stub for this chip: it was chosen, or the stub never sent its greeting after
 * this many uploads.
 */
export type WithoutStub =
  { readonly because: 'chosen' } | { readonly because: 'stub-silent'; readonly attempts: number };

/** How many times as long the ROM loader takes compared with the stub, by the same estimates as everywhere. */
export interface TimesAsLong {
  readonly write: number;
  readonly read: number;
}

/** A connected Espressif board. */
export interface EspDevice extends Target {
  readonly mode: FlashAccess;
  /** Null for a flash image in a file. */
  readonly connection: Connection | null;
  /** Null if the stub runs, or if there is none for this chip or in Secure Download Mode. */
  readonly withoutStub: (WithoutStub & { readonly times: TimesAsLong }) | null;
  readonly security: Security;
  /**
   * Flash size in bytes as reported by the flash chip; null if it cannot be read (Secure Download Mode): then `readMap` uses
   * `ASSUMED_FLASH_SIZE`, or the size chosen in `FLASH_SIZE`.
   */
  readonly flashSize: number | null;
  /** Current baud rate; null over USB. It changes in automatic speed. */
  readonly speed?: number | null;
  /** Applies `SPEED`, `TRANSFER` and `FLASH_SIZE` (board/setting-ids.ts); `STUB` needs a new connection. */
  tune(chosen: Chosen, cancel?: Cancel): Promise<Tuned>;
}

/** Assumed size of a flash that does not report its own, in bytes: the smallest that ESP-IDF projects commonly use. */
export const ASSUMED_FLASH_SIZE = 0x400000;
