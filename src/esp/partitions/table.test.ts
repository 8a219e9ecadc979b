import { md5 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Failure } from '../../flash/failure.ts';
import { hexOf } from '../../formats/binary.ts';
import { readTable } from './table.ts';
import type { TableEntry, TableLimits, TableReading, TableState } from './table.ts';
import { patched } from '../../testing/rules/case.ts';
import { RAFT, row, ROWS, swapped, table } from '../../testing/rules/partitions.ts';
import { mostRows } from './write-table.ts';

const hashes = { md5, sha256 };
const PLACE = { region: 'flash', address: 0x8000 };
const MIB = 1 << 20;

const { nvs, fs } = ROWS;

function read(data: Uint8Array, limits: TableLimits = { flashSize: 4 * MIB, headerSize: 4 * MIB }): TableReading {
  return readTable(data, PLACE, hashes, limits);
}

describe('readTable', () => {
  it('reads rows, flags and addresses', () => {
    const rows = [
      { ...nvs, encrypted: true },
      { ...fs, readonly: true },
    ];
    expect(read(table(rows)).rows).toEqual([
      { ...nvs, encrypted: true, otherFlags: 0, address: 0x8000 },
      { ...fs, readonly: true, otherFlags: 0, address: 0x8020 },
    ]);
  });

  it('gives the stored and the computed MD5', () => {
    const right = read(table(RAFT)).md5;
    expect(right).toEqual({
      state: 'right',
      stored: right.computed,
      computed: hexOf(md5(table(RAFT).subarray(0, 160))),
    });
    expect(read(patched(table(RAFT), 176, 0)).md5).toMatchObject({ state: 'wrong', computed: right.computed });
    expect(read(table(RAFT, false)).md5).toEqual({ state: 'absent', stored: null, computed: right.computed });
  });

  it('ignores what follows the table in its erase unit', () => {
    const unit = new Uint8Array(0x1000);
    unit.set(table(RAFT));
    expect(read(unit)).toEqual(read(table(RAFT)));
  });

  it('keeps the rows before a damaged one', () => {
    const reading = read(patched(table(RAFT), 64, 0));
    expect(reading.rows.map((r) => r.name)).toEqual(['nvs', 'otadata']);
    expect(reading.end).toBe('missing');
  });

  it.each<[string, Uint8Array, TableState, boolean]>([
    ['erased flash', new Uint8Array(0x1000).fill(0xff), 'blank', true],
    ['zeros', new Uint8Array(0x1000), 'none', false],
    ['an app', patched(new Uint8Array(0x1000), 0, 0xe9), 'none', false],
    ['a table with a damaged row', patched(table(RAFT), 64, 0), 'damaged', false],
    ['a table with a wrong MD5', patched(table(RAFT), 176, 0), 'damaged', false],
    ['a whole table', table(RAFT), 'whole', true],
  ])('reports what is at the table’s address: %s', (_, data, state, accepted) => {
    expect(read(data)).toMatchObject({ state, accepted });
  });

  it('calls a table that extends past the header’s flash size whole, but not accepted', () => {
    expect(read(table(RAFT), { headerSize: 2 * MIB })).toMatchObject({ state: 'whole', accepted: false });
  });

  it('calls an empty file cut short, not blank', () => {
    expect(read(new Uint8Array(0)).findings.map((f) => f.kind)).toEqual(['table-cut-short']);
  });

  it('reads a full table of 95 rows without MD5', () => {
    const rows = Array.from({ length: 95 }, (_, i) => row(`p${i}`, 1, 6, 0x10000 + i * 0x1000, 0x1000));
    const reading = read(table(rows, false));
    expect(reading.rows).toHaveLength(95);
    expect(reading.end).toBe('marker');
  });

  it('replaces control characters in names', () => {
    const name = 'a\u0007<b>\u202e';
    expect(read(table(swapped(fs, { name }))).rows[4]?.name).toBe('a\uFFFD<b>\uFFFD');
  });

  it('does not wrap around at 4 GiB', () => {
    const data = table([row('huge', 0, 0x10, 0xffff0000, 0xffffffff)]);
    const finding = read(data).findings.find((f) => f.kind === 'partition-past-flash');
    expect(finding?.values).toMatchObject({ end: '0x1FFFEFFFF', limit: '0x400000' });
  });
});

describe('writeTable', () => {
  // Made with the struct format and hashlib calls of gen_esp32part.py, in Python.
  it('writes the same bytes as gen_esp32part.py', () => {
    expect(hexOf(table(RAFT).subarray(160, 192))).toBe(`ebeb${'ff'.repeat(14)}67051bcd382b5581ada432ffcf3279cb`);
    expect(hexOf(sha256(table(RAFT)))).toBe('93cbe7d32ce464d6bcab8eb34e64067c6aa0d7d8db037ad592d7d2bdf61ce470');
    expect(hexOf(sha256(table(swapped(nvs, { encrypted: true, readonly: true }))))).toBe(
      '75d1b563c119998406151b23110a2b200dbabcfcf647ca2911858eefc2f528ba',
    );
  });

  it.each([
    ['table-too-many-rows', Array.from({ length: 95 }, (_, i) => row(`p${i}`, 1, 6, i * 0x1000, 0x1000))],
    ['table-name-too-long', [row('seventeen_bytes_x', 1, 6, 0, 0)]],
    ['table-number-too-large', [row('x', 1, 6, 2 ** 32, 0)]],
    ['table-number-too-large', [row('x', 1, 256, 0, 0)]],
    ['table-number-too-large', [row('x', 1, 6, 0, -1)]],
  ])('throws %s', (name, rows) => {
    expect(() => table(rows)).toThrow(expect.objectContaining({ name }));
    expect(() => table(rows)).toThrow(Failure);
  });

  it('holds 94 rows with MD5, 95 without', () => {
    expect([mostRows(true), mostRows(false)]).toEqual([94, 95]);
  });
});

describe('random tables', () => {
  const u32 = fc.oneof(fc.nat(), fc.constantFrom(0, 1, 0x9000, 0x10000, 0x7fffffff, 0xfffff000, 0xffffffff));
  const entry: fc.Arbitrary<TableEntry> = fc.record({
    name: fc.string({ unit: fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz_0123456789é'), maxLength: 8 }),
    type: fc.integer({ min: 0, max: 255 }),
    subtype: fc.integer({ min: 0, max: 255 }),
    offset: u32,
    size: u32,
    encrypted: fc.boolean(),
    readonly: fc.boolean(),
    otherFlags: fc.constantFrom(0, 4, 0x80000000),
  });

  it('read back as the rows that were written', () => {
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 94 }), (rows) => {
        const reading = read(table(rows));
        expect(reading.rows).toEqual(rows.map((r, i) => ({ ...r, address: PLACE.address + i * 32 })));
        expect(reading.md5.state).toBe('right');
        expect(reading.end).toBe('marker');
        expect(table(reading.rows)).toEqual(table(rows));
      }),
    );
  });

  it('give a finding, never an exception, wherever they are truncated', () => {
    const good = table(RAFT).subarray(0, 224);
    for (let size = 0; size < good.length; size++) {
      const reading = read(good.subarray(0, size));
      expect(reading.accepted).toBe(false);
      expect(reading.findings.some((f) => f.verdict === 'problem')).toBe(true);
    }
  });

  it('with random changes, and random bytes, give a result', () => {
    const random = fc.uint8Array({ maxLength: 0x1000 });
    const mutated = fc
      .tuple(fc.array(entry, { maxLength: 20 }), fc.array(fc.tuple(fc.nat(0xbff), fc.nat(255)), { maxLength: 20 }))
      .map(([rows, changes]) => changes.reduce((data, [at, byte]) => patched(data, at, byte), table(rows)));
    fc.assert(
      fc.property(fc.oneof(random, mutated), (data) => {
        const reading = read(data);
        expect(reading.findings.every((f) => !/undefined|NaN/.test(f.says))).toBe(true);
        expect(reading.findings.length).toBeLessThan(2000);
      }),
    );
  });

  it('are not accepted after any change to the rows', () => {
    fc.assert(
      fc.property(fc.nat(159), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const good = table(RAFT);
        expect(read(patched(good, at, (good[at] ?? 0) ^ change)).accepted).toBe(false);
      }),
    );
  });
});
