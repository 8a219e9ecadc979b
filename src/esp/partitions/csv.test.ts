import { describe, expect, it } from 'vitest';
import { Failure } from '../../flash/failure.ts';
import { CSV_FINDING_KINDS } from './csv-findings.ts';
import { many, RAFT, RAFT_COMMENTS, SINGLE_APP } from '../../testing/esp/recorded-csv.ts';
import { LAYOUT_FINDINGS } from './layout-rules.ts';
import { readCsv } from './csv.ts';
import { writeCsv } from './csv-write.ts';
import type { CsvOptions } from './csv.ts';
import type { TableEntry } from './table.ts';

const SIZE = { flashSize: 4 << 20 };

function read(csv: string | Uint8Array, options: Omit<CsvOptions, 'name'> = SIZE) {
  return readCsv(csv, { name: 'partitions.csv', ...options });
}

interface Broken {
  readonly csv: string | Uint8Array;
  readonly line?: number;
  readonly values?: object;
  readonly options?: Omit<CsvOptions, 'name'>;
  /** Words that the sentence must contain. */
  readonly says?: string;
}

const APP = 'app0,app,factory,0x10000,1M\n';

/** For each rule: a CSV that breaks it, the line it is reported on, and the values that the finding must have. */
const BROKEN: Readonly<Record<string, Broken>> = {
  'csv-too-large': { csv: ' '.repeat((1 << 20) + 1), values: { size: '1,048,577 bytes', limit: '1 MiB' } },
  'csv-too-long': { csv: '#\n'.repeat(10_001), values: { lines: 10_002, limit: 10_000 } },
  'csv-not-text': { csv: Uint8Array.of(0x7f, 0x45, 0x4c, 0x46, 0xff), says: 'ELF' },
  'csv-is-binary': { csv: Uint8Array.of(0xaa, 0x50, 1, 2) },
  'csv-no-rows': { csv: '# nothing\n' },
  'csv-too-many-rows': { csv: `#\n${many(96)}`, line: 96, values: { rows: 96, limit: 94 } },
  'csv-separator': { csv: `${APP}a;data;spiffs;;4K`, line: 2 },
  'csv-type-missing': { csv: `${APP}a,,spiffs,,4K`, line: 2, values: { name: 'a' } },
  'csv-type-invalid': { csv: `${APP}a,date,spiffs,,4K`, line: 2, values: { name: 'a', field: 'date' } },
  'csv-subtype-missing': { csv: '#\n\na,app,,,64K', line: 3, values: { name: 'a' } },
  'csv-subtype-blank': { csv: `${APP}a,data,,,4K`, line: 2, values: { name: 'a', used: 'undefined' } },
  'csv-subtype-invalid': {
    csv: `${APP}a,data,ota_0,,4K`,
    line: 2,
    values: { name: 'a', type: 'data', field: 'ota_0' },
  },
  'csv-offset-invalid': { csv: `${APP}a,data,spiffs,010000,4K`, line: 2, values: { name: 'a', field: '010000' } },
  'csv-size-invalid': { csv: `${APP}a,data,spiffs,,1.5M`, line: 2, values: { name: 'a', field: '1.5M' } },
  'csv-size-missing': { csv: `${APP}a,data,spiffs,,`, line: 2, values: { name: 'a' } },
  'csv-out-of-range': {
    csv: `${APP}a,data,spiffs,,-0x1000`,
    line: 2,
    values: { name: 'a', what: 'size', value: '-0x10F000', least: '0x0', most: '0xFFFFFFFF' },
  },
  'csv-flag-unknown': {
    csv: `${APP}a,data,spiffs,,4K,encrypted: readonly`,
    line: 2,
    values: { name: 'a', field: ' readonly' },
  },
  'csv-comment-in-flags': { csv: RAFT_COMMENTS, line: 2, values: { name: 'nvs', field: '# 84 KB for settings' } },
  'csv-order': {
    csv: `${APP}a,data,spiffs,0xF000,4K`,
    line: 2,
    values: { name: 'a', offset: '0xF000', end: '0x110000' },
  },
  'csv-place-unknown': { csv: `${APP}b,bootloader,primary,N/A,4K`, line: 2, values: { name: 'b', what: 'offset' } },
  'csv-place-given': {
    csv: `${APP}b,bootloader,primary,0x1000,0x7000`,
    line: 2,
    values: { name: 'b', what: 'offset' },
  },
  'csv-place-ignored': {
    csv: `${APP}b,bootloader,primary,0x2000,0x7000`,
    options: { bootloaderOffset: 0x1000 },
    line: 2,
    values: { name: 'b', what: 'offset', asked: '0x2000', used: '0x1000' },
  },
  'csv-name-empty': { csv: `${APP},data,spiffs,,4K`, line: 2 },
  'csv-name-cut': {
    csv: `${APP}seventeen_bytes_n,data,spiffs,,4K`,
    line: 2,
    values: { name: 'seventeen_bytes_n', size: 17, kept: 'seventeen_bytes_' },
  },
  'csv-name-unprintable': { csv: `${APP}a\u202eb,data,spiffs,,4K`, line: 2, values: { name: 'a\ufffdb' } },
  'csv-name-quoted': { csv: `${APP}"a",data,spiffs,,4K`, line: 2, values: { name: '"a"' } },
  'csv-variable': { csv: `${APP}$NAME,data,spiffs,,4K`, line: 2, values: { name: '$NAME' } },
  'csv-variable-kept': { csv: `${APP}a\${X},data,spiffs,,4K`, line: 2, values: { name: 'a${X}' } },

  // Table and layout rules, reported with lines.
  'partitions-overlap': { csv: `${APP}a,data,spiffs,0x10F000,8K`, line: 2, values: { name: 'a', other: 'app0' } },
  'partition-below-table': { csv: 'a,data,spiffs,0x8000,4K', line: 1, values: { offset: '0x8000', limit: '0x9000' } },
  'partition-past-flash': { csv: `${APP}a,data,spiffs,,4M`, line: 2, values: { end: '0x510000', limit: '0x400000' } },
  'partition-empty': { csv: `${APP}a,data,spiffs,,0`, line: 2, values: { name: 'a' } },
  'name-duplicate': { csv: `${APP}a,data,spiffs,,4K\na,data,fat,,4K`, line: 3, values: { name: 'a' } },
  'name-unterminated': {
    csv: `${APP}sixteen_bytes_nm,data,spiffs,,4K`,
    line: 2,
    values: { name: 'sixteen_bytes_nm', limit: 15 },
  },
  'name-misleading': { csv: `${APP}ota,data,spiffs,,4K`, line: 2, values: { name: 'ota' } },
  'type-unknown': { csv: `${APP}a,5,1,,4K`, line: 2, values: { name: 'a' } },
  'subtype-unknown': { csv: `${APP}a,data,0x77,,4K`, line: 2, values: { name: 'a' } },
  'app-misaligned': { csv: 'a,app,factory,0x9000,1M', line: 1, values: { offset: '0x9000' } },
  'app-size-odd': { csv: 'a,app,factory,,0x10001', line: 1, values: { size: '65,537 bytes' } },
  'data-misaligned': { csv: `${APP}a,data,spiffs,0x110004,4K`, line: 2, values: { offset: '0x110004' } },
  'data-size-odd': { csv: `${APP}a,data,spiffs,,100`, line: 2, values: { size: '100 bytes' } },
  'otadata-size': { csv: `${APP}a,data,ota,,4K`, line: 2, values: { size: '4 KiB', expected: '8 KiB' } },
  'otadata-many': { csv: `${APP}a,data,ota,,8K\nb,data,ota,,8K`, line: 3, values: { name: 'b', other: 'a' } },
  'otadata-missing': { csv: 'a,app,ota_0,,64K\nb,app,ota_1,,64K', line: 1, values: { slots: 2 } },
  'must-be-writable': { csv: `${APP}a,data,coredump,,64K,readonly`, line: 2, values: { name: 'a' } },
  'ota-without-first': { csv: 'a,app,ota_1,,64K', line: 1, values: { slot: 1 } },
  'ota-gap': { csv: 'a,app,ota_0,,64K\nb,app,ota_2,,64K', line: 2, values: { missing: 1, highest: 2 } },
  'ota-duplicate': { csv: 'a,app,ota_0,,64K\nb,app,ota_0,,64K', line: 2, values: { slot: 0 } },
  'ota-sizes-differ': { csv: 'a,app,ota_0,,64K\nb,app,ota_1,,128K', line: 2, values: { least: '64 KiB' } },
  'factory-many': { csv: `${APP}b,app,factory,,64K`, line: 2, values: { other: 'app0' } },
  'app-missing': { csv: 'a,data,spiffs,,4K' },
  'nvs-small': { csv: `${APP}a,data,nvs,,8K`, line: 2, values: { size: '8 KiB', least: '12 KiB' } },
  'app-size-secure': {
    csv: 'a,app,factory,,0x11000',
    options: { secureBoot: 'v1' },
    line: 1,
    values: { size: '68 KiB' },
  },
  'flash-unused': { csv: APP, values: { size: '3008 KiB', from: '0x110000' } },
};

describe('CSV findings', () => {
  it('all have a case here', () => {
    const missing = CSV_FINDING_KINDS.filter((kind) => BROKEN[kind] === undefined);
    expect(missing).toEqual([]);
  });

  it.each(Object.entries(BROKEN))('%s', (kind, { csv, line, values = {}, options, says = '' }) => {
    const found = read(csv, options).findings.filter((finding) => finding.kind === kind);
    expect(found.length).toBeGreaterThan(0);
    expect(found[0]?.place).toEqual({ in: 'file', name: 'partitions.csv', ...(line !== undefined && { line }) });
    expect(found[0]?.values).toMatchObject(values);
    expect(found[0]?.says).toContain(says);
    // “undefined” would be a value missing from the sentence; one subtype really has that name.
    expect(found[0]?.says.replace('so “undefined” is used', '')).not.toContain('undefined');
    expect(found.filter(({ verdict, next }) => verdict === 'problem' && next === undefined)).toEqual([]);
  });
});

describe('a CSV', () => {
  it.each([RAFT, RAFT_COMMENTS, SINGLE_APP])('from Raft breaks no rule', (csv) => {
    const { findings } = read(csv);
    const advice = new Set(['csv-comment-in-flags', ...Object.keys(LAYOUT_FINDINGS)]);
    expect(findings.filter(({ kind, verdict }) => verdict === 'problem' || !advice.has(kind))).toEqual([]);
  });

  it('from Raft with comments is exported without them', () => {
    const csv = writeCsv(read(RAFT_COMMENTS).rows);
    expect(csv).toBe(
      [
        '# ESP-IDF partition table',
        '# Name, Type, SubType, Offset, Size, Flags',
        'nvs, data, nvs, 0x9000, 84K,',
        'otadata, data, ota, 0x1E000, 8K,',
        'app0, app, ota_0, 0x20000, 1728K,',
        'app1, app, ota_1, 0x1D0000, 1728K,',
        'fs, data, littlefs, 0x380000, 512K,',
        '',
      ].join('\n'),
    );
  });

  it('gives complete rows, with the address of each in the table', () => {
    const { rows } = read('#\na,data,nvs_keys,,4K,encrypted:readonly\nb,app,factory,,1M', { tableOffset: 0xf000 });
    const flags = { encrypted: true, readonly: true, otherFlags: 0, address: 0xf000 };
    expect(rows[0]).toEqual({ name: 'a', type: 1, subtype: 4, offset: 0x10000, size: 0x1000, ...flags });
    expect(rows[1]).toMatchObject({ name: 'b', offset: 0x20000, size: 1 << 20, address: 0xf020, readonly: false });
  });

  it('reports everything that is wrong with a row at once, in line order', () => {
    const { rows, findings } = read('a,date,x,,y,z\nb,data,spiffs,1.5,1.5,flag');
    expect(rows).toEqual([]);
    expect(findings.map(({ kind, place }) => [kind, place.in === 'file' ? place.line : null])).toEqual([
      ['csv-type-invalid', 1],
      ['csv-flag-unknown', 1],
      ['csv-flag-unknown', 2],
      ['csv-offset-invalid', 2],
      ['csv-size-invalid', 2],
    ]);
  });

  it('does not report partitions as missing when a row could not be read', () => {
    const kinds = read('a,app,ota_0,,64K\notadata,data,ota,,oops').findings.map(({ kind }) => kind);
    expect(kinds).toEqual(['csv-size-invalid']);
  });

  it('may have one more row if the table has no MD5 row', () => {
    expect(read(many(95), { md5: false }).rows).toHaveLength(95);
    expect(read(many(95), {}).rows).toHaveLength(94);
  });
});

const NO_FLAGS = { encrypted: false, readonly: false };
const ROW: TableEntry = { name: 'a', type: 1, subtype: 2, offset: 0x9000, size: 0x6000, ...NO_FLAGS };

describe('writing a CSV', () => {
  it('sorts rows by offset, and writes types without a name as numbers', () => {
    const flags = { encrypted: true, readonly: true };
    const own = { ...ROW, name: 'own', type: 0x40, subtype: 7, offset: 0x20000, size: 100, ...flags };
    const app = { ...ROW, name: 'app', type: 0, subtype: 0, offset: 0x100000, size: 2 << 20 };
    const lines = writeCsv([app, own, ROW]).split('\n').slice(2);
    expect(lines).toEqual([
      'a, data, nvs, 0x9000, 24K,',
      'own, 0x40, 0x7, 0x20000, 0x64, encrypted:readonly',
      'app, app, factory, 0x100000, 2M,',
      '',
    ]);
  });

  it.each([
    ['csv-name-unwritable', { name: 'a,b' }],
    ['csv-name-unwritable', { name: '#a' }],
    ['csv-name-unwritable', { name: ' a' }],
    ['csv-name-unwritable', { name: 'a\u00a0' }],
    ['csv-name-unwritable', { name: 'a\nb' }],
    ['csv-name-unwritable', { name: '$a' }],
    ['csv-name-unwritable', { name: 'seventeen_bytes_n' }],
    ['csv-flags-unwritable', { otherFlags: 4 }],
    ['csv-number-unwritable', { type: 256 }],
    ['csv-number-unwritable', { subtype: -1 }],
    ['csv-number-unwritable', { offset: 2 ** 32 }],
    ['csv-number-unwritable', { size: 0.5 }],
  ])('refuses what a CSV cannot express: %s %o', (name, change) => {
    let failure: unknown;
    try {
      writeCsv([{ ...ROW, ...change }]);
    } catch (error) {
      failure = error;
    }
    expect(failure).toBeInstanceOf(Failure);
    expect(failure).toMatchObject({ facts: { name, kind: 'refused' } });
  });
});
