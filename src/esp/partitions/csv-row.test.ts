import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNumber } from './csv-row.ts';

const NAMES = new Map([
  ['ota', 0],
  ['nvs', 2],
]);

describe('numbers in a CSV', () => {
  it.each([
    ['0', 0],
    ['00', 0],
    ['-0', 0],
    ['4096', 4096],
    ['+4096', 4096],
    ['-4096', -4096],
    ['1_000', 1000],
    ['0x9000', 0x9000],
    ['0XfF', 255],
    ['0x_1_0', 16],
    ['-0x10', -16],
    ['0o17', 15],
    ['0b101', 5],
    ['4K', 4096],
    ['4k', 4096],
    ['2M', 2 << 20],
    ['0x10K', 0x4000],
    ['1KK', 1 << 20],
    ['1 K', 1024],
    ['NVS', 2],
    ['nvsK', 2048],
    ['otaM', 0],
    ['0xFFFFFFFFFFFF', 2 ** 48 - 1],
  ])('%s reads as %d', (field, value) => {
    expect(readNumber(field, (name) => NAMES.get(name))).toBe(value);
  });

  it.each([
    '',
    '-',
    '+',
    'K',
    'M',
    '0x',
    '0o',
    '0b',
    '010000',
    '01',
    '0_1',
    '1.5M',
    '1e309',
    '1e3',
    '1__0',
    '_1',
    '1_',
    '0x_',
    '0x1_',
    '0o8',
    '0b2',
    '- 1',
    '--1',
    '+-1',
    '0xG',
    'N/A',
    'Infinity',
    'NaN',
    '1 2',
    '4KB',
    '4 KiB',
    '1,000',
    'nvs ',
    '１',
    '0x9000 # c',
  ])('"%s" is not a number', (field) => {
    expect(readNumber(field, (name) => NAMES.get(name))).toBeNull();
  });

  it('out of range stay too large to fit, and overlong ones are rejected', () => {
    expect(readNumber('9'.repeat(4000))).toBe(Infinity);
    expect(readNumber(`1${'K'.repeat(5000)}`)).toBe(Infinity);
    expect(readNumber(`0${'K'.repeat(5000)}`)).toBe(0);
    expect(readNumber('9'.repeat(1 << 20))).toBeNull();
    expect(readNumber('K'.repeat(1 << 20))).toBeNull();
  });

  it('survive a round trip in every notation', () => {
    fc.assert(
      fc.property(fc.nat(0x7fffffff), (n) => {
        for (const radix of [
          [16, '0x'],
          [8, '0o'],
          [2, '0b'],
          [10, ''],
        ] as const) {
          expect(readNumber(radix[1] + n.toString(radix[0]))).toBe(n);
        }
        expect(readNumber(`${n}K`)).toBe(n * 1024);
        expect(readNumber(`-${n}M`)).toBe(n === 0 ? 0 : -n * (1 << 20));
      }),
    );
  });
});
