/** The known digests are those of erased bytes. */
import { expect, test } from 'vitest';
import { md5Hex } from '../formats/hashes.ts';
import { BLANK_DIGESTS, isBlankDigest } from './blank-digests.ts';

const FLASH = {
  id: 'flash',
  name: 'Flash',
  start: 0,
  runs: [{ count: 4, size: 256 }],
  access: { read: true, erase: true, write: true },
};

test.each(BLANK_DIGESTS)('%i bytes of %i', (size, byte, digest) => {
  expect(md5Hex(new Uint8Array(size).fill(byte))).toBe(digest);
});

test('a unit is blank by the erased byte of its own region', () => {
  const range = { region: 'flash', address: 0, size: 256 };
  const erasedTo = (erasedByte: number) => ({ regions: [{ ...FLASH, erasedByte }] });
  const zeros = md5Hex(new Uint8Array(256));
  expect(isBlankDigest(erasedTo(0), range, zeros)).toBe(true);
  expect(isBlankDigest(erasedTo(0xff), range, zeros)).toBe(false);
  expect(isBlankDigest(erasedTo(0), range, md5Hex(new Uint8Array(256).fill(1)))).toBe(false);
});
