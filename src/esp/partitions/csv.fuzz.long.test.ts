import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HASHES } from '../../formats/hashes.ts';
import { RAFT, RAFT_COMMENTS } from '../../testing/esp/recorded-csv.ts';
import { isPrintable, sizeInBytes, strip } from './csv-text.ts';
import type { CsvReading } from './csv.ts';
import { readCsv } from './csv.ts';
import { writeCsv } from './csv-write.ts';
import type { TableEntry, TableRow } from './table.ts';
import { readTable } from './table.ts';
import { writeTable } from './write-table.ts';
import { cpuTimer } from '../../testing/cpu.ts';
import { cases } from '../../testing/cases.ts';

const NAME = 'partitions.csv';

/** Reads a CSV and checks what must hold for any input. */
function expectSound(source: string | Uint8Array): CsvReading {
  const reading = readCsv(source, { name: NAME, flashSize: 4 << 20 });
  const { rows, findings } = reading;
  expect(findings.length).toBeLessThan(2000);
  const problems = findings.filter(({ verdict }) => verdict === 'problem');
  expect(rows.length + problems.length).toBeGreaterThan(0);
  expect(problems.filter(({ next }) => next === undefined)).toEqual([]);
  for (const { place, says } of findings) {
    expect(place).toMatchObject({ in: 'file', name: NAME });
    expect(isPrintable(says)).toBe(true);
    expect(says.length).toBeLessThan(4000);
  }
  // The rows can always be written as a table.
  expect(writeTable(rows, { md5: true }, HASHES)).toHaveLength(0xc00);
  return reading;
}

const KIND = fc.oneof(
  fc.constantFrom([1, 1], [1, 3], [1, 4], [1, 6], [1, 0x81], [1, 0x82], [1, 0x83], [1, 0x99]),
  fc.constantFrom([0, 0x30], [0, 0x20], [5, 5], [255, 255]),
  fc.tuple(fc.integer({ min: 0x40, max: 0xfe }), fc.nat(0xff)).map(([type, subtype]) => [type, subtype]),
);
const LABEL = fc.string({ maxLength: 16, unit: 'grapheme' }).filter((name) => {
  const plain = !/[,$]|^#/.test(name) && strip(name) === name && isPrintable(name);
  return plain && sizeInBytes(name) <= 16;
});

/** Rows that break no rule, sorted by offset, with gaps between them. */
const ROWS = fc
  .uniqueArray(
    fc.record({
      name: LABEL,
      kind: KIND,
      size: fc.nat(300),
      odd: fc.nat(8191),
      gap: fc.nat(20),
      encrypted: fc.boolean(),
      readonly: fc.boolean(),
    }),
    { selector: (row) => row.name, minLength: 1, maxLength: 94 },
  )
  .map((drafts) => {
    let end = 0x9000;
    return drafts.map(({ name, kind: [type = 1, subtype = 1], size, odd, gap, encrypted, readonly }): TableEntry => {
      const step = type === 0 ? 0x10000 : 0x1000;
      const offset = Math.ceil(end / step + gap) * step;
      const length = type === 0 ? size * 0x1000 : size * 0x1000 + (odd > 4096 ? 0 : odd);
      end = offset + length;
      const mayBeReadonly = !(type === 1 && subtype === 3);
      return { name, type, subtype, offset, size: length, encrypted, readonly: readonly && mayBeReadonly };
    });
  });

function entryOf({ name, type, subtype, offset, size, encrypted, readonly }: TableRow): TableEntry {
  return { name, type, subtype, offset, size, encrypted, readonly };
}

describe('rows', () => {
  it('survive a round trip through CSV', () => {
    fc.assert(
      fc.property(ROWS, (rows) => {
        const { rows: again, findings } = readCsv(writeCsv(rows), { name: NAME });
        expect(findings.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
        expect(again.map(entryOf)).toEqual(rows);
      }),
      { numRuns: cases(300) },
    );
  });

  it('read from CSV equal those that readTable reads from the binary table', () => {
    fc.assert(
      fc.property(ROWS, (rows) => {
        const read = readTable(writeTable(rows, { md5: true }, HASHES), { region: 'flash', address: 0x8000 }, HASHES);
        expect(readCsv(writeCsv(read.rows), { name: NAME }).rows).toEqual(read.rows);
      }),
      { numRuns: cases(100) },
    );
  });

  it('with blank offsets are placed one after the other', () => {
    fc.assert(
      fc.property(ROWS, (rows) => {
        const blank = writeCsv(rows).replaceAll(/0x[0-9A-F]+, (\S+,(?: [a-z:]+)?)$/gm, ', $1');
        const { rows: again } = readCsv(blank, { name: NAME });
        expect(again).toHaveLength(rows.length);
        let end = 0x9000;
        for (const { type, offset, size } of again) {
          expect(offset).toBe(Math.ceil(end / (type === 0 ? 0x10000 : 0x1000)) * (type === 0 ? 0x10000 : 0x1000));
          end = offset + size;
        }
      }),
      { numRuns: cases(100) },
    );
  });
});

describe('bad input', () => {
  const good = new TextEncoder().encode(RAFT_COMMENTS);

  it('of random text gives findings, never an exception', () => {
    const known = fc.constantFrom('app', 'data', '0', '-1', '4K', '0x9000', '');
    const field = fc.oneof(fc.string({ unit: 'binary', maxLength: 20 }), known);
    const csv = fc.array(
      fc.array(field, { maxLength: 8 }).map((fields) => fields.join(',')),
      { maxLength: 120 },
    );
    fc.assert(
      fc.property(csv, (lines) => {
        expect(expectSound(lines.join('\n')).rows.length).toBeLessThan(95);
      }),
      { numRuns: cases(300) },
    );
  });

  it('of random bytes gives findings, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (data) => {
        expect(expectSound(data).rows.length).toBeLessThan(95);
      }),
      { numRuns: cases(500) },
    );
  });

  it('of a good file truncated at any byte gives findings, never an exception', () => {
    for (let end = 0; end <= good.length; end += 1) {
      expect(expectSound(good.subarray(0, end)).rows.length).toBeLessThan(6);
    }
  });

  it('of a good file with changed bytes gives findings, never an exception', () => {
    const change = fc.tuple(fc.nat(good.length - 1), fc.nat(255));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 8 }), (changes) => {
        const data = good.slice();
        for (const [at, byte] of changes) data[at] = byte;
        expect(expectSound(data).rows.length).toBeLessThan(95);
      }),
      { numRuns: cases(500) },
    );
  });

  const long = ['9'.repeat(5000), `1${'K'.repeat(3000)}`];
  it.each(['0xFFFFFFFFFFFF', '1e309', '-', '-1', '-0xFFFFFFFFFFFFFFFFFFFF', 'NaN', '-0x1', ...long])(
    'with the hostile number %s as offset or size is a problem on its line',
    (number) => {
      for (const csv of [`${RAFT}x,data,fat,${number},4K\n`, `${RAFT}x,data,fat,,${number}\n`]) {
        const problems = expectSound(csv).findings.filter(({ verdict }) => verdict === 'problem');
        expect(problems.map(({ place }) => place)).toContainEqual({ in: 'file', name: NAME, line: 7 });
      }
    },
  );

  it.each([
    ['100,000 rows', 'a,data,fat,,4K\n'.repeat(100_000), 'csv-too-large'],
    ['100,000 short lines', 'a\n'.repeat(100_000), 'csv-too-long'],
    ['9,999 bad rows', 'a\n'.repeat(9_999), 'csv-too-many-rows'],
    ['a line of 1 MiB of commas', ','.repeat(1 << 20), 'csv-type-missing'],
    ['a line of 1 MiB of spaces and a letter', `a${' '.repeat((1 << 20) - 2)}b`, 'csv-type-missing'],
    ['a flag of 1 MiB', `a,data,fat,,4K,${':x'.repeat(500_000)}`, 'csv-flag-unknown'],
    ['a name of 1 MiB', `${'n'.repeat(1_000_000)},data,fat,,4K`, 'csv-name-cut'],
    ['more than 1 MiB in UTF-8', 'é'.repeat(600_000), 'csv-too-large'],
  ])('of %s is reported quickly', (_, csv, kind) => {
    const spent = cpuTimer();
    const { findings } = expectSound(csv);
    expect(spent()).toBeLessThan(2000);
    expect(findings.map((finding) => finding.kind)).toContain(kind);
  });
});
