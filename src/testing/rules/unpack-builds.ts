/** Test support: broken archives, and lists of builds that are wrong. Nothing of the app imports it. */
import { zipSync } from 'fflate';
import { text } from '../esp/archives.ts';
import type { BrokenDrop, Drop } from './case.ts';
import { patched } from './case.ts';
import { GOOD } from './images.ts';

const packed = (files: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  zipSync(files, { level: 0, mtime: '2026-01-05T10:00:00Z' });
const ZIP = packed({ 'app.bin': GOOD });
const goodZip = (): Drop => ({ 'fw.zip': ZIP });
/** The offsets of the directory's first row, and of the end record. */
const ROW = ZIP.length - 22 - 46 - 'app.bin'.length;
const END = ZIP.length - 22;
/** Where the bytes of the entry begin. */
const CONTENT = 30 + 'app.bin'.length;

const list = (flashFiles: Readonly<Record<string, string>>, more: object = {}): Drop => ({
  'flasher_args.json': JSON.stringify({ flash_files: flashFiles, ...more }),
  'a.bin': GOOD,
  'b.bin': GOOD,
});
const goodList = (): Drop => list({ '0x10000': 'a.bin', '0x20000': 'b.bin' });
const LIST = { name: 'flasher_args.json' };

/** Every rule of archives and builds, with one that breaks it. */
export const BROKEN_BUILDS: readonly BrokenDrop[] = [
  {
    kind: 'zip-no-directory',
    place: { name: 'fw.zip', offset: END },
    broken: () => ({ 'fw.zip': ZIP.subarray(0, END) }),
    mended: goodZip,
  },
  {
    kind: 'zip-directory-damaged',
    place: { name: 'fw.zip', offset: ROW },
    broken: () => ({ 'fw.zip': patched(ZIP, ROW, 0) }),
    mended: goodZip,
  },
  {
    kind: 'zip-directory-damaged',
    place: { name: 'fw.zip', offset: END },
    // The size of the directory.
    broken: () => ({ 'fw.zip': patched(ZIP, END + 12, 0xff, 0xff) }),
    mended: goodZip,
  },
  {
    kind: 'zip-directory-damaged',
    place: { name: 'fw.zip', offset: END },
    // The start of the directory: one byte too late.
    broken: () => ({ 'fw.zip': patched(ZIP, END + 16, (ZIP[END + 16] ?? 0) + 1) }),
    mended: goodZip,
  },
  {
    kind: 'zip-too-many-entries',
    place: { name: 'fw.zip', offset: END },
    broken: () => ({ 'fw.zip': patched(ZIP, END + 8, 0x21, 0x4e, 0x21, 0x4e) }),
    mended: goodZip,
  },
  {
    kind: 'zip-not-readable',
    place: { name: 'fw.zip', offset: END },
    broken: () => ({ 'fw.zip': patched(ZIP, END + 16, 0xff, 0xff, 0xff, 0xff) }),
    mended: goodZip,
  },
  {
    kind: 'zip-not-readable',
    place: { name: 'fw.zip', offset: END },
    // The number of this part of the archive.
    broken: () => ({ 'fw.zip': patched(ZIP, END + 4, 1) }),
    mended: goodZip,
  },
  {
    kind: 'zip-entry-damaged',
    place: { name: 'fw.zip', offset: CONTENT },
    broken: () => ({ 'fw.zip': patched(ZIP, CONTENT + 100, (ZIP[CONTENT + 100] ?? 0) ^ 1) }),
    mended: goodZip,
  },

  {
    kind: 'build-list-damaged',
    place: LIST,
    broken: () => ({ ...goodList(), 'flasher_args.json': '{"flash_files": {"0x10000": "a.bin"' }),
    mended: goodList,
  },
  {
    kind: 'build-offset-wrong',
    place: LIST,
    broken: () => list({ '0x1O000': 'a.bin', '0x20000': 'b.bin' }),
    mended: goodList,
  },
  {
    kind: 'build-offset-wrong',
    place: { name: 'manifest.json' },
    broken: () => manifest(-1),
    mended: () => manifest('0x10000'),
  },
  {
    kind: 'build-files-overlap',
    place: LIST,
    broken: () => list({ '0x10000': 'a.bin', '0x10100': 'b.bin' }),
    mended: goodList,
  },
  {
    kind: 'build-too-many-files',
    place: LIST,
    broken: () => list(manyFiles(65)),
    mended: () => list(manyFiles(64)),
  },
  {
    kind: 'manifest-too-many-builds',
    place: { name: 'manifest.json' },
    broken: () => manifest('0x10000', 65),
    mended: () => manifest('0x10000', 64),
  },
  {
    kind: 'drop-too-much',
    place: { name: 'fw.zip' },
    broken: () => ({ 'fw.zip': packed(Object.fromEntries(manyArchives(6))) }),
    mended: () => ({ 'fw.zip': packed(Object.fromEntries(manyArchives(3))) }),
  },
  {
    kind: 'findings-not-listed',
    place: { name: 'x/flasher_args.json' },
    also: ['build-offset-wrong'],
    broken: () => twoLists(33),
    mended: () => twoLists(32),
  },
  {
    kind: 'build-incomplete',
    place: LIST,
    broken: () => list({ '0x10000': 'a.bin', '0x20000': 'c.bin' }),
    mended: goodList,
  },
  {
    kind: 'build-encrypts',
    place: LIST,
    broken: () => list({ '0x10000': 'a.bin' }, { app: { offset: '0x10000', file: 'a.bin', encrypted: 'true' } }),
    mended: () => list({ '0x10000': 'a.bin' }, { app: { offset: '0x10000', file: 'a.bin', encrypted: 'false' } }),
  },
];

function manyFiles(count: number, before = ''): Readonly<Record<string, string>> {
  return Object.fromEntries(Array.from({ length: count }, (_, i) => [`${before}0x${i.toString(16)}00000`, 'a.bin']));
}

/** Two builds with as many wrong offsets each. */
function twoLists(count: number): Drop {
  const { 'flasher_args.json': own = '' } = list(manyFiles(count, '-'));
  return { 'x/flasher_args.json': own, 'y/flasher_args.json': own };
}

/** Archives with 64 files each that are for no board. */
function manyArchives(count: number): readonly (readonly [string, Uint8Array])[] {
  const inner = packed(Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`${i}.txt`, text('a note')])));
  return Array.from({ length: count }, (_, i) => [`${i}.zip`, inner]);
}

function manifest(offset: number | string, count = 1): Drop {
  const build = { chipFamily: 'ESP32', parts: [{ path: 'a.bin', offset }] };
  const builds = Array.from({ length: count }, () => build);
  return { 'manifest.json': text(JSON.stringify({ builds })), 'a.bin': GOOD };
}
