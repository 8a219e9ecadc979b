import { describe, expect, it } from 'vitest';
import type { Place } from '../../flash/finding.ts';
import type { LayoutLimits } from './layout-rules.ts';
import { checkLayout, LAYOUT_FINDINGS } from './layout-rules.ts';
import type { TableEntry } from './table.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

type Flags = Partial<Pick<TableEntry, 'encrypted' | 'readonly'>>;

function row(name: string, type: number, subtype: number, offset: number, size: number, flags: Flags = {}): TableEntry {
  return { name, type, subtype, offset, size, encrypted: false, readonly: false, ...flags };
}

const nvs = row('nvs', 1, 2, 0x9000, 0x15000);
const otadata = row('otadata', 1, 0, 0x1e000, 0x2000);
const app0 = row('app0', 0, 0x10, 0x20000, 0x1b0000);
const app1 = row('app1', 0, 0x11, 0x1d0000, 0x1b0000);
const fs = row('fs', 1, 0x83, 0x380000, 0x80000);
const RAFT = [nvs, otadata, app0, app1, fs];
const factory = row('factory', 0, 0, 0x100000, 2 * MIB);

function swapped(entry: TableEntry, change: Partial<TableEntry>): TableEntry[] {
  return RAFT.map((r) => (r === entry ? { ...r, ...change } : r));
}

function placeOf(entry: TableEntry | null): Place {
  if (entry === null) return { in: 'device' };
  return { in: 'flash', range: { region: 'flash', address: entry.offset, size: entry.size } };
}

function kinds(rows: readonly TableEntry[], limits: LayoutLimits = { flashSize: 4 * MIB }): string[] {
  return checkLayout(rows, placeOf, limits).map(({ kind }) => kind);
}

it.each(['nvs', 'data'])('Raft’s advice is not given about the tables of other projects (%s)', (name) => {
  const arduino = [nvs, otadata, app0, app1, { ...fs, name: 'spiffs' }];
  for (const size of [23 * KIB, 400 * KIB]) {
    expect(kinds(arduino.map((each) => (each === nvs ? { ...nvs, name, size } : each)))).toEqual([]);
    expect(kinds(swapped(nvs, { size }))).not.toEqual([]);
  }
});

interface Case {
  readonly rows: readonly TableEntry[];
  readonly values: object;
  readonly limits?: LayoutLimits;
  /** The closest layout that keeps the rule. */
  readonly kept: readonly TableEntry[];
  /** The row that the finding is about; the whole table if omitted. */
  readonly about?: string;
}

const SECURE: LayoutLimits = { secureBoot: 'v1' };
const keys = row('nvs_keys', 1, 4, 0x1a000, 0x4000, { encrypted: true });

const BROKEN: Readonly<Record<string, Case>> = {
  'app-size-secure': {
    rows: swapped(app1, { size: 0x1a1000 }),
    limits: SECURE,
    values: { size: '1668 KiB', block: '64 KiB' },
    kept: swapped(app1, { size: 0x1a0000 }),
    about: 'app1',
  },
  'nvs-missing': { rows: RAFT.slice(1), values: {}, kept: RAFT },
  'nvs-tight': {
    rows: swapped(nvs, { size: 23 * KIB }),
    values: { size: '23 KiB', least: '24 KiB', most: '84 KiB' },
    kept: swapped(nvs, { size: 24 * KIB }),
    about: 'nvs',
  },
  'nvs-roomy': {
    rows: swapped(nvs, { size: 85 * KIB }),
    values: { size: '85 KiB', most: '84 KiB' },
    kept: RAFT,
    about: 'nvs',
  },
  'nvs-keys-small': {
    rows: [...RAFT, { ...keys, size: 0xfff }],
    values: { size: '4,095 bytes', least: '4 KiB' },
    kept: [...RAFT, { ...keys, size: 0x1000 }],
    about: 'nvs_keys',
  },
  'nvs-keys-plain': {
    rows: [...RAFT, { ...keys, encrypted: false }],
    values: {},
    kept: [...RAFT, keys],
    about: 'nvs_keys',
  },
  'updates-impossible': { rows: [nvs, factory], values: {}, kept: RAFT },
  'updates-one-slot': { rows: [nvs, otadata, app0], values: {}, kept: [nvs, otadata, app0, factory], about: 'app0' },
  'otadata-unused': {
    rows: [nvs, otadata, factory],
    values: {},
    kept: [nvs, otadata, app0, factory],
    about: 'otadata',
  },
  'files-subtype': {
    rows: swapped(fs, { subtype: 6 }),
    values: { subtype: 'undefined' },
    kept: swapped(fs, { subtype: 0x82 }),
    about: 'fs',
  },
  'flash-unused': {
    rows: swapped(fs, { size: 0x70000 }),
    values: { size: '64 KiB', from: '0x3F0000' },
    kept: swapped(fs, { size: 0x71000 }),
  },
};

describe('layout findings', () => {
  it('all have a case here', () => {
    expect(Object.keys(BROKEN).toSorted()).toEqual(Object.keys(LAYOUT_FINDINGS).toSorted());
  });

  it.each(Object.entries(BROKEN))('%s', (kind, { rows, values, limits = { flashSize: 4 * MIB }, kept, about }) => {
    const found = checkLayout(rows, placeOf, limits).filter((finding) => finding.kind === kind);
    const of = rows.find(({ name }) => name === about) ?? null;
    expect(found).toHaveLength(1);
    expect(found[0]?.place).toEqual(placeOf(of));
    expect(found[0]?.values).toMatchObject({ ...values, ...(about !== undefined && { name: about }) });
    expect(found[0]?.next).toBeDefined();
    expect(kinds(kept, limits)).not.toContain(kind);
  });

  it("are empty for Raft's layout and for no rows", () => {
    expect(kinds(RAFT)).toEqual([]);
    expect(kinds([])).toEqual([]);
  });

  it('do not include nvs-tight for an NVS that ESP-IDF rejects or that is read-only', () => {
    expect(kinds(swapped(nvs, { size: 0x2000 }))).not.toContain('nvs-tight');
    expect(kinds(swapped(nvs, { size: 0x3000 }))).toContain('nvs-tight');
    expect(kinds(swapped(nvs, { size: 0x4000, readonly: true }))).not.toContain('nvs-tight');
  });

  it('ask for sizes in 64 KiB blocks only of apps and only with secure boot v1', () => {
    const odd = swapped(app1, { size: 0x1a1000 });
    expect(kinds(odd, { secureBoot: 'v2' })).toEqual([]);
    expect(kinds(odd, { secureBoot: 'off' })).toEqual([]);
    expect(kinds(RAFT, SECURE)).toEqual([]);
  });
});
