/** Two layouts told apart by what differs. */
import { expect, test } from 'vitest';
import type { Layout, Partition } from '../../flash/layout.ts';
import { mapOf } from '../../testing/flash.ts';
import { layoutBeside } from './layout-beside.ts';

const K = 1024;

function layoutOf(...parts: readonly (readonly [name: string, address: number, size: number])[]): Layout {
  const partitions = parts.map(([name, address, size]): Partition => ({
    name,
    address: address * K,
    size: size * K,
    region: 'flash',
    role: 'data',
    type: '',
  }));
  return { map: mapOf(4096 * K), partitions, guards: [], ciphered: [] };
}

const OLD = layoutOf(['nvs', 36, 84], ['app0', 128, 1728], ['app1', 1856, 1728], ['fs', 3584, 512]);

test('sizes that differ are named together, and what is the same is not', () => {
  const grown = layoutOf(['nvs', 36, 84], ['app0', 128, 1856], ['app1', 1984, 1856], ['fs', 3840, 256]);
  expect(layoutBeside(OLD, grown)).toBe('app0 and app1 of 1728 KiB, fs of 512 KiB');
  expect(layoutBeside(grown, OLD)).toBe('app0 and app1 of 1856 KiB, fs of 256 KiB');
  expect(layoutBeside(OLD, OLD)).toBe('');
});

test('a partition that has another name in its place is not said to be missing as well', () => {
  const renamed = layoutOf(['nvs', 36, 84], ['app0', 128, 1728], ['App1', 1856, 1728], ['fs', 3584, 512]);
  expect(layoutBeside(renamed, OLD)).toBe('App1 in place of app1');
  expect(layoutBeside(OLD, renamed)).toBe('app1 in place of App1');
  const grown = layoutOf(['nvs', 36, 84], ['app0', 128, 1728], ['App1', 1856, 1984], ['fs', 3840, 256]);
  expect(layoutBeside(grown, OLD)).toBe('App1 of 1984 KiB, fs of 256 KiB, App1 in place of app1');
});

test('places are named where no size differs', () => {
  const swapped = layoutOf(['nvs', 36, 84], ['app1', 128, 1728], ['app0', 1856, 1728], ['fs', 3584, 512]);
  expect(layoutBeside(OLD, swapped)).toBe('app0 at 0x20000, app1 at 0x1D0000');
});

test('types are named where no place differs either', () => {
  const turned = { ...OLD, partitions: OLD.partitions.map((each) => ({ ...each, type: `data, ${each.name}` })) };
  expect(
    layoutBeside({ ...turned, partitions: [...turned.partitions.slice(0, 2), ...OLD.partitions.slice(2)] }, OLD),
  ).toBe('nvs (data, nvs), app0 (data, app0)');
});

test('what only one of them has is named, and what is too much is counted', () => {
  const spare = layoutOf(
    ['nvs', 36, 84],
    ['app0', 128, 1728],
    ['app1', 1856, 1728],
    ['fs', 3584, 256],
    ['s', 3840, 256],
  );
  expect(layoutBeside(OLD, spare)).toBe('fs of 512 KiB, without s');
  expect(layoutBeside(spare, OLD)).toBe('fs and s of 256 KiB');
  expect(layoutBeside(OLD, layoutOf())).toBe('nvs of 84 KiB, app0 and app1 of 1728 KiB, fs of 512 KiB');
  const five = layoutOf(['a', 0, 4], ['b', 4, 8], ['c', 12, 12], ['d', 24, 16], ['e', 40, 20]);
  expect(layoutBeside(five, OLD)).toBe('a of 4 KiB, b of 8 KiB, c of 12 KiB and 3 more');
  // One more is not.
  expect(layoutBeside(five, layoutOf(['a', 0, 4], ['d', 24, 8], ['e', 40, 8]))).toBe(
    'b of 8 KiB, c of 12 KiB, d of 16 KiB, e of 20 KiB',
  );
});
