/** A backup in a file: what was written is read back, in any browser. */
import fc from 'fast-check';
import { unzipSync } from 'fflate';
import { describe, expect, test } from 'vitest';
import type { FlashMap } from '../flash/map.ts';
import { unitsOf } from '../flash/map.ts';
import { HASHES, md5Hex } from '../formats/hashes.ts';
import { readBackupFile, writeBackupFile } from './backup-file.ts';
import { BACKUP, bytesOf, content, CONTENTS, repacked } from '../testing/backup-files.ts';
import { bytesSource } from '../session/sources.ts';
import { LONG } from '../testing/long.ts';

const FIRST = 'flash/flash-0x100.bin';
const parts = { content, hashes: HASHES, app: 'Sectorwise 0.1.0' };
const file = await writeBackupFile(BACKUP, parts);
const read = (data: Uint8Array) => readBackupFile(bytesSource('a.zip', data), HASHES);

describe('a backup in a file', () => {
  test('is an archive of a manifest and the bytes of each run of units', () => {
    const { 'manifest.json': manifest = new Uint8Array(), ...files } = unzipSync(file);
    const [first, second, alone, other] = BACKUP.units;
    expect(Object.keys(files)).toEqual([FIRST, 'flash/flash-0x500.bin', 'flash/alt_1-0x180.bin']);
    expect(files['flash/flash-0x100.bin']).toEqual(
      Uint8Array.from(BACKUP.units.slice(0, 2).flatMap((unit) => [...bytesOf(unit)])),
    );
    expect(JSON.parse(new TextDecoder().decode(manifest))).toEqual({
      format: 'sectorwise-backup',
      version: 1,
      app: 'Sectorwise 0.1.0',
      id: 'b-1',
      made: '2026-11-26T00:52:00.000Z',
      kind: 'overwritten',
      name: 'blink.bin to app1',
      board: BACKUP.board,
      files: [
        {
          path: 'flash/flash-0x100.bin',
          region: 'flash',
          address: 256,
          size: 512,
          sha256: '56f2cd16d862c49a0f6bfaf186fe48a6fc6abade89044e3b9950c1fc9d6f5498',
          units: [
            { address: 256, size: 256, md5: first?.md5 },
            { address: 512, size: 256, md5: second?.md5 },
          ],
        },
        {
          path: 'flash/flash-0x500.bin',
          region: 'flash',
          address: 1280,
          size: 256,
          sha256: 'd5b2ae265c19e81a32e3313f19e44833d43b41373f282da802ad6d58a773e572',
          units: [{ address: 1280, size: 256, md5: alone?.md5 }],
        },
        {
          path: 'flash/alt_1-0x180.bin',
          region: 'alt 1',
          address: 384,
          size: 128,
          sha256: 'c0198b003e2070ca21aa43cd7768738df59b03620808a80f16ae88f027959875',
          units: [{ address: 384, size: 128, md5: other?.md5 }],
        },
      ],
      missing: [{ region: 'flash', address: 1536, size: 256 }],
    });
  });

  test('is read back as it was written', async () => {
    const { backup, contents } = await read(file);
    expect(backup).toEqual(BACKUP);
    expect(new Map(contents.map(({ md5, data }) => [md5, data]))).toEqual(CONTENTS);
  });

  test('is read even if another program compressed it and added files of its own', async () => {
    const foreign = repacked(file, { '__MACOSX/._manifest.json': Uint8Array.of(1), '.DS_Store': Uint8Array.of(2) });
    expect((await read(foreign)).backup).toEqual(BACKUP);
  });

  test('is not made unless all of its bytes are available', async () => {
    const short = { ...parts, content: async () => new Uint8Array(3) };
    await expect(writeBackupFile(BACKUP, short)).rejects.toMatchObject({ name: 'content-gone' });
  });

  test('is read without keeping a second copy of it in memory', async () => {
    const { contents } = await read(file);
    for (const { data } of contents) expect(data.buffer.byteLength).toBe(data.length);
  });
});

/** Maps of a few regions with a few runs each; some regions have the same addresses. */
const maps: fc.Arbitrary<FlashMap> = fc
  .array(
    fc.record({
      start: fc.nat(3).map((n) => n * 64),
      runs: fc.array(fc.record({ count: fc.integer({ min: 1, max: 4 }), size: fc.constantFrom(16, 32, 64) }), {
        minLength: 1,
        maxLength: 3,
      }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .chain((regions) =>
    fc.record({
      // Names that some file systems do not distinguish.
      ids: fc.uniqueArray(fc.constantFrom('flash', 'FLASH', 'a b', 'a/b', '../é', ''), {
        minLength: regions.length,
        maxLength: regions.length,
      }),
      regions: fc.constant(regions),
    }),
  )
  .map(({ ids, regions }) => ({
    regions: regions.map((region, i) => ({
      ...region,
      id: ids[i] ?? '',
      name: `region ${i}`,
      access: { read: true, erase: i === 0, write: true },
      ...(i === 1 && { erasedByte: 0 }),
    })),
  }));

test('a file of an earlier version, whose regions also have a word size, is read', async () => {
  const { 'manifest.json': manifest = new Uint8Array() } = unzipSync(file);
  const text = new TextDecoder().decode(manifest);
  const older = text.replaceAll(/"access": ?/g, '"writeSize":4,"access":');
  expect(older.length).toBeGreaterThan(text.length);
  const found = await read(repacked(file, { 'manifest.json': new TextEncoder().encode(older) }));
  expect(found.backup).toEqual(BACKUP);
});

test('any units of any map, with any bytes, are read back as written', LONG, async () => {
  const cases = maps.chain((map) =>
    fc.record({
      map: fc.constant(map),
      fates: fc.infiniteStream(fc.constantFrom('kept', 'missing', 'disconnected')),
      seeds: fc.infiniteStream(fc.nat(3)),
      name: fc.string({ unit: 'grapheme' }),
      made: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date('2200-01-01') }),
    }),
  );
  await fc.assert(
    fc.asyncProperty(cases, async ({ map, fates, seeds, name, made }) => {
      const all = map.regions.flatMap(unitsOf).map((unit) => ({ unit, fate: fates.next().value }));
      const contents = new Map<string, Uint8Array>();
      const units = all
        .filter(({ fate }) => fate === 'kept')
        .map(({ unit }) => {
          const data = new Uint8Array(unit.size).map((_, i) => i * seeds.next().value);
          contents.set(md5Hex(data), data);
          return { ...unit, md5: md5Hex(data) };
        });
      const missing = all.filter(({ fate }) => fate === 'missing').map(({ unit }) => unit);
      const layout = { ...BACKUP.board.layout, map, partitions: [], guards: [], ciphered: [] };
      const board = { ...BACKUP.board, layout };
      const backup = { ...BACKUP, board, name, made: made.getTime(), units, missing };
      const file = await writeBackupFile(backup, {
        ...parts,
        content: async (md5) => contents.get(md5) ?? new Uint8Array(),
      });
      const found = await read(file);
      expect(found.backup).toEqual(backup);
      expect(new Map(found.contents.map(({ md5, data }) => [md5, data]))).toEqual(contents);
    }),
    { numRuns: 60 },
  );
});
