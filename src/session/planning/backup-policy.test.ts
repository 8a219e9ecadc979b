/** What of the overwritten content is backed up, and why the rest is not: in numbers, and in words. */
import { expect, test } from 'vitest';
import { backupLines } from '../words/plan.ts';
import { imageOf, inputFor, layoutOf, mapOf, mustPlan } from '../../testing/flash.ts';
import { backupCost } from './backup-policy.ts';

const UNIT = 0x400;
const layout = layoutOf(mapOf(UNIT, UNIT));
const pace = { writeBytesPerSecond: 1e5, readBytesPerSecond: 1e5, digestBytesPerSecond: 1e5, stretchMs: 1 };

test('what is blank is said to need no backup, beside what is backed up', () => {
  const flash = new Uint8Array(2 * UNIT).fill(0xff).fill(7, 0, UNIT);
  const image = imageOf([0, Array.from({ length: 2 * UNIT }, () => 1)]);
  const plan = mustPlan(inputFor(layout, image, flash));
  const cost = backupCost(plan, [], pace, true, ({ address }) => address === UNIT);
  expect(cost).toMatchObject({ blank: UNIT });
  expect(backupLines(cost, layout).kept).toEqual([
    '1 KiB of current content is backed up first.',
    'Another 1 KiB is blank: the backup notes that, and nothing is read for it.',
  ]);
  // Where nothing is backed up, nothing seems to be missing from that.
  expect(backupLines({ ...cost, read: 0, stored: 0 }, layout).kept).toEqual([
    '1 KiB that is overwritten is blank: the backup notes that, and nothing is read for it.',
  ]);
});
