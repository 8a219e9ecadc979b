/** Drops made to cost much: each is answered in 3 s of processor time and 300 MiB, or refused with the reason. */
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Source, Unpacked } from '../../flash/family.ts';
import { writeDfuSe } from '../../formats/dfu-file.ts';
import { cpuTimer, memoryMeter } from '../../testing/cpu.ts';
import { boardOf as dfuBoardOf, FAMILY as DFU, flashOf } from '../../testing/dfu/boards.ts';
import { elfFile, HEX_END, hexRecord, joined, pattern, source, text, uf2Blocks } from '../../testing/esp/archives.ts';
import { boardOf } from '../../testing/esp/placements.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { unpackEsp } from './unpack.ts';

type Unpack = (sources: readonly Source[]) => Promise<Unpacked>;

const table = buildPartitionTable(RAFT_OTA_ROWS);
const boards = new Map<string, Unpack>();
beforeAll(async () => {
  const flash = new Uint8Array(0x400000).fill(0xff);
  flash.set(table, 0x8000);
  const esp = await boardOf(flash);
  const s3 = await boardOf(flash, { chip: 'ESP32-S3' });
  const stm32 = await dfuBoardOf('f405', flashOf());
  boards.set('an ESP32', (sources) => unpackEsp(sources, esp));
  boards.set('an ESP32-S3', (sources) => unpackEsp(sources, s3));
  boards.set('an STM32', (sources) => DFU.unpack(sources, stm32));
});

async function within(board: string, sources: readonly Source[]): Promise<Unpacked> {
  const [spent, grown] = [cpuTimer(), memoryMeter()];
  const unpacked = await boards.get(board)?.(sources);
  expect(spent()).toBeLessThan(3000);
  expect(grown()).toBeLessThan(300);
  if (unpacked === undefined) throw new RangeError(board);
  return unpacked;
}

const kinds = ({ findings }: Unpacked): string[] => findings.map(({ kind }) => kind);

/** One byte in each 4 KiB, from address 0 on. */
function sparseHex(pages: number): Source {
  const lines: string[] = [];
  for (let page = 0; page < pages; page++) {
    if (page % 16 === 0) lines.push(hexRecord(4, 0, [page >> 12, (page >> 4) & 0xff]));
    lines.push(hexRecord(0, (page % 16) * 0x1000, [1]));
  }
  return source('a.hex', [...lines, HEX_END].join('\n'));
}

/** As many small files as a large project has. */
const OTHERS = Array.from({ length: 3000 }, (_, i) => source(`b/obj/${i}.o`, 'x'));
const many = (count: number, row: (i: number) => readonly [string, unknown]): object =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => row(i)));
const listed = (list: object): Source[] => [
  source('b/flasher_args.json', JSON.stringify(list)),
  source('b/a', 'x'),
  ...OTHERS,
];

describe.each(['an ESP32', 'an STM32'])('lists of more files than any build has, on %s', (board) => {
  test.each<[string, () => Source[], string]>([
    [
      'two thousand parts that are one file of one byte',
      () => listed({ flash_files: many(2000, (i) => [`${i}`, 'a']) }),
      'build-too-many-files',
    ],
    [
      'forty thousand wrong offsets',
      () => listed({ flash_files: many(40_000, (i) => [`x${i}`, 'a']) }),
      'build-too-many-files',
    ],
    [
      'sixteen thousand offsets, each with an entry of its own',
      () => {
        const files = many(16_000, (i) => [`0x${i.toString(16)}`, `a${i}`]);
        const entries = many(16_000, (i) => [`f${i}`, { file: `a${i}`, encrypted: 'true' }]);
        return listed({ flash_files: files, ...entries });
      },
      'build-too-many-files',
    ],
    [
      'seven thousand lines of flash_args',
      () => [
        source('b/flash_args', Array.from({ length: 7000 }, (_, i) => `0x${i.toString(16)} a`).join('\n')),
        source('b/a', 'x'),
        ...OTHERS,
      ],
      'build-too-many-files',
    ],
    [
      'fifteen thousand builds in a manifest',
      () => {
        const builds = Array.from({ length: 15_000 }, () => ({ chipFamily: 'X', parts: [{ path: 'a', offset: -1 }] }));
        return [source('b/manifest.json', JSON.stringify({ builds })), source('b/a', 'x'), ...OTHERS];
      },
      'manifest-too-many-builds',
    ],
  ])('%s', async (_, make, kind) => {
    const unpacked = await within(board, make());
    expect(kinds(unpacked)).toContain(kind);
    expect(unpacked.parts.length).toBeLessThanOrEqual(64);
    expect(unpacked.findings.length).toBeLessThanOrEqual(65);
    expect(unpacked.left.length).toBeLessThanOrEqual(257);
  });

  test('a line of flash_args with sixty thousand spaces', async () => {
    const spaces = ' '.repeat(60_000);
    const unpacked = await within(board, [source('b/flash_args', `--flash_mode dio\n0x1${spaces}"a"b`), ...OTHERS]);
    expect(unpacked.parts).toEqual([]);
  });
});

test('thirty-two lists, each of forty thousand wrong offsets', async () => {
  const list = JSON.stringify({ flash_files: many(40_000, (i) => [`x${i}`, 'a']) });
  const unpacked = await within(
    'an ESP32',
    Array.from({ length: 32 }, (_, i) => source(`${i}/flasher_args.json`, list)),
  );
  expect([unpacked.parts, unpacked.findings.length]).toEqual([[], 65]);
});

test('a build folder of two hundred files is read as ever', async () => {
  const files = Array.from({ length: 200 }, (_, i) => source(`b/obj/${i}.o`, pattern(1000, i)));
  const list = JSON.stringify({ flash_files: { '0x8000': 'p.bin', '0x20000': 'app.bin' } });
  const build = [
    source('b/flasher_args.json', list),
    source('b/p.bin', table),
    source('b/app.bin', pattern(900_000, 2)),
  ];
  const unpacked = await within('an ESP32', [...build, ...files]);
  expect([unpacked.parts.map(({ name, at }) => [name, at]), kinds(unpacked)]).toEqual([
    [
      ['p.bin', 0x8000],
      ['app.bin', 0x20000],
    ],
    [],
  ]);
});

/** An archive whose directory lists one entry several times, each time under the next of these names of equal length. */
function repeated(packed: Uint8Array, names: readonly string[]): Uint8Array {
  const size = 46 + (names[0] ?? '').length;
  const row = packed.subarray(packed.length - 22 - size, packed.length - 22);
  const rows = names.map((name) => {
    const copy = row.slice();
    copy.set(text(name), 46);
    return copy;
  });
  const end = packed.slice(-22);
  const view = new DataView(end.buffer);
  view.setUint16(8, names.length, true);
  view.setUint16(10, names.length, true);
  view.setUint32(12, names.length * size, true);
  return joined([packed.subarray(0, packed.length - 22 - size), ...rows, end]);
}

describe.each(['an ESP32', 'an STM32'])('archives made to cost much, on %s', (board) => {
  const names = Array.from({ length: 64 }, (_, i) => `f${10 + i}.bin`);
  const zip = (files: Readonly<Record<string, Uint8Array>>): Uint8Array =>
    zipSync(files, { mtime: '2026-01-05T10:00:00Z', level: 1 });

  test('archives in an archive, each with files that unpack to a thousand times their size', async () => {
    const inner = zip({ 'a.zip': repeated(zip({ 'f10.bin': new Uint8Array(17 << 20) }), names) });
    const outer = repeated(inner, ['a.zip', 'b.zip', 'c.zip', 'd.zip', 'e.zip', 'f.zip']);
    const unpacked = await within(board, [source('n.zip', outer)]);
    expect(kinds(unpacked)).toContain('drop-too-much');
    expect(unpacked.left.length).toBeLessThanOrEqual(257);
  });

  test('one name nineteen thousand times', async () => {
    const name = `${'a'.repeat(50)}.bin`;
    const file = repeated(
      zip({ [name]: text('x') }),
      Array.from({ length: 19_000 }, () => name),
    );
    const unpacked = await within(board, [source('a.zip', file)]);
    expect([...unpacked.parts, ...unpacked.left].map((each) => each.name)).toEqual([name]);
  });

  test('lists of a megabyte in each of sixty archives', async () => {
    const list = text(JSON.stringify({ flash_files: {}, x: 'x'.repeat(1_000_000) }));
    const inner = zip({ 'a1.zip': zip({ 'flasher_args.json': list, 'b.bin': text('x') }) });
    const archives = Array.from({ length: 60 }, (_, i) => `a${String.fromCharCode(0x30 + i)}.zip`);
    const unpacked = await within(board, [source('n.zip', repeated(inner, archives))]);
    expect(kinds(unpacked)).toContain('drop-too-much');
  });

  test('sixty-four HEX files with bytes for many places each', async () => {
    const hex = [
      hexRecord(4, 0, [8, 0]),
      ...Array.from({ length: 32 }, (_, i) => hexRecord(0, i * 0x200, [1])),
      HEX_END,
    ];
    const file = text(hex.join('\n'));
    const unpacked = await within(board, [source('n.zip', zip(Object.fromEntries(names.map((each) => [each, file]))))]);
    expect(unpacked.parts.length).toBeLessThanOrEqual(256);
  });
});

describe('ELF files made to cost much', () => {
  test('hundreds of sections in one part of 16 MiB', async () => {
    const sections = Array.from({ length: 500 }, (_, i) => {
      return { name: '.rodata', address: 0x3c010000 + i * 0x8000, data: pattern(0x100, i) };
    });
    const file = elfFile({ sections, loads: [[0x3c010000, new Uint8Array(500 * 0x8000)]] });
    const unpacked = await within('an ESP32-S3', [source('a.elf', file)]);
    expect([unpacked.parts.length, kinds(unpacked)]).toEqual([1, []]);
  });

  test('256 segments at one address', async () => {
    const file = elfFile({
      machine: 40,
      loads: Array.from({ length: 256 }, () => [0x08000000, pattern(0x10000, 1)] as const),
    });
    const unpacked = await within('an STM32', [source('a.elf', file)]);
    expect([unpacked.parts, kinds(unpacked)]).toEqual([[], ['elf-unusable']]);
  });
});

describe('bytes scattered so that each takes a page of memory', () => {
  test.each(['an ESP32', 'an STM32'])('in a HEX file below 128 MiB, on %s', async (board) => {
    const unpacked = await within(board, [sparseHex(0x7fff)]);
    expect([unpacked.parts, kinds(unpacked)]).toEqual([[], ['runs-too-many']]);
  });

  test.each([
    ['an ESP32', 'address-past-flash'],
    ['an STM32', 'runs-too-many'],
  ])('in a HEX file over 3 GiB, on %s', async (board, kind) => {
    const unpacked = await within(board, [sparseHex(0xc0000)]);
    expect([unpacked.parts, kinds(unpacked)]).toEqual([[], [kind]]);
  });

  test('in a UF2 file', async () => {
    const blocks = uf2Blocks(0, pattern(0x1000, 1), { family: 0x57755a57, payload: 1 });
    for (const [i, block] of blocks.entries()) new DataView(block.buffer).setUint32(12, i * 0x4000, true);
    const unpacked = await within('an STM32', [source('a.uf2', joined(blocks))]);
    expect([unpacked.parts, kinds(unpacked)]).toEqual([[], ['runs-too-many']]);
  });

  test.each([
    [0x10000, 'runs-too-many'],
    [0x40000, 'dfu-file-unusable'],
  ])('in a .dfu file with %i parts', async (count, kind) => {
    const elements = Array.from({ length: count }, (_, i) => ({ address: i * 0x1000, data: new Uint8Array(1) }));
    const device = { vendorId: 0x0483, productId: 0xdf11, deviceVersion: null };
    const file = source('a.dfu', writeDfuSe([{ alternate: 0, name: null, elements }], device));
    const unpacked = await within('an STM32', [file]);
    expect([unpacked.parts, kinds(unpacked)]).toEqual([[], [kind]]);
  });
});
