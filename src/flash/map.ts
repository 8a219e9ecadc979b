/** The geometry of a board's flash, as read from the device: regions made of erase units, and ranges of addresses. */
/**
 * The largest flash size accepted as plausible, in bytes. Espressif's are the largest, and their image header has no larger one
 * (esptool esp32.py, FLASH_SIZES).
 */
export const LARGEST_FLASH = 128 << 20;
/** The end of all addresses: they have 32 bits. */
export const ADDRESS_END = 2 ** 32;
/** The most erase units that a map may have, 256 MiB of 4 KiB each: one with more, from a file or a device, is damaged. */
export const MOST_UNITS = 1 << 16;

/** A run of `count` erase units of `size` bytes each. */
export interface EraseRun {
  readonly count: number;
  readonly size: number;
}

/** What may be done in a region. */
export interface Access {
  readonly read: boolean;
  readonly erase: boolean;
  readonly write: boolean;
}

/** One address window with one set of rights and one way in; addresses and sizes in bytes. */
export interface Region {
  readonly id: string;
  readonly name: string;
  readonly start: number;
  readonly runs: readonly EraseRun[];
  readonly access: Access;
  /** The value of an erased byte; absent means 0xFF, as in all flash except that of STM32L0 and L1. */
  readonly erasedByte?: number;
}

/** Every region of a device. */
export interface FlashMap {
  readonly regions: readonly Region[];
}

/** A range of addresses in one region; an address alone would be ambiguous. */
export interface Range {
  readonly region: string;
  readonly address: number;
  readonly size: number;
}

/** The smallest range that can be erased. Derived from a region's runs, never stored. */
export type EraseUnit = Range;

/** The number of bytes in a region. */
export function regionSize(region: Pick<Region, 'runs'>): number {
  return region.runs.reduce((sum, run) => sum + run.count * run.size, 0);
}

/** The first address after a region. */
export function regionEnd(region: Region): number {
  return region.start + regionSize(region);
}

/** The regions of one memory, by address: rights divide it, but one begins where the other ends. */
export function memoryOf(regions: readonly Region[], id: string): Region[] {
  const sorted = regions.toSorted((a, b) => a.start - b.start);
  const own = sorted.find((region) => region.id === id);
  if (own === undefined) return [];
  const chain = [own];
  for (const region of sorted) if (region.start === regionEnd(chain.at(-1) ?? own)) chain.push(region);
  for (const region of sorted.toReversed()) if (regionEnd(region) === chain[0]?.start) chain.unshift(region);
  return chain;
}

/** All of a region as a range. */
export function regionRange(region: Region): Range {
  return { region: region.id, address: region.start, size: regionSize(region) };
}

/** How many bytes ranges have together. */
export function sizeOf(ranges: readonly Pick<Range, 'size'>[]): number {
  return ranges.reduce((sum, { size }) => sum + size, 0);
}

/** The region with this id; throws a `RangeError` if the map has none, which is always our own mistake. */
export function regionOf(map: FlashMap, id: string): Region {
  const region = map.regions.find((r) => r.id === id);
  if (region === undefined) throw new RangeError(`the map has no region "${id}"`);
  return region;
}

/** The value of an erased byte in a region; 0xFF if the map does not have the region. */
export function erasedByteOf(map: FlashMap, id: string): number {
  return map.regions.find((region) => region.id === id)?.erasedByte ?? 0xff;
}

/** The erase units of a region that share at least one byte with [address, address + size), in order. */
export function unitsTouching(region: Region, address: number, size: number): EraseUnit[] {
  const end = address + size;
  const units: EraseUnit[] = [];
  let runStart = region.start;
  for (const run of region.runs) {
    const runEnd = runStart + run.count * run.size;
    if (runStart >= end) break;
    if (runEnd > address && size > 0) {
      const first = Math.max(0, Math.floor((address - runStart) / run.size));
      for (let i = first; i < run.count && runStart + i * run.size < end; i++) {
        units.push({ region: region.id, address: runStart + i * run.size, size: run.size });
      }
    }
    runStart = runEnd;
  }
  return units;
}

/** Every erase unit of a region, in order. */
export function unitsOf(region: Region): EraseUnit[] {
  return unitsTouching(region, region.start, regionSize(region));
}

/** The first address after a range. */
export function rangeEnd(range: Range): number {
  return range.address + range.size;
}

/** Whether `inner` lies wholly in `outer`. */
export function contains(outer: Range, inner: Range): boolean {
  return outer.region === inner.region && inner.address >= outer.address && rangeEnd(inner) <= rangeEnd(outer);
}

/** Whether two ranges are the same bytes. */
export function isSameRange(a: Range, b: Range): boolean {
  return a.region === b.region && a.address === b.address && a.size === b.size;
}

/** Whether two ranges share a byte. */
export function overlaps(a: Range, b: Range): boolean {
  return a.region === b.region && a.address < rangeEnd(b) && b.address < rangeEnd(a);
}

/** The parts of a range that no other range covers, in order. */
export function without({ region, address, size }: Range, others: readonly Range[]): Range[] {
  return others.reduce<Range[]>(
    (left, other) =>
      left.flatMap((range) => {
        if (!overlaps(range, other)) return [range];
        const before = { region, address: range.address, size: other.address - range.address };
        const behind = { region, address: rangeEnd(other), size: rangeEnd(range) - rangeEnd(other) };
        return [before, behind].filter((piece) => piece.size > 0);
      }),
    [{ region, address, size }],
  );
}

/** Groups consecutive ranges that touch, in the given order, as long as `joins` agrees. */
export function neighbours<R extends Range>(
  ranges: readonly R[],
  joins: (before: R, next: R, group: readonly R[]) => boolean = () => true,
): R[][] {
  const groups: R[][] = [];
  for (const range of ranges) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const touches = before !== undefined && before.region === range.region && rangeEnd(before) === range.address;
    if (touches && group !== undefined && joins(before, range, group)) group.push(range);
    else groups.push([range]);
  }
  return groups;
}

/** The range that a group of neighbours covers; throws a `RangeError` for an empty group. */
export function spanOf(ranges: readonly Range[]): Range {
  const [first] = ranges;
  const last = ranges.at(-1);
  if (first === undefined || last === undefined) throw new RangeError('a range of no units');
  return { region: first.region, address: first.address, size: rangeEnd(last) - first.address };
}

/** A range stripped of all other fields. */
export function bare({ region, address, size }: Range): Range {
  return { region, address, size };
}

/** A range in pieces of at most `most` bytes, cut at the multiples of that. */
export function splitRange({ region, address, size }: Range, most: number): Range[] {
  const parts: Range[] = [];
  for (let at = address; at < address + size;) {
    const own = Math.min(most - (at % most), address + size - at);
    parts.push({ region, address: at, size: own });
    at += own;
  }
  return parts;
}

/** Whether ranges cover all bytes of a range that has any. */
export function isCovered(range: Range, ranges: readonly Range[]): boolean {
  return without(range, ranges).length === 0;
}
