/** The formats on their own, with the rules of a made-up board: what the rules are asked, and what comes out. */
import { zipSync } from 'fflate';
import { describe, expect, it, test } from 'vitest';
import { hex } from '../flash/finding.ts';
import { writeDfuSe } from '../formats/dfu-file.ts';
import { elfFile, hexFile, joined, pattern, source, text, uf2Blocks } from '../testing/esp/archives.ts';
import type { BoardRules } from './board-rules.ts';
import { ELF_CONTAINER, joinRuns, loadedBytes } from './elf.ts';
import { partsOf } from './runs.ts';
import { unpackDrop } from './unpack.ts';

const OWN_FAMILY = 0x12345678;

/** The rules of a board with 64 KiB of flash from 0x1000 on. */
const RULES: BoardRules = {
  board: {
    identity: { family: 'x', chip: 'X1', revision: '', key: null, facts: [] },
    layout: { map: { regions: [] }, partitions: [], guards: [], ciphered: [] },
  },
  regionAt: () => null,
  chip: 'X1',
  isOwnChip: (chip) => chip === 'X1',
  serial: null,
  isStm32: false,
  largest: 0x10000,
  together: 0x20000,
  addresses: {
    limit: 0x100000,
    mostRuns: 4,
    note: 'So says the file.',
    countsFromPartition: () => false,
    shape: (runs) => runs,
    refuse: (address) => (address >= 0x1000 && address < 0x11000 ? null : `no flash at ${hex(address)}`),
    name: (file, address, alone) => (alone ? file : `${file}+${hex(address)}`),
  },
  uf2Families: [OWN_FAMILY, 0x57755a57],
  forms: [['hex'], ['bin']],
  kindOf: () => 'data',
  foreign: ({ name }) => (name.endsWith('.txt') ? 'words' : null),
  conventionalBuilds: () => Promise.resolve([]),
  unpackProgram: async (file, program, { rules }) => {
    if (program.kind === 'foreign') throw new Error(program.why);
    const loaded = await loadedBytes(file, program.elf, rules.largest);
    if (loaded.kind === 'overlap') throw new Error('overlap');
    return { container: ELF_CONTAINER, ...partsOf('An ELF file', file.path, joinRuns(loaded.runs), rules) };
  },
  dfuDevice: () => [],
};

const bytes = pattern(300, 4);
const zip = (files: Readonly<Record<string, Uint8Array>>): Uint8Array =>
  zipSync(files, { mtime: '2026-01-05T10:00:00Z' });
const dfuDevice = { vendorId: 1, productId: 2, deviceVersion: null };
const image = (...elements: { address: number; data: Uint8Array }[]) => ({ alternate: 0, name: null, elements });
const uf2 = (family: number | null): Uint8Array => joined(uf2Blocks(0x2000, bytes, { family }));

type Out = readonly [
  container: string | null,
  parts: readonly (readonly [string, number | undefined])[],
  left?: string,
];
const CASES: readonly (readonly [title: string, files: Readonly<Record<string, Uint8Array>>, out: Out])[] = [
  ['a plain file', { 'a.bin': bytes }, [null, [['a.bin', undefined]]]],
  ['Intel HEX', { a: text(hexFile([[0x2000, bytes]])) }, ['Intel HEX', [['a', 0x2000]]]],
  [
    'Intel HEX for two places, one of which the board does not have',
    {
      a: text(
        hexFile([
          [0x800, bytes],
          [0x2000, bytes],
        ]),
      ),
    },
    ['Intel HEX', [['a+0x2000', 0x2000]], 'a+0x800: no flash at 0x800'],
  ],
  ['UF2 of one of the board’s families', { a: uf2(OWN_FAMILY) }, ['UF2', [['a', 0x2000]]]],
  ['UF2 of the other', { a: uf2(0x57755a57) }, ['UF2', [['a', 0x2000]]]],
  ['UF2 without a family', { a: uf2(null) }, ['UF2', [['a', 0x2000]]]],
  ['UF2 of another family', { a: uf2(0x5d1a0a2e) }, ['UF2', [], 'a: 2 blocks: for the STM32F2, not for this board']],
  ['ELF', { a: elfFile({ loads: [[0x2000, bytes]] }) }, ['ELF file', [['a', 0x2000]]]],
  [
    'ELF with segments that follow one another, in the wrong order',
    {
      a: elfFile({
        loads: [
          [0x2080, bytes.subarray(0x80)],
          [0x2000, bytes.subarray(0, 0x80)],
        ],
      }),
    },
    ['ELF file', [['a', 0x2000]]],
  ],
  ['DfuSe', { a: writeDfuSe([image({ address: 0x2000, data: bytes })], dfuDevice) }, ['DfuSe file', [['a', 0x2000]]]],
  [
    'DfuSe with more than the first memory',
    { a: writeDfuSe([image({ address: 0x2000, data: bytes }), { ...image(), alternate: 2, name: 'OTP' }], dfuDevice) },
    ['DfuSe file', [['a', 0x2000]], 'a, memory 2 (OTP): only data for the first memory is written'],
  ],
  [
    'a ZIP archive',
    { a: zip({ 'x/a.bin': bytes, 'a.txt': bytes }) },
    ['ZIP archive', [['x/a.bin', undefined]], 'a.txt: words'],
  ],
  [
    'a folder with two forms of one firmware',
    { 'x/a.bin': bytes, 'x/a.hex': text(hexFile([[0x2000, bytes]])) },
    ['folder', [['x/a.hex', 0x2000]], 'x/a.bin: the same firmware as a.hex'],
  ],
  [
    'a folder with the two in folders of their own',
    { 'x/a.bin': bytes, 'y/a.hex': text(hexFile([[0x2000, bytes]])) },
    [
      'folder',
      [
        ['x/a.bin', undefined],
        ['y/a.hex', 0x2000],
      ],
    ],
  ],
  [
    'flash_args',
    { 'b/flash_args': text('0x2000 a.bin\n'), 'b/a.bin': bytes, 'b/c.bin': bytes },
    ['build', [['a.bin', 0x2000]], 'b/c.bin: not named by the build'],
  ],
  [
    'a manifest for another chip',
    {
      'manifest.json': text(
        JSON.stringify({ builds: [{ chipFamily: 'ESP32', parts: [{ path: 'a.bin', offset: 0 }] }] }),
      ),
      'a.bin': bytes,
    },
    ['ESP Web Tools manifest', [], 'manifest.json: for the ESP32, but this board has an X1'],
  ],
  [
    'too large a file',
    { a: new Uint8Array(0x10001) },
    [null, [], 'a: too large: 65,537 bytes, and at most 64 KiB are read'],
  ],
];

describe('the parts of', () => {
  it.each(CASES)('%s', async (_, files, [container, parts, left]) => {
    const out = await unpackDrop(
      Object.entries(files).map(([path, data]) => source(path, data)),
      RULES,
    );
    expect(out.container).toBe(container);
    expect(out.parts.map(({ name, at }) => [name, at])).toEqual(parts);
    for (const part of out.parts) expect(part.data).toEqual(bytes);
    expect(out.left.map(({ name, why }) => `${name}: ${why}`)).toEqual(left === undefined ? [] : [left]);
    expect(out.findings).toEqual([]);
  });
});

test('of an archive with many files that are unpacked, it is said of a few how', async () => {
  const hexText = text(hexFile([[0x2000, bytes]]));
  const all = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.hex`, hexText]));
  const { says, parts } = await unpackDrop([source('a.zip', zip(all))], RULES);
  expect([says.match(/Intel HEX/g)?.length, parts.length]).toEqual([4, 20]);
  expect(says).toMatch(/16 more files were unpacked\.$/);
});

test('of flash_args with more lines than any build has, the first are used, and a finding says so', async () => {
  const places = Array.from({ length: 66 }, (_, i) => 0x2000 + i * 0x200);
  const list = text(places.map((at) => `${hex(at)} a.bin`).join('\n'));
  const { parts, left, findings } = await unpackDrop([source('b/flash_args', list), source('b/a.bin', bytes)], RULES);
  expect(parts.map(({ name, at }) => [name, at])).toEqual(
    places.slice(0, 64).map((at) => [`b/a.bin @ ${hex(at)}`, at]),
  );
  expect(left).toEqual([{ name: '2 more parts', why: 'at most 64 are read' }]);
  expect(findings.map(({ kind, values }) => [kind, values])).toEqual([
    ['build-too-many-files', { count: 66, limit: 64 }],
  ]);
});

describe('a name that would disguise itself is shown plainly', () => {
  const hostile = `a\u202E\u200B${'x'.repeat(300)}\u001B.bin`;
  const shown = /^a\uFFFD\uFFFDx+…x+\uFFFD\.bin$/;

  it.each<[string, Readonly<Record<string, Uint8Array>>]>([
    ['dropped', { [hostile]: bytes }],
    ['in an archive', { 'a.zip': zip({ [hostile]: bytes }) }],
    ['in flash_args', { 'b/flash_args': text(`0x2000 ${hostile}`), [`b/${hostile}`]: bytes }],
    ['not used', { 'b/flash_args': text(`0x2000 ${hostile}`) }],
  ])('%s', async (_, files) => {
    const sources = Object.entries(files).map(([path, data]) => source(path, data));
    const { parts, left } = await unpackDrop(sources, RULES);
    const names = [...parts, ...left].map(({ name }) => name);
    expect(names).toEqual([expect.stringMatching(shown)]);
    expect(names[0]?.length).toBeLessThanOrEqual(200);
  });
});

describe('nothing of a damaged file is used', () => {
  const places = [0, 1, 2, 3, 4].map((i) => [0x2000 + i * 0x1000, bytes] as const);
  const dfu = writeDfuSe([image({ address: 0x2000, data: bytes })], dfuDevice);
  const overlapping = image({ address: 0x2000, data: bytes }, { address: 0x2001, data: bytes });

  it.each<[string, Uint8Array, string]>([
    ['more places than the board asks for, HEX', text(hexFile(places)), 'runs-too-many'],
    [
      'more places, DfuSe',
      writeDfuSe([image(...places.map(([address, data]) => ({ address, data })))], dfuDevice),
      'runs-too-many',
    ],
    ['an address past all flash, HEX', text(hexFile([[0x100000, bytes]])), 'address-past-flash'],
    ['DfuSe with a wrong byte', dfu.map((byte, i) => (i === 300 ? byte ^ 1 : byte)), 'dfu-file-unusable'],
    ['DfuSe that is cut short', dfu.subarray(0, 200), 'dfu-file-unusable'],
    ['DfuSe with parts over one another', writeDfuSe([overlapping], dfuDevice), 'dfu-file-unusable'],
    ['ELF that is cut short', elfFile({ loads: [[0x2000, bytes]] }).subarray(0, 60), 'elf-damaged'],
  ])('%s', async (_, data, kind) => {
    const { parts, left, findings } = await unpackDrop([source('a', data)], RULES);
    expect([parts, left.length]).toEqual([[], 1]);
    expect(findings.map((finding) => finding.kind)).toEqual([kind]);
  });
});

test('on a board that takes no DFU files, one is listed and never written as it is', async () => {
  const data = writeDfuSe([image({ address: 0x2000, data: bytes })], dfuDevice);
  const { parts, left } = await unpackDrop([source('a.dfu', data)], { ...RULES, dfuDevice: null, chip: null });
  expect(parts).toEqual([]);
  expect(left).toEqual([
    { name: 'a.dfu', why: 'for a chip programmed over DFU (USB device 0001:0002), but this board’s chip is unknown' },
  ]);
});

describe('what a failed download left in place of a file', () => {
  const html = text('<!DOCTYPE html>\n<title>app.bin</title>');
  const lfs = text('version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 300\n');

  test('is not used as a file of a build, and is reported', async () => {
    const list = text(
      JSON.stringify({ flash_files: { '0x1000': 'boot.bin', '0x2000': 'app.bin', '0x8000': 'font.bin' } }),
    );
    const files = { 'b/flasher_args.json': list, 'b/boot.bin': bytes, 'b/app.bin': html, 'b/font.bin': lfs };
    const { parts, left, findings } = await unpackDrop(
      Object.entries(files).map(([path, data]) => source(path, data)),
      RULES,
    );
    expect(parts.map(({ name }) => name)).toEqual(['boot.bin']);
    expect(left).toEqual([
      { name: 'app.bin', why: 'it is an HTML page that a web server sent instead of the file' },
      { name: 'font.bin', why: 'it is a Git LFS pointer, not the file itself' },
    ]);
    expect(findings.map(({ kind }) => kind)).toEqual(['web-page', 'lfs-pointer']);
  });

  test('in a folder is not used either', async () => {
    const { parts, left } = await unpackDrop([source('b/app.bin', html), source('b/boot.bin', bytes)], RULES);
    expect(parts.map(({ name }) => name)).toEqual(['b/boot.bin']);
    expect(left.map(({ name }) => name)).toEqual(['b/app.bin']);
  });

  test('picked by itself stays a part: its family says what it is', async () => {
    const { parts } = await unpackDrop([source('app.bin', html)], RULES);
    expect(parts.map(({ name }) => name)).toEqual(['app.bin']);
  });
});
