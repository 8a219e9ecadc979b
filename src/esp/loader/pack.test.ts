/** What is compressed for a write: a zlib stream of the content, and how far it is with each piece. */
import { inflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { joinBytes } from '../../formats/binary.ts';
import { firmwareBytes } from '../../virtual-boards/esp/firmware/random.ts';
import { pack } from './pack.ts';

const MIB = 0x100000;

function firmware(size: number): Uint8Array {
  const out = new Uint8Array(size);
  firmwareBytes(out, () => 5);
  return out;
}

/** Bytes that do not compress: xorshift32. */
function noise(size: number): Uint8Array {
  let state = 0x9e3779b1;
  return Uint8Array.from({ length: size }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state & 0xff;
  });
}

/** With this at the start, fflate's stream of pieces refers to zeros before it. */
const BEFORE_THE_START = Uint8Array.of(2, 0, 0, 2, 1, 2, 2, 0, 2, 0, 0, 2, 0, 2, 0, 0, 2, 1);

const CONTENTS: readonly [string, Uint8Array][] = [
  ['firmware', firmware(MIB)],
  ['firmware that ends within a piece', firmware(MIB / 2 + 12)],
  ['zeros', new Uint8Array(MIB)],
  ['bytes that do not compress', noise(MIB)],
  ['what fflate refers to zeros before its start for', joinBytes([BEFORE_THE_START, firmware(MIB / 4)])],
  ['a word', Uint8Array.of(1, 2, 3, 4)],
  ['nothing', new Uint8Array()],
];

test.each(CONTENTS)('%s: the stream unpacks to it, and so does its beginning up to each mark', (_, content) => {
  const { stream, marks } = pack(content);
  expect(Buffer.compare(inflateSync(stream), content)).toBe(0);
  expect(marks.at(-1)).toEqual({ packed: stream.length, unpacked: content.length });
  for (const { packed, unpacked } of marks) {
    // 2 is Z_SYNC_FLUSH: what has come so far, without an end.
    const { length } = inflateSync(stream.subarray(0, packed), { finishFlush: 2 });
    // The last symbol may lie across a mark, and stands for 258 bytes at most (RFC 1951, 3.2.5).
    expect(unpacked - length).toBeGreaterThanOrEqual(0);
    expect(unpacked - length).toBeLessThanOrEqual(258);
  }
});

test('what does not compress grows by less than 0.01 %, and what compresses has a mark every 32 KiB', () => {
  expect(pack(noise(MIB)).stream.length).toBeLessThan(MIB * 1.0001);
  expect(pack(firmware(MIB)).marks.map(({ unpacked }) => unpacked)).toEqual(
    Array.from({ length: 32 }, (_, i) => (i + 1) * 0x8000),
  );
});
