import { expect, test } from 'vitest';
import { clock, restored, unbroken } from './values.ts';

test('a date breaks only after its comma', () => {
  expect(clock(0)).toMatch(/^[^ ]+, \d\d:\d\d$/);
  expect(unbroken('28 Nov, 03:39')).toBe('28\u00a0Nov, 03:39');
});

test('what was restored is named without what was found in it, and with the time of the backup', () => {
  expect(restored({ name: 'partition table and fs', made: 0 })).toBe(`partition table and fs as of ${clock(0)}`);
  expect(restored({ name: 'nvs' })).toBe('nvs');
});
