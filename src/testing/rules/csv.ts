/** Test support: a broken CSV for each rule of CSVs and for all advice on layouts. Nothing of the app imports it. */
import { readCsv } from '../../esp/partitions/csv.ts';
import type { CsvOptions } from '../../esp/partitions/csv.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';

type Options = Omit<CsvOptions, 'name'>;

/** A rule, a CSV that breaks it, the nearest one that keeps it, other kinds reported for the first, and the options. */
type BrokenCsv = readonly [
  kind: string,
  broken: string | Uint8Array,
  mended: string | Uint8Array,
  also?: readonly string[],
  options?: Options,
];

// Two slots, settings and otadata: without any finding.
const HEAD = 'nvs,data,nvs,,24K\notadata,data,ota,,8K\na0,app,ota_0,,64K\na1,app,ota_1,,64K\n';
const GOOD = `${HEAD}fs,data,littlefs,,64K\n`;
const manyRows = (count: number): string =>
  HEAD + Array.from({ length: count - 4 }, (_, i) => `p${i},data,fat,,4K\n`).join('');
const text = (csv: string): Uint8Array => new TextEncoder().encode(csv);

/** The same with Raft’s names, and settings of another size. */
function raft(settings: string): string {
  return `${HEAD.replace('24K', settings).replaceAll(/^a(?=[01])/gm, 'app')}fs,data,littlefs,,512K`;
}

const BROKEN_CSVS: readonly BrokenCsv[] = [
  ['csv-too-large', GOOD + ' '.repeat(1 << 20), GOOD + ' '.repeat((1 << 20) - GOOD.length)],
  ['csv-too-long', GOOD + '#\n'.repeat(10_000), GOOD + '#\n'.repeat(9000)],
  ['csv-not-text', Uint8Array.of(...text(GOOD), 0xff), text(GOOD)],
  ['csv-is-binary', Uint8Array.of(0xaa, 0x50, 1, 2), text(GOOD)],
  ['csv-no-rows', '# nothing\n', GOOD],
  ['csv-too-many-rows', manyRows(95), manyRows(94)],
  ['csv-separator', `${HEAD}fs;data;fat;;64K`, `${HEAD}fs,data,fat,,64K`],
  ['csv-type-missing', `${HEAD}fs,,fat,,64K`, `${HEAD}fs,data,fat,,64K`],
  ['csv-type-invalid', `${HEAD}fs,date,fat,,64K`, `${HEAD}fs,data,fat,,64K`],
  ['csv-subtype-missing', `${HEAD}t,app,,,64K`, `${HEAD}t,app,test,,64K`],
  ['csv-subtype-blank', `${HEAD}d,data,,,64K`, `${HEAD}d,data,undefined,,64K`],
  ['csv-subtype-invalid', `${HEAD}fs,data,ota_0,,64K`, `${HEAD}fs,data,fat,,64K`],
  ['csv-offset-invalid', `${HEAD}fs,data,fat,040000,64K`, `${HEAD}fs,data,fat,0x40000,64K`],
  ['csv-size-invalid', `${HEAD}fs,data,fat,,1.5M`, `${HEAD}fs,data,fat,,1M`],
  ['csv-size-missing', `${HEAD}fs,data,fat,,`, `${HEAD}fs,data,fat,,64K`],
  ['csv-out-of-range', `${HEAD}fs,data,fat,,-0x1000`, `${HEAD}fs,data,fat,,-0x40000`],
  ['csv-flag-unknown', `${HEAD}fs,data,fat,,64K,encrypted: readonly`, `${HEAD}fs,data,fat,,64K,encrypted:readonly`],
  ['csv-comment-in-flags', `${HEAD}fs,data,fat,,64K,# files`, `${HEAD}fs,data,fat,,64K,`],
  ['csv-order', `${HEAD}x,data,fat,0x11000,4K`, `${HEAD}x,data,fat,,4K`],
  ['csv-place-unknown', `${GOOD}b,bootloader,primary,N/A,N/A`, GOOD],
  ['csv-place-given', `${GOOD}b,bootloader,primary,0x1000,0x7000`, GOOD],
  [
    'csv-place-ignored',
    `${GOOD}b,bootloader,primary,0x2000,0x7000`,
    `${GOOD}b,bootloader,primary,0x1000,0x7000`,
    [],
    { bootloaderOffset: 0x1000 },
  ],
  ['csv-name-empty', `${HEAD},data,fat,,64K`, `${HEAD}f,data,fat,,64K`],
  ['csv-name-cut', `${HEAD}seventeen_bytes_n,data,fat,,64K`, `${HEAD}fifteen_bytes_n,data,fat,,64K`],
  ['csv-name-unprintable', `${HEAD}a\u202eb,data,fat,,64K`, `${HEAD}ab,data,fat,,64K`],
  ['csv-name-quoted', `${HEAD}"a",data,fat,,64K`, `${HEAD}a,data,fat,,64K`],
  ['csv-variable', `${HEAD}$NAME,data,fat,,64K`, `${HEAD}NAME,data,fat,,64K`],
  ['csv-variable-kept', `${HEAD}a\${X},data,fat,,64K`, `${HEAD}aX,data,fat,,64K`],

  // Reported for CSVs from a code path of its own.
  ['name-unterminated', `${HEAD}sixteen_bytes_nm,data,fat,,64K`, `${HEAD}fifteen_bytes_n,data,fat,,64K`],
  ['app-missing', 'nvs,data,nvs,,24K', HEAD],

  ['app-size-secure', HEAD.replaceAll('64K', '68K'), HEAD.replaceAll('64K', '128K'), [], { secureBoot: 'v1' }],
  ['nvs-missing', HEAD.slice(HEAD.indexOf('otadata')), HEAD],
  ['nvs-tight', raft('20K'), HEAD.replace('24K', '20K')],
  ['nvs-roomy', raft('88K'), raft('84K')],
  ['nvs-keys-small', `${HEAD}k,data,nvs_keys,,2K,encrypted`, `${HEAD}k,data,nvs_keys,,4K,encrypted`, ['data-size-odd']],
  ['nvs-keys-plain', `${HEAD}k,data,nvs_keys,,4K`, `${HEAD}k,data,nvs_keys,,4K,encrypted`],
  ['updates-impossible', 'nvs,data,nvs,,24K\nf,app,factory,,64K', HEAD],
  ['updates-one-slot', HEAD.slice(0, HEAD.indexOf('a1')), HEAD],
  ['otadata-unused', 'nvs,data,nvs,,24K\notadata,data,ota,,8K\nf,app,factory,,64K', HEAD, ['updates-impossible']],
  ['files-subtype', `${HEAD}fs,data,undefined,,64K`, `${HEAD}fs,data,fat,,64K`],
  ['flash-unused', HEAD, `${HEAD}fs,data,fat,,-1M`, [], { flashSize: 1 << 20 }],
];

/** The same as cases of the rule table. */
export const CSV_CASES: readonly RuleCase[] = BROKEN_CSVS.map(([kind, broken, mended, also = [], options = {}]) => {
  const read = (csv: string | Uint8Array) => kindsOf(readCsv(csv, { name: 'partitions.csv', ...options }).findings);
  return { kind, also, broken: () => read(broken), mended: () => read(mended) };
});
