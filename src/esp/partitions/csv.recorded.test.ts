import { describe, expect, it } from 'vitest';
import { HASHES, md5Hex } from '../../formats/hashes.ts';
import { RECORDED } from '../../testing/esp/recorded-csv.ts';
import type { Recorded } from '../../testing/esp/recorded-csv.ts';
import { readCsv, writeCsv } from './csv.ts';
import { writeTable } from './write-table.ts';

/** What the tool accepts and Sectorwise does not, and the finding that says why. */
const STRICTER: Readonly<Record<string, string>> = {
  'an empty file': 'csv-no-rows',
  'only comments': 'csv-no-rows',
  'two ota_0': 'ota-duplicate',
};
/** What the tool refuses and Sectorwise does not, and the case whose bytes it makes of it. */
const MORE_LENIENT: Readonly<Record<string, string>> = {
  'Raft comments in the flags': 'Raft OTA layout',
  'flags # c': 'a comment behind spaces',
};

function read(csv: string | Uint8Array, options: Recorded[3] = {}) {
  const { rows, findings } = readCsv(csv, { name: 'partitions.csv', ...options });
  const problems = findings.filter(({ verdict }) => verdict === 'problem').map(({ kind }) => kind);
  return { rows, problems, md5: problems.length > 0 ? null : md5Hex(writeTable(rows, { md5: true }, HASHES)) };
}

function recorded(name: string | undefined): string | null | undefined {
  return RECORDED.find(([known]) => known === name)?.[2];
}

function inUtf16(csv: string, littleEndian: boolean): Uint8Array {
  const view = new DataView(new ArrayBuffer(2 * csv.length + 2));
  view.setUint16(0, 0xfeff, littleEndian);
  for (let i = 0; i < csv.length; i += 1) view.setUint16(2 * i + 2, csv.charCodeAt(i), littleEndian);
  return new Uint8Array(view.buffer);
}

const AGREED = RECORDED.filter(([name]) => STRICTER[name] === undefined && MORE_LENIENT[name] === undefined);
const ACCEPTED = AGREED.filter(([, , md5]) => md5 !== null);

describe("what ESP-IDF's own tool makes of a CSV", () => {
  it('is compared for cases with different names', () => {
    expect(new Set(RECORDED.map(([name]) => name)).size).toBe(RECORDED.length);
    expect(AGREED).toHaveLength(RECORDED.length - Object.keys(STRICTER).length - Object.keys(MORE_LENIENT).length);
  });

  const agreed = AGREED.map(([name, csv, md5, options]) => ({ name, csv, md5, options }));
  it.each(agreed)('$name', ({ csv, md5, options }) => {
    expect(read(csv, options).md5).toBe(md5);
  });

  it.each(Object.entries(STRICTER))('is refused here on purpose: %s', (name, kind) => {
    const csv = RECORDED.find(([known]) => known === name)?.[1] ?? 'missing';
    expect(recorded(name)).toEqual(expect.any(String));
    expect(read(csv).problems).toEqual([kind]);
  });

  it.each(Object.entries(MORE_LENIENT))('is a refusal, and accepted here on purpose: %s', (name, like) => {
    const csv = RECORDED.find(([known]) => known === name)?.[1] ?? 'missing';
    expect(recorded(name)).toBeNull();
    expect(read(csv).md5).toBe(recorded(like));
  });

  // A name with a dollar sign cannot be written: the tool may put something else in its place.
  const written = ACCEPTED.filter(([name]) => !name.includes('variable'));
  it.each(written.map(([name, csv, md5, options]) => ({ name, csv, md5, options })))(
    'is the same for what writeCsv makes of it: $name',
    ({ csv, md5, options }) => {
      expect(read(writeCsv(read(csv, options).rows), options).md5).toBe(md5);
    },
  );

  it('is the same in UTF-16 with a byte order mark, in either order', () => {
    for (const [, csv, md5, options] of ACCEPTED.filter(([name]) => !name.includes('BOM'))) {
      expect(read(inUtf16(csv, true), options).md5).toBe(md5);
      expect(read(inUtf16(csv, false), options).md5).toBe(md5);
    }
  });
});
