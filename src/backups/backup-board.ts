/** Reads the board of a backup from an untrusted manifest: its identity, flash map and partitions. */
import { plainCharacters, plainName } from '../flash/names.ts';
import type { Guard, Layout, Partition } from '../flash/layout.ts';
import { PARTITION_ROLES } from '../flash/layout.ts';
import type { FlashMap, Range, Region } from '../flash/map.ts';
import { ADDRESS_END, MOST_UNITS, regionSize } from '../flash/map.ts';
import type { Identity } from '../flash/target.ts';
import type { Field } from '../formats/field.ts';
import type { BoardMark } from '../storage/records.ts';

/** The longest text allowed anywhere, in UTF-16 units: the name of a backup may list many files. */
export const LONGEST_TEXT = 20_000;
const MOST_REGIONS = 64;
const MOST_RUNS = 256;
const MOST_RANGES = 4096;

/** Reads a board; throws what the field complains with. */
export function readBoard(field: Field): BoardMark {
  return {
    key: field.at('key').text(LONGEST_TEXT),
    identity: readIdentity(field.at('identity')),
    layout: readLayout(field.at('layout')),
  };
}

function readIdentity(field: Field): Identity {
  const text = (name: string): string => plainName(field.at(name).text(LONGEST_TEXT));
  const key = field.at('key');
  return {
    family: text('family'),
    chip: text('chip'),
    revision: text('revision'),
    key: key.value === null ? null : { kind: key.at('kind').oneOf(['mac']), value: key.at('value').text(LONGEST_TEXT) },
    facts: field
      .at('facts')
      .list(MOST_RANGES)
      .map((fact) => ({
        name: plainName(fact.at('name').text(LONGEST_TEXT)),
        value: plainName(fact.at('value').text(LONGEST_TEXT)),
      })),
  };
}

function readLayout(field: Field): Layout {
  const map = readMap(field.at('map'));
  const ranges = <R>(name: string, read: (field: Field) => R): R[] => field.at(name).list(MOST_RANGES).map(read);
  return {
    map,
    partitions: ranges('partitions', (each): Partition => {
      const named = {
        name: plainName(each.at('name').text(LONGEST_TEXT)),
        type: plainName(each.at('type').text(LONGEST_TEXT)),
      };
      const wifi = each.at('wifi').value === true ? ({ wifi: true } as const) : {};
      const byType = each.at('byType').value === true ? ({ byType: true } as const) : {};
      const system = each.at('system').value === true ? ({ system: true } as const) : {};
      const role = each.at('role').oneOf(PARTITION_ROLES);
      return { ...readRange(each, map), ...named, ...wifi, ...byType, ...system, role };
    }),
    guards: ranges('guards', (each): Guard => ({
      ...readRange(each, map),
      reason: plainCharacters(each.at('reason').text(LONGEST_TEXT)),
    })),
    ciphered: ranges('ciphered', (each) => readRange(each, map)),
  };
}

function readMap(field: Field): FlashMap {
  const listed = field.at('regions').list(MOST_REGIONS);
  const regions = listed.map(readRegion);
  const ids = regions.map(({ id }) => id);
  for (const [i, id] of ids.entries()) {
    if (ids.indexOf(id) !== i) throw field.at('regions').wrong(`two regions are called ${id}`);
  }
  const units = regions.flatMap(({ runs }) => runs).reduce((sum, { count }) => sum + count, 0);
  if (units > MOST_UNITS) throw field.wrong(`${units} erase units are too many, ${MOST_UNITS} is the most`);
  return { regions };
}

function readRegion(field: Field): Region {
  const erased = field.at('erasedByte');
  const access = field.at('access');
  const region = {
    id: field.at('id').text(200),
    name: plainName(field.at('name').text(LONGEST_TEXT)),
    start: field.at('start').whole(0, ADDRESS_END - 1),
    runs: field
      .at('runs')
      .list(MOST_RUNS)
      .map((run) => ({ count: run.at('count').whole(1, MOST_UNITS), size: run.at('size').whole(1, ADDRESS_END) })),
    access: { read: access.at('read').flag(), erase: access.at('erase').flag(), write: access.at('write').flag() },
    ...(erased.value !== undefined && { erasedByte: erased.whole(0, 0xff) }),
  };
  if (region.start + regionSize(region) > ADDRESS_END) throw field.wrong('it ends past the last address');
  return region;
}

/** A range in one of a map's regions. It may reach out of it, as a damaged partition table may say. */
export function readRange(field: Field, map: FlashMap): Range {
  const region = field.at('region').oneOf(map.regions.map(({ id }) => id));
  const address = field.at('address').whole(0, ADDRESS_END - 1);
  return { region, address, size: field.at('size').whole(0, ADDRESS_END) };
}
