/** The bytes to put on the flash, at their addresses; gaps between them are left alone. */
import type { Range } from './map.ts';
import type { FlashMap } from './map.ts';
import { erasedByteOf, overlaps } from './map.ts';

/** Bytes at one address of one region. */
export interface Segment {
  readonly region: string;
  readonly address: number;
  readonly data: Uint8Array;
  /** All bytes are FF and no content: the range is only to be erased. */
  readonly blank?: true;
  /** Why these bytes are written where no file contains them: a clause for the plan. */
  readonly why?: string;
}

/** Sorted, non-overlapping segments; a gap means "not mine", never 0xFF. */
export type Image = readonly Segment[];

/** An image, or the two ranges that claim the same bytes. */
export type ImageResult =
  | { readonly kind: 'image'; readonly image: Image }
  | { readonly kind: 'overlap'; readonly first: Range; readonly second: Range };

/** The largest blank segment, in bytes: those of one length share their bytes. */
const PIECE = 0x20000;

/** Segments that erase ranges and write nothing; `why` is a clause for the plan. */
export function blankSegments(map: FlashMap, ranges: readonly Range[], why?: string): Segment[] {
  return ranges.flatMap(({ region, address, size }) => {
    const blank = new Uint8Array(Math.min(PIECE, size)).fill(erasedByteOf(map, region));
    return Array.from({ length: Math.ceil(size / PIECE) }, (_, i): Segment => {
      const at = i * PIECE;
      const data = blank.subarray(0, Math.min(PIECE, size - at));
      return { region, address: address + at, data, blank: true, ...(why !== undefined && { why }) };
    });
  });
}

/** The addresses that a segment covers. */
export function segmentRange(segment: Segment): Range {
  return { region: segment.region, address: segment.address, size: segment.data.length };
}

/**
 * Sorts segments into an image and drops empty ones; adjacent segments are not joined. Two that share a byte give an `overlap`.
 */
export function makeImage(segments: readonly Segment[]): ImageResult {
  const image = segments
    .filter((s) => s.data.length > 0)
    .toSorted((a, b) => (a.region === b.region ? a.address - b.address : a.region < b.region ? -1 : 1));
  for (const [i, segment] of image.entries()) {
    const before = image[i - 1];
    if (before !== undefined && overlaps(segmentRange(before), segmentRange(segment))) {
      return { kind: 'overlap', first: segmentRange(before), second: segmentRange(segment) };
    }
  }
  return { kind: 'image', image };
}

/** The number of bytes in an image. */
export function imageSize(image: Image): number {
  return image.reduce((sum, segment) => sum + segment.data.length, 0);
}

/** How many bytes of an image lie inside a range. */
export function sizeWithin(image: Image, range: Range): number {
  return image.reduce((sum, segment) => sum + Math.max(0, cutEnd(segment, range) - cutStart(segment, range)), 0);
}

/** The parts of an image inside a range, as views of its bytes, in order. */
export function imageWithin(image: Image, range: Range): Segment[] {
  const parts: Segment[] = [];
  // Asked for each erase unit: what is not in it costs a comparison, and no range of its own.
  for (const segment of image) {
    const [from, to] = [cutStart(segment, range), cutEnd(segment, range)];
    if (from >= to) continue;
    if (to - from === segment.data.length) parts.push(segment);
    else {
      const data = segment.data.subarray(from - segment.address, to - segment.address);
      parts.push({ ...segment, address: from, data });
    }
  }
  return parts;
}

/** The same, with segments that touch joined into one, whose bytes are then copied. */
export function joinedWithin(image: Image, range: Range): Segment[] {
  const runs: Segment[][] = [];
  for (const segment of imageWithin(image, range)) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    if (run !== undefined && last !== undefined && last.address + last.data.length === segment.address)
      run.push(segment);
    else runs.push([segment]);
  }
  return runs.flatMap((run) => {
    const [first] = run;
    if (first === undefined || run.length === 1) return run;
    const { region, address } = first;
    const data = new Uint8Array(run.reduce((size, part) => size + part.data.length, 0));
    for (const part of run) data.set(part.data, part.address - address);
    return [{ region, address, data }];
  });
}

/** Where what a segment has in a range begins; past `cutEnd` if that is nothing. */
function cutStart(segment: Segment, range: Range): number {
  return segment.region === range.region ? Math.max(segment.address, range.address) : Infinity;
}

function cutEnd({ address, data }: Segment, range: Range): number {
  return Math.min(address + data.length, range.address + range.size);
}
