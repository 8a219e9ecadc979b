import * as fc from 'fast-check';
import { expect, test } from 'playwright/test';
import { encode, encodeFrame, type Frame, FrameDecoder, parse } from './frames.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);
const decode = (wire: Uint8Array) => new FrameDecoder().push(wire);

test('a message to the program is a size, a type and a body', () => {
  expect(encode({ type: 'data', bytes: bytes(7, 8) })).toEqual(bytes(2, 0, 0, 0, 0x44, 7, 8));
  expect(encode({ type: 'answer', id: 1, status: -32 })).toEqual(
    bytes(8, 0, 0, 0, 0x41, 1, 0, 0, 0, 0xe0, 0xff, 0xff, 0xff),
  );
  expect(encode({ type: 'completion', id: 0xfffffffe, status: 0, bytes: bytes(9) })).toEqual(
    bytes(9, 0, 0, 0, 0x55, 0xfe, 0xff, 0xff, 0xff, 0, 0, 0, 0, 9),
  );
  expect(encode({ type: 'inputs', bits: 0x20 })).toEqual(bytes(4, 0, 0, 0, 0x49, 0x20, 0, 0, 0));
});

test('each frame from the program is parsed', () => {
  const read = (type: string, ...body: number[]) => parse({ type, body: bytes(...body) });
  expect(parse({ type: 'O', body: Buffer.from('/dev/ttyUSB0') })).toEqual({ type: 'open', node: '/dev/ttyUSB0' });
  expect(read('D', 1, 2)).toEqual({ type: 'data', bytes: bytes(1, 2) });
  expect(read('L', 2)).toEqual({ type: 'lines', dtr: false, rts: true, brk: false });
  expect(read('L', 5)).toEqual({ type: 'lines', dtr: true, rts: false, brk: true });
  expect(read('B', 0x00, 0xc2, 0x01, 0)).toEqual({ type: 'baud', rate: 115200 });
  expect(read('C', 3, 0, 0, 0)).toEqual({ type: 'cancel', id: 3 });
  expect(read('S', 3, 0, 0, 0, 2, 0, 9, 0, 0, 0, 0x21)).toEqual({
    type: 'transfer',
    id: 3,
    kind: 2,
    endpoint: 0,
    size: 9,
    bytes: bytes(0x21),
  });
  expect(read('Q', 4, 0, 0, 0, 0x69, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0)).toEqual({
    type: 'request',
    id: 4,
    op: 'i',
    a: 1,
    b: 2,
  });
});

test('an unknown type and a short body are errors', () => {
  expect(() => parse({ type: '?', body: bytes() })).toThrow(RangeError);
  expect(() => parse({ type: 'B', body: bytes(1) })).toThrow(RangeError);
});

test('frames come out complete, however the stream is split', () => {
  const frame = fc.record({ type: fc.constantFrom('D', 'L', 'S'), body: fc.uint8Array({ maxLength: 40 }) });
  const plain = ({ type, body }: Frame) => [type, ...body];
  fc.assert(
    fc.property(fc.array(frame), fc.array(fc.nat(12)), (frames, cuts) => {
      let rest: Uint8Array = Buffer.concat(frames.map(({ type, body }) => encodeFrame(type, body)));
      const decoder = new FrameDecoder();
      const out: Frame[] = [];
      for (const cut of cuts) {
        out.push(...decoder.push(rest.subarray(0, cut)));
        rest = rest.subarray(cut);
      }
      out.push(...decoder.push(rest));
      expect(out.map(plain)).toEqual(frames.map(plain));
    }),
  );
});

test('half a frame gives no frame', () => {
  expect(decode(encodeFrame('D', bytes(1, 2)).subarray(0, 6))).toEqual([]);
});
