/** Test support: a broken partition table for each rule of tables. Nothing of the app imports it. */
import { readTable } from '../../esp/partitions/table.ts';
import type { TableEntry, TableLimits, TableReading } from '../../esp/partitions/table.ts';
import { writeTable } from '../../esp/partitions/write-table.ts';
import { HASHES } from '../../formats/hashes.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';

const MIB = 1 << 20;

/** A row of a partition table. */
export function row(
  name: string,
  type: number,
  subtype: number,
  offset: number,
  size: number,
  flags: Partial<TableEntry> = {},
): TableEntry {
  return { name, type, subtype, offset, size, encrypted: false, readonly: false, ...flags };
}

const nvs = row('nvs', 1, 2, 0x9000, 0x15000);
const otadata = row('otadata', 1, 0, 0x1e000, 0x2000);
const app0 = row('app0', 0, 0x10, 0x20000, 0x1b0000);
const app1 = row('app1', 0, 0x11, 0x1d0000, 0x1b0000);
const fs = row('fs', 1, 0x83, 0x380000, 0x80000);

/** The rows of Raft's layout with updates, by name. */
export const ROWS = { nvs, otadata, app0, app1, fs } as const;
/** Raft's layout with updates: it keeps every rule. */
export const RAFT: readonly TableEntry[] = [nvs, otadata, app0, app1, fs];

/** The bytes of a table. */
export function table(rows: readonly TableEntry[], withMd5 = true): Uint8Array {
  return writeTable(rows, { md5: withMd5 }, HASHES);
}

/** Reads a table as if it came from a board with 4 MiB of flash. */
export function readAt8000(
  data: Uint8Array,
  limits: TableLimits = { flashSize: 4 * MIB, headerSize: 4 * MIB },
): TableReading {
  return readTable(data, { region: 'flash', address: 0x8000 }, HASHES, limits);
}

/** Raft's rows without one. */
export function without(entry: TableEntry): TableEntry[] {
  return RAFT.filter((r) => r !== entry);
}

/** Raft's rows with one changed. */
export function swapped(entry: TableEntry, change: Partial<TableEntry>): TableEntry[] {
  return RAFT.map((r) => (r === entry ? { ...r, ...change } : r));
}

/** A table that breaks a rule. */
export interface BrokenTable {
  readonly kind: string;
  readonly data: Uint8Array;
  readonly also?: readonly string[];
  /** The nearest table that keeps the rule; Raft's if absent. */
  readonly mended?: Uint8Array;
  readonly limits?: TableLimits;
  /** The values that the finding must carry. */
  readonly values?: object;
  /** Whether the bootloader accepts the table anyway. */
  readonly accepted: boolean;
}

/** Every rule of partition tables with a table that breaks it. */
export const BROKEN_TABLES: readonly BrokenTable[] = [
  { kind: 'table-blank', data: new Uint8Array(0xc00).fill(0xff), values: { address: '0x8000' }, accepted: true },
  { kind: 'table-no-magic', data: new Uint8Array(0xc00), values: { found: '0000', expected: 'aa50' }, accepted: false },
  {
    kind: 'table-row-damaged',
    data: patched(table(RAFT), 64, 0x12),
    values: { row: 3, found: '1250' },
    accepted: false,
  },
  {
    kind: 'table-cut-short',
    data: table(RAFT).subarray(0, 70),
    values: { row: 3, have: 6, need: 32 },
    accepted: false,
  },
  { kind: 'table-cut-short', data: new Uint8Array(), values: { row: 1, have: 0, need: 32 }, accepted: false },
  { kind: 'table-md5-wrong', data: patched(table(RAFT), 12, 0x4e), accepted: false },
  { kind: 'table-md5-absent', data: table(RAFT, false), accepted: true },
  { kind: 'table-md5-twice', data: patched(table(RAFT), 192, 0xeb, 0xeb), values: { row: 7 }, accepted: false },
  { kind: 'table-end-missing', data: table(RAFT).subarray(0, 192), values: { rows: 5 }, accepted: false },
  { kind: 'table-end-not-blank', data: patched(table(RAFT), 200, 0), values: { address: '0x80C0' }, accepted: true },
  {
    kind: 'row-after-md5',
    data: patched(table(RAFT), 192, ...table([fs]).subarray(0, 32)),
    also: ['name-duplicate', 'partitions-overlap'],
    values: { name: 'fs' },
    accepted: true,
  },
  {
    kind: 'name-unterminated',
    data: table(swapped(fs, { name: 'sixteen_bytes_fs' })),
    values: { name: 'sixteen_bytes_fs' },
    accepted: true,
  },
  { kind: 'name-duplicate', data: table(swapped(fs, { name: 'app0' })), values: { name: 'app0' }, accepted: true },
  {
    kind: 'name-misleading',
    data: table(swapped(fs, { name: 'factory' })),
    values: { name: 'factory', type: 'data', subtype: 'littlefs' },
    accepted: true,
  },
  {
    kind: 'type-unknown',
    data: table(swapped(fs, { type: 0x20 })),
    values: { name: 'fs', type: '0x20' },
    accepted: true,
  },
  { kind: 'subtype-unknown', data: table(swapped(fs, { subtype: 0x77 })), values: { subtype: '0x77' }, accepted: true },
  {
    kind: 'flags-unknown',
    data: table(swapped(fs, { otherFlags: 0x80000000 })),
    values: { flags: '0x80000000' },
    accepted: true,
  },
  { kind: 'partition-empty', data: table(swapped(fs, { size: 0 })), values: { name: 'fs' }, accepted: true },
  {
    kind: 'partitions-overlap',
    data: table(swapped(fs, { offset: 0x37f000 })),
    values: { name: 'fs', other: 'app1', from: '0x37F000', to: '0x380000' },
    accepted: true,
  },
  {
    kind: 'partition-below-table',
    data: table(swapped(nvs, { offset: 0x8000 })),
    values: { name: 'nvs', offset: '0x8000', limit: '0x9000' },
    accepted: true,
  },
  {
    kind: 'partition-past-flash',
    data: table(RAFT),
    limits: { flashSize: 2 * MIB },
    values: { name: 'app1', offset: '0x1D0000', size: '1728 KiB', end: '0x380000', limit: '0x200000' },
    accepted: true,
  },
  {
    kind: 'partition-past-header-size',
    data: table(RAFT),
    limits: { headerSize: 2 * MIB },
    values: { name: 'app1', offset: '0x1D0000', size: '1728 KiB', end: '0x380000', limit: '2 MiB' },
    accepted: false,
  },
  {
    kind: 'app-misaligned',
    data: table(swapped(app0, { offset: 0x21000, size: 0x1a0000 })),
    also: ['ota-sizes-differ'],
    values: { offset: '0x21000' },
    accepted: true,
  },
  {
    kind: 'app-size-odd',
    data: table(swapped(app0, { size: 0x1a0800 })),
    also: ['ota-sizes-differ'],
    values: { size: '1666 KiB' },
    accepted: true,
  },
  {
    kind: 'data-misaligned',
    data: table(swapped(fs, { offset: 0x380800, size: 0x7f000 })),
    values: { offset: '0x380800' },
    accepted: true,
  },
  { kind: 'data-size-odd', data: table(swapped(fs, { size: 0x7f800 })), values: { size: '510 KiB' }, accepted: true },
  {
    kind: 'otadata-size',
    data: table(swapped(otadata, { size: 0x1000 })),
    values: { size: '4 KiB', expected: '8 KiB' },
    accepted: true,
  },
  {
    kind: 'otadata-many',
    data: table([...swapped(nvs, { size: 0x13000 }), row('ota2', 1, 0, 0x1c000, 0x2000)]),
    values: { name: 'ota2', other: 'otadata' },
    accepted: true,
  },
  { kind: 'otadata-missing', data: table(without(otadata)), values: { name: 'app0', slots: 2 }, accepted: true },
  {
    kind: 'must-be-writable',
    data: table(swapped(otadata, { readonly: true })),
    values: { name: 'otadata' },
    accepted: true,
  },
  { kind: 'ota-without-first', data: table(without(app0)), values: { name: 'app1', slot: 1 }, accepted: true },
  {
    kind: 'ota-gap',
    data: table(swapped(app1, { subtype: 0x12 })),
    values: { name: 'app1', missing: 1, highest: 2 },
    accepted: true,
  },
  {
    kind: 'ota-duplicate',
    data: table(swapped(app1, { subtype: 0x10 })),
    values: { name: 'app1', other: 'app0', slot: 0 },
    accepted: true,
  },
  {
    kind: 'ota-sizes-differ',
    data: table(swapped(app1, { size: 0x1a0000 })),
    values: { name: 'app1', least: '1664 KiB' },
    accepted: true,
  },
  {
    kind: 'factory-many',
    data: table([row('f1', 0, 0, 0x10000, 0x10000), row('f2', 0, 0, 0x20000, 0x10000)]),
    mended: table([row('f1', 0, 0, 0x10000, 0x10000)]),
    values: { name: 'f2', other: 'f1' },
    accepted: true,
  },
  { kind: 'app-missing', data: table([nvs, fs]), accepted: true },
  {
    kind: 'nvs-small',
    data: table(swapped(nvs, { size: 0x2000 })),
    mended: table(swapped(nvs, { size: 0x3000 })),
    values: { size: '8 KiB', least: '12 KiB' },
    accepted: true,
  },
];

/** The same as cases of the rule table. */
export const PARTITION_CASES: readonly RuleCase[] = BROKEN_TABLES.map((entry) => ({
  kind: entry.kind,
  ...(entry.also !== undefined && { also: entry.also }),
  broken: () => kindsOf(readAt8000(entry.data, entry.limits).findings),
  mended: () => kindsOf(readAt8000(entry.mended ?? table(RAFT)).findings),
}));
