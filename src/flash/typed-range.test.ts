import { describe, expect, test } from 'vitest';
import type { FlashMap } from './map.ts';
import { typedRange } from './typed-range.ts';

const access = { read: true, erase: true, write: true };
const map: FlashMap = {
  regions: [
    { id: 'flash', name: 'Flash', start: 0, runs: [{ count: 1024, size: 4096 }], access },
    { id: 'high', name: 'High', start: 0x08000000, runs: [{ count: 4, size: 16384 }], access },
  ],
};
const at = (address: number, size: number, region = 'flash') => ({ range: { region, address, size } });

test.each([
  ['0x9000–0x9FFF', at(0x9000, 0x1000)],
  ['0x9000-0xa000', at(0x9000, 0x1000)],
  [' 0x9000 to 0x9FFF ', at(0x9000, 0x1000)],
  ['0x9000..0x9007', at(0x9000, 8)],
  // Only where erase units may begin is the end taken for the first address behind it.
  ['0x20010-0x20050', at(0x20010, 0x41)],
  ['0x9000+0x1000', at(0x9000, 0x1000)],
  ['0x9000 + 24 KiB', at(0x9000, 24 * 1024)],
  ['64K+1M', at(0x10000, 0x100000)],
  ['36864+1', at(36864, 1)],
  ['0+4M', at(0, 0x400000)],
  ['0x8000000+16k', at(0x08000000, 0x4000, 'high')],
])('%s', (text, range) => {
  expect(typedRange(text, map)).toEqual(range);
});

describe('what is no range of the board', () => {
  test.each([
    ['', /^Type start–end or start\+size/],
    ['nvs', /^Type start–end/],
    ['0x9000', /^Type start–end/],
    ['0x9000+', /^Type start–end/],
    ['-1+5', /^Type start–end/],
    ['0x9000+0', /^That is empty/],
    ['0x9000-0x8000', /^That is empty/],
    ['0x400000+1', /no flash at 0x400000/],
    ['0x3FF000+8K', /It ends 4 KiB past Flash, whose last address is 0x3FFFFF/],
  ])('%s', (text, wrong) => {
    expect(typedRange(text, map)).toEqual({ wrong: expect.stringMatching(wrong) });
  });
});
