/** How much comes out of the beginnings of a zlib stream, compared with what unpacks them. */
import fc from 'fast-check';
import { zlibSync } from 'fflate';
import { constants, inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { noise } from '../../testing/bench/noise.ts';
import { firmwareBytes } from '../../virtual-boards/esp/firmware/random.ts';
import { unpackedSizes } from './unpacked-sizes.ts';

const STEP = 0x40;

/** The same by unpacking each beginning with zlib itself, which gives all that comes out of it. */
function byUnpacking(stream: Uint8Array): number[] {
  const beginnings = Array.from({ length: Math.floor(stream.length / STEP) + 1 }, (_, i) =>
    stream.subarray(0, i * STEP),
  );
  return beginnings.map((data) => inflateSync(data, { finishFlush: constants.Z_SYNC_FLUSH }).length);
}

function firmware(size: number): Uint8Array {
  const data = new Uint8Array(size);
  firmwareBytes(data, (piece) => piece);
  return data;
}

/** The sizes that are counted and those that come out; what is not counted any more is all of the content. */
function both(data: Uint8Array, level: 0 | 6 | 9): [counted: number[], unpacked: number[]] {
  const stream = zlibSync(data, { level, mem: 4 });
  const unpacked = byUnpacking(stream);
  const counted = unpackedSizes(stream, STEP);
  return [[...counted, ...unpacked.slice(counted.length).map(() => data.length)], unpacked];
}

test.each<[string, Uint8Array]>([
  ['firmware', firmware(0x10000)],
  ['bytes that do not compress', noise(0x4000, 1)],
  ['blank flash', new Uint8Array(0x20000).fill(0xff)],
  ['few bytes', Uint8Array.of(1, 2, 3)],
  ['no bytes', new Uint8Array()],
])('%s', (_, data) => {
  for (const level of [0, 9] as const) {
    const [counted, unpacked] = both(data, level);
    expect(counted).toEqual(unpacked);
  }
});

test('any bytes', () => {
  const bytes = fc.array(fc.oneof(fc.nat(255), fc.constant(0), fc.nat(3)), { maxLength: 3000 });
  fc.assert(
    fc.property(bytes, fc.constantFrom<6 | 9>(6, 9), (data, level) => {
      const [counted, unpacked] = both(Uint8Array.from(data), level);
      expect(counted).toEqual(unpacked);
    }),
  );
});

test('a stream that ends too soon is refused', () => {
  const stream = zlibSync(noise(0x1000, 2));
  expect(() => unpackedSizes(stream.subarray(0, 0x800), STEP)).toThrow(RangeError);
});
