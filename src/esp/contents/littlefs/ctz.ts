/** CTZ lists, in which files lie that are too large for metadata (SPEC.md, “LFS_TYPE_CTZSTRUCT”; DESIGN.md, “CTZ skip-lists”). */
import { viewOf } from '../../../formats/binary.ts';
import type { Struct } from './log.ts';

/** How many pointers block `index` of a file begins with: one for each power of two that divides its index. */
export function pointersIn(index: number): number {
  return index === 0 ? 0 : 32 - Math.clz32(index & -index);
}

/** How many bytes of a file block `index` holds. */
export function roomIn(index: number, blockSize: number): number {
  return blockSize - 4 * pointersIn(index);
}

/** How many bytes of a file the blocks before `index` hold: all pointers of n blocks are 2n − popcount(n). */
function bytesBefore(index: number, blockSize: number): number {
  if (index === 0) return 0;
  const last = index - 1;
  let ones = 0;
  for (let rest = last; rest !== 0; rest &= rest - 1) ones++;
  return index * blockSize - 4 * (2 * last - ones);
}

/** How many blocks a file of `size` bytes takes. */
export function blocksFor(size: number, blockSize: number): number {
  if (size === 0) return 0;
  let blocks = Math.ceil(size / blockSize);
  while (bytesBefore(blocks, blockSize) < size) blocks++;
  return blocks;
}

/** The part of a file that block `index` holds. */
export function partIn(
  index: number,
  size: number,
  blockSize: number,
): { readonly start: number; readonly end: number } {
  const start = bytesBefore(index, blockSize);
  return { start, end: Math.min(size, start + roomIn(index, blockSize)) };
}

/** Head block and size in bytes of a CTZ struct. */
export function ctzOf(struct: Struct): { readonly head: number; readonly size: number } {
  const data = new Uint8Array(8);
  data.set(struct.data.subarray(0, 8));
  const view = viewOf(data);
  return { head: view.getUint32(0, true), size: view.getUint32(4, true) };
}
