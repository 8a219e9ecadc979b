/** The digests that tests in Node make with OpenSSL are those of the library that the app ships. */
import { expect, test } from 'vitest';
// By its path, which is not replaced.
import { md5 as shippedMd5 } from '../node_modules/@noble/hashes/legacy.js';
import { sha256 as shippedSha256, sha512 as shippedSha512 } from '../node_modules/@noble/hashes/sha2.js';
import { md5, sha256, sha512 } from './native-hashes.ts';

const LENGTHS = [...Array.from({ length: 200 }, (_, i) => i), 4096, 70_001];
const data = Uint8Array.from({ length: 70_001 }, (_, i) => (i * i) >> 3);

test.each([
  ['MD5', md5, shippedMd5],
  ['SHA-256', sha256, shippedSha256],
  ['SHA-512', sha512, shippedSha512],
])('%s, at once and piece by piece', (_, native, shipped) => {
  expect(native).not.toBe(shipped);
  for (const length of LENGTHS) {
    const some = data.subarray(0, length);
    expect(native(some)).toEqual(shipped(some));
    const half = length >> 1;
    expect(native.create().update(some.subarray(0, half)).update(some.subarray(half)).digest()).toEqual(shipped(some));
  }
});
