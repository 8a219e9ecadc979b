/** The whole journey without a browser: session, driver, esptool-js and a virtual board, on a jumping clock. */
import { listingOf } from '../contents/listing.ts';
import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, test } from 'vitest';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { ORDER } from '../../esp/arrange/migration-order.ts';
import { hex } from '../../flash/finding.ts';
import { bytesSource } from '../../session/sources.ts';
import type { World } from '../esp/world.ts';
import { consent, differences, flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

const RECORD_1 = 'otadata entry 1 is the only valid one, with sequence number 1, which selects app0 (ota_0).';
const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));

describe('on a sound board', () => {
  let world: World;
  beforeEach(async () => {
    world = openWorld('esp32-raft');
    await world.session.connect();
  });

  test('the board is read: its identity, its layout, what each partition holds, what starts', () => {
    const { state } = world.session;
    if (state.kind !== 'connected') throw new Error(JSON.stringify(state));
    expect(state.board.identity).toMatchObject({ chip: 'ESP32', key: { kind: 'mac', value: '24:6f:28:ab:cd:ef' } });
    expect(state.board.layout.partitions.map(({ name, address }) => [name, address])).toEqual([
      ['bootloader', 0x1000],
      ['partition table', 0x8000],
      ['nvs', 0x9000],
      ['otadata', 0x1e000],
      ['app0', 0x20000],
      ['app1', 0x1d0000],
      ['fs', 0x380000],
    ]);
    expect(state.board.contents.map(({ says }) => says)).toMatchInlineSnapshot(`
      [
        "Outside every partition: blank.",
        "A bootloader for the ESP32 and 4 MiB of flash, made with ESP-IDF v5.3.1. Its header says DIO, 40 MHz.",
        "5 partitions, its MD5 is correct.",
        "Settings (NVS): 11 entries of 32 bytes in 1 page.",
        "Entry 1 is used: sequence number 1, state UNDEFINED (no trial is pending), CRC correct. Entry 2 is not: it is blank.",
        "The app raft-demo 1.4.2 for the ESP32, made with ESP-IDF v5.3.1.",
        "Blank (erased) in its first 4 KiB.",
        "A LittleFS file system of 512 KiB.",
      ]
    `);
    expect(state.board.boot).toEqual({
      partition: { region: 'flash', address: 0x20000, name: 'app0' },
      says:
        `${RECORD_1} ` +
        'If it does not load, the bootloader tries app1 (no app in it). ' +
        'Only the headers of the apps were read, not all of their bytes.',
    });
    expect(state.board.findings.filter(({ verdict }) => verdict === 'problem')).toEqual([]);
  });

  test('an app goes to the spare slot, every unit is verified, and the board starts it', async () => {
    const { session, made } = world;
    const before = made.flash.snapshot();
    await session.dispatch({ do: 'add-files', files: [bytesSource('raft-demo-1.5.0.bin', update)] });
    const planned = workOf(session, 'planned');
    expect(planned.afterwards).toBe(
      'The board will start the new app from app1. app0, which it starts now, stays as a fallback.',
    );
    await flash(session);
    const ended = workOf(session, 'ended');
    expect(ended.failure).toBeNull();
    expect(ended.outcome).toBe('verified');
    expect(new Set(ended.units)).toEqual(new Set(['verified']));
    expect(ended.start?.verdict).toMatchObject({ good: true, says: 'The board started app1 (0x1D0000).' });

    const wanted = before.slice();
    wanted.set(update, 0x1d0000);
    const flashed = made.beforeStart();
    if (flashed === null) throw new Error('the board was not started');
    // Everything but the one otadata record, whose bytes the planner's own tests check.
    expect(differences(flashed, wanted)).toEqual([[0x1f000, 0x1f01f]]);
    expect(made.flash.violations).toEqual([]);
  });

  test('flashing the same file again finds nothing to do and erases nothing', LONG, async () => {
    const { session, made } = world;
    await session.dispatch({ do: 'add-files', files: [bytesSource('raft-demo-1.5.0.bin', update)] });
    const settings = made.plain(0x9000, 0x15000);
    await flash(session);
    const erases = made.flash.totalErases;
    // The new app wrote a setting itself when it started.
    await new Promise<void>((resolve) => world.clock.at(3000, resolve));
    expect(made.plain(0x9000, 0x15000)).not.toEqual(settings);
    await session.dispatch({ do: 'reconnect' });
    expect(workOf(session, 'planned').plan.stretches).toEqual([]);
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('nothing-to-do');
    expect(made.flash.totalErases).toBe(erases);
  });
});

const TABLE = buildPartitionTable(RAFT_OTA_ROWS);
const BOOTLOADER = buildBootloaderImage({ flashMegabytes: 4, seed: 8 });

/** Drops files one after the other, as a person does. */
async function drop({ session }: World, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, data] of Object.entries(files))
    await session.dispatch({ do: 'add-files', files: [bytesSource(name, data)] });
}

/** Chooses the place with this name for a dropped file. */
async function choose({ session }: World, file: string, name: string): Promise<void> {
  const { state } = session;
  const view = state.kind === 'connected' ? state.files.find((f) => f.name === file) : undefined;
  const choice = view?.choices.find((c) => c.name === name);
  if (view === undefined || choice === undefined) throw new Error(`${file} has no place called ${name}`);
  await session.dispatch({ do: 'place', id: view.id, choice: choice.id });
}

/** Flashes, and returns the whole flash as it was before the board started again. */
async function flashed({ session, made }: World): Promise<Uint8Array> {
  await flash(session);
  const ended = workOf(session, 'ended');
  expect([ended.outcome, ended.failure]).toEqual(['verified', null]);
  expect(made.flash.violations).toEqual([]);
  const before = made.beforeStart();
  if (before === null) throw new Error('the board was not started');
  return before;
}

async function connected(id: string): Promise<World> {
  const world = openWorld(id);
  await world.session.connect();
  return world;
}

function problemsOf({ session }: World): string[] {
  const { state } = session;
  if (state.kind !== 'connected') throw new Error(JSON.stringify(state));
  return [
    ...new Set(
      state.board.findings
        .filter(({ verdict }) => verdict === 'problem' || verdict === 'warning')
        .map(({ kind }) => kind),
    ),
  ];
}

describe('several files', () => {
  test('bootloader, table and app are written together, the bootloader after the app, otadata last', LONG, async () => {
    const world = await connected('esp32-raft');
    const wanted = world.made.flash.snapshot();
    await drop(world, { 'bootloader.bin': BOOTLOADER, 'partitions.bin': TABLE, 'app.bin': update });
    const { plan, asks } = workOf(world.session, 'planned');
    expect(asks).toEqual([]);
    const firsts = new Map(plan.stretches.map(({ rank, address }) => [rank, address]));
    expect([...firsts.keys()]).toEqual([ORDER.free, ORDER.boot, ORDER.choice]);
    expect([firsts.get(ORDER.boot), firsts.get(ORDER.choice)]).toEqual([0x1000, 0x1f000]);
    wanted.set(BOOTLOADER, 0x1000);
    wanted.set(TABLE, 0x8000);
    wanted.set(update, 0x1d0000);
    wanted.set(buildOtadata({ seq: 1 }, { seq: 2 }), 0x1e000);
    expect(differences(await flashed(world), wanted)).toEqual([]);
    expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({ good: true });
  });

  test('a merged image: only its parts are written, the settings are kept, and its app starts', LONG, async () => {
    const world = await connected('esp32-raft');
    const wanted = world.made.flash.snapshot();
    const merged = new Uint8Array(0x20000 + update.length).fill(0xff);
    merged.set(BOOTLOADER, 0x1000);
    merged.set(TABLE, 0x8000);
    merged.set(update, 0x20000);
    await drop(world, { 'merged.bin': merged });
    const planned = workOf(world.session, 'planned');
    expect(planned.asks.map(({ kind }) => kind)).toEqual(['running-app-replaced']);
    expect(planned.afterwards).toBe('The board will start the new app from app0.');
    await consent(world.session, 'running-app-replaced');
    wanted.set(BOOTLOADER, 0x1000);
    wanted.set(update, 0x20000);
    expect(differences(await flashed(world), wanted)).toEqual([]);
  });

  test('a merged image with its padding asks before it erases the settings', LONG, async () => {
    const world = await connected('esp32-raft');
    const merged = world.made.flash.snapshot().fill(0xff, 0x9000, 0x1e000);
    merged[0x3fffff] = 0;
    const wanted = merged.slice();
    await drop(world, { 'merged.bin': merged });
    await choose(world, 'merged.bin', 'Everything, with the padding');
    expect(workOf(world.session, 'planned').asks.map(({ says }) => says)).toEqual([
      'With its padding, merged.bin would erase nvs, 0x9000, 84 KiB.',
      'merged.bin brings data of its own. Where it differs, it replaces what is on the board: fs, 0x380000, 512 KiB (a LittleFS file system of 512 KiB).',
    ]);
    await flash(world.session);
    expect(world.made.flash.totalErases).toBe(0);
    await consent(world.session, 'padding-erases');
    await flash(world.session);
    expect(world.made.flash.totalErases).toBe(0);
    await consent(world.session, 'data-replaced');
    expect(differences(await flashed(world), wanted)).toEqual([]);
  });

  test('a new table moves the file system; other files follow it, and the board starts with it', LONG, async () => {
    const world = await connected('esp32-raft');
    const wanted = world.made.flash.snapshot();
    const csv =
      'nvs, data, nvs, 0x9000, 0x15000\nfactory, app, factory, 0x20000, 2M\nfs, data, littlefs, 0x220000, 1M\n';
    await drop(world, { 'app.bin': update, 'partitions.csv': new TextEncoder().encode(csv) });
    const planned = workOf(world.session, 'planned');
    expect(planned.asks).toEqual([]);
    expect(
      planned.fates.map(({ fate, before, after }) => `${before?.name ?? '-'} ${fate} ${after?.name ?? '-'}`),
    ).toEqual([
      'bootloader kept bootloader',
      'partition table overwritten partition table',
      'nvs kept nvs',
      'otadata lost -',
      'app0 overwritten factory',
      'app1 lost -',
      'fs moved fs',
    ]);
    const rows = [
      { label: 'nvs', type: 1, subtype: 2, offset: 0x9000, size: 0x15000 },
      { label: 'factory', type: 0, subtype: 0, offset: 0x20000, size: 0x200000 },
      { label: 'fs', type: 1, subtype: 0x83, offset: 0x220000, size: 0x100000 },
    ];
    wanted.set(buildPartitionTable(rows), 0x8000);
    wanted.set(update, 0x20000);
    const files = await listingOf(wanted.subarray(0x380000, 0x400000));
    const after = await flashed(world);
    expect(await listingOf(after.subarray(0x220000, 0x320000))).toEqual({ ...files, total: 0x100000 });
    wanted.set(after.subarray(0x220000, 0x320000), 0x220000);
    expect(differences(after, wanted)).toEqual([]);
    expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({
      says: 'The board started factory (0x20000).',
    });
  });

  test('two files for one place are refused by name', LONG, async () => {
    const world = await connected('esp32-raft');
    await drop(world, { 'a.bin': update, 'b.bin': update.slice() });
    expect(workOf(world.session, 'refused').refusals.map(({ says }) => says)).toEqual([
      'a.bin and b.bin are to go to the same place, app1: only one of them can be written there.',
    ]);
    expect(world.made.flash.totalErases).toBe(0);
  });
});

test('data without an address of its own waits for a person, and its neighbours are kept', LONG, async () => {
  const world = await connected('esp32-raft');
  const wanted = world.made.flash.snapshot();
  const data = Uint8Array.from({ length: 5000 }, (_, i) => (i * 89) % 251);
  await drop(world, { 'cert.der': data });
  expect(workOf(world.session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['place-not-chosen']);
  await choose(world, 'cert.der', 'fs');
  // The files there would be lost, so the page asks.
  await consent(world.session, 'content-replaced');
  wanted.set(data, 0x380000);
  expect(differences(await flashed(world), wanted)).toEqual([]);
});

test('a plan with a new table and an app uses the new layout, from the plan to the report', LONG, async () => {
  const world = await connected('esp32-raft');
  const csv = [
    'nvs,data,nvs,0x9000,0x6000',
    'main,app,factory,0x10000,0x200000',
    'files,data,littlefs,0x210000,0x100000',
  ].join('\n');
  await drop(world, { 'partitions.csv': new TextEncoder().encode(csv), 'app.bin': update });
  await consent(world.session, 'partitions-lost');
  const planned = workOf(world.session, 'planned');
  const reported = planned.layout.partitions.map(({ name, address }) => [name, hex(address)]);
  expect(reported).toEqual([
    ['bootloader', '0x1000'],
    ['partition table', '0x8000'],
    ['nvs', '0x9000'],
    ['former nvs', '0xF000'],
    ['main', '0x10000'],
    ['files', '0x210000'],
    ['former app1', '0x310000'],
    ['former fs', '0x380000'],
  ]);
  await flash(world.session);
  const ended = workOf(world.session, 'ended');
  expect(ended.layout).toEqual(planned.layout);
  expect(ended.start?.verdict).toMatchObject({ says: 'The board started main (0x10000).' });
  const places = ended.report.plan.flatMap((line) => / in ([^;]+)/.exec(line)?.[1] ?? []);
  expect(new Set(places)).toEqual(new Set(['main']));
  expect(ended.report.plan.filter((line) => line.includes('the new partition table is written'))).toHaveLength(1);
});

describe('on boards that are not sound', () => {
  test('dropping a sound table repairs a damaged one without a question, and the board starts', LONG, async () => {
    const world = await connected('esp32-damaged-table');
    expect(problemsOf(world)).toEqual(['table-md5-wrong']);
    const wanted = world.made.flash.snapshot();
    await drop(world, { 'partitions.bin': TABLE });
    expect(workOf(world.session, 'planned')).toMatchObject({
      asks: [],
      afterwards: 'The board will start app0. Afterwards ' + RECORD_1,
    });
    wanted.set(TABLE, 0x8000);
    expect(differences(await flashed(world), wanted)).toEqual([]);
    expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({ says: 'The board started app0 (0x20000).' });
  });

  test(
    'a table beyond the flash size in the bootloader’s header: the defect is reported, and an app is written only with consent',
    LONG,
    async () => {
      const world = await connected('esp32-small-header');
      expect(problemsOf(world)).toEqual(['partition-past-header-size']);
      await drop(world, { 'app.bin': update });
      const planned = workOf(world.session, 'planned');
      expect(planned.asks.map(({ kind }) => kind)).toEqual(['board-table-past-header']);
      expect(planned.afterwards).toBe(
        'Afterwards nothing starts: the bootloader rejects this partition table, because app1 ends at 0x380000, past the ' +
          'flash size in its header, 2 MiB.',
      );
      await flash(world.session);
      expect(world.made.flash.totalErases).toBe(0);
    },
  );

  test('the same table for that bootloader is refused outright', LONG, async () => {
    const world = await connected('esp32-small-header');
    await drop(world, { 'partitions.bin': TABLE });
    expect(workOf(world.session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['table-past-header']);
    expect(world.made.flash.totalErases).toBe(0);
  });

  test('a bootloader for the true flash size repairs that board', LONG, async () => {
    const world = await connected('esp32-small-header');
    await drop(world, { 'bootloader.bin': BOOTLOADER });
    expect(workOf(world.session, 'planned').asks).toEqual([]);
    await flashed(world);
    expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({ says: 'The board started app0 (0x20000).' });
  });

  test('lost otadata is reported, and a boot choice of an empty slot is written only with consent', async () => {
    const world = await connected('esp32-otadata-lost');
    expect(problemsOf(world)).toEqual(['otadata-unusable']);
    await drop(world, { 'otadata.bin': buildOtadata({ seq: 2 }, null) });
    expect(workOf(world.session, 'planned').asks.map(({ kind }) => kind)).toEqual(['choice-of-empty-slot']);
    await flash(world.session);
    expect(world.made.flash.totalErases).toBe(0);
  });

  test('an app repairs lost otadata', LONG, async () => {
    const world = await connected('esp32-otadata-lost');
    await drop(world, { 'app.bin': update });
    expect(workOf(world.session, 'planned').asks).toEqual([]);
    await flashed(world);
    expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({ says: 'The board started app1 (0x1D0000).' });
  });
});
