/** How far the reading of a board is: what its table tells that there is to read, and what the content leads to on top. */
import type { Cancel } from '../../flash/failure.ts';
import type { OnProgress } from '../../flash/target.ts';
import { UNIT } from '../flash-geometry.ts';
import type { EspDevice } from '../loader/device.ts';
import { REGION } from '../loader/target.ts';

/** Reads up to `size` bytes; fewer where the flash ends. */
export type Read = (address: number, size: number) => Promise<Uint8Array>;

/** The reads of a board, counted. */
export interface CountedReads {
  /** Reads what is not among the bytes that were expected: they come on top of them. */
  readonly read: Read;
  /** Reads some of the bytes that were expected. */
  readonly readExpected: Read;
  /** Says how many bytes there are to read, once that is known; until then the total is unknown. */
  readonly expect: (size: number) => void;
  /** Says that nothing is left to read. */
  readonly end: () => void;
}

/** Reads of a flash of `flashSize` bytes, of which `onProgress` hears. */
export function countedReads(
  target: EspDevice,
  { flashSize, cancel, onProgress }: { readonly flashSize: number; readonly cancel: Cancel; onProgress?: OnProgress },
): CountedReads {
  let done = 0;
  let left: number | null = null;
  const reads =
    (expected: boolean): Read =>
    async (address, size) => {
      const range = { region: REGION, address, size: Math.min(size, Math.max(0, flashSize - address)) };
      if (target.read === undefined || range.size === 0) return new Uint8Array();
      const before = done;
      const behind: number | null = left === null ? null : left - (expected ? range.size : 0);
      const total = behind === null ? 0 : before + range.size + behind;
      const onBytes = (bytes: number) => onProgress?.(before + bytes, total);
      const data = await target.read(range, { cancel, onBytes });
      [done, left] = [before + range.size, behind];
      onBytes(range.size);
      return data;
    };
  return {
    read: reads(false),
    readExpected: reads(true),
    // What the last content leads to is not known yet: it is not all read before the end is said.
    expect: (size) => (left = size + UNIT),
    end: () => onProgress?.(done, done),
  };
}
