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

/** A binary partition table of 0xC00 bytes with its MD5 row (ESP-IDF `gen_esp32part.py`); the rows are not validated. */
export function buildPartitionTable(rows: readonly TableRow[], options: { readonly md5?: boolean } = {}): Uint8Array {
  const out = new Uint8Array(0xc00).fill(0xff);
  const view = viewOf(out);
  for (const [index, row] of rows.entries()) {
    const at = index * ROW;
    out.fill(0, at, at + ROW);
    out.set([0xaa, 0x50, row.type, row.subtype], at);
    view.setUint32(at + 4, row.offset, true);
    view.setUint32(at + 8, row.size, true);
    // A label of 16 characters has no terminating zero.
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

/** The same for 8 MB, as that page describes it: both apps grow equally, and the file system takes the rest. */
export const RAFT_OTA_8MB_ROWS: readonly TableRow[] = [
  { label: 'nvs', type: 1, subtype: 0x02, offset: 0x9000, size: 0x15000 },
  { label: 'otadata', type: 1, subtype: 0x00, offset: 0x1e000, size: 0x2000 },
  { label: 'app0', type: 0, subtype: 0x10, offset: 0x20000, size: 0x300000 },
  { label: 'app1', type: 0, subtype: 0x11, offset: 0x320000, size: 0x300000 },
  { label: 'fs', type: 1, subtype: 0x83, offset: 0x620000, size: 0x1e0000 },
];

/** Raft's single-app layout, without room for OTA updates. */
export const RAFT_SINGLE_ROWS: readonly TableRow[] = [
  { label: 'nvs', type: 1, subtype: 0x02, offset: 0x9000, size: 0x6000 },
  { label: 'phy_init', type: 1, subtype: 0x01, offset: 0xf000, size: 0x1000 },
  { label: 'fs', type: 1, subtype: 0x82, offset: 0x10000, size: 0xf0000 },
  { label: 'factory', type: 0, subtype: 0x00, offset: 0x100000, size: 0x200000 },
];

/** ESP-IDF's "Factory app, two OTA definitions" (components/partition_table/partitions_two_ota.csv). */
export const IDF_TWO_OTA_ROWS: readonly TableRow[] = [
  { label: 'nvs', type: 1, subtype: 0x02, offset: 0x9000, size: 0x4000 },
  { label: 'otadata', type: 1, subtype: 0x00, offset: 0xd000, size: 0x2000 },
  { label: 'phy_init', type: 1, subtype: 0x01, offset: 0xf000, size: 0x1000 },
  { label: 'factory', type: 0, subtype: 0x00, offset: 0x10000, size: 0x100000 },
  { label: 'ota_0', type: 0, subtype: 0x10, offset: 0x110000, size: 0x100000 },
  { label: 'ota_1', type: 0, subtype: 0x11, offset: 0x210000, size: 0x100000 },
];

/** The 4 MB layout of Raft's OTA page with a smaller NVS, to make room for an encrypted data partition. */
export const RAFT_SECRETS_ROWS: readonly TableRow[] = [
  { label: 'nvs', type: 1, subtype: 0x02, offset: 0x9000, size: 0x11000 },
  { label: 'secrets', type: 1, subtype: 0x06, offset: 0x1a000, size: 0x4000, flags: 1 },
  ...RAFT_OTA_ROWS.slice(1),
];
