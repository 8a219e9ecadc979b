/** The one changed byte of a damaged table is found, named, and put back; nothing is proposed that its MD5 does not prove. */
import { describe, expect, test } from 'vitest';
import { HASHES } from '../../formats/hashes.ts';
import { oneByteFix } from './one-byte.ts';
import type { TableEntry } from './table.ts';
import { readTable, ROW_SIZE } from './table.ts';
import { writeTable } from './write-table.ts';

const PLACE = { region: 'flash', address: 0x8000 };
const row = (name: string, type: number, subtype: number, offset: number, size: number): TableEntry => {
  return { name, type, subtype, offset, size, encrypted: false, readonly: false };
};
const ROWS = [
  row('nvs', 1, 2, 0x9000, 0x5000),
  row('otadata', 1, 0, 0xe000, 0x2000),
  row('app0', 0, 0x10, 0x10000, 0x140000),
  row('app1', 0, 0x11, 0x150000, 0x140000),
];
const GOOD = writeTable(ROWS, { md5: true }, HASHES);
const MANY = writeTable(
  Array.from({ length: 60 }, (_, i) => row(`d${i}`, 1, 6, 0x10000 + i * 0x1000, 0x1000)),
  { md5: true },
  HASHES,
);

function fixOf(table: Uint8Array, ...bytes: readonly (readonly [at: number, value: number])[]) {
  const damaged = table.slice();
  for (const [at, value] of bytes) damaged[at] = value;
  return oneByteFix(damaged, readTable(damaged, PLACE, HASHES), PLACE, HASHES);
}

describe('one changed byte is put back', () => {
  test.each<[what: string, at: number, value: number, says: string]>([
    ['a letter of a name', 3 * ROW_SIZE + 12, 0x41, 'app1 (row 4): name App1 → app1'],
    ['more than one bit of a name', 12, 0x20, 'nvs (row 1): name  vs → nvs'],
    ['an offset', 2 * ROW_SIZE + 6, 0x03, 'app0 (row 3): offset 0x30000 → 0x10000'],
    ['a size', 3 * ROW_SIZE + 10, 0x1b, 'app1 (row 4): size 1728 KiB → 1280 KiB'],
    ['a subtype', 3 * ROW_SIZE + 3, 0x10, 'app1 (row 4): subtype ota_0 → ota_1'],
    ['a flag', ROW_SIZE + 28, 0x01, 'otadata (row 2): flags encrypted → none'],
    ['behind a name', ROW_SIZE + 26, 0x31, 'a byte of the rows that holds no value'],
    ['the magic of a row', 2 * ROW_SIZE, 0xa8, 'app0 (row 3): its first bytes a850 → aa50'],
    ['the magic of the first row', 1, 0x51, 'nvs (row 1): its first bytes aa51 → aa50'],
    ['the magic of the MD5', 4 * ROW_SIZE, 0xea, 'row 5: its first bytes eaeb → ebeb'],
    ['the MD5', 4 * ROW_SIZE + 20, 0, '1 of 16 bytes of the MD5'],
  ])('%s', (_, at, value, says) => {
    const fix = fixOf(GOOD, [at, value]);
    expect(fix?.data).toEqual(GOOD);
    expect(fix?.says).toBe(says);
    expect(fix?.md5Only).toBe(says.endsWith('of the MD5'));
    const row = ['nvs (row 1)', 'otadata (row 2)', 'app0 (row 3)', 'app1 (row 4)'][Math.floor(at / ROW_SIZE)];
    expect(fix?.where).toBe(row ?? 'its checksum');
  });

  test('one bit of a table with many rows', () => {
    const at = 40 * ROW_SIZE + 13;
    expect(fixOf(MANY, [at, (MANY[at] ?? 0) ^ 4])?.data).toEqual(MANY);
  });
});

describe('nothing is proposed', () => {
  test('for two changed bytes', () => {
    expect(fixOf(GOOD, [12, 0x41], [44, 0x41])).toBeNull();
    expect(fixOf(GOOD, [0, 0], [32, 0])).toBeNull();
  });

  test('for a sound table, for one without an MD5 and for blank flash', () => {
    expect(fixOf(GOOD)).toBeNull();
    const plain = writeTable(ROWS, { md5: false }, HASHES);
    expect(fixOf(plain, [12, 0x41])).toBeNull();
    expect(fixOf(new Uint8Array(0xc00).fill(0xff))).toBeNull();
  });
});
