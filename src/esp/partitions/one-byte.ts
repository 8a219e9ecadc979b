/** Finds the one changed byte of a damaged partition table: with it put back, the table's MD5 is right, which cannot be chance. */
import { bytes, hex } from '../../flash/finding.ts';
import type { Hashes } from '../../flash/hash.ts';
import { plainName } from '../../flash/names.ts';
import { hexOf, sameBytes } from '../../formats/binary.ts';
import { readTable, MD5_MAGIC, ROW_MAGIC, ROW_SIZE, TABLE_SIZE } from './table.ts';
import type { TablePlace, TableReading, TableRow } from './table.ts';
import { subtypeName, typeName } from './types.ts';

/** A table with one byte corrected. */
export interface OneByteFix {
  /** The 0xC00 bytes of the whole table. */
  readonly data: Uint8Array;
  /** What changes, as a clause: `app1 (row 4): name App1 → app1`; rows are counted from 1. */
  readonly says: string;
  /** Where the byte is, for a clause: `app1 (row 4)`, `its checksum`. */
  readonly where: string;
  /** Whether only the stored MD5 was damaged, and all rows are right. */
  readonly md5Only: boolean;
}

/** Up to this many rows every byte is tried with every value; beyond that only with one bit changed. */
const MOST_ROWS = 16;
/** So few bytes of a stored MD5 differ by chance only once in 2^104 tables. */
const MOST_OF_MD5 = 3;

/** The fix of a table that was read as `reading`; null if more than one byte is damaged, or none. */
export function oneByteFix(
  data: Uint8Array,
  reading: TableReading,
  place: TablePlace,
  hashes: Hashes,
): OneByteFix | null {
  const table = data.slice(0, TABLE_SIZE);
  const { md5, end, state } = reading;
  if (table.length < TABLE_SIZE || (state !== 'damaged' && state !== 'none')) return null;
  const covered = reading.rows.length * ROW_SIZE;
  const tried = (fixed: Uint8Array, says: (rows: readonly TableRow[]) => string): OneByteFix | null => {
    const again = readTable(fixed, place, hashes);
    const isRight = again.state === 'whole' && again.md5.state === 'right' && again.rows.length > 0;
    const md5Only = sameBytes(fixed.subarray(0, covered), table.subarray(0, covered));
    if (!isRight) return null;
    const row = again.rows.findIndex((_, i) => !sameBytes(rowAt(fixed, i), rowAt(table, i)));
    const where = row === -1 ? 'its checksum' : rowWords(again.rows, row);
    return { data: fixed, says: says(again.rows), where, md5Only: md5Only && end === 'marker' };
  };
  if (end === 'missing') return inMagic(table, reading, tried);
  if (md5.state !== 'wrong') return null;
  return inMd5(table, covered, { hashes, tried }) ?? inRows(table, reading, { hashes, tried });
}

function rowAt(table: Uint8Array, row: number): Uint8Array {
  return table.subarray(row * ROW_SIZE, (row + 1) * ROW_SIZE);
}

type Tried = (fixed: Uint8Array, says: (rows: readonly TableRow[]) => string) => OneByteFix | null;

interface Means {
  readonly hashes: Hashes;
  readonly tried: Tried;
}

/** The first two bytes of the row at which reading stopped. */
function inMagic(table: Uint8Array, { rows, md5 }: TableReading, tried: Tried): OneByteFix | null {
  const row = rows.length + (md5.stored === null ? 0 : 1);
  const at = row * ROW_SIZE;
  for (const magic of [ROW_MAGIC, MD5_MAGIC]) {
    const wanted = [magic & 0xff, magic >> 8];
    if (wanted.filter((byte, i) => byte !== table[at + i]).length !== 1) continue;
    const fixed = table.slice();
    fixed.set(wanted, at);
    const [was, is] = [table, fixed].map((each) => hexOf(each.subarray(at, at + 2)));
    const fix = tried(fixed, (now) => `${rowWords(now, row)}: its first bytes ${was} → ${is}`);
    if (fix !== null) return fix;
  }
  return null;
}

/** The MD5 that is stored behind the rows, in the second half of its own row. */
function md5At(table: Uint8Array, covered: number): Uint8Array {
  return table.subarray(covered + ROW_SIZE / 2, covered + ROW_SIZE);
}

/** The stored MD5 itself: the rows are then as they were. */
function inMd5(table: Uint8Array, covered: number, { hashes, tried }: Means): OneByteFix | null {
  const computed = hashes.md5(table.subarray(0, covered));
  const stored = md5At(table, covered);
  const differ = computed.filter((byte, i) => byte !== stored[i]).length;
  if (differ === 0 || differ > MOST_OF_MD5) return null;
  const fixed = table.slice();
  md5At(fixed, covered).set(computed);
  return tried(fixed, () => `${differ} of 16 bytes of the MD5`);
}

function inRows(table: Uint8Array, { rows }: TableReading, { hashes, tried }: Means): OneByteFix | null {
  const covered = rows.length * ROW_SIZE;
  const rowsOnly = table.slice(0, covered);
  const stored = md5At(table, covered);
  const bits = Array.from({ length: 8 }, (_, bit) => 1 << bit);
  const others = rows.length > MOST_ROWS ? [] : Array.from({ length: 255 }, (_, i) => i + 1);
  // A flipped bit is the usual damage, and is found at once.
  for (const flips of [bits, others.filter((flip) => !bits.includes(flip))]) {
    for (const [at, byte] of rowsOnly.entries()) {
      for (const flip of flips) {
        rowsOnly[at] = byte ^ flip;
        if (sameBytes(hashes.md5(rowsOnly), stored)) {
          const fixed = table.slice();
          fixed.set(rowsOnly);
          return tried(fixed, (now) => changeWords(rows, now));
        }
      }
      rowsOnly[at] = byte;
    }
  }
  return null;
}

/** A row by its name and its number, counted from 1: `app1 (row 4)`; without a name where it is that of the checksum. */
function rowWords(rows: readonly TableRow[], index: number): string {
  const row = rows[index];
  return row === undefined ? `row ${index + 1}` : `${plainName(row.name)} (row ${index + 1})`;
}

/** The field that differs: `app1 (row 4): name App1 → app1`, `app0 (row 3): size 0x140000 → 0x1B0000`. */
function changeWords(before: readonly TableRow[], after: readonly TableRow[]): string {
  for (const [i, now] of after.entries()) {
    const was = before[i];
    if (was === undefined) continue;
    if (was.name !== now.name) return `${rowWords(after, i)}: name ${plainName(was.name)} → ${plainName(now.name)}`;
    const change = fieldsOf(was).flatMap(([field, value], n) => {
      const [, to = ''] = fieldsOf(now)[n] ?? [];
      return value === to ? [] : [`${field} ${value} → ${to}`];
    })[0];
    if (change !== undefined) return `${rowWords(after, i)}: ${change}`;
  }
  return 'a byte of the rows that holds no value';
}

function fieldsOf({ type, subtype, offset, size, encrypted, readonly, otherFlags }: TableRow): [string, string][] {
  const flags = [encrypted ? 'encrypted' : '', readonly ? 'readonly' : '', otherFlags === 0 ? '' : hex(otherFlags)];
  return [
    ['type', typeName(type)],
    ['subtype', subtypeName(type, subtype)],
    ['offset', hex(offset)],
    ['size', bytes(size)],
    ['flags', flags.filter((flag) => flag !== '').join(' ') || 'none'],
  ];
}
