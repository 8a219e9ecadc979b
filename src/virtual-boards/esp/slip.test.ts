import { expect, test } from 'vitest';
import { SlipDecoder, slipEncode } from './slip.ts';

const decode = (...wire: number[]) => new SlipDecoder().push(Uint8Array.from(wire)).map((frame) => [...frame]);

test.each([
  ['plain bytes', [1, 2], [0xc0, 1, 2, 0xc0]],
  ['END', [0xc0], [0xc0, 0xdb, 0xdc, 0xc0]],
  ['ESC', [0xdb], [0xc0, 0xdb, 0xdd, 0xc0]],
  ['what looks like an escape', [0xdb, 0xdc], [0xc0, 0xdb, 0xdd, 0xdc, 0xc0]],
])('%s is framed and read back', (_, payload, wire) => {
  expect([...slipEncode(Uint8Array.from(payload))]).toEqual(wire);
  expect(decode(...wire)).toEqual([payload]);
});

test.each([
  ['text before a frame', [0x65, 0x74, 0xc0, 1, 0xc0], [[1]]],
  ['two frames', [0xc0, 1, 0xc0, 0xc0, 2, 0xc0], [[1], [2]]],
  ['an empty frame', [0xc0, 0xc0, 0xc0, 1, 0xc0], [[1]]],
  ['a wrong escape', [0xc0, 1, 0xdb, 0x01, 0xc0, 0xc0, 2, 0xc0], [[2]]],
  ['an escape at the end', [0xc0, 1, 0xdb, 0xc0, 0xc0, 2, 0xc0], [[2]]],
  ['a frame without an end', [0xc0, 1], []],
])('%s', (_, wire, frames) => {
  expect(decode(...wire)).toEqual(frames);
});

test('a frame may come byte by byte', () => {
  const decoder = new SlipDecoder();
  const wire = slipEncode(Uint8Array.of(0xc0, 0xdb, 7));
  const frames = [...wire].flatMap((byte) => decoder.push(Uint8Array.of(byte)));
  expect(frames).toEqual([Uint8Array.of(0xc0, 0xdb, 7)]);
});
