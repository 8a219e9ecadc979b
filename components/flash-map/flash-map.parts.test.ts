import { expect, test } from 'vitest';
import type { Layout, Partition } from '../../src/flash/layout.ts';
import { NO_LAYOUT } from '../../src/flash/layout.ts';
import { inspectedAfter } from './flash-map.parts.ts';

const partition = (name: string, region: string, address: number, size: number): Partition => {
  return { name, role: 'data', type: 'data', region, address, size };
};
const laidOut = (...partitions: Partition[]): Layout => ({ ...NO_LAYOUT, partitions });

test('of two memories that both begin at 0, the inspector shows the one that was pressed', () => {
  const [dct, serial] = [partition('DCT', 'dct', 0, 0x4000), partition('serial flash', 'serial', 0, 0x100000)];
  const layout = laidOut(dct, serial);
  expect(inspectedAfter(serial, { layout, board: { layout } }, serial)).toBe(serial);
  expect(inspectedAfter(serial, { layout, board: { layout } }, dct)).toBe(dct);
});

test('a planned partition that was pressed is not exchanged for the one that the board has in its place', () => {
  const [now, planned] = [partition('fs', 'flash', 0x380000, 0x80000), partition('fs', 'flash', 0x380000, 0x40000)];
  const shown = { layout: laidOut(planned), board: { layout: laidOut(now) } };
  expect(inspectedAfter(planned, shown, planned)).toBe(planned);
});
