import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { describe, expect, it } from 'vitest';
import { TABLE_FINDING_KINDS } from './findings.ts';
import { readTable } from './partition-table.ts';
import type { TableEntry, TableLimits, TableReading } from './partition-table.ts';
import { writeTable } from './write-table.ts';

const hashes = { md5, sha256 };
const PLACE = { region: 'flash', address: 0x8000 };
const MIB = 1 << 20;

function row(
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
const RAFT = [nvs, otadata, app0, app1, fs];

function table(rows: readonly TableEntry[], withMd5 = true): Uint8Array {
  return writeTable(rows, { md5: withMd5 }, hashes);
}

function read(data: Uint8Array, limits: TableLimits = { flashSize: 4 * MIB, headerSize: 4 * MIB }): TableReading {
  return readTable(data, PLACE, hashes, limits);
}

/** The table with other bytes at an offset. */
function patched(data: Uint8Array, offset: number, ...bytes: number[]): Uint8Array {
  const copy = data.slice();
  copy.set(bytes, offset);
  return copy;
}

function without(entry: TableEntry): TableEntry[] {
  return RAFT.filter((r) => r !== entry);
}

function swapped(entry: TableEntry, change: Partial<TableEntry>): TableEntry[] {
  return RAFT.map((r) => (r === entry ? { ...r, ...change } : r));
}

/** What each rule is broken by, and the values that the finding must carry. */
const BROKEN: Readonly<Record<string, { data: Uint8Array; limits?: TableLimits; values?: object; accepted: boolean }>> =
  {
    'table-blank': { data: new Uint8Array(0xc00).fill(0xff), values: { address: '0x8000' }, accepted: false },
    'table-no-magic': { data: new Uint8Array(0xc00), values: { found: '0000', expected: 'aa50' }, accepted: false },
    'table-row-damaged': { data: patched(table(RAFT), 64, 0x12), values: { row: 2, found: '1250' }, accepted: false },
    'table-cut-short': { data: table(RAFT).subarray(0, 70), values: { row: 2, have: 6, need: 32 }, accepted: false },
    'table-md5-wrong': { data: patched(table(RAFT), 12, 0x4e), accepted: false },
    'table-md5-absent': { data: table(RAFT, false), accepted: true },
    'table-md5-twice': { data: patched(table(RAFT), 192, 0xeb, 0xeb), values: { row: 6 }, accepted: false },
    'table-end-missing': { data: table(RAFT).subarray(0, 192), values: { rows: 5 }, accepted: false },
    'table-end-not-blank': { data: patched(table(RAFT), 200, 0), values: { address: '0x80C0' }, accepted: true },
    'row-after-md5': {
      data: patched(table(RAFT), 192, ...table([fs]).subarray(0, 32)),
      values: { name: 'fs' },
      accepted: true,
    },
    'name-unterminated': {
      data: table(swapped(fs, { name: 'sixteen_bytes_fs' })),
      values: { name: 'sixteen_bytes_fs' },
      accepted: true,
    },
    'name-duplicate': { data: table(swapped(fs, { name: 'app0' })), values: { name: 'app0' }, accepted: true },
    'name-misleading': {
      data: table(swapped(fs, { name: 'factory' })),
      values: { name: 'factory', type: 'data', subtype: 'littlefs' },
      accepted: true,
    },
    'type-unknown': { data: table(swapped(fs, { type: 0x20 })), values: { name: 'fs', type: '0x20' }, accepted: true },
    'subtype-unknown': { data: table(swapped(fs, { subtype: 0x77 })), values: { subtype: '0x77' }, accepted: true },
    'flags-unknown': {
      data: table(swapped(fs, { otherFlags: 0x80000000 })),
      values: { flags: '0x80000000' },
      accepted: true,
    },
    'partition-empty': { data: table(swapped(fs, { size: 0 })), values: { name: 'fs' }, accepted: true },
    'partitions-overlap': {
      data: table(swapped(fs, { offset: 0x37f000 })),
      values: { name: 'fs', other: 'app1', from: '0x37F000', to: '0x380000' },
      accepted: true,
    },
    'partition-below-table': {
      data: table(swapped(nvs, { offset: 0x8000 })),
      values: { name: 'nvs', offset: '0x8000', limit: '0x9000' },
      accepted: true,
    },
    'partition-past-flash': {
      data: table(RAFT),
      limits: { flashSize: 2 * MIB },
      values: { name: 'app1', offset: '0x1D0000', size: '0x1B0000', end: '0x380000', limit: '0x200000' },
      accepted: true,
    },
    'partition-past-header-size': {
      data: table(RAFT),
      limits: { headerSize: 2 * MIB },
      values: { name: 'app1', offset: '0x1D0000', size: '0x1B0000', end: '0x380000', limit: '0x200000' },
      accepted: false,
    },
    'app-misaligned': {
      data: table(swapped(app0, { offset: 0x21000, size: 0x1a0000 })),
      values: { offset: '0x21000' },
      accepted: true,
    },
    'app-size-odd': { data: table(swapped(app0, { size: 0x1a0800 })), values: { size: '0x1A0800' }, accepted: true },
    'data-misaligned': {
      data: table(swapped(fs, { offset: 0x380800, size: 0x7f000 })),
      values: { offset: '0x380800' },
      accepted: true,
    },
    'data-size-odd': { data: table(swapped(fs, { size: 0x7f800 })), values: { size: '0x7F800' }, accepted: true },
    'otadata-size': {
      data: table(swapped(otadata, { size: 0x1000 })),
      values: { size: '0x1000', expected: '0x2000' },
      accepted: true,
    },
    'otadata-many': {
      data: table([...swapped(nvs, { size: 0x13000 }), row('ota2', 1, 0, 0x1c000, 0x2000)]),
      values: { name: 'ota2', other: 'otadata' },
      accepted: true,
    },
    'otadata-missing': { data: table(without(otadata)), values: { name: 'app0', slots: 2 }, accepted: true },
    'must-be-writable': {
      data: table(swapped(otadata, { readonly: true })),
      values: { name: 'otadata' },
      accepted: true,
    },
    'ota-without-first': { data: table(without(app0)), values: { name: 'app1', slot: 1 }, accepted: true },
    'ota-gap': {
      data: table(swapped(app1, { subtype: 0x12 })),
      values: { name: 'app1', missing: 1, highest: 2 },
      accepted: true,
    },
    'ota-duplicate': {
      data: table(swapped(app1, { subtype: 0x10 })),
      values: { name: 'app1', other: 'app0', slot: 0 },
      accepted: true,
    },
    'ota-sizes-differ': {
      data: table(swapped(app1, { size: 0x1a0000 })),
      values: { name: 'app1', least: '1664 KiB' },
      accepted: true,
    },
    'factory-many': {
      data: table([row('f1', 0, 0, 0x10000, 0x10000), row('f2', 0, 0, 0x20000, 0x10000)]),
      values: { name: 'f2', other: 'f1' },
      accepted: true,
    },
    'app-missing': { data: table([nvs, fs]), accepted: true },
    'nvs-small': {
      data: table(swapped(nvs, { size: 0x2000 })),
      values: { size: '8 KiB', least: '12 KiB' },
      accepted: true,
    },
  };

describe('rules', () => {
  it('have a broken table each', () => {
    expect(Object.keys(BROKEN).sort()).toEqual([...TABLE_FINDING_KINDS].sort());
  });

  it.each(Object.entries(BROKEN))('%s', (kind, { data, limits, values = {}, accepted }) => {
    const reading = read(data, limits);
    const finding = reading.findings.find((f) => f.kind === kind);
    expect(finding?.values).toMatchObject(values);
    expect(finding?.says).not.toMatch(/undefined|NaN/);
    expect(reading.accepted).toBe(accepted);
    expect(finding?.verdict === 'note' || finding?.next !== undefined).toBe(true);
  });

  it('are all kept by the Raft layout', () => {
    expect(read(table(RAFT)).findings).toEqual([]);
  });

  it('name the partition that is meant, on the device or in the file', () => {
    const broken = table(swapped(fs, { offset: 0x37f000 }));
    expect(read(broken).findings[0]?.place).toEqual({
      in: 'flash',
      range: { region: 'flash', address: 0x37f000, size: 0x80000 },
    });
    const inFile = readTable(broken, { ...PLACE, file: 'p.bin' }, hashes);
    expect(inFile.findings[0]?.place).toEqual({ in: 'file', name: 'p.bin', offset: 128 });
  });

  it.each([
    ['name-misleading', swapped(app0, { name: 'factory' })],
    ['otadata-size', [...RAFT, row('tee', 1, 0x90, 0x400000, 0x1000)]],
    ['otadata-many', [...RAFT, row('tee', 1, 0x90, 0x400000, 0x2000), row('tee2', 1, 0x90, 0x402000, 0x2000)]],
    ['must-be-writable', [...RAFT, row('core', 1, 3, 0x400000, 0x10000, { readonly: true })]],
    ['nvs-small', swapped(nvs, { size: 0x2fff })],
    ['partitions-overlap', [...RAFT, row('inside', 1, 6, 0x21000, 0x1000), row('also', 1, 6, 0x23000, 0x1000)]],
  ])('also find %s', (kind, rows) => {
    expect(read(table(rows)).findings.map((f) => f.kind)).toContain(kind);
  });

  it('count each overlap once, against the partition that reaches furthest', () => {
    const rows = [...RAFT, row('inside', 1, 6, 0x21000, 0x1000), row('also', 1, 6, 0x23000, 0x1000)];
    const found = read(table(rows)).findings.filter((f) => f.kind === 'partitions-overlap');
    expect(found.map((f) => [f.values['name'], f.values['other']])).toEqual([
      ['inside', 'app0'],
      ['also', 'app0'],
    ]);
  });

  it.each([
    ['nvs-small, at exactly 12 KiB', swapped(nvs, { size: 0x3000 })],
    ['nvs-small, if it is read-only', swapped(nvs, { size: 0x2000, readonly: true })],
    ['partition-below-table, for a bootloader', [...RAFT, row('boot', 2, 0, 0x1000, 0x7000)]],
    ['subtype-unknown, for a custom type', [...without(fs), row('own', 0x40, 0x99, 0x380000, 0x1000)]],
    ['name-misleading, for an nvs called nvs', RAFT],
    ['name-misleading, for data called data', swapped(fs, { name: 'data' })],
    ['partition-past-flash, for one that ends with the flash', RAFT],
    ['partition-past-header-size, for one that ends with the flash', RAFT],
    ['partitions-overlap, for one of size 0', [...RAFT, row('none', 1, 6, 0x20000, 0)]],
  ])('do not find %s', (rule, rows) => {
    const kind = rule.split(',')[0];
    expect(read(table(rows)).findings.map((f) => f.kind)).not.toContain(kind);
  });
});
