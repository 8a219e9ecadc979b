/** The least time that work needs, against figures worked out by hand from the boards' documents. */
import { describe, expect, test } from 'vitest';
import type { Wire } from './limit.ts';
import { dfuReadMs, dfuWriteMs, digestMs, flashMs, frameMs, readMs, writeMs } from './limit.ts';
import { noise } from '../bytes.ts';

const UART: Wire = { by: 'uart', baud: 921600 };
const USB: Wire = { by: 'usb' };

describe('a frame', () => {
  test('takes ten bits a byte on a UART', () => {
    expect(frameMs(UART, 921.6)).toBeCloseTo(10);
    expect(frameMs({ by: 'uart', baud: 115200 }, 1152)).toBeCloseTo(100);
  });

  test('takes whole frames of the bus over USB: 19 packets of 64 bytes in 1 ms', () => {
    expect([1, 1216, 1217, 4096].map((size) => frameMs(USB, size))).toEqual([1, 1, 2, 4]);
  });
});

test('64 KiB are erased at once where they are aligned, and each sector by itself elsewhere', () => {
  // 150 ms for the block, 0.6 ms for each of 256 pages.
  expect(flashMs(0x10000, 0x10000)).toBeCloseTo(150 + 256 * 0.6);
  // One sector further, the block is not aligned: 15 sectors, and one in the next block.
  expect(flashMs(0x11000, 0x10000)).toBeCloseTo(16 * 45 + 256 * 0.6);
  expect(flashMs(0x1000, 0x20)).toBeCloseTo(45 + 0.6);
});

test('a digest takes 4 ms for 4 KiB, its command and its answer', () => {
  expect(digestMs(UART, 0x10000)).toBeCloseTo(64 + ((26 + 28) * 10_000) / 921600);
});

describe('a write', () => {
  test('of bytes that compress takes as long as the flash', () => {
    const image = { address: 0x10000, data: new Uint8Array(0x10000) };
    const commands = ((26 + 12 + 26 + 28) * 10_000) / 921600;
    expect(writeMs(UART, [image])).toBeCloseTo(150 + 153.6 + 64 + commands);
  });

  test('of bytes that do not compress takes as long as the wire, at a rate that is slower than the flash', () => {
    const data = noise(0x10000, 1);
    const wire = (0x10000 * 10_000) / 921600;
    expect(writeMs(UART, [{ address: 0x10000, data }])).toBeGreaterThan(wire + 64);
    // SLIP escapes two byte values of 256, and there are four blocks.
    expect(writeMs(UART, [{ address: 0x10000, data }])).toBeLessThan(wire * 1.02 + 64);
    expect(writeMs(USB, [{ address: 0x10000, data }])).toBeCloseTo(150 + 153.6 + 64 + 4);
  });
});

test('a read waits for the acknowledgement of each 4 KiB', () => {
  expect(readMs(USB, new Uint8Array(0x4000))).toBe(2 + 4 * (4 + 1) + 1);
});

test('DFU erases, then programs words of 16 µs, then is read back', () => {
  const [download, command] = [0.1 * (2 + 64) + 2 * 0.3, 0.1 * (2 + 1) + 2 * 0.3];
  const read = command + 0.2 + 32 * 0.1 * (2 + 64);
  expect(dfuReadMs(0x20000)).toBeCloseTo(read);
  const sector = { size: 0x20000, data: noise(0x20000, 1) };
  expect(dfuWriteMs([sector])).toBeCloseTo(command + 1000 + command + 32 * download + 0x8000 * 0.016 + read);
});
