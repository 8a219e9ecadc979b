import { expect, test } from 'vitest';
import { clock, unbroken } from './values.ts';

test('a date breaks only after its comma', () => {
  expect(clock(0)).toMatch(/^[^ ]+, \d\d:\d\d$/);
  expect(unbroken('28 Nov, 03:39')).toBe('28\u00a0Nov, 03:39');
});
