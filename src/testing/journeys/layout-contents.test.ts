/** A new layout that cannot take contents over as they are: settings and files are rewritten, and all of them are there. */
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { FileEdit } from '../../esp/contents/file-system.ts';
import { littleFs } from '../../esp/contents/littlefs/littlefs.ts';
import { edit, make } from '../../esp/contents/nvs/edit.ts';
import { writeCsv } from '../../esp/partitions/csv-write.ts';
import { layoutEditor } from '../../esp/partitions/layout-editor.ts';
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { startLines } from '../../session/words/layout-change.ts';
import { bytesSource } from '../../session/sources.ts';
import { buildLittleFs } from '../../virtual-boards/esp/firmware/littlefs.ts';
import { readFiles } from '../../virtual-boards/esp/firmware/littlefs-read.ts';
import { buildPartitionTable } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { SAMPLE_FILES } from '../../virtual-boards/esp/firmware/sample-files.ts';
import { listingOf } from '../contents/listing.ts';
import { OnProgram } from '../esp/on-program.ts';
import type { World } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';
import { LONG } from '../long.ts';

/** A partition of these tests: where nothing else is said they have the usual two apps. */
interface Part {
  readonly name: string;
  readonly subtype: number;
  readonly offset: number;
  readonly size: number;
}

const NVS = 2;
const [FAT, SPIFFS, LITTLEFS] = [0x81, 0x82, 0x83];
const APPS = [
  { name: 'otadata', type: 1, subtype: 0, offset: 0x1e000, size: 0x2000 },
  { name: 'app0', type: 0, subtype: 0x10, offset: 0x20000, size: 0x1b0000 },
  { name: 'app1', type: 0, subtype: 0x11, offset: 0x1d0000, size: 0x1b0000 },
];

function vector(name: string): Uint8Array {
  const file = new URL(`../contents/vectors/${name}.bin.gz`, import.meta.url);
  return new Uint8Array(gunzipSync(readFileSync(file)));
}

function rowsOf(parts: readonly Part[]) {
  const rows = [...APPS, ...parts.map((part) => ({ ...part, type: 1 }))];
  return rows.toSorted((a, b) => a.offset - b.offset);
}

function tableOf(parts: readonly Part[]): Uint8Array {
  return buildPartitionTable(rowsOf(parts).map(({ name, ...row }) => ({ ...row, label: name })));
}

/** A board whose table has these partitions, and one of them this image. */
async function boardWith(parts: readonly Part[], image: Uint8Array, more: readonly [number, Uint8Array][] = []) {
  const world = openWorld('esp32-raft');
  const cells = world.made.flash;
  cells.load(0x8000, tableOf(parts));
  for (const { offset, size } of parts) cells.load(offset, new Uint8Array(size).fill(0xff));
  cells.load(parts[0]?.offset ?? 0, image);
  for (const [at, bytes] of more) cells.load(at, bytes);
  await world.session.connect();
  return world;
}

function plainRows(parts: readonly Part[]) {
  return rowsOf(parts).map((row) => ({ ...row, encrypted: false, readonly: false }));
}

async function layOut({ session }: World, parts: readonly Part[]): Promise<void> {
  const rows = plainRows(parts);
  await session.dispatch({
    do: 'add-files',
    files: [bytesSource('partitions.csv', new TextEncoder().encode(writeCsv(rows)))],
  });
}

function fateOf(world: World, name: string): string {
  const { fates } = workOf(world.session, 'planned');
  const own = fates.find(({ before }) => before?.name === name);
  return `${own?.fate}: ${own?.why}`;
}

async function carriedOut({ session, made }: World): Promise<Uint8Array> {
  expect(workOf(session, 'planned').asks).toEqual([]);
  await flash(session);
  const { outcome, failure } = workOf(session, 'ended');
  expect([outcome, failure, made.flash.violations]).toEqual(['verified', null, []]);
  return made.beforeStart() ?? made.flash.snapshot();
}

const part = (name: string, subtype: number, offset: number, size: number): Part => ({ name, subtype, offset, size });

describe('files', () => {
  test.each([
    [
      'SPIFFS grown in its place',
      'spiffs/aged-idf-64k',
      part('fs', SPIFFS, 0x380000, 0x10000),
      part('fs', SPIFFS, 0x380000, 0x20000),
      'grown: its file system grows to 128 KiB',
    ],
    [
      'SPIFFS grown and moved onto itself',
      'spiffs/gen-idf-64k',
      part('fs', SPIFFS, 0x380000, 0x10000),
      part('fs', SPIFFS, 0x388000, 0x30000),
      'moved: its file system grows to 192 KiB',
    ],
    [
      'FAT with wear levelling grown',
      'fat/aged-wl-128k-wrapped',
      part('fs', FAT, 0x380000, 0x20000),
      part('fs', FAT, 0x380000, 0x40000),
      'grown: its file system grows to 256 KiB',
    ],
    [
      'LittleFS made smaller and moved',
      'littlefs/g-64k-to-512k-grown',
      part('fs', LITTLEFS, 0x380000, 0x80000),
      part('fs', LITTLEFS, 0x3a0000, 0x18000),
      'moved: its files are rewritten for 96 KiB',
    ],
    [
      'SPIFFS converted to LittleFS, in a larger place',
      'spiffs/gen-idf-64k',
      part('fs', SPIFFS, 0x380000, 0x10000),
      part('fs', LITTLEFS, 0x380000, 0x40000),
      'converted: its files are written as LittleFS for 256 KiB',
    ],
  ])('%s: every file is there with its bytes', LONG, async (_, image, before, after, why) => {
    const world = await boardWith([before], vector(image));
    const old = await listingOf(vector(image));
    await layOut(world, [after]);
    expect(fateOf(world, 'fs')).toBe(why);
    const left = await carriedOut(world);
    const now = await listingOf(left.subarray(after.offset, after.offset + after.size));
    expect(now?.entries.map(withoutDate)).toEqual(old?.entries.map(withoutDate));
    expect(old?.entries.length).toBeGreaterThan(2);
    expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({ good: true });
  });

  test.each([
    ['its superblock', 1, 0x80000],
    ['the table', 2, 0x40000],
  ])(
    'LittleFS made smaller in its place, with the cable pulled after %s: firmware finds all files',
    LONG,
    async (_, nth, size) => {
      const image = buildLittleFs(0x80000, SAMPLE_FILES);
      const world = await boardWith([part('fs', LITTLEFS, 0x380000, 0x80000)], image);
      const { session, made, port } = world;
      await layOut(world, [part('fs', LITTLEFS, 0x380000, 0x40000)]);
      const { contentPauses } = workOf(session, 'planned');
      expect(contentPauses?.map(({ firmware, names }) => [firmware, names])).toEqual([['exact-size', ['fs']]]);
      made.flash.faults = new OnProgram(nth, () => port.unplug());
      await flash(session);
      expect(workOf(session, 'ended').outcome).toBe('failed');
      made.flash.faults = null;
      const table = tableOf([part('fs', LITTLEFS, 0x380000, size)]);
      expect(Buffer.compare(made.flash.read(0x8000, table.length), table)).toBe(0);
      const files = readFiles(image);
      expect(files?.size).toBe(4);
      expect(readFiles(made.flash.read(0x380000, size))).toEqual(files);
      port.plug();
      await session.dispatch({ do: 'reconnect' });
      expect(workOf(session, 'idle').inJob).toBe(true);
      await layOut(world, [part('fs', LITTLEFS, 0x380000, 0x20000)]);
      expect(workOf(session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['moves-unfinished']);
    },
  );

  test.each([
    ['its superblock, before a file of 12 KiB', 1, 0x80000, 0x3000],
    ['the table, before a file of 12 KiB', 2, 0x40000, 0x3000],
    ['the table, before a file of 8 bytes', 2, 0x40000, 8],
  ])(
    'LittleFS made smaller in its place, with the cable pulled after %s: what firmware writes then is not lost',
    LONG,
    async (_, nth, size, bytes) => {
      const world = await boardWith([part('fs', LITTLEFS, 0x380000, 0x80000)], buildLittleFs(0x80000, SAMPLE_FILES));
      const { session, made, port } = world;
      await layOut(world, [part('fs', LITTLEFS, 0x380000, 0x40000)]);
      made.flash.faults = new OnProgram(nth, () => port.unplug());
      await flash(session);
      made.flash.faults = null;
      const write: FileEdit = {
        edit: 'write-file',
        path: '/log',
        data: new Uint8Array(bytes).fill(1),
        modified: null,
      };
      const written = dataOf(await littleFs.edit(made.flash.read(0x380000, size).slice(), [write], NEVER_YIELD));
      made.flash.load(0x380000, written);
      port.plug();
      await session.dispatch({ do: 'reconnect' });
      await session.dispatch({ do: 'resume', job: connectedOf(session).interrupted?.job ?? '' });
      expect(workOf(session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['kept-changed']);
      expect(Buffer.compare(made.flash.read(0x380000, written.length), written)).toBe(0);
    },
  );

  test(
    'what is rewritten block by block in its place: the plan says for how long firmware would not find it',
    LONG,
    async () => {
      const world = await boardWith([part('fs', SPIFFS, 0x380000, 0x10000)], vector('spiffs/aged-idf-64k'));
      await layOut(world, [part('fs', SPIFFS, 0x380000, 0x20000)]);
      const planned = workOf(world.session, 'planned');
      expect(planned.contentPauses).toEqual([{ firmware: 'all', names: ['fs'], ms: expect.any(Number) }]);
      expect(startLines(planned)).toContainEqual(
        expect.stringMatching(/^For about [0-9.]+ s its firmware would find fs incomplete/),
      );
    },
  );

  test('what does not fit is asked about, with the sizes, and nothing is given up in silence', LONG, async () => {
    const world = await boardWith([part('fs', LITTLEFS, 0x380000, 0x10000)], vector('littlefs/v21-64k-mixed'));
    await layOut(world, [part('fs', LITTLEFS, 0x380000, 0x3000)]);
    const [ask] = workOf(world.session, 'planned').asks;
    expect(ask?.says).toMatch(/fs .*needs .*KiB/);
  });
});

describe('settings', () => {
  const [BEFORE, AFTER] = [part('nvs', NVS, 0x9000, 0x5000), part('nvs', NVS, 0x9000, 0x4000)];
  const image = agedSettings(0x5000);

  test('an aged partition is compacted into a smaller one: each entry is there', LONG, async () => {
    const world = await boardWith([BEFORE], image);
    const old = await listingOf(image);
    await layOut(world, [AFTER]);
    expect(fateOf(world, 'nvs')).toBe('shrunk: its settings are written together for 16 KiB');
    const left = await carriedOut(world);
    expect((await listingOf(left.subarray(0x9000, 0xd000)))?.entries).toEqual(old?.entries);
  });

  /** Begins to make them smaller, and pulls the cable once the second unit is being written. */
  async function pulled(): Promise<{ readonly world: World; readonly before: Uint8Array; readonly job: string }> {
    const world = await boardWith([BEFORE], image);
    const { session, made, port } = world;
    const before = made.flash.snapshot();
    await layOut(world, [AFTER]);
    made.flash.faults = new OnProgram(2, () => port.unplug());
    await flash(session);
    made.flash.faults = null;
    expect(workOf(session, 'ended').outcome).toBe('failed');
    port.plug();
    await session.dispatch({ do: 'reconnect' });
    const { state } = session;
    return { world, before, job: state.kind === 'connected' ? (state.interrupted?.job ?? '') : '' };
  }

  test('with the cable pulled in between it is resumed, and each entry is there', LONG, async () => {
    const { world, before, job } = await pulled();
    await world.session.dispatch({ do: 'resume', job });
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    const left = world.made.beforeStart() ?? before;
    expect((await listingOf(left.subarray(0x9000, 0xd000)))?.entries).toEqual((await listingOf(image))?.entries);
  });

  test(
    'with the cable pulled in between nothing else is planned: what is left on the board is not all of it',
    LONG,
    async () => {
      const { world } = await pulled();
      expect(workOf(world.session, 'idle').inJob).toBe(true);
      await world.session.dispatch({ do: 'add-files', files: [bytesSource('nvs.bin', image)] });
      expect(workOf(world.session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['moves-unfinished']);
    },
  );

  test('with the cable pulled in between it is rolled back, and every byte is as it was', LONG, async () => {
    const { world, before, job } = await pulled();
    await world.session.dispatch({ do: 'roll-back', job });
    expect(Buffer.compare(await carriedOut(world), before)).toBe(0);
  });
});

describe('content that does not fit', () => {
  const AT = 0x380000;

  test.each([
    ['LittleFS', 'littlefs/g-64k-to-512k-grown', part('fs', LITTLEFS, AT, 0x80000), part('fs', LITTLEFS, AT, 0x2000)],
    ['SPIFFS', 'spiffs/gen-idf-64k', part('fs', SPIFFS, AT, 0x10000), part('fs', SPIFFS, AT + 0x8000, 0x6000)],
    ['FAT', 'fat/aged-wl-128k-wrapped', part('fs', FAT, AT, 0x20000), part('fs', FAT, AT, 0xa000)],
    ['settings', 'nvs/cut-v60-5000-blobs-05', part('nvs', NVS, 0x9000, 0x5000), part('nvs', NVS, 0x9000, 0x3000)],
  ])('has a size offered that holds it, and a look inside: %s', LONG, async (_, image, before, after) => {
    const world = await boardWith([before], vector(image));
    const edit = (rows: Parameters<typeof writeCsv>[0]) =>
      world.session.dispatch({ do: 'change-layout', csv: writeCsv(rows) });
    await edit(plainRows([after]));
    const [ask] = workOf(world.session, 'planned').asks;
    const { name, offset: address, size } = before;
    const [larger, inside] = ask?.offers ?? [];
    expect(inside).toMatchObject({
      label: `Look inside ${name}`,
      request: { do: 'open', view: 'contents', at: { region: 'flash', address, size } },
    });
    const { link = '' } = larger?.request.do === 'open' ? larger.request : {};
    const { table } = connectedOf(world.session).board;
    const linked = table === undefined ? null : layoutEditor.linkedRows(link, table);
    const row = linked === null || 'refused' in linked ? undefined : linked.rows.find((each) => each.name === name);
    expect(larger?.label).toBe(`Make ${name} ${(row?.size ?? 0) / 1024} KiB`);
    expect(row?.size).toBeLessThanOrEqual(size);
    await edit(plainRows([{ ...after, size: row?.size ?? 0 }]));
    expect(workOf(world.session, 'planned').asks).toEqual([]);
  });
});

describe('what only the whole of it shows', () => {
  const AT = 0x380000;
  const asked = ({ session }: World) => workOf(session, 'planned').asks.map(({ kind }) => kind);

  test('a FAT in a partition of the subtype spiffs grows as a FAT', LONG, async () => {
    const image = vector('fat/aged-wl-128k-wrapped');
    const world = await boardWith([part('fs', SPIFFS, AT, 0x20000)], image);
    await layOut(world, [part('fs', SPIFFS, AT, 0x40000)]);
    expect(fateOf(world, 'fs')).toBe('grown: its file system grows to 256 KiB');
    const now = await listingOf((await carriedOut(world)).subarray(AT, AT + 0x40000));
    expect(now?.entries.map(withoutDate)).toEqual((await listingOf(image))?.entries.map(withoutDate));
  });

  test('settings that are encrypted with keys of the chip are not moved page by page', async () => {
    const image = new Uint8Array(0xa000).fill(0xff);
    image.set(vector('nvs/fresh-6000-enc').subarray(0, 0x2000), 0x7000);
    const world = await boardWith([part('nvs', NVS, 0x9000, 0xa000)], image);
    await layOut(world, [part('nvs', NVS, 0x9000, 0x6000)]);
    expect([fateOf(world, 'nvs'), asked(world)]).toEqual([
      'overwritten: this cannot be changed: it is encrypted, and its keys were not read',
      ['partitions-lost'],
    ]);
  });
});

describe('content behind a blank start', () => {
  const AT = 0x380000;
  const late = (at: number): readonly [number, Uint8Array][] => [[at + 0x4000, new Uint8Array(0x1000).fill(0x33)]];
  const make = (world: World) =>
    world.session.dispatch({
      do: 'edit-contents',
      range: { region: 'flash', address: AT, size: 0x20000 },
      edits: [{ edit: 'make', format: 'littlefs' }],
    });
  const asked = ({ session }: World) => workOf(session, 'planned').asks.map(({ kind, says }) => `${kind}: ${says}`);

  test('is not recreated without a question; a partition that is blank throughout is', LONG, async () => {
    const fat = part('fs', FAT, AT, 0x20000);
    const world = await boardWith([fat], new Uint8Array(), late(AT));
    await make(world);
    expect(asked(world)).toEqual([
      'contents-recreated: fs is recreated, so what it holds is replaced. Blank (erased) in its first 8 KiB.',
    ]);
    const blank = await boardWith([fat], new Uint8Array());
    await make(blank);
    expect(asked(blank)).toEqual([]);
  });

  test('is kept with a partition of a kind of its own, and asked about where that goes', LONG, async () => {
    const [log, elsewhere] = [part('log', 0x40, AT, 0x20000), part('log', 0x40, AT + 0x10000, 0x20000)];
    const world = await boardWith([log], new Uint8Array(), late(AT));
    await layOut(world, [elsewhere]);
    const left = await carriedOut(world);
    expect(left.subarray(AT + 0x14000, AT + 0x15000)).toEqual(new Uint8Array(0x1000).fill(0x33));
    const gone = await boardWith([log], new Uint8Array(), late(AT));
    await layOut(gone, []);
    expect(asked(gone)).toEqual([expect.stringContaining('log')]);
  });
});

/** Settings that were changed so often that all pages but one are in use, most of them by what is gone. */
function agedSettings(size: number): Uint8Array {
  let image = dataOf(make(size));
  for (let n = 0; n < 180; n++) {
    const value = `${n} ${'x'.repeat(40 + (n % 7) * 13)}`;
    image = dataOf(edit(image, [{ edit: 'set', namespace: 'app', key: `k${n % 12}`, type: 'string', value }]));
  }
  return image;
}

function dataOf(rewritten: ReturnType<typeof make>): Uint8Array {
  if ('data' in rewritten) return rewritten.data;
  throw new Error(rewritten.refusal.says);
}

/** Formats keep dates in different ways, or none. */
function withoutDate(line: string): string {
  return line.replace(/ (?:null|\d+) (?=\d+ [0-9a-f]{32})/, ' ');
}
