/** Finds bytes in a partition, read piece by piece. */
import type { PartitionBytes } from '../../flash/partition-contents.ts';
import type { YieldNow } from '../../flash/yielding.ts';

/** The most bytes that are read at once. */
const PIECE = 0x4000;

/** The offset of the first place at or behind `from` that holds these bytes; null if there is none. */
export async function findBytes(
  bytes: PartitionBytes,
  wanted: Uint8Array,
  from: number,
  yieldNow: YieldNow,
): Promise<number | null> {
  const [first] = wanted;
  if (first === undefined) return null;
  for (let at = Math.max(0, from); at + wanted.length <= bytes.size; at += PIECE) {
    // Far enough into the next piece that nothing is missed between the two.
    const piece = await bytes.read(at, PIECE + wanted.length - 1);
    await yieldNow();
    for (let i = piece.indexOf(first); i >= 0 && i + wanted.length <= piece.length; i = piece.indexOf(first, i + 1))
      if (wanted.every((byte, k) => piece[i + k] === byte)) return at + i;
  }
  return null;
}
