import { describe, expect, test } from 'vitest';
import type { Region } from '../../src/flash/map.ts';
import { bigLayout, layout } from '../gallery/fixtures.ts';
import {
  addressAt,
  clampView,
  extentOf,
  isWhole,
  panView,
  revealView,
  spread,
  ticks,
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

describe('views', () => {
  test('the whole view shows every byte, and no view shows more', () => {
    expect(wholeView(region)).toEqual({ start: 0, size: 0x400000 });
    expect(isWhole(clampView({ start: -5, size: 1e9 }, region), region)).toBe(true);
  });

  test('zooming keeps the address under the pointer where it is', () => {
    const anchor = addressAt(300, wholeView(region), WIDTH);
    const view = zoomView(wholeView(region), 0.25, anchor, region);
    expect(view.size).toBe(0x100000);
    expect(xOf(anchor, view, WIDTH)).toBeCloseTo(300, 0);
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
  test('address and pixel are each other’s inverse, for 4096 units too', () => {
    const view = wholeView(first(bigLayout.map.regions));
    expect(addressAt(xOf(0x9000, view, WIDTH), view, WIDTH)).toBe(0x9000);
    expect(addressAt(-10, view, WIDTH)).toBe(0);
    expect(addressAt(WIDTH + 10, view, WIDTH)).toBe(0xffffff);
  });

  test('an invisible range has no extent, a partly visible one ends at the edge', () => {
    const view = { start: 0x10000, size: 0x10000 };
    expect(extentOf({ region: 'flash', address: 0, size: 0x10000 }, view, WIDTH)).toBeNull();
    expect(extentOf({ region: 'flash', address: 0, size: 0x18000 }, view, WIDTH)).toEqual({
      left: 0,
      right: WIDTH / 2,
    });
  });

  test('ticks are round and far enough apart', () => {
    expect(ticks({ start: 0, size: 0x400000 }, WIDTH, 100)).toEqual([
      0, 0x80000, 0x100000, 0x180000, 0x200000, 0x280000, 0x300000, 0x380000,
    ]);
    expect(ticks({ start: 0x9100, size: 0x8000 }, WIDTH, 100)[0]).toBe(0xa000);
    expect(ticks({ start: 0, size: 0x1000 }, 0, 100)).toEqual([]);
  });
});

describe('room for names', () => {
  const extents = layout.partitions.flatMap((partition) => extentOf(partition, wholeView(region), 328) ?? []);

  test('no label is narrower than asked, overlaps another or lies outside', () => {
    const rooms = spread(extents, 328, 24);
    expect(rooms).toHaveLength(7);
    for (const [i, room] of rooms.entries()) {
      expect(room.right - room.left).toBeGreaterThanOrEqual(24 - 1e-9);
      expect(room.left).toBeGreaterThanOrEqual((rooms[i - 1]?.right ?? 0) - 1e-9);
      expect(room.right).toBeLessThanOrEqual(328 + 1e-9);
    }
  });

  test('a crowd at the right end is pushed left', () => {
    expect(
      spread(
        [
          { left: 95, right: 98 },
          { left: 98, right: 100 },
        ],
        100,
        24,
      ),
    ).toEqual([
      { left: 52, right: 76 },
      { left: 76, right: 100 },
    ]);
  });

  test('if labels need more room than there is, they share it evenly', () => {
    const rooms = spread(
      Array.from({ length: 10 }, () => ({ left: 0, right: 1 })),
      100,
      24,
    );
    expect(rooms.at(-1)).toEqual({ left: 90, right: 100 });
  });
});
