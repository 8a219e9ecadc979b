/** Any drop gets an answer in complete sentences, and nothing damaged is used. */
import fc from 'fast-check';
import { zipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import type { Source } from '../../flash/dropped-file.ts';
import {
  elfFile,
  esp32Sections,
  hexFile,
  joined,
  pattern,
  source,
  text,
  uf2Blocks,
} from '../../testing/esp/archives.ts';
import { changed, TABLE as table, unpack } from '../../testing/esp/unpacked.ts';
import { cases } from '../../testing/cases.ts';

const app = buildAppImage({ project: 'blink', version: '2', seed: 3, size: 0x800 });
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

const beside = (path: string): Source[] =>
  [source(path, new Uint8Array()), source('table.bin', table), source('app.bin', app)].slice(1);
const changes = (length: number) =>
  fc.array(fc.tuple(fc.oneof(fc.nat(Math.min(0x100, length - 1)), fc.nat(length - 1)), fc.nat(255)), {
    minLength: 1,
    maxLength: 6,
  });

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
