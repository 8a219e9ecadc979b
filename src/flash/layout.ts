/** Names and roles laid over a flash map. */
import type { EraseUnit, FlashMap, Range } from './map.ts';
import { overlaps, regionOf, unitsTouching } from './map.ts';
import { unitKey } from './survey.ts';

/** What a partition is for, in words that every family shares; the exact type of the family stands beside it. */
export type PartitionRole = 'boot' | 'table' | 'boot-choice' | 'app' | 'settings' | 'files' | 'data' | 'protected';

/** A named range with a role. `type` is the family's own word for it, such as `app, ota_0`. */
export interface Partition extends Range {
  readonly name: string;
  readonly role: PartitionRole;
  readonly type: string;
  /** Where apps for this board keep what they need for Wi-Fi, as ESP-IDF's NVS does; absent from older records. */
  readonly wifi?: true;
}

/** A range that must not be written although the map allows it, and why. */
export interface Guard extends Range {
  readonly reason: string;
}

/** A map with its partitions, in address order, and what is guarded. */
export interface Layout {
  readonly map: FlashMap;
  readonly partitions: readonly Partition[];
  readonly guards: readonly Guard[];
  /**
   * Where the device encrypts what it holds: a read or a digest gives ciphertext, so that nothing there can be compared,
   * kept in part or proved, and a write has to ask the device to encrypt.
   */
  readonly ciphered: readonly Range[];
}

/** The partitions that share a byte with a range, in order. */
export function partitionsTouching(layout: Layout, range: Range): Partition[] {
  return layout.partitions.filter((partition) => overlaps(partition, range));
}

/** The partition with this name, if there is one. */
export function partitionNamed(layout: Layout, name: string): Partition | undefined {
  return layout.partitions.find((partition) => partition.name === name);
}

/** The units that ranges touch, each once, in address order within each region. */
export function touchedUnits(layout: Layout, ranges: readonly Range[]): EraseUnit[] {
  const units = new Map<string, EraseUnit>();
  for (const { region, address, size } of ranges) {
    for (const unit of unitsTouching(regionOf(layout.map, region), address, size)) units.set(unitKey(unit), unit);
  }
  const regions = layout.map.regions.map((region) => region.id);
  return [...units.values()].toSorted(
    (a, b) => regions.indexOf(a.region) - regions.indexOf(b.region) || a.address - b.address,
  );
}
