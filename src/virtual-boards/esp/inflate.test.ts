/** A stream in blocks: its bytes come out as soon as they can, as on the chip, and a damaged one is refused. */
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { BlockInflate, InflateError, join } from './inflate.ts';

const content = Uint8Array.from({ length: 0x9000 }, (_, i) => (i * i) >> 3);
const HALF = 0x4000;

test('the bytes of a stored block come out as they arrive, not once the block is whole', () => {
  const stream = deflateSync(content, { level: 0 });
  const inflate = new BlockInflate();
  // A header of zlib and one of the block, which is of 65,535 bytes at most.
  const first = inflate.push(stream.subarray(0, HALF), false);
  expect(first).toHaveLength(HALF - 7);
  expect(join([first, inflate.push(stream.subarray(HALF), true)])).toEqual(content);
  expect(inflate.total).toBe(content.length);
});

describe('an error', () => {
  const stream = deflateSync(content);
  const damaged = (at: number, ...bytes: number[]): Uint8Array => {
    const copy = new Uint8Array(stream);
    copy.set(bytes, at < 0 ? copy.length + at : at);
    return copy;
  };
  test.each<[string, readonly Uint8Array[]]>([
    ['no zlib header', [damaged(0, 0x00)]],
    ['a header for gzip', [damaged(0, 0x1f, 0x8b, 8)]],
    ['a preset dictionary', [damaged(1, 0xbb)]],
    ['another Adler-32', [damaged(-1, (stream.at(-1) ?? 0) ^ 1)]],
    ['an end that is missing', [stream.subarray(0, -5)]],
    ['bytes behind the end', [join([stream, Uint8Array.of(0)])]],
    ['a block behind the end', [stream, Uint8Array.of(0)]],
  ])('%s', (_, blocks) => {
    const inflate = new BlockInflate();
    expect(() => {
      for (const [i, block] of blocks.entries()) inflate.push(block, i === blocks.length - 1);
    }).toThrow(InflateError);
  });
});
