/** The layout in which a plan is described: new names, and what no new partition covers under its former name. */
import { describe, expect, test } from 'vitest';
import type { Layout, Partition, PartitionRole } from './layout.ts';
import { without } from './map.ts';
import { endGivenUp, isSamePartition, plannedLayout } from './layout.ts';
import { layoutOf, mapOf } from '../testing/flash.ts';

const range = (address: number, size: number, region = 'flash') => ({ region, address, size });
const part = (name: string, address: number, size: number, role: PartitionRole = 'data', type = role): Partition => ({
  ...range(address, size),
  name,
  role,
  type,
});
const layout = (...partitions: readonly Partition[]): Layout => ({ ...layoutOf(mapOf(64, 64)), partitions });

const nvs = part('nvs', 0, 16, 'settings');
const app = part('app0', 16, 32, 'app');
const fs = part('fs', 48, 16, 'files');

/** Each partition as `name from-to`. */
function reported(before: Layout, after: Layout): string[] {
  return plannedLayout(before, after).partitions.map(
    ({ name, address, size }) => `${name} ${address}-${address + size}`,
  );
}

describe('a plan', () => {
  const CASES: readonly (readonly [string, Layout, Layout, readonly string[]])[] = [
    ['that changes no layout', layout(nvs, app), layout(nvs, app), ['nvs 0-16', 'app0 16-48']],
    ['that only renames', layout(nvs, app), layout(nvs, { ...app, name: 'ota' }), ['nvs 0-16', 'ota 16-48']],
    [
      'that drops partitions names what is left of them',
      layout(nvs, app, fs),
      layout(nvs),
      ['nvs 0-16', 'former app0 16-48', 'former fs 48-64'],
    ],
    [
      'that shrinks a partition',
      layout(nvs, app),
      layout({ ...nvs, size: 8 }, app),
      ['nvs 0-8', 'former nvs 8-16', 'app0 16-48'],
    ],
    [
      'that puts one in the middle of another',
      layout(app),
      layout(part('small', 24, 8)),
      ['former app0 16-24', 'small 24-32', 'former app0 32-48'],
    ],
    ['that covers all of others', layout(nvs, app), layout(part('big', 0, 64)), ['big 0-64']],
    ['that changes a type', layout(nvs), layout({ ...nvs, type: 'data, fat' }), ['nvs 0-16']],
    ['for a board of which nothing is known', layout(), layout(nvs, app), ['nvs 0-16', 'app0 16-48']],
    [
      'from a table whose partitions overlap',
      layout(app, part('twin', 32, 32)),
      layout(nvs),
      ['nvs 0-16', 'former app0 16-48', 'former twin 32-64'],
    ],
  ];
  test.each(CASES)('%s', (_, before, after, partitions) => {
    expect(reported(before, after)).toEqual(partitions);
  });

  test('keeps everything else of the layout afterwards', () => {
    const guards = [{ ...range(0, 8), reason: 'ours' }];
    const after = { ...layout(nvs), guards, ciphered: [range(0, 16)] };
    expect(plannedLayout(layout(app), after)).toMatchObject({ map: after.map, guards, ciphered: after.ciphered });
  });
});

describe('a partition with another name', () => {
  const table = part('partition table', 32, 4, 'table');
  const dump = { ...part('coredump', 0, 16), byType: true } as const;
  test.each([
    ['is another one where firmware finds it by its name', nvs, table, false],
    ['is the same one where firmware finds it by its type', dump, table, true],
    ['is the same one where the flash has no table, which names it', nvs, app, true],
  ])('%s', (_, own, beside, same) => {
    const before = layout(own, beside);
    expect(isSamePartition(own, { ...own, name: 'second' }, before)).toBe(same);
    expect(isSamePartition(own, own, before)).toBe(true);
    expect(isSamePartition(own, { ...own, address: 4 }, before)).toBe(false);
  });
});

describe('what is left of a range', () => {
  const CASES: readonly (readonly [
    string,
    readonly (readonly [number, number])[],
    readonly (readonly [number, number])[],
  ])[] = [
    [
      'beside it',
      [
        [0, 10],
        [20, 10],
      ],
      [[10, 10]],
    ],
    ['over its start', [[5, 10]], [[15, 5]]],
    ['over its end', [[15, 10]], [[10, 5]]],
    [
      'in its middle',
      [[12, 3]],
      [
        [10, 2],
        [15, 5],
      ],
    ],
    [
      'in any order, overlapping',
      [
        [16, 2],
        [11, 3],
        [12, 4],
      ],
      [
        [10, 1],
        [18, 2],
      ],
    ],
    ['all of it', [[10, 10]], []],
    ['more than it', [[0, 100]], []],
  ];
  test.each(CASES)('others %s', (_, others, left) => {
    expect(
      without(
        range(10, 10),
        others.map(([address, size]) => range(address, size)),
      ),
    ).toEqual(left.map(([address, size]) => range(address, size)));
  });

  test('ranges in another region remove nothing', () => {
    expect(without(range(10, 10), [range(0, 100, 'otp')])).toEqual([range(10, 10)]);
  });
});

test.each<[of: string, then: Layout, ends: readonly string[]]>([
  ['that is made shorter', layout({ ...app, size: 24 }), ['40-48']],
  ['that stays', layout(app), []],
  ['that gains room', layout({ ...app, size: 40 }), []],
  ['that is gone', layout(nvs), []],
  ['whose place something else gets', layout({ ...fs, address: 16, size: 8 }), []],
])('the end given up of a partition %s', (_, then, ends) => {
  expect(endGivenUp(app, then).map(({ address, size }) => `${address}-${address + size}`)).toEqual(ends);
});
