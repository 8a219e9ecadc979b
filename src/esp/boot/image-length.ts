/** Finds the length of an image in flash without reading its segments' data. */
import { HEADER_SIZE, SEGMENT_HEADER_SIZE } from '../../formats/app-header.ts';
import { viewOf } from '../../formats/binary.ts';

/** The most bytes after the last segment: up to 15 of padding, the checksum, and a 32-byte hash. */
export const LONGEST_TAIL = 16 + 32;

/**
 * Follows the segment headers of the image at `offset`, which has at most `room` bytes, and returns an upper bound of its
 * length. All in bytes.
 */
export async function imageLength(
  offset: number,
  room: number,
  read: (address: number, size: number) => Promise<Uint8Array>,
): Promise<number> {
  const [, segments = 0] = await read(offset, HEADER_SIZE);
  let at = HEADER_SIZE;
  for (let i = 0; i < segments && at + SEGMENT_HEADER_SIZE <= room; i++) {
    const header = await read(offset + at, SEGMENT_HEADER_SIZE);
    at += SEGMENT_HEADER_SIZE + viewOf(header).getUint32(4, true);
  }
  return Math.min(at + LONGEST_TAIL, room);
}
