/** Finds a whole SPIFFS in a flash without a table: each block's mark counts the blocks from it to the end. */
import { isFilledWith, viewOf } from '../../formats/binary.ts';
import { geometryOf, markAt } from '../contents/spiffs/geometry.ts';

/** ESP-IDF's block size, the only one that counts blocks in its marks. */
const BLOCK = 0x1000;
const PAGES = [256, 512, 1024];
const MAGIC = 0x0529;
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
  for (const pageSize of PAGES) {
    const left = leftAt(flash, at, pageSize);
    if (left < FEWEST || at + left * BLOCK > flash.length) continue;
    let unmarked = 0;
    for (let block = 1; block < left; block++) {
      if (leftAt(flash, at + block * BLOCK, pageSize) !== left - block) unmarked++;
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
function leftAt(flash: Uint8Array, at: number, pageSize: number): number {
  if (at + BLOCK > flash.length) return 0;
  const usual = { blockSize: BLOCK, pageSize, nameSize: 32, metaSize: 4, countsBlocks: true, alignedTables: false };
  const mark = viewOf(flash).getUint16(at + markAt(geometryOf(usual, 1), 0), true);
  const left = mark ^ MAGIC ^ pageSize;
  return left > 0 && left < 0x4000 ? left : 0;
}
