import { md5 } from '@noble/hashes/legacy.js';
import { describe, expect, test } from 'vitest';
import { NorError, NorFlash, programTime } from './nor-flash.ts';

const bytes = (...values: number[]) => Uint8Array.from(values);

function faultOf(act: () => void): string {
  try {
    act();
  } catch (error) {
    if (error instanceof NorError) return `${error.fault} ${error.address.toString(16)}`;
    throw error;
  }
  return 'none';
}

describe('what a NOR chip refuses', () => {
  const cases: [string, (flash: NorFlash) => void, string][] = [
    ['an erase that starts inside a sector', (f) => f.erase(0x1004, 0x1000), 'misaligned-erase 1004'],
    ['an erase that ends inside a sector', (f) => f.erase(0x1000, 0x0ffc), 'misaligned-erase 1ffc'],
    ['an erase past its end', (f) => f.erase(0x1_0000, 0x2_0000), 'out-of-range 20000'],
    ['a read past its end', (f) => f.read(0x1_fffe, 4), 'out-of-range 20000'],
    ['a program past its end', (f) => f.program(0x2_0000, bytes(0)), 'out-of-range 20000'],
    ['clearing one more bit of a programmed byte', (f) => f.program(0x11, bytes(0x00)), 'cell-not-erased 11'],
    ['setting a bit', (f) => f.program(0x10, bytes(0x0f, 0xff)), 'cell-not-erased 11'],
  ];
  test.each(cases)('%s', (_, act, fault) => {
    const flash = new NorFlash(0x2_0000);
    flash.program(0x10, bytes(0x0f, 0x3c));
    const before = md5(flash.snapshot());
    expect(faultOf(() => act(flash))).toBe(fault);
    expect(md5(flash.snapshot())).toEqual(before);
    expect(flash.violations).toHaveLength(1);
    expect(flash.totalErases).toBe(0);
  });
});

test('erased cells can be programmed, and any cell with the value it holds', () => {
  const flash = new NorFlash(0x1000);
  flash.program(0, bytes(1, 2, 0xff));
  flash.program(0, bytes(1, 2, 3));
  expect([...flash.read(0, 4)]).toEqual([1, 2, 3, 0xff]);
  expect(flash.programmedBytes).toBe(6);
  expect(flash.violations).toEqual([]);
});

test('clearBits sets no bit, is no violation, and stops at the end of the chip', () => {
  const flash = new NorFlash(0x1000);
  flash.program(0, bytes(0x0f, 0x3c));
  flash.clearBits(0, bytes(0x5a, 0x3c, 0x77));
  expect([...flash.read(0, 4)]).toEqual([0x0a, 0x3c, 0x77, 0xff]);
  expect([flash.violations, flash.programmedBytes]).toEqual([[], 5]);
  expect(faultOf(() => flash.clearBits(0xfff, bytes(0, 0)))).toBe('out-of-range 1000');
});

test('a range is erased unless one of its cells holds something', () => {
  const flash = new NorFlash(0x2000);
  expect(flash.isErased(0, 0x2000)).toBe(true);
  flash.program(0x1fff, Uint8Array.of(0xfe));
  expect(flash.isErased(0, 0x1fff)).toBe(true);
  expect(flash.isErased(0x1000, 0x1000)).toBe(false);
  expect(() => flash.isErased(0x1000, 0x2000)).toThrow(NorError);
});

test('erases are counted per sector, a block as sixteen, factory content not at all', () => {
  const flash = new NorFlash(0x2_0000);
  flash.load(0x1000, bytes(0));
  flash.erase(0x1_0000, 0x1_0000);
  flash.erase(0x1000, 0x1000);
  flash.erase(0x1000, 0x1000);
  expect([flash.eraseCount(0), flash.eraseCount(0x1fff), flash.eraseCount(0x1_f000)]).toEqual([0, 2, 1]);
  expect(flash.totalErases).toBe(18);
  expect(flash.programmedBytes).toBe(0);
});

test('a snapshot is a copy and a read is a view', () => {
  const flash = new NorFlash(0x1000);
  const view = flash.read(0, 1);
  const copy = flash.snapshot();
  flash.program(0, bytes(7));
  expect([view[0], copy[0]]).toEqual([7, 0xff]);
});

test('programming time is counted in pages', () => {
  const times = [1, 256, 0x1000].map((size) => programTime(size).toFixed(1));
  expect(times).toEqual(['0.6', '0.6', '9.6']);
});

test('a size that is not whole sectors is refused', () => {
  expect(() => new NorFlash(1000)).toThrow(RangeError);
});
