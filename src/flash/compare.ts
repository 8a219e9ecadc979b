/** Where two flashes differ: by partition, in whole erase units. */
import type { Layout } from './layout.ts';
import { partitionsTouching } from './layout.ts';
import type { EraseUnit, FlashMap, Range } from './map.ts';
import { regionEnd, unitsOf, bare, neighbours, spanOf } from './map.ts';
import { unitKey } from './survey.ts';

/** A partition, or flash outside all of them (`name` is null), of which erase units were compared. */
export interface ComparedPlace extends Range {
  readonly name: string | null;
  /** How many erase units of it were compared; one that two partitions share counts for both. */
  readonly units: number;
  /** How many of them differ. */
  readonly differing: number;
  /** The runs of erase units that differ, in order; empty if it is equal. */
  readonly different: readonly Range[];
}

/** What the comparison of two flashes found. */
export interface Comparison {
  /** In order of region and address. */
  readonly places: readonly ComparedPlace[];
  readonly equal: number;
  readonly different: number;
  /** Flash that only one of the two has or shows, in runs: it was not compared. */
  readonly left: readonly Range[];
}

/** The erase units that two flashes have in common and show, and the others of the first one. */
export function comparableUnits(
  map: FlashMap,
  other: FlashMap,
): { readonly units: readonly EraseUnit[]; readonly left: readonly EraseUnit[] } {
  const all = map.regions.flatMap((region) => unitsOf(region).map((unit) => ({ unit, region })));
  const inBoth = all.filter(({ unit, region }) => {
    const own = other.regions.find(({ id, start }) => id === region.id && start === region.start);
    return region.access.read && own?.access.read === true && unit.address + unit.size <= regionEnd(own);
  });
  const taken = new Set(inBoth.map(({ unit }) => unit));
  return {
    units: inBoth.map(({ unit }) => unit),
    left: all.map(({ unit }) => unit).filter((unit) => !taken.has(unit)),
  };
}

/** What a comparison of these units comes to, by the partitions of a layout; `left` was not compared. */
export function comparisonOf(
  layout: Layout,
  units: readonly EraseUnit[],
  different: readonly EraseUnit[],
  left: readonly EraseUnit[],
): Comparison {
  const differ = new Set(different.map(unitKey));
  const joined = (some: readonly EraseUnit[]) => neighbours(some).map((run) => bare(spanOf(run)));
  const placeOf = (range: Range, name: string | null, own: readonly EraseUnit[]): ComparedPlace => {
    const found = own.filter((unit) => differ.has(unitKey(unit)));
    return { ...bare(range), name, units: own.length, differing: found.length, different: joined(found) };
  };
  const held = new Map<object, EraseUnit[]>();
  const outside: EraseUnit[] = [];
  for (const unit of units) {
    const owners = partitionsTouching(layout, unit);
    if (owners.length === 0) outside.push(unit);
    for (const owner of owners) {
      const own = held.get(owner);
      if (own === undefined) held.set(owner, [unit]);
      else own.push(unit);
    }
  }
  const regions = layout.map.regions.map(({ id }) => id);
  const places = [
    ...layout.partitions.flatMap((partition) => {
      const own = held.get(partition);
      return own === undefined ? [] : [placeOf(partition, partition.name, own)];
    }),
    ...neighbours(outside).map((run) => placeOf(spanOf(run), null, run)),
  ];
  return {
    places: places.toSorted((a, b) => regions.indexOf(a.region) - regions.indexOf(b.region) || a.address - b.address),
    equal: units.length - different.length,
    different: different.length,
    left: joined(left),
  };
}
