/** Test support: a broken container for each rule of containers. Nothing of the app imports it. */
import { zipSync } from 'fflate';
import { boardOf } from '../esp/placements.ts';
import { elfFile, HEX_END, hexFile, hexRecord, joined, pattern, source, text, uf2Blocks } from '../esp/archives.ts';
import type { TestSection } from '../esp/archives.ts';
import { unpackEsp } from '../../esp/import/unpack.ts';
import type { RuleCase } from './case.ts';
import { kindsOf, patched } from './case.ts';
import { GOOD } from './images.ts';
import { SOUND } from './samples.ts';

type Drop = Readonly<Record<string, Uint8Array | string>>;

/** A rule, where the finding points, and containers that break and keep the rule. */
export interface BrokenDrop {
  readonly kind: string;
  /** Where the finding points: a line, an offset, or the file as a whole. */
  readonly place: { readonly name: string; readonly line?: number; readonly offset?: number };
  /** What the broken one is told besides. */
  readonly also?: readonly string[];
  readonly broken: () => Drop;
  readonly mended: () => Drop;
}

const DATA = pattern(0x300, 1);
const HEX = hexFile([[0x9000, DATA.subarray(0, 40)]]);
const [UPPER = '', FIRST = '', SECOND = ''] = HEX.split('\n');
const hex = (...lines: readonly string[]): Drop => ({ 'fw.hex': lines.join('\n') });
const goodHex = (): Drop => ({ 'fw.hex': HEX });

const BLOCKS = uf2Blocks(0x9000, DATA);
const uf2 = (blocks: readonly Uint8Array[]): Drop => ({ 'fw.uf2': joined(blocks) });
const goodUf2 = (): Drop => uf2(BLOCKS);
/** The blocks with a little-endian word of the second one changed. */
function withWord(offset: number, word: number, blocks = BLOCKS): Drop {
  const bytes = [0, 8, 16, 24].map((shift) => (word >>> shift) & 0xff);
  return uf2(blocks.map((block, i) => (i === 1 ? patched(block, offset, ...bytes) : block)));
}

const elf = (...sections: readonly TestSection[]): Drop => ({ 'app.elf': elfFile({ sections }) });
const section = (address: number, size = 0x100): TestSection => ({ name: '.x', address, data: pattern(size, 2) });
const goodElf = (): Drop => elf(section(0x3f400020), section(0x400d0020));
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

/** Every rule of containers, with a container that breaks it. */
export const BROKEN_CONTAINERS: readonly BrokenDrop[] = [
  {
    kind: 'hex-character',
    place: { name: 'fw.hex', line: 3 },
    broken: () => hex(UPPER, FIRST, SECOND.replace(/.$/, 'G'), HEX_END),
    mended: goodHex,
  },
  {
    kind: 'hex-character',
    place: { name: 'fw.hex', line: 2 },
    broken: () => hex(UPPER, '; words', FIRST, HEX_END),
    mended: () => hex(UPPER, '', FIRST, HEX_END),
  },
  {
    kind: 'hex-length',
    place: { name: 'fw.hex', line: 2 },
    broken: () => hex(UPPER, FIRST.slice(0, -2), HEX_END),
    mended: goodHex,
  },
  {
    kind: 'hex-length',
    place: { name: 'fw.hex', line: 1 },
    broken: () => hex(hexRecord(4, 0, [0]), FIRST, HEX_END),
    mended: goodHex,
  },
  {
    kind: 'hex-length',
    place: { name: 'fw.hex', line: 2 },
    broken: () => hex(UPPER, `:${'F'.repeat(600)}`, HEX_END),
    mended: goodHex,
  },
  {
    kind: 'hex-checksum',
    place: { name: 'fw.hex', line: 2 },
    broken: () =>
      hex(
        UPPER,
        FIRST.replace(/.$/, (digit) => (digit === '0' ? '1' : '0')),
        HEX_END,
      ),
    mended: goodHex,
  },
  {
    kind: 'hex-type',
    place: { name: 'fw.hex', line: 2 },
    broken: () => hex(UPPER, hexRecord(6, 0), FIRST, HEX_END),
    mended: goodHex,
  },
  {
    kind: 'hex-overlap',
    place: { name: 'fw.hex', line: 3 },
    broken: () => hex(hexRecord(0, 0, [1, 2]), hexRecord(0, 1, [2, 3]), hexRecord(0, 2, [4]), HEX_END),
    mended: () => hex(hexRecord(0, 0, [1, 2]), hexRecord(0, 1, [2, 3]), hexRecord(0, 2, [3]), HEX_END),
  },
  {
    kind: 'hex-end-missing',
    place: { name: 'fw.hex', line: 3 },
    broken: () => hex(UPPER, FIRST, SECOND),
    mended: goodHex,
  },
  { kind: 'hex-no-data', place: { name: 'fw.hex', line: 2 }, broken: () => hex(UPPER, HEX_END), mended: goodHex },
  {
    kind: 'hex-after-end',
    place: { name: 'fw.hex', line: 5 },
    broken: () => hex(UPPER, FIRST, HEX_END, '', FIRST),
    mended: () => hex(UPPER, FIRST, HEX_END, '', '  '),
  },
  {
    kind: 'address-past-flash',
    place: { name: 'fw.hex', line: 2 },
    broken: () => hex(hexRecord(4, 0, [0x40, 0x0d]), FIRST, HEX_END),
    mended: goodHex,
  },
  {
    kind: 'address-past-flash',
    place: { name: 'fw.uf2', offset: 512 },
    broken: () => withWord(12, 0x7ffff04),
    mended: () => withWord(12, 0x7ffff00),
  },
  {
    kind: 'addresses-relative',
    place: { name: 'fw.hex' },
    broken: () => ({ 'fw.hex': hexFile([[0, GOOD]]) }),
    mended: () => ({ 'fw.hex': hexFile([[0x10000, GOOD]]) }),
  },
  {
    kind: 'runs-too-many',
    place: { name: 'fw.hex' },
    broken: () => hex(...Array.from({ length: 129 }, (_, i) => hexRecord(0, i * 2, [1])), HEX_END),
    mended: () => hex(...Array.from({ length: 128 }, (_, i) => hexRecord(0, i * 2, [1])), HEX_END),
  },
  {
    kind: 'runs-too-many',
    place: { name: 'fw.uf2' },
    broken: () => uf2(Array.from({ length: 129 }, (_, i) => uf2Blocks(i * 512, DATA.subarray(0, 256))).flat()),
    mended: () => uf2(Array.from({ length: 128 }, (_, i) => uf2Blocks(i * 512, DATA.subarray(0, 256))).flat()),
  },

  {
    kind: 'uf2-cut-short',
    place: { name: 'fw.uf2', offset: 1024 },
    broken: () => ({ 'fw.uf2': joined(BLOCKS).subarray(0, 1535) }),
    mended: goodUf2,
  },
  {
    kind: 'uf2-block-damaged',
    place: { name: 'fw.uf2', offset: 512 },
    broken: () => withWord(508, 0x0ab16f31),
    mended: goodUf2,
  },
  { kind: 'uf2-block-damaged', place: { name: 'fw.uf2', offset: 512 }, broken: () => withWord(0, 0), mended: goodUf2 },
  {
    kind: 'uf2-payload-size',
    place: { name: 'fw.uf2', offset: 512 },
    broken: () => withWord(16, 477),
    mended: goodUf2,
  },
  {
    kind: 'uf2-payload-size',
    place: { name: 'fw.uf2', offset: 512 },
    broken: () => withWord(16, 453, uf2Blocks(0x9000, DATA, { md5: 'end' })),
    mended: () => uf2(uf2Blocks(0x9000, DATA, { md5: 'end', payload: 452 })),
  },
  { kind: 'uf2-block-number', place: { name: 'fw.uf2', offset: 512 }, broken: () => withWord(20, 3), mended: goodUf2 },
  {
    kind: 'uf2-blocks-missing',
    place: { name: 'fw.uf2', offset: 1024 },
    broken: () => uf2(BLOCKS.toSpliced(1, 1)),
    mended: () => uf2([...BLOCKS, ...BLOCKS.slice(1, 2)]),
  },
  { kind: 'uf2-overlap', place: { name: 'fw.uf2', offset: 512 }, broken: () => withWord(12, 0x90ff), mended: goodUf2 },
  {
    kind: 'uf2-md5-wrong',
    place: { name: 'fw.uf2', offset: 512 },
    broken: () => withWord(100, 0, uf2Blocks(0x9000, DATA, { md5: 'end' })),
    mended: () => uf2(uf2Blocks(0x9000, DATA, { md5: 'end' })),
  },

  {
    kind: 'elf-damaged',
    place: { name: 'app.elf', offset: 51 },
    broken: () => ({ 'app.elf': elfFile({ sections: [section(0x3f400020)] }).subarray(0, 51) }),
    mended: goodElf,
  },
  {
    kind: 'elf-damaged',
    place: { name: 'app.elf', offset: 52 },
    // The number of section headers.
    broken: () => ({ 'app.elf': patched(elfFile({ sections: [section(0x3f400020)] }), 48, 0xff) }),
    mended: goodElf,
  },
  {
    kind: 'elf-damaged',
    place: { name: 'app.elf', offset: 52 },
    // The size of a section header.
    broken: () => ({ 'app.elf': patched(elfFile({ sections: [section(0x3f400020)] }), 46, 41) }),
    mended: goodElf,
  },
  {
    kind: 'elf-page-shared',
    place: { name: 'app.elf' },
    broken: () => elf(section(0x3f400020), section(0x3f400200)),
    mended: () => elf(section(0x3f400020), section(0x3f410200)),
  },
  {
    kind: 'elf-too-many-segments',
    place: { name: 'app.elf' },
    broken: () => elf(section(0x3f400020), ...Array.from({ length: 16 }, (_, i) => section(0x3ffb0000 + i * 0x200))),
    mended: () => elf(section(0x3f400020), ...Array.from({ length: 15 }, (_, i) => section(0x3ffb0000 + i * 0x200))),
  },
  {
    kind: 'elf-misaligned',
    place: { name: 'app.elf' },
    broken: () => elf(section(0x3f400020), section(0x3ffb0002)),
    mended: () => elf(section(0x3f400020), section(0x3ffb0004)),
  },
  {
    kind: 'elf-overlap',
    place: { name: 'app.elf', offset: 452 },
    broken: () => ({
      'app.elf': elfFile({
        loads: [
          [0x9000, DATA.subarray(0, 256)],
          [0x90ff, DATA.subarray(0, 16)],
        ],
      }),
    }),
    mended: () => ({
      'app.elf': elfFile({
        loads: [
          [0x9000, DATA.subarray(0, 256)],
          [0x9100, DATA.subarray(0, 16)],
        ],
      }),
    }),
  },
  {
    kind: 'elf-chip-uncertain',
    place: { name: 'app.elf' },
    // On an ESP32-S2, code there is flash too, but that data is not.
    broken: () => elf(section(0x400d0020)),
    mended: goodElf,
  },

  {
    kind: 'program-for-stm32',
    place: { name: 'app.bin' },
    broken: () => ({ 'app.bin': vectorTable(0x08000101) }),
    // Thumb code never has an even address.
    mended: () => ({ 'app.bin': vectorTable(0x08000100) }),
  },
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

function vectorTable(reset: number): Uint8Array {
  const data = pattern(0x200, 3);
  const view = new DataView(data.buffer);
  view.setUint32(0, 0x20020000, true);
  view.setUint32(4, reset, true);
  return data;
}

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

/** What unpacking reports for a drop. */
export async function unpackedOf(drop: Drop): Promise<Awaited<ReturnType<typeof unpackEsp>>> {
  const sources = Object.entries(drop).map(([path, data]) => source(path, data));
  return unpackEsp(sources, await boardOf(SOUND));
}

async function told(drop: Drop): Promise<readonly string[]> {
  return kindsOf((await unpackedOf(drop)).findings);
}

/** The same as cases of the rule table. */
export const UNPACK_CASES: readonly RuleCase[] = BROKEN_CONTAINERS.map(({ kind, also = [], broken, mended }) => ({
  kind,
  also,
  broken: () => told(broken()),
  mended: () => told(mended()),
}));
