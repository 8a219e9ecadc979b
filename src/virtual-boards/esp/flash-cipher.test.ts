import { createDecipheriv } from 'node:crypto';
import { expect, test } from 'vitest';
import { NorFlash } from '../nor-flash.ts';
import { deciphered, FlashCipher } from './flash-cipher.ts';
import { hex } from './ram-upload.ts';

const bytes = (text: string) => Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
const KEY = bytes('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');

/** A block encrypted as ESP-IDF's docs describe it: AES decryption, last byte first, with this key. */
function byHand(key: Uint8Array, plain: Uint8Array): string {
  const aes = createDecipheriv('aes-256-ecb', key, null).setAutoPadding(false);
  return hex(aes.update(plain.toReversed()).toReversed());
}

test.each([
  // Bits of the key flipped by address bit 5: the last of each run, that is bits 18, 37, 56, 66 and so on.
  [0x20, 5, [18, 37, 56, 66, 85, 104, 123, 131, 150, 169, 188, 194, 213, 232, 251, 255]],
  [0x80_0000, 23, [0, 19, 38, 67, 86, 105, 132, 151, 170, 195, 214, 233]],
])('the key changes with the address: 0x%x', (address, _, flipped) => {
  const plain = Uint8Array.from({ length: 32 }, (__, i) => i * 7);
  const key = KEY.slice();
  for (const bit of flipped) key[bit >> 3] = (key[bit >> 3] ?? 0) ^ (0x80 >> (bit & 7));
  const cipher = new FlashCipher(KEY).encrypt(address, plain);
  expect(hex(cipher)).toBe(byHand(key, plain.subarray(0, 16)) + byHand(key, plain.subarray(16)));
});

test('data encrypted at one address is garbage at another, and decrypts at its own', () => {
  const cipher = new FlashCipher(KEY);
  const plain = new TextEncoder().encode('the same text at two addresses..');
  const there = cipher.encrypt(0x10000, plain);
  expect(cipher.decrypt(0x10000, there)).toEqual(plain);
  expect(cipher.decrypt(0x11000, there)).not.toEqual(plain);
  expect(cipher.encrypt(0x11000, plain)).not.toEqual(there);
});

test('only whole blocks can be encrypted', () => {
  const cipher = new FlashCipher(KEY);
  expect(() => cipher.encrypt(16, new Uint8Array(32))).toThrow(RangeError);
  expect(() => cipher.encrypt(32, new Uint8Array(16))).toThrow(RangeError);
});

test('the view through the cache decrypts at any address and size', () => {
  const cipher = new FlashCipher(KEY);
  const flash = new NorFlash(0x4000);
  const plain = Uint8Array.from({ length: 0x3000 }, (_, i) => i >> 3);
  flash.load(0x1000, cipher.encrypt(0x1000, plain));
  expect(hex(deciphered(flash, cipher).read(0x1ffd, 0x1007))).toBe(hex(plain.subarray(0xffd, 0x2004)));
});
