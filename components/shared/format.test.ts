/** Sizes and times as the page shows them. */
import { expect, test } from 'vitest';
import { bytes, dayAndTime, roughly, storage } from './format.ts';

test('between a size and its unit no line breaks', () => {
  expect([bytes(84 << 10), bytes(1234), bytes(1), bytes(4 << 20)]).toEqual([
    '84\u00a0KiB',
    '1,234\u00a0bytes',
    '1\u00a0byte',
    '4\u00a0MiB',
  ]);
  expect(roughly(1_234_567)).toBe('1.18\u00a0MiB');
  expect(storage(12.3 * (1 << 20))).toBe('12.3\u00a0MiB');
});

test('a time is of today, of yesterday, of a day of this year, or of another year', () => {
  const now = new Date(2026, 0, 2, 0, 1).getTime();
  const at = (...when: [year: number, month: number, day: number, hours: number, minutes: number]) =>
    dayAndTime(new Date(...when).getTime(), now);
  expect(at(2026, 0, 2, 0, 0)).toBe('today,\u00a000:00');
  expect(at(2026, 0, 1, 0, 0)).toBe('yesterday,\u00a000:00');
  expect(at(2025, 11, 31, 23, 59)).toMatch(/31.Dec.2025/);
  expect(dayAndTime(new Date(2026, 2, 1, 3, 39).getTime(), new Date(2026, 5, 1).getTime())).toMatch(/^1.Mar,.03:39$/);
});
