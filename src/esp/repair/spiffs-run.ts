/** Finds a whole SPIFFS in a flash without a table: each block's mark counts the blocks from it to the end. */
import { isFilledWith, viewOf } from '../../formats/binary.ts';
import { PAGE_SIZES, usualParameters } from '../contents/spiffs/detect.ts';
import type { SpiffsGeometry } from '../contents/spiffs/geometry.ts';
import { geometryOf, markAt, markOf } from '../contents/spiffs/geometry.ts';

/** ESP-IDF's block size, the only one that counts blocks in its marks. */
const BLOCK = 0x1000;
/** One for each page size. They count no blocks, so that a mark XORed with theirs is the number of blocks left. */
const GEOMETRIES = PAGE_SIZES.map((pageSize) => geometryOf(usualParameters(BLOCK, pageSize, false), 1));
/** Fewer blocks than this could have their marks by chance. */
const FEWEST = 4;

/** Where it lies; `certain`: no block before it can belong to it. Offset and size in bytes. */
export interface SpiffsRun {
  readonly offset: number;
  readonly size: number;
  readonly certain: boolean;
}

/** The SPIFFS whose first marked block is at `at`; null if there is none. */
export function spiffsRun(flash: Uint8Array, at: number): SpiffsRun | null {
  for (const geometry of GEOMETRIES) {
    const left = leftAt(flash, at, geometry);
    if (left < FEWEST || at + left * BLOCK > flash.length) continue;
    let unmarked = 0;
    for (let block = 1; block < left; block++) {
      if (leftAt(flash, at + block * BLOCK, geometry) !== left - block) unmarked++;
    }
    // The library leaves at most one block without its mark: one that it was erasing (spiffs_hydrogen.c, SPIFFS_CHECK).
    if (unmarked > 1) continue;
    const before = flash.subarray(Math.max(0, at - BLOCK), at);
    const certain = unmarked === 1 || !isFilledWith(before, 0xff);
    return { offset: at, size: left * BLOCK, certain };
  }
  return null;
}

/** The number of blocks from this one to the end that its mark gives; 0 if it has none. */
function leftAt(flash: Uint8Array, at: number, geometry: SpiffsGeometry): number {
  if (at + BLOCK > flash.length) return 0;
  const left = viewOf(flash).getUint16(at + markAt(geometry, 0), true) ^ markOf(geometry, 0);
  return left > 0 && left < 0x4000 ? left : 0;
}
