import { describe, expect, test } from 'vitest';
import type { Range, Region } from '../../src/flash/map.ts';
import { bigLayout, layout } from '../gallery/fixtures.ts';
import type { View } from './flash-map.scale.ts';
import {
  addressAt,
  clampView,
  extentOf,
  isWhole,
  labelRooms,
  panView,
  revealView,
  scaleOf,
  viewOf,
  wholeView,
  xOf,
  zoomView,
} from './flash-map.scale.ts';

function first(regions: readonly Region[]): Region {
  const [region] = regions;
  if (region === undefined) throw new Error('no region');
  return region;
}

const region = first(layout.map.regions);
const WIDTH = 1024;
/** A scale without partitions: the same for all bytes. */
const even = (view: View, width = WIDTH) => scaleOf(view, width, [], 24);

describe('views', () => {
  test('the whole view shows every byte, and no view shows more', () => {
    expect(wholeView(region)).toEqual({ start: 0, size: 0x400000 });
    expect(isWhole(clampView({ start: -5, size: 1e9 }, region), region)).toBe(true);
  });

  test('zooming keeps the address under the pointer where it is', () => {
    const anchor = addressAt(300, even(wholeView(region)));
    const view = zoomView(wholeView(region), 0.25, anchor, region);
    expect(view.size).toBe(0x100000);
    expect(xOf(anchor, even(view))).toBeCloseTo(300, 0);
  });

  test('the closest view shows eight units, and zooming out ends at the whole', () => {
    let view = wholeView(region);
    for (let i = 0; i < 30; i++) view = zoomView(view, 0.5, 0x9000, region);
    expect(view.size).toBe(8 * 0x1000);
    for (let i = 0; i < 30; i++) view = zoomView(view, 2, 0x9000, region);
    expect(view).toEqual(wholeView(region));
  });

  test('moving stops at both ends', () => {
    const view = { start: 0x1000, size: 0x10000 };
    expect(panView(view, -0x5000, region).start).toBe(0);
    expect(panView(view, 0x400000, region).start).toBe(0x400000 - 0x10000);
  });

  test('showing a partition leaves room around it, revealing it does not zoom', () => {
    const fs = { region: region.id, address: 0x380000, size: 0x80000 };
    const view = viewOf(fs, region);
    expect(view.start).toBeLessThan(fs.address);
    expect(view.start + view.size).toBe(0x400000);
    expect(revealView({ start: 0, size: 0x100000 }, fs, region)).toEqual({ start: 0x300000, size: 0x100000 });
    expect(revealView(wholeView(region), fs, region)).toEqual(wholeView(region));
  });
});

describe('places on the strip', () => {
  const widths = (partitions: readonly Range[], width: number, view = wholeView(region)) => {
    const scale = scaleOf(view, width, partitions, 24);
    return partitions.map((partition) => {
      const extent = extentOf(partition, scale);
      return extent === null ? 0 : extent.right - extent.left;
    });
  };

  test('address and pixel are each other’s inverse, for 4096 units too', () => {
    for (const partitions of [[], bigLayout.partitions]) {
      const scale = scaleOf(wholeView(first(bigLayout.map.regions)), WIDTH, partitions, 24);
      for (const address of [0x9000, 0x20000, 0xfff000]) expect(addressAt(xOf(address, scale), scale)).toBe(address);
      expect(addressAt(-10, scale)).toBe(0);
      expect(addressAt(WIDTH + 10, scale)).toBe(0xffffff);
    }
  });

  test('an invisible range has no extent, a partly visible one ends at the edge', () => {
    const scale = even({ start: 0x10000, size: 0x10000 });
    expect(extentOf({ region: 'flash', address: 0, size: 0x10000 }, scale)).toBeNull();
    expect(extentOf({ region: 'flash', address: 0, size: 0x18000 }, scale)).toEqual({ left: 0, right: WIDTH / 2 });
  });

  test.each([1200, 640, 330])(
    'at %i pixels the smallest partition can be hit, and equal sizes are drawn equal',
    (width) => {
      const all = widths(layout.partitions, width);
      for (const each of all) expect(each).toBeGreaterThanOrEqual(24 - 1e-9);
      // app0 and app1, which are the largest.
      expect(all[4]).toBeCloseTo(all[5] ?? 0);
      expect(Math.max(...all)).toBeCloseTo(all[4] ?? 0);
      const last = extentOf(
        layout.partitions.at(-1) ?? { region: 'flash', address: 0, size: 0 },
        scaleOf(wholeView(region), width, layout.partitions, 24),
      );
      expect(last?.right).toBeCloseTo(width);
    },
  );

  test('what is larger than the least width is to scale', () => {
    const all = widths(layout.partitions, WIDTH);
    expect((all[4] ?? 0) / (all[6] ?? 1)).toBeCloseTo(0x1b0000 / 0x80000);
  });

  test('with more partitions than there is room for, they share it', () => {
    const many = Array.from({ length: 60 }, (_, i) => ({ region: 'flash', address: i * 0x10000, size: 0x10000 }));
    const view = { start: 0, size: 60 * 0x10000 };
    for (const each of widths(many, 600, view)) expect(each).toBeCloseTo(10);
  });

  test('partitions of a damaged table may overlap', () => {
    const twice = [
      { region: 'flash', address: 0x10000, size: 0x100000 },
      { region: 'flash', address: 0x80000, size: 0x100000 },
    ];
    const [a = 0, b = 0] = widths(twice, WIDTH);
    expect(a).toBeCloseTo(b);
  });
});

describe('room for names', () => {
  const tiny = [0, 24, 48].map((left) => ({ place: { left, right: left + 24 }, width: 60 }));

  test('labels stay over their places, or are pushed aside in order, inside the strip', () => {
    expect(labelRooms([{ place: { left: 100, right: 124 }, width: 40 }], 300)).toEqual([{ left: 92, right: 132 }]);
    expect(labelRooms(tiny, 300)).toEqual([
      { left: 0, right: 60 },
      { left: 60, right: 120 },
      { left: 120, right: 180 },
    ]);
    const right = tiny.map(({ place, width }) => ({
      place: { left: place.left + 228, right: place.right + 228 },
      width,
    }));
    expect(labelRooms(right, 300)?.at(-1)?.right).toBe(300);
  });

  test('labels that need more room than there is are not cut: there are none', () => {
    expect(labelRooms(tiny, 170)).toBeNull();
  });
});
