/** Hostile archives, folders and lists of files. */
import { zipSync } from 'fflate';
import type { Source } from '../../flash/dropped-file.ts';
import { elfFile, HEX_END, hexRecord, joined, pattern, source, text } from '../esp/archives.ts';
import { edited } from '../rules/samples.ts';
import type { HostileDrop } from './drop.ts';
import { TABLE } from './drop.ts';

/** An archive with these files. */
export const zip = (files: Readonly<Record<string, Uint8Array>>, level: 0 | 1 = 1): Uint8Array =>
  zipSync(files, { mtime: '2026-01-05T10:00:00Z', level });
const END = 22;
const ROW = 46;

/** An archive whose directory lists its one entry several times, each time under the next of these names of equal length. */
export function repeated(packed: Uint8Array, names: readonly string[]): Uint8Array {
  const size = ROW + (names[0] ?? '').length;
  const row = packed.subarray(packed.length - END - size, packed.length - END);
  const rows = names.map((name) => edited(row, (copy) => copy.set(text(name), ROW)));
  const end = edited(packed.slice(-END), (_, view) => {
    view.setUint16(8, names.length, true);
    view.setUint16(10, names.length, true);
    view.setUint32(12, names.length * size, true);
  });
  return joined([packed.subarray(0, packed.length - END - size), ...rows, end]);
}

const names = Array.from({ length: 64 }, (_, i) => `f${10 + i}.bin`);
const archive = (data: Uint8Array) => [source('a.zip', data)];
const SMALL = zip({ 'f10.bin': pattern(600, 1) });
/** Where the directory's row of its one entry begins. */
const DIRECTORY = SMALL.length - END - ROW - 'f10.bin'.length;
const changed = (edit: (copy: Uint8Array, view: DataView) => void) => archive(edited(SMALL, edit));
const bomb = () => zip({ 'f10.bin': new Uint8Array(60 << 20) });
const inRow = (packed: Uint8Array) => packed.length - END - ROW - 'f10.bin'.length;

/** As many small files as a large project has. */
const OTHERS = Array.from({ length: 3000 }, (_, i) => source(`b/obj/${i}.o`, 'x'));
const many = (count: number, row: (i: number) => readonly [string, unknown]): object =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => row(i)));
const listed = (list: object): Source[] => [
  source('b/flasher_args.json', JSON.stringify(list)),
  source('b/a', 'x'),
  ...OTHERS,
];
const json = (name: string, value: unknown): Source[] => [
  source(name, JSON.stringify(value)),
  source('a', pattern(100, 1)),
];

const ARCHIVES: readonly HostileDrop[] = [
  {
    name: 'archives in an archive, each with files that unpack to a thousand times their size',
    attacks: 'archives: 64 times 17 MiB, in each of six',
    comes: /drop-too-much/,
    drop: () => [
      source(
        'n.zip',
        repeated(zip({ 'a.zip': repeated(zip({ 'f10.bin': new Uint8Array(17 << 20) }), names) }), [
          'a.zip',
          'b.zip',
          'c.zip',
          'd.zip',
          'e.zip',
          'f.zip',
        ]),
      ),
    ],
    limits: { cpuMs: 6000 },
  },
  {
    name: 'one name nineteen thousand times',
    attacks: 'archives: each name looked up among all (44 s for 2 MB)',
    comes: 'left out',
    drop: () => {
      const name = `${'a'.repeat(50)}.bin`;
      return archive(
        repeated(
          zip({ [name]: text('x') }),
          Array.from({ length: 19_000 }, () => name),
        ),
      );
    },
  },
  {
    name: 'lists of a megabyte in each of sixty archives',
    attacks: 'archives: each head inflated, and each list parsed',
    comes: /drop-too-much/,
    drop: () => {
      const list = text(JSON.stringify({ flash_files: {}, x: 'x'.repeat(1_000_000) }));
      const inner = zip({ 'a1.zip': zip({ 'flasher_args.json': list, 'b.bin': text('x') }) });
      return [
        source(
          'n.zip',
          repeated(
            inner,
            Array.from({ length: 60 }, (_, i) => `a${String.fromCharCode(0x30 + i)}.zip`),
          ),
        ),
      ];
    },
  },
  {
    name: 'sixty-four HEX files with bytes for many places each',
    attacks: 'a drop: parts without a limit',
    comes: '256 parts, drop-too-much, refused ?program-without-start files-overlap',
    drop: () => {
      const lines = [
        hexRecord(4, 0, [8, 0]),
        ...Array.from({ length: 32 }, (_, i) => hexRecord(0, i * 0x200, [1])),
        HEX_END,
      ];
      return archive(zip(Object.fromEntries(names.map((name) => [name, text(lines.join('\n'))]))));
    },
    board: 'STM32',
  },
  {
    name: 'three entries of 60 MiB that are the same few bytes',
    attacks: 'archives: sizes added up after they were unpacked',
    comes: /2 parts/,
    drop: () => archive(repeated(bomb(), names.slice(0, 3))),
    limits: { cpuMs: 6000 },
    long: true,
  },
  {
    name: 'sixty-four entries that each unpack to 60 MiB',
    attacks: 'archives: a megabyte unpacked for a look at a few bytes',
    comes: /2 parts/,
    drop: () => archive(repeated(bomb(), names)),
    limits: { cpuMs: 6000 },
    long: true,
  },
  {
    name: 'an entry that unpacks to sixty thousand times its stated size',
    attacks: 'archives: unpacking until the end of the data',
    comes: /^left out, zip-entry-damaged/,
    drop: () => {
      const packed = bomb();
      return archive(edited(packed, (_, view) => view.setUint32(inRow(packed) + 24, 1000, true)));
    },
  },
  {
    name: 'an entry that unpacks to less than its stated size',
    attacks: 'archives: memory for what is announced',
    comes: 'left out, zip-entry-damaged',
    drop: () => changed((_, view) => view.setUint32(DIRECTORY + 24, 0x3ff0000, true)),
  },
  {
    name: 'an entry with a wrong CRC',
    attacks: 'archives: a checksum that nobody computes',
    comes: 'left out, zip-entry-damaged',
    drop: () => changed((_, view) => view.setUint32(DIRECTORY + 16, 1, true)),
  },
  {
    name: 'an entry whose bytes begin behind the end',
    attacks: 'archives: an offset that nobody compares with the file',
    comes: 'left out, zip-entry-damaged',
    drop: () => changed((_, view) => view.setUint32(DIRECTORY + 42, 0xfffffff0, true)),
  },
  {
    name: 'a directory that begins behind the end',
    attacks: 'archives: an offset that nobody compares with the file',
    comes: 'left out, zip-directory-damaged',
    drop: () => changed((_, view) => view.setUint32(SMALL.length - 6, 0xfffffff0, true)),
  },
  {
    name: 'a directory of 65,535 entries of which there is one',
    attacks: 'archives: a count read as it comes',
    comes: 'left out, zip-not-readable',
    drop: () =>
      changed((_, view) => {
        view.setUint16(SMALL.length - 14, 0xffff, true);
        view.setUint16(SMALL.length - 12, 0xffff, true);
      }),
  },
  {
    name: 'a comment in which another archive ends',
    attacks: 'archives: two readings of one file',
    comes: '1 part, refused place-not-chosen',
    drop: () =>
      archive(joined([edited(SMALL, (_, view) => view.setUint16(SMALL.length - 2, SMALL.length, true)), SMALL])),
  },
  {
    name: 'an encrypted entry',
    attacks: 'archives: bytes that are not what they were',
    comes: 'left out',
    drop: () =>
      changed((copy) => {
        copy[DIRECTORY + 8] = 1;
        copy[6] = 1;
      }),
  },
  {
    name: 'an entry packed in a way that is not known',
    attacks: 'archives: packed bytes taken for plain ones',
    comes: 'left out',
    drop: () => changed((copy) => copy.set([99], DIRECTORY + 10)),
  },
  {
    name: 'an archive cut off in the middle',
    attacks: 'archives: half a file taken for all of it',
    comes: 'left out, zip-no-directory',
    drop: () => archive(SMALL.slice(0, SMALL.length >> 1)),
  },
  {
    name: 'an archive in an archive in an archive in an archive',
    attacks: 'archives: nesting without an end',
    comes: 'left out',
    drop: () => archive([1, 2, 3, 4].reduce((inner) => zip({ 'a.zip': inner }), zip({ 'a.bin': pattern(600, 1) }))),
  },
  {
    name: 'entries whose names leave the folder, turn text and repeat in other letters',
    attacks: 'names: a part that is somewhere else, or shown as another',
    comes: '7 parts, refused place-not-chosen',
    drop: () =>
      archive(
        zip({
          '../../a.bin': pattern(600, 1),
          '/etc/b.bin': pattern(600, 2),
          'C:\\c.bin': pattern(600, 3),
          'd\u202enib.bin': pattern(600, 4),
          '__proto__.bin': pattern(600, 5),
          'E.BIN': pattern(600, 6),
          'e.bin': pattern(600, 7),
        }),
      ),
  },
  {
    name: 'an entry name of 60,000 characters',
    attacks: 'names: a page that is all name',
    comes: '1 part, refused place-not-chosen',
    drop: () => archive(zip({ [`${'a'.repeat(60_000)}.bin`]: pattern(600, 1) })),
  },
  {
    name: 'sixty-four ELF files of one megabyte that share their bytes',
    attacks: 'a drop: each converted, and all of them kept',
    comes: '63 parts, refused ?image-without-description same-place',
    drop: () =>
      archive(
        repeated(
          zip({ 'f10.bin': elfFile({ sections: [{ name: '.a', address: 0x3f400020, data: pattern(1 << 20, 1) }] }) }),
          names,
        ),
      ),
    long: true,
  },
];

const LISTS: readonly HostileDrop[] = [
  {
    name: 'two thousand parts that are one file of one byte',
    attacks: 'builds: each part placed against each other (80 s)',
    comes: /build-too-many-files/,
    drop: () => listed({ flash_files: many(2000, (i) => [`${i}`, 'a']) }),
  },
  {
    name: 'forty thousand wrong offsets',
    attacks: 'builds: a finding for each took 1.9 GB',
    comes: /build-too-many-files/,
    drop: () => listed({ flash_files: many(40_000, (i) => [`x${i}`, 'a']) }),
  },
  {
    name: 'sixteen thousand offsets, each with an entry of its own',
    attacks: 'builds: each entry looked up among all',
    comes: /build-too-many-files/,
    drop: () =>
      listed({
        flash_files: many(16_000, (i) => [`0x${i.toString(16)}`, `a${i}`]),
        ...many(16_000, (i) => [`f${i}`, { file: `a${i}`, encrypted: 'true' }]),
      }),
  },
  {
    name: 'seven thousand lines of flash_args',
    attacks: 'builds: each line looked up among all files',
    comes: /build-too-many-files/,
    drop: () => [
      source('b/flash_args', Array.from({ length: 7000 }, (_, i) => `0x${i.toString(16)} a`).join('\n')),
      source('b/a', 'x'),
      ...OTHERS,
    ],
  },
  {
    name: 'fifteen thousand builds in a manifest',
    attacks: 'manifests: each build tried',
    comes: /manifest-too-many-builds/,
    drop: () => [
      source(
        'b/manifest.json',
        JSON.stringify({
          builds: Array.from({ length: 15_000 }, () => ({ chipFamily: 'X', parts: [{ path: 'a', offset: -1 }] })),
        }),
      ),
      source('b/a', 'x'),
      ...OTHERS,
    ],
  },
  {
    name: 'a line of flash_args with sixty thousand spaces',
    attacks: 'builds: a pattern that tries each way to match',
    comes: /^left out/,
    drop: () => [source('b/flash_args', `--flash_mode dio\n0x1${' '.repeat(60_000)}"a"b`), ...OTHERS],
  },
  {
    name: 'thirty-two lists, each of forty thousand wrong offsets',
    attacks: 'a drop: limits that each list has for itself',
    comes: /findings-not-listed/,
    drop: () => {
      const list = JSON.stringify({ flash_files: many(40_000, (i) => [`x${i}`, 'a']) });
      return Array.from({ length: 32 }, (_, i) => source(`${i}/flasher_args.json`, list));
    },
  },
  {
    name: 'a build folder of two hundred files, as ever',
    attacks: 'a drop: a limit that refuses what people have',
    comes: /^2 parts/,
    drop: () => [
      source('b/flasher_args.json', JSON.stringify({ flash_files: { '0x8000': 'p.bin', '0x20000': 'app.bin' } })),
      source('b/p.bin', TABLE),
      source('b/app.bin', pattern(900_000, 2)),
      ...Array.from({ length: 200 }, (_, i) => source(`b/obj/${i}.o`, pattern(1000, i))),
    ],
  },
  {
    name: 'a list of files outside of its folder',
    attacks: 'builds: a file that was not dropped',
    comes: '2 parts, build-incomplete, refused ?content-replaced overlaps-boot',
    drop: () =>
      json('flasher_args.json', {
        flash_files: { '0x1000': '../../../etc/passwd', '0x8000': '/a', '0x10000': 'C:\\a' },
      }),
  },
  {
    name: 'offsets that are negative, fractions, and beyond 2^53',
    attacks: 'builds: numbers used as they come',
    comes: 'left out, build-offset-wrong',
    drop: () =>
      json('flasher_args.json', {
        flash_files: { '-0x1000': 'a', '0.5': 'a', '1e400': 'a', '0xfffffffffffffffff': 'a' },
      }),
  },
  {
    name: 'a list nested a hundred thousand deep',
    attacks: 'JSON: a parser that calls itself',
    comes: '1 part, refused not-an-app',
    drop: () => [source('flasher_args.json', `{"flash_files":${'['.repeat(100_000)}${']'.repeat(100_000)}}`)],
  },
  {
    name: 'a list with __proto__ and constructor as its keys',
    attacks: 'JSON: properties of every object',
    comes: 'left out, build-incomplete',
    drop: () => [
      source(
        'flasher_args.json',
        '{"__proto__":{"flash_files":{"0x1000":"a"}},"constructor":1,"flash_files":{"0x10000":"__proto__"}}',
      ),
      source('a', 'x'),
    ],
  },
  {
    name: 'two parts of one build at one place',
    attacks: 'builds: whichever comes last wins',
    comes: 'left out, build-files-overlap',
    drop: () => [
      ...json('flasher_args.json', { flash_files: { '0x10000': 'a', '0x10010': 'b' } }),
      source('b', pattern(100, 2)),
    ],
  },
  {
    name: 'a manifest that names two chips with one name',
    attacks: 'manifests: a build for another chip',
    comes: 'left out',
    drop: () =>
      json('manifest.json', {
        builds: [
          { chipFamily: 'ESP8266', parts: [{ path: 'a', offset: 0 }] },
          { chipFamily: 'ESP32-C3', parts: [{ path: 'a', offset: 0 }] },
        ],
      }),
  },
  {
    name: 'a manifest of 20 MB',
    attacks: 'JSON: parsed whole before anyone looks at its size',
    comes: '1 part, refused not-an-app',
    drop: () => [source('manifest.json', `{"builds":[],"x":"${'x'.repeat(20_000_000)}"}`)],
  },
];

/** Archives, folders and lists. */
export const ARCHIVE_DROPS: readonly HostileDrop[] = [...ARCHIVES, ...LISTS];
