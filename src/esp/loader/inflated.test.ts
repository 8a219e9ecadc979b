import fc from 'fast-check';
import { constants, inflateSync } from 'node:zlib';
import { zlibSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { inflatedAt } from './inflated.ts';

/** Content of every kind of block: runs, repeats, noise, nothing. */
const content = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 400 }),
      fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 9000 })).map(([byte, size]) => new Uint8Array(size).fill(byte)),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 40 }), fc.integer({ min: 1, max: 200 }))
        .map(([some, times]) => Uint8Array.from({ length: some.length * times }, (_, i) => some[i % some.length] ?? 0)),
    ),
    { maxLength: 12 },
  )
  .map((parts) => Uint8Array.from(parts.flatMap((part) => [...part])));
const level = fc.constantFrom(0 as const, 1 as const, 6 as const, 9 as const);

/** What zlib makes of the first bytes of a stream, whatever it can. */
function unpacked(stream: Uint8Array, offset: number): number {
  return inflateSync(stream.subarray(0, offset), { finishFlush: constants.Z_SYNC_FLUSH }).length;
}

describe('the content in the first bytes of a stream', () => {
  it('is what zlib unpacks from them', () => {
    fc.assert(
      fc.property(
        content,
        level,
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 5 }),
        (data, how, cuts) => {
          const stream = zlibSync(data, { level: how });
          const offsets = cuts.map((cut) => Math.round(cut * stream.length)).toSorted((a, b) => a - b);
          expect(inflatedAt(stream, [...offsets, stream.length])).toEqual([
            ...offsets.map((offset) => unpacked(stream, offset)),
            data.length,
          ]);
        },
      ),
    );
  });

  it.each<[string, Uint8Array]>([
    ['that ends early', zlibSync(Uint8Array.from({ length: 100 }, (_, i) => i * i)).subarray(0, 60)],
    ['with a block of no known kind', Uint8Array.of(0x78, 0x9c, 0b111)],
    ['of noise', Uint8Array.from({ length: 300 }, (_, i) => (i * 89 + 5) & 0xff)],
  ])('is refused for a stream %s', (_, stream) => {
    expect(() => inflatedAt(stream, [stream.length])).toThrow(RangeError);
  });
});
