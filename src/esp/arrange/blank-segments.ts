/** Segments of FF that only erase. */
import type { Segment } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';

/** The largest blank segment, in bytes. All of them share one block of FF. */
const PIECE = 0x20000;
const BLANK = new Uint8Array(PIECE).fill(0xff);

/** Segments that leave a range blank; `why` is a clause for the plan, if it has to say more than that it is erased. */
export function blankSegments({ region, address, size }: Range, why?: string): Segment[] {
  const blanks: Segment[] = [];
  for (let at = address; at < address + size;) {
    const length = Math.min(PIECE, address + size - at);
    blanks.push({
      region,
      address: at,
      data: BLANK.subarray(0, length),
      blank: true,
      ...(why !== undefined && { why }),
    });
    at += length;
  }
  return blanks;
}
