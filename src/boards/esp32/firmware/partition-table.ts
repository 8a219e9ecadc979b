import { md5 } from '@noble/hashes/legacy.js';
import { viewOf } from './bytes.ts';

/** One row of a partition table; offset and size in bytes. */
export interface TableRow {
  readonly label: string;
  readonly type: number;
  readonly subtype: number;
  readonly offset: number;
  readonly size: number;
  /** Bit 0 encrypted, bit 1 read only. */
  readonly flags?: number;
}

const ROW = 32;

/** A binary partition table of 0xC00 bytes with its MD5 row (ESP-IDF `gen_esp32part.py`); checks no rule. */
export function buildPartitionTable(rows: readonly TableRow[], options: { readonly md5?: boolean } = {}): Uint8Array {
  const out = new Uint8Array(0xc00).fill(0xff);
  const view = viewOf(out);
  for (const [index, row] of rows.entries()) {
    const at = index * ROW;
    out.fill(0, at, at + ROW);
    out.set([0xaa, 0x50, row.type, row.subtype], at);
    view.setUint32(at + 4, row.offset, true);
    view.setUint32(at + 8, row.size, true);
    // A label of 16 characters has no zero behind it.
    out.set(new TextEncoder().encode(row.label).subarray(0, 16), at + 12);
    view.setUint32(at + 28, row.flags ?? 0, true);
  }
  if (options.md5 ?? true) {
    const at = rows.length * ROW;
    out.set([0xeb, 0xeb], at);
    out.set(md5(out.subarray(0, at)), at + 16);
  }
  return out;
}

/** The 4 MB layout of Raft's OTA page. */
export const RAFT_OTA_ROWS: readonly TableRow[] = [
  { label: 'nvs', type: 1, subtype: 0x02, offset: 0x9000, size: 0x15000 },
  { label: 'otadata', type: 1, subtype: 0x00, offset: 0x1e000, size: 0x2000 },
  { label: 'app0', type: 0, subtype: 0x10, offset: 0x20000, size: 0x1b0000 },
  { label: 'app1', type: 0, subtype: 0x11, offset: 0x1d0000, size: 0x1b0000 },
  { label: 'fs', type: 1, subtype: 0x83, offset: 0x380000, size: 0x80000 },
];
