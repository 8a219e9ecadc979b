/** A comparison names every difference once, in the partition that a person knows it by, and counts what is equal. */
import { describe, expect, it } from 'vitest';
import { comparableUnits, comparisonOf } from './compare.ts';
import type { Layout } from './layout.ts';
import type { FlashMap } from './map.ts';

const U = 0x1000;
const map = (units: number, read = true): FlashMap => ({
  regions: [
    {
      id: 'flash',
      name: 'SPI flash',
      start: 0,
      runs: [{ count: units, size: U }],
      access: { read, erase: true, write: true },
    },
  ],
});
const at = (unit: number, units = 1) => ({ region: 'flash', address: unit * U, size: units * U });
const layout: Layout = {
  map: map(16),
  partitions: [
    { ...at(2, 2), name: 'nvs', role: 'settings', type: 'data, nvs' },
    { ...at(4, 6), name: 'app0', role: 'app', type: 'app, ota_0' },
  ],
  guards: [],
  ciphered: [],
};

describe('a comparison', () => {
  it('names the partitions and the runs of units that differ, and the places that are equal', () => {
    const { units, left } = comparableUnits(layout.map, map(16));
    const found = comparisonOf(layout, units, [at(0), at(5), at(6), at(9), at(15)], left);
    expect(found).toEqual({
      places: [
        { ...at(0, 2), name: null, units: 2, differing: 1, different: [at(0)] },
        { ...at(2, 2), name: 'nvs', units: 2, differing: 0, different: [] },
        { ...at(4, 6), name: 'app0', units: 6, differing: 3, different: [at(5, 2), at(9)] },
        { ...at(10, 6), name: null, units: 6, differing: 1, different: [at(15)] },
      ],
      equal: 11,
      different: 5,
      left: [],
    });
  });

  it('leaves out what only one of the two has', () => {
    const { units, left } = comparableUnits(layout.map, map(8));
    expect(units).toHaveLength(8);
    expect(comparisonOf(layout, units, [], left)).toMatchObject({ equal: 8, different: 0, left: [at(8, 8)] });
  });

  it('compares nothing that cannot be read', () => {
    expect(comparableUnits(layout.map, map(16, false)).units).toEqual([]);
    const other = { regions: map(16).regions.map((region) => ({ ...region, id: 'other' })) };
    expect(comparableUnits(layout.map, other).units).toEqual([]);
  });
});
