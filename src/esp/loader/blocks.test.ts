/** Cuts of a compressed stream: nothing is lost, no block unpacks to much, and the wire waits less than with blocks of full size. */
import { zlibSync } from 'fflate';
import fc from 'fast-check';
import { inflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { firmwareBytes } from '../../virtual-boards/esp/firmware/random.ts';
import { cutBlocks } from './blocks.ts';

const PIECE = 0x4000;
/** Bytes in a millisecond at 921600 baud. */
const PER_MS = 92.16;

function firmware(size: number): Uint8Array {
  const out = new Uint8Array(size);
  firmwareBytes(out, () => 3);
  return out;
}

/** How many bytes each block adds to what comes out. */
function unpacked(blocks: readonly Uint8Array[]): number[] {
  const sizes = blocks.map((_, i) => {
    const begun = Buffer.concat(blocks.slice(0, i + 1));
    // 2 is Z_SYNC_FLUSH: what has come so far, without an end.
    return inflateSync(begun, { finishFlush: 2 }).length;
  });
  return sizes.map((size, i) => size - (sizes[i - 1] ?? 0));
}

/** Contents by kind and number of units: firmware, zeros, and both by turns. */
function contentOf(kind: number, units: number): Uint8Array {
  const out = kind === 1 ? new Uint8Array(units * 0x1000) : firmware(units * 0x1000);
  if (kind === 2) for (let at = 0; at < out.length; at += 0x9000) out.fill(0, at, at + 0x6000);
  return out;
}

describe.each([
  ['at 921600 baud', PER_MS],
  ['at 115200 baud', 11.52],
  ['over USB', null],
])('%s', (_, perMs) => {
  test.each([PIECE, 0x800, 0x400])(
    'blocks of at most %i bytes are the stream, and none unpacks to over 128 KiB',
    (piece) => {
      fc.assert(
        fc.property(fc.nat(2), fc.integer({ min: 1, max: 30 }), fc.nat(40), (kind, units, unit) => {
          const content = contentOf(kind, units);
          const stream = zlibSync(content, { level: 9 });
          const blocks = cutBlocks(stream, { address: unit * 0x1000, size: content.length, piece, perMs });
          expect(Buffer.compare(Buffer.concat(blocks), stream)).toBe(0);
          expect(Math.max(...blocks.map(({ length }) => length))).toBeLessThanOrEqual(piece);
          expect(Math.min(...blocks.map(({ length }) => length))).toBeGreaterThan(0);
          const sizes = unpacked(blocks);
          expect(Math.max(...sizes)).toBeLessThanOrEqual(0x20000);
          // Never only the end mark and the checksum.
          expect(sizes.at(-1)).toBeGreaterThan(0);
        }),
        { numRuns: 8 },
      );
    },
  );
});

test('a whole MiB of zeros, which packs into one block, is sent in many', () => {
  const stream = zlibSync(new Uint8Array(0x100000), { level: 9 });
  expect(stream.length).toBeLessThan(PIECE);
  const blocks = cutBlocks(stream, { address: 0, size: 0x100000, piece: PIECE, perMs: PER_MS });
  expect(blocks.length).toBeGreaterThanOrEqual(8);
  expect(Buffer.compare(Buffer.concat(blocks), stream)).toBe(0);
});
