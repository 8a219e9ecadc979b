/** How well bytes can be compressed, estimated from samples of them: a loader that unpacks is as fast as that allows. */
import { deflateSync } from 'fflate';
import type { YieldNow } from '../flash/yielding.ts';
import { joinBytes } from './binary.ts';

/** fflate's level, and its `mem` for a hash table of 128 KiB: as what is sent is compressed, or close to it. */
const PACKING = { level: 6, mem: 4 } as const;

/** The size of these pieces after compression as a share of what it was before, at most 1; null if there are none. */
export async function packedShare(
  samples: Iterable<readonly Uint8Array[]>,
  yieldNow: YieldNow,
): Promise<number | null> {
  let [before, after] = [0, 0];
  for (const parts of samples) {
    const sample = joinBytes(parts);
    before += sample.length;
    after += Math.min(sample.length, deflateSync(sample, PACKING).length);
    await yieldNow();
  }
  return before === 0 ? null : after / before;
}
