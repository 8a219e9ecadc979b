import { describe, expect, it } from 'vitest';
import { HASHES } from '../../formats/hashes.ts';
import {
  BROKEN_TABLES,
  RAFT,
  readAt8000 as read,
  row,
  ROWS,
  swapped,
  table,
  without,
} from '../../testing/rules/partitions.ts';
import { readTable } from './table.ts';

const PLACE = { region: 'flash', address: 0x8000 };
const { nvs, app0, fs } = ROWS;

describe('table rules', () => {
  it.each(BROKEN_TABLES)('$kind', ({ kind, data, limits, values = {}, accepted }) => {
    const reading = read(data, limits);
    const finding = reading.findings.find((f) => f.kind === kind);
    expect(finding?.values).toMatchObject(values);
    expect(finding?.says).not.toMatch(/undefined|NaN/);
    expect(reading.accepted).toBe(accepted);
    expect(finding?.verdict === 'note' || finding?.next !== undefined).toBe(true);
  });

  it('find nothing in the Raft layout', () => {
    expect(read(table(RAFT)).findings).toEqual([]);
  });

  it('give the place of the partition, on the device or in the file', () => {
    const broken = table(swapped(fs, { offset: 0x37f000 }));
    expect(read(broken).findings[0]?.place).toEqual({
      in: 'flash',
      range: { region: 'flash', address: 0x37f000, size: 0x80000 },
    });
    const inFile = readTable(broken, { ...PLACE, file: 'p.bin' }, HASHES);
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

  it('report each overlap once, with the partition that extends furthest', () => {
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
