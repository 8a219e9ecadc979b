/** Writes a binary partition table, byte for byte as ESP-IDF's gen_esp32part.py does. */
import type { Hashes } from '../../flash/hash.ts';
import { viewOf } from '../../formats/binary.ts';
import { espFailure } from '../failures.ts';
import { MD5_MAGIC, ROW_MAGIC, ROW_SIZE, TABLE_SIZE } from './table.ts';
import type { TableEntry } from './table.ts';

const NAME_SIZE = 16;
const encoder = new TextEncoder();

/** The number of partitions a table can hold: one row is the end marker, and one the MD5 if there is one. */
export function mostRows(md5: boolean): number {
  return TABLE_SIZE / ROW_SIZE - (md5 ? 2 : 1);
}

function fits(value: number, bits: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** bits;
}

function writeRow(into: Uint8Array, entry: TableEntry): void {
  const { name, type, subtype, offset, size, otherFlags = 0 } = entry;
  const label = encoder.encode(name);
  if (label.length > NAME_SIZE) {
    const values = { name, size: label.length, limit: NAME_SIZE };
    throw espFailure('table-name-too-long', { values });
  }
  if (!fits(type, 8) || !fits(subtype, 8) || !fits(offset, 32) || !fits(size, 32) || !fits(otherFlags, 32)) {
    const values = { name, type, subtype, offset, size };
    throw espFailure('table-number-too-large', { values });
  }
  const view = viewOf(into);
  view.setUint16(0, ROW_MAGIC, true);
  view.setUint8(2, type);
  view.setUint8(3, subtype);
  view.setUint32(4, offset, true);
  view.setUint32(8, size, true);
  into.fill(0, 12, 28).set(label, 12);
  view.setUint32(28, ((otherFlags & ~3) | (entry.readonly ? 2 : 0) | (entry.encrypted ? 1 : 0)) >>> 0, true);
}

/**
 * The 0xC00 bytes of a table: rows, the MD5 row if wanted, and FF to the end. Throws a `Failure` named
 * `table-too-many-rows`, `table-name-too-long` or `table-number-too-large`; layout rules are not checked.
 */
export function writeTable(
  rows: readonly TableEntry[],
  options: { readonly md5: boolean },
  hashes: Hashes,
): Uint8Array {
  const limit = mostRows(options.md5);
  if (rows.length > limit) {
    const values = { rows: rows.length, limit };
    throw espFailure('table-too-many-rows', { values });
  }
  const table = new Uint8Array(TABLE_SIZE).fill(0xff);
  rows.forEach((entry, i) => writeRow(table.subarray(i * ROW_SIZE, (i + 1) * ROW_SIZE), entry));
  if (options.md5) {
    const at = rows.length * ROW_SIZE;
    viewOf(table).setUint16(at, MD5_MAGIC, true);
    table.set(hashes.md5(table.subarray(0, at)), at + 16);
  }
  return table;
}
