import { describe, expect, it } from 'vitest';
import { HASHES, md5Hex } from '../../formats/hashes.ts';
import { RECORDED } from '../../testing/esp/recorded-csv.ts';
import type { Recorded } from '../../testing/esp/recorded-csv.ts';
import { readCsv } from './csv.ts';
import { writeCsv } from './csv-write.ts';
import { writeTable } from './write-table.ts';

/** Cases that the tool accepts and Sectorwise rejects, with the finding. */
const STRICTER: Readonly<Record<string, string>> = {
  'an empty file': 'csv-no-rows',
  'only comments': 'csv-no-rows',
  'two ota_0': 'ota-duplicate',
};
/** Cases that the tool rejects and Sectorwise accepts, with the case whose table it produces. */
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

describe('compared with gen_esp32part.py', () => {
  it('every recorded case has a name of its own', () => {
    expect(new Set(RECORDED.map(([name]) => name)).size).toBe(RECORDED.length);
    expect(AGREED).toHaveLength(RECORDED.length - Object.keys(STRICTER).length - Object.keys(MORE_LENIENT).length);
  });

  const agreed = AGREED.map(([name, csv, md5, options]) => ({ name, csv, md5, options }));
  it.each(agreed)('$name', ({ csv, md5, options }) => {
    expect(read(csv, options).md5).toBe(md5);
  });

  it.each(Object.entries(STRICTER))('rejected here, accepted by the tool: %s', (name, kind) => {
    const csv = RECORDED.find(([known]) => known === name)?.[1] ?? 'missing';
    expect(recorded(name)).toEqual(expect.any(String));
    expect(read(csv).problems).toEqual([kind]);
  });

  it.each(Object.entries(MORE_LENIENT))('accepted here, rejected by the tool: %s', (name, like) => {
    const csv = RECORDED.find(([known]) => known === name)?.[1] ?? 'missing';
    expect(recorded(name)).toBeNull();
    expect(read(csv).md5).toBe(recorded(like));
  });

  // A name with a dollar sign cannot be written: the tool may substitute a variable.
  const written = ACCEPTED.filter(([name]) => !name.includes('variable'));
  it.each(written.map(([name, csv, md5, options]) => ({ name, csv, md5, options })))(
    'the output of writeCsv gives the same table: $name',
    ({ csv, md5, options }) => {
      expect(read(writeCsv(read(csv, options).rows), options).md5).toBe(md5);
    },
  );

  it('UTF-16 with a byte order mark gives the same table, in either byte order', () => {
    for (const [, csv, md5, options] of ACCEPTED.filter(([name]) => !name.includes('BOM'))) {
      expect(read(inUtf16(csv, true), options).md5).toBe(md5);
      expect(read(inUtf16(csv, false), options).md5).toBe(md5);
    }
  });
});
