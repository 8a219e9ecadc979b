/** Names and roles laid over a flash map: the layout of a board, and the one that the places of a plan are named by. */
import type { EraseUnit, FlashMap, Range } from './map.ts';
import { isSameRange, overlaps, rangeEnd, regionOf, unitsTouching, without } from './map.ts';
import type { Image } from './image.ts';
import { imageWithin } from './image.ts';

/** Every role of a partition, in the order in which a start needs them: what comes first stops everything behind it. */
export const PARTITION_ROLES = [
  'boot',
  'table',
  'boot-choice',
  'app',
  'settings',
  'files',
  'data',
  'protected',
] as const;

/** The roles of what takes part in a start. */
export const START_ROLES: ReadonlySet<PartitionRole> = new Set(['boot', 'table', 'boot-choice', 'app']);

/** What a partition is for, in words shared by all families; the family's exact type is stored beside it. */
export type PartitionRole = (typeof PARTITION_ROLES)[number];

/** A named range with a role. `type` is the family's own word for it, such as `app, ota_0`. */
export interface Partition extends Range {
  readonly name: string;
  readonly role: PartitionRole;
  readonly type: string;
  /** Where apps for this board store their Wi-Fi settings, such as ESP-IDF's NVS; absent from older records. */
  readonly wifi?: true;
  /** That firmware finds it by its type, whatever its name is; absent from older records. */
  readonly byType?: true;
  /** That the maker's system firmware is in it, beside which the app runs; absent from older records. */
  readonly system?: true;
  /** In a planned layout: it is what is left of a partition that will not be. */
  readonly former?: true;
}

/** The partition that a board starts: its place, which decides, and its name, which another partition may also have. */
export type StartPlace = Pick<Partition, 'region' | 'address' | 'name'>;

/** A range that must not be written although the map allows it, and why. */
export interface Guard extends Range {
  readonly reason: string;
}

/** A map with its partitions in address order and the guarded ranges. */
export interface Layout {
  readonly map: FlashMap;
  readonly partitions: readonly Partition[];
  readonly guards: readonly Guard[];
  /**
   * Ranges that the device encrypts: reads and digests give ciphertext, so nothing there can be compared, kept in part or
   * verified, and a write has to ask the device to encrypt.
   */
  readonly ciphered: readonly Range[];
}

/** No flash at all: what elements show before they get a layout. */
export const NO_LAYOUT: Layout = { map: { regions: [] }, partitions: [], guards: [], ciphered: [] };

/** The partitions that share a byte with a range, in order. */
export function partitionsTouching(layout: Layout, range: Range): Partition[] {
  return layout.partitions.filter((partition) => overlaps(partition, range));
}

/** The roles of partitions that firmware asks for by name, but for those with `byType`; the others are found by their type or address. */
const BY_NAME: readonly PartitionRole[] = ['settings', 'files', 'data'];

/**
 * Whether a partition of one layout is, for the firmware, the one of another: both start at one address and are of one type, or
 * app slots, and where firmware finds such a partition by name they have one name. On boards whose flash has no table names are
 * ours alone, and say nothing.
 */
export function isSamePartition(a: Partition, b: Partition, { partitions }: Pick<Layout, 'partitions'>): boolean {
  if (!isInPlaceOf(a, b)) return false;
  if (a.name === b.name || a.byType === true || b.byType === true || !BY_NAME.includes(a.role)) return true;
  return !partitions.some(({ role }) => role === 'table');
}

/** Whether a partition has the place of another, whatever they are called: both start at one address and are of one type, or app slots. */
export function isInPlaceOf(a: Partition, b: Partition): boolean {
  if (a.region !== b.region || a.address !== b.address) return false;
  return a.type === b.type || (a.role === 'app' && b.role === 'app');
}

/**
 * The end of a partition that a new layout makes shorter; empty where it keeps or gains room. What it holds has room without it: the
 * partition is whole for the firmware although something else is written there.
 */
export function endGivenUp(before: Partition, after: Pick<Layout, 'partitions'>): Range[] {
  return after.partitions.flatMap((then) => (isInPlaceOf(before, then) ? without(before, [then]) : []));
}

/** The partition with exactly this range, if there is one; a name would not do, because a table may use it twice. */
export function partitionAt(layout: Layout, range: Range): Partition | undefined {
  return layout.partitions.find((partition) => isSameRange(partition, range));
}

/** The erase units that ranges touch, each once, by region and then by address. */
export function touchedUnits({ map }: Layout, ranges: readonly Range[]): EraseUnit[] {
  for (const { region } of ranges) regionOf(map, region);
  const sorted = ranges.toSorted((a, b) => a.address - b.address);
  return map.regions.flatMap((region) => {
    const units: EraseUnit[] = [];
    // In the order of addresses, what a range has in common with those before it is where they end.
    let end = region.start;
    for (const range of sorted) {
      const from = Math.max(range.address, end);
      if (range.region !== region.id || rangeEnd(range) <= from) continue;
      for (const unit of unitsTouching(region, from, rangeEnd(range) - from)) {
        units.push(unit);
        end = rangeEnd(unit);
      }
    }
    return units;
  });
}

/** The layout after a plan, with what is left of partitions that will not be, under the name `former NAME`. */
export function plannedLayout(before: Layout, after: Layout): Layout {
  const former = before.partitions.flatMap((partition) =>
    without(partition, after.partitions).map((rest): Partition => ({
      ...partition,
      ...rest,
      name: `former ${partition.name}`,
      former: true,
    })),
  );
  const regions = after.map.regions.map(({ id }) => id);
  const partitions = [...after.partitions, ...former].toSorted(
    (a, b) => regions.indexOf(a.region) - regions.indexOf(b.region) || a.address - b.address,
  );
  return { ...after, partitions };
}

/**
 * Whether the device has to encrypt an image's bytes when it writes this unit. A unit that is only erased, or rewritten only
 * with what was read from it, is written as it is: reads return ciphertext there.
 */
export function isEncrypted(layout: Layout, image: Image, unit: EraseUnit): boolean {
  const ciphered = layout.ciphered.some((range) => overlaps(range, unit));
  return ciphered && imageWithin(image, unit).some((part) => part.blank !== true);
}

/** Whether the device encrypts every byte of a unit, in one range or in several adjacent ones. */
export function isCipheredWhole(layout: Layout, unit: EraseUnit): boolean {
  let done = unit.address;
  for (const range of layout.ciphered.toSorted((a, b) => a.address - b.address)) {
    if (overlaps(range, unit) && range.address <= done) done = Math.max(done, rangeEnd(range));
  }
  return done >= rangeEnd(unit);
}

/** Whether two layouts have the same partitions in the same places. */
export function isSameLayout(a: Layout, b: Layout): boolean {
  const isIn =
    ({ partitions }: Layout) =>
    (own: Partition) =>
      partitions.some((other) => isSameRange(other, own) && other.name === own.name && other.type === own.type);
  return a.partitions.every(isIn(b)) && b.partitions.every(isIn(a));
}
