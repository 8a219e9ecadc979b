import { expect, test } from 'vitest';
import { bytesOfHex, hexOf } from './binary.ts';

test.each([
  ['', []],
  ['00', [0]],
  ['0a10ff', [10, 16, 255]],
])('bytes as the hex digits %j, and back', (digits, bytes) => {
  expect(hexOf(Uint8Array.from(bytes))).toBe(digits);
  expect(bytesOfHex(digits)).toEqual(Uint8Array.from(bytes));
});

test('every byte has two digits of its own, of however many there are', () => {
  const bytes = Uint8Array.from({ length: 0x20000 }, (_, i) => i & 0xff);
  const digits = hexOf(bytes);
  expect(new Set(digits.match(/../g)).size).toBe(256);
  expect(bytesOfHex(digits.toUpperCase())).toEqual(bytes);
});
