/** Sizes as the page shows them. */
import { expect, test } from 'vitest';
import { bytes, roughly, storage } from './format.ts';

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
