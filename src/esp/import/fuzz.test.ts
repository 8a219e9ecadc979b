/** Any drop gets an answer in complete sentences, in bounded time and memory, and nothing damaged is used. */
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { beforeAll, describe, expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import type { Source, Unpacked } from '../../flash/family.ts';
import { LARGEST_FILE } from '../arrange/identify.ts';
import { boardOf } from '../../testing/esp/placements.ts';
import type { EspInspection } from '../board/inspection.ts';
import {
  elfFile,
  esp32Sections,
  HEX_END,
  hexFile,
  hexRecord,
  joined,
  pattern,
  source,
  text,
  uf2Blocks,
} from '../../testing/esp/archives.ts';
import { unpackEsp } from './unpack.ts';
import { cpuTimer } from '../../testing/cpu.ts';
import { cases } from '../../testing/cases.ts';

const app = buildAppImage({ project: 'blink', version: '2', seed: 3, size: 0x800 });
const table = buildPartitionTable(RAFT_OTA_ROWS);
const list = JSON.stringify({
  flash_files: { '0x8000': 'table.bin', '0x20000': 'app.bin' },
  extra_esptool_args: { chip: 'esp32' },
});
const manifest = JSON.stringify({
  name: 'Blink',
  builds: [{ chipFamily: 'ESP32', parts: [{ path: 'app.bin', offset: 131072 }] }],
});
const files = { 'flasher_args.json': text(list), 'table.bin': table, 'app.bin': app };
const mtime = '2026-01-05T10:00:00Z';

/** Containers that are damaged by any truncation. */
const SEALED: readonly (readonly [name: string, data: Uint8Array])[] = [
  [
    'a.hex',
    text(
      hexFile([
        [0x8000, table.subarray(0, 300)],
        [0x20000, app.subarray(0, 300)],
      ]).trimEnd(),
    ),
  ],
  ['a.uf2', joined([...uf2Blocks(0x8000, table, { md5: 'end' }), ...uf2Blocks(0x20000, app)])],
  ['a.elf', elfFile({ sections: esp32Sections() })],
  [
    'raw.elf',
    elfFile({
      loads: [
        [0x9000, pattern(100, 1)],
        [0x300000, pattern(64, 9)],
      ],
    }),
  ],
  ['deflated.zip', zipSync(files, { mtime })],
  ['stored.zip', zipSync(files, { mtime, level: 0 })],
];
/** Text manifests, with the files that they name. */
const LISTS: readonly (readonly [name: string, data: Uint8Array])[] = [
  ['flasher_args.json', text(list)],
  ['manifest.json', text(manifest)],
  ['flash_args', text('--flash_mode dio --flash_size 4MB\n0x8000 table.bin\n0x20000 app.bin\n')],
];

let board: EspInspection;
beforeAll(async () => {
  const flash = new Uint8Array(0x400000).fill(0xff);
  flash.set(table, 0x8000);
  board = await boardOf(flash);
});

const BROKEN_WORDS = /undefined|NaN|\[object/;

/** Unpacks a drop and returns violations of what must always hold. */
async function unpack(
  sources: readonly Source[],
): Promise<{ readonly unpacked: Unpacked; readonly wrong: readonly string[] }> {
  const unpacked = await unpackEsp(sources, board);
  const { says, parts, left, findings } = unpacked;
  const sentences = [says, ...left.flatMap(({ name, why }) => [name, why]), ...findings.map((finding) => finding.says)];
  const wrong = sentences.filter((words) => BROKEN_WORDS.test(words));
  if (left.some(({ name, why }) => name === '' || why === '')) wrong.push('something left without a name or a reason');
  if (new Set(parts.map(({ name }) => name)).size < parts.length) wrong.push('two parts with one name');
  if (parts.some(({ at = 0 }) => !Number.isSafeInteger(at) || at < 0 || at >= LARGEST_FILE))
    wrong.push('a part at no flash offset');
  if (parts.reduce((sum, { data }) => sum + data.length, 0) > LARGEST_FILE)
    wrong.push('more bytes than a drop may have');
  return { unpacked, wrong };
}

const beside = (path: string): Source[] =>
  [source(path, new Uint8Array()), source('table.bin', table), source('app.bin', app)].slice(1);
const changes = (length: number) =>
  fc.array(fc.tuple(fc.oneof(fc.nat(Math.min(0x100, length - 1)), fc.nat(length - 1)), fc.nat(255)), {
    minLength: 1,
    maxLength: 6,
  });
function changed(data: Uint8Array, edits: readonly (readonly [number, number])[]): Uint8Array {
  const copy = data.slice();
  for (const [at, byte] of edits) copy[at] = byte;
  return copy;
}

describe.each(SEALED)('%s', (name, good) => {
  test('truncated anywhere gives no part, and a reason', async () => {
    const step = Math.max(1, Math.floor(good.length / 400));
    for (let size = 16; size < good.length; size += step) {
      const { unpacked, wrong } = await unpack([source(name, good.subarray(0, size))]);
      expect([size, wrong, unpacked.parts.length]).toEqual([size, [], 0]);
      expect(unpacked.left.length + unpacked.findings.length).toBeGreaterThan(0);
    }
  });

  test('with any bytes changed gets an answer', async () => {
    const property = fc.asyncProperty(changes(good.length), async (edits) => {
      expect((await unpack([source(name, changed(good, edits))])).wrong).toEqual([]);
    });
    await fc.assert(property, { numRuns: cases(200) });
  });
});

describe.each(LISTS)('%s', (name, good) => {
  test('truncated anywhere, or with any bytes changed, gets an answer', async () => {
    for (let size = 0; size < good.length; size++) {
      expect((await unpack([source(name, good.subarray(0, size)), ...beside(name)])).wrong).toEqual([]);
    }
    const property = fc.asyncProperty(changes(good.length), async (edits) => {
      expect((await unpack([source(name, changed(good, edits)), ...beside(name)])).wrong).toEqual([]);
    });
    await fc.assert(property, { numRuns: cases(100) });
  });
});

test('random bytes after every known magic', async () => {
  const start = fc.constantFrom(
    ':',
    ':10000000',
    'UF2\nWQ]\u009e',
    '\u007fELF\u0001\u0001\u0001',
    'PK\u0003\u0004',
    'PK\u0005\u0006',
    '{"flash_files":',
    '{"builds":[{"chipFamily":"ESP32","parts":',
    '--flash_mode ',
    '',
  );
  const property = fc.asyncProperty(
    start,
    fc.uint8Array({ maxLength: 0x600 }),
    fc.string(),
    async (head, tail, path) => {
      const bytes = Uint8Array.from([...Array.from(head, (character) => character.charCodeAt(0)), ...tail]);
      expect((await unpack([source(path === '' ? 'x' : path, bytes)])).wrong).toEqual([]);
    },
  );
  await fc.assert(property, { numRuns: cases(300) });
});

test('JSON of any shape instead of a manifest', async () => {
  const lists = fc.oneof(
    fc.record({ flash_files: fc.jsonValue(), extra_esptool_args: fc.jsonValue(), app: fc.jsonValue() }),
    fc.record({ flash_files: fc.dictionary(fc.string(), fc.jsonValue()) }),
    fc.record({
      name: fc.jsonValue(),
      builds: fc.array(fc.record({ chipFamily: fc.constantFrom('ESP32', 'ESP8266'), parts: fc.jsonValue() })),
    }),
    fc.record({
      builds: fc.array(
        fc.record({
          chipFamily: fc.string(),
          parts: fc.array(fc.record({ path: fc.string(), offset: fc.jsonValue() })),
        }),
      ),
    }),
  );
  const property = fc.asyncProperty(lists, fc.boolean(), async (json, alone) => {
    const own = source('manifest.json', JSON.stringify(json));
    expect((await unpack(alone ? [own] : [own, ...beside('x')])).wrong).toEqual([]);
  });
  await fc.assert(property, { numRuns: cases(200) });
});

test('file names that are misleading or contain paths', async () => {
  const names = fc.dictionary(fc.string({ minLength: 1 }), fc.uint8Array({ maxLength: 40 }), { maxKeys: 6 });
  const property = fc.asyncProperty(names, async (entries) => {
    const packed = zipSync({ ...entries, '__proto__.bin': app, 'constructor/../../x.bin': app }, { mtime });
    const { unpacked, wrong } = await unpack([source('a.zip', packed)]);
    expect(wrong).toEqual([]);
    for (const { name } of unpacked.parts) expect(name).not.toMatch(/(^|\/)\.\.?(\/|$)|^\//);
  });
  await fc.assert(property, { numRuns: cases(60) });
});

describe('decompression bombs and other hostile files', () => {
  const seconds = async (sources: readonly Source[]): Promise<Unpacked> => {
    const spent = cpuTimer();
    const { unpacked, wrong } = await unpack(sources);
    expect(wrong).toEqual([]);
    expect(spent()).toBeLessThan(15_000);
    return unpacked;
  };

  /** An archive with 60 MiB of zeros, and the offset of its directory entry. To pack it takes half a second. */
  let packed = new Uint8Array();
  let row = 0;
  beforeAll(() => {
    packed = zipSync({ 'a.bin': new Uint8Array(60 << 20) }, { mtime, level: 1 });
    row = packed.length - 22 - 46 - 5;
  });

  test('three entries of 60 MiB that share the same few bytes', async () => {
    const rows = ['a', 'b', 'c'].map((name) => changed(packed.subarray(row, -22), [[46, name.charCodeAt(0)]]));
    const end = changed(packed.subarray(-22), [
      [8, 3],
      [10, 3],
      [12, 3 * 51],
    ]);
    const { parts, left } = await seconds([source('bomb.zip', joined([packed.subarray(0, row), ...rows, end]))]);
    expect(parts.map(({ name, data }) => [name, data.length])).toEqual([
      ['a.bin', 60 << 20],
      ['b.bin', 60 << 20],
    ]);
    expect(left).toEqual([{ name: 'c.bin', why: 'too much at once: together at most 128 MiB are read' }]);
  }, 30_000);

  test('sixty-four entries that each unpack to 60 MiB', async () => {
    const letters = Array.from({ length: 64 }, (_, i) => 0x30 + i);
    const rows = letters.map((letter) => changed(packed.subarray(row, -22), [[46, letter]]));
    const end = changed(packed.subarray(-22), [
      [8, 64],
      [10, 64],
      [12, (64 * 51) & 0xff],
      [13, (64 * 51) >> 8],
    ]);
    const spent = cpuTimer();
    const { parts, left } = await seconds([source('bomb.zip', joined([packed.subarray(0, row), ...rows, end]))]);
    // Unpacking a megabyte for each look at a few bytes would take longer.
    expect(spent()).toBeLessThan(15_000);
    expect([parts.length, left.length]).toEqual([2, 62]);
  }, 30_000);

  test('an entry that unpacks to more than its stated size', async () => {
    // Its size in the directory: 1,000 bytes.
    const small = changed(packed, [
      [row + 24, 0xe8],
      [row + 25, 3],
      [row + 26, 0],
      [row + 27, 0],
    ]);
    const { parts, findings } = await seconds([source('bomb.zip', small)]);
    expect([parts.length, findings.map(({ kind }) => kind)]).toEqual([0, ['zip-entry-damaged']]);
  }, 30_000);

  test('an entry whose stated size is more than its bytes can unpack to', async () => {
    const packed = zipSync({ 'a.bin': app }, { mtime });
    const row = packed.length - 22 - 46 - 5;
    const { parts, findings } = await seconds([
      source(
        'a.zip',
        changed(packed, [
          [row + 26, 0xff],
          [row + 27, 3],
        ]),
      ),
    ]);
    expect([parts.length, findings.map(({ kind }) => kind)]).toEqual([0, ['zip-entry-damaged']]);
  });

  test('a HEX file whose records are all in different places', async () => {
    const lines: string[] = [];
    for (let upper = 0; upper < 0x400; upper++) {
      lines.push(hexRecord(4, 0, [upper >> 8, upper & 0xff]));
      for (let at = 0; at < 0x10000; at += 0x1000) lines.push(hexRecord(0, at, [1]));
    }
    const { parts, findings } = await seconds([source('a.hex', [...lines, HEX_END].join('\n'))]);
    expect([parts.length, findings.map(({ kind }) => kind)]).toEqual([0, ['runs-too-many']]);
  });

  test('UF2 blocks that each have a checksum over all bytes before them', async () => {
    const blocks = uf2Blocks(0x1000, pattern(0x80000, 1), { md5: 'end' }).map((block, i) => {
      const view = new DataView(block.buffer);
      view.setUint32(484, 0x1000, true);
      view.setUint32(488, (i + 1) * 256, true);
      return block;
    });
    const { parts } = await seconds([source('a.uf2', joined(blocks))]);
    // Regions larger than the data in the file are accepted.
    expect(parts.length).toBeLessThan(2);
  });

  test('an ELF file with a thousand sections that share the same megabytes', async () => {
    const large = elfFile({ sections: [{ name: '.a', address: 0x3f400020, data: pattern(1 << 20, 1) }] });
    const headers = 52;
    const out = new Uint8Array(large.length + 1000 * 40);
    out.set(large);
    const view = new DataView(out.buffer);
    for (let i = 0; i < 1000; i++) out.set(large.subarray(headers + 40, headers + 80), large.length + i * 40);
    view.setUint32(32, large.length, true);
    view.setUint16(48, 1000, true);
    view.setUint16(50, 0, true);
    const { parts, left } = await seconds([source('a.elf', out)]);
    expect([parts.length, left[0]?.why]).toEqual([0, 'too large: 1000 MiB for the chip']);
  });
});
