/** The bytes that erase units hold before and after a plan. */
import type { Image } from './image.ts';
import { imageWithin } from './image.ts';
import { touchedUnits } from './layout.ts';
import type { EraseUnit, FlashMap, Range } from './map.ts';
import { contains, erasedByteOf, overlaps, rangeEnd } from './map.ts';
import type { Piece, PlanInput } from './plan.ts';
import type { Md5 } from './survey.ts';
import { knownBytes } from './survey.ts';

/**
 * The bytes that a unit, or several neighbours with the pieces of all of them, will hold; a view of the image if one segment
 * covers the range. `device` returns bytes from before the plan, or null if unknown; the result is null only if such bytes are
 * needed. Bytes without a source are `erased`.
 */
export function assemble(
  unit: Range,
  pieces: readonly Piece[],
  image: Image,
  device: (range: Range) => Uint8Array | null,
  erased: number,
): Uint8Array | null {
  const parts = imageWithin(image, unit);
  if (parts[0]?.data.length === unit.size) return parts[0].data;
  const content = new Uint8Array(unit.size).fill(erased);
  for (const { address, size, source } of pieces) {
    if (source.from !== 'device') continue;
    const before = device({ region: source.region, address: source.address, size });
    if (before === null) return null;
    content.set(before, address - unit.address);
  }
  for (const part of parts) content.set(part.data, part.address - unit.address);
  return content;
}

/** Bytes of the device from before any job; promised bytes take precedence over the current ones. Null if not all are known. */
export function bytesBefore(
  { layout, survey, promised }: Pick<PlanInput, 'layout' | 'survey' | 'promised'>,
  range: Range,
): Uint8Array | null {
  const units = touchedUnits(layout, [range]);
  const [only] = units;
  const owed = promised.filter((kept) => overlaps(kept, range));
  if (only !== undefined && contains(only, range) && owed.length === 0) return knownBytes(survey, only, range);
  const data = new Uint8Array(range.size);
  for (const unit of units) {
    const part = within(unit, range);
    const now = knownBytes(survey, unit, part);
    if (now === null) return null;
    data.set(now, part.address - range.address);
  }
  for (const kept of owed) {
    const part = within(kept, range);
    data.set(
      kept.data.subarray(part.address - kept.address, rangeEnd(part) - kept.address),
      part.address - range.address,
    );
  }
  return data;
}

/** The part of a range that lies in another range, which it must overlap. */
function within(outer: Range, range: Range): Range {
  const address = Math.max(outer.address, range.address);
  return { region: range.region, address, size: Math.min(rangeEnd(outer), rangeEnd(range)) - address };
}

/** A unit's content while a range of it is deferred and still reads as `erased`. */
export function withoutRange(unit: EraseUnit, range: Range, content: Uint8Array, erased: number): Uint8Array {
  const start = range.address - unit.address;
  return content.slice().fill(erased, start, start + range.size);
}

/** Blank ranges of a map, with their region's erased byte: their bytes and MD5 (hex), which is computed once for each size, whoever asks. */
export interface Blanks {
  bytes(range: Range): Uint8Array;
  digest(range: Range): string;
}

/**
 * By the function that computes them: the MD5s (hex) of blank bytes, by 256 times their number plus their value. There are as many
 * as erase units have sizes.
 */
const DIGESTS = new WeakMap<Md5, Map<number, string>>();

/** The content of blank ranges of this map. */
export function blanksOf(map: FlashMap, md5: Md5): Blanks {
  const known = DIGESTS.get(md5) ?? new Map<number, string>();
  DIGESTS.set(md5, known);
  const bytes = ({ region, size }: Range) => new Uint8Array(size).fill(erasedByteOf(map, region));
  const digest = (range: Range) => {
    const key = range.size * 0x100 + erasedByteOf(map, range.region);
    const found = known.get(key) ?? md5(bytes(range));
    known.set(key, found);
    return found;
  };
  return { bytes, digest };
}
