/** The headline of a plan that brings back what a board had before, after which it starts no app: nothing in it reassures. */
import { expect, test } from 'vitest';
import type { Range } from '../../flash/map.ts';
import type { UnitStates } from '../../session/state.ts';
import { bytesSource } from '../../session/sources.ts';
import { carryingOut } from '../../session/words/carry-out.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { verdictOf } from '../../session/words/verdict.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { TABLE } from '../../virtual-boards/esp/firmware/factory.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';
import { connectedOf } from '../plain-world.ts';
import { backupsOf } from '../repair/keeping.ts';

const APP0 = { region: 'flash', address: 0x20000, size: 0x1b0000 };
const FS = { region: 'flash', address: 0x380000, size: 0x80000 };
const APP = buildAppImage({ project: 'first', version: '1.0.0', seed: 3, size: 0x4000 });
const blank = (size: number) => new Uint8Array(size).fill(0xff);

async function connected() {
  const store = memoryStore();
  const world = openWorld('esp32-raft', undefined, {}, { store, backup: backupsOf(store) });
  await world.session.connect();
  return { ...world, world, store };
}

/** What is said of the plan, and of the start after it. */
function said({ session }: Awaited<ReturnType<typeof connected>>) {
  const planned = workOf(session, 'planned');
  const { rest, destructive } = headlineOf(planned, connectedOf(session));
  return { rest, destructive, afterwards: planned.afterwards };
}

type Case = readonly [what: string, of: Range | null, without: readonly [address: number, size: number], why: string];

const CASES: readonly Case[] = [
  ['the app that starts, blank', APP0, [APP0.address, APP0.size], '. '],
  ['the whole flash, the start of the app blank', null, [APP0.address, 0x1000], '. '],
  ['the whole flash without a bootloader', null, [0x1000, 0x7000], ': there is no bootloader.'],
  ['the whole flash with a blank table', null, [TABLE, 0x1000], '. The partition table has no partitions'],
];

test.each(CASES)('a backup of %s', LONG, async (_, range, [address, size], why) => {
  const all = await connected();
  const { session, made, store } = all;
  const before = made.flash.snapshot().slice(address, address + size);
  made.flash.load(address, blank(size));
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'back-up', range });
  made.flash.load(address, before);
  await session.dispatch({ do: 'reconnect' });
  const kept = (await store.backups()).at(-1);
  await session.dispatch({ do: 'restore', backup: kept?.kind === 'open' ? kept.backup.id : '' });
  const { rest, destructive, afterwards } = said(all);
  expect(rest).toMatch(/(^|lost\. )No app starts afterwards\.$/);
  expect(destructive).toBe(true);
  expect(afterwards).toContain(`Afterwards nothing starts${why}`);
});

/** The right table, with other fields in the rows of these names. */
function rowsWith(changed: Readonly<Record<string, Partial<TableRow>>>): TableRow[] {
  return RAFT_OTA_ROWS.map((row) => ({ ...row, ...changed[row.label] }));
}

/** What of the right table a wrong one has otherwise. */
const WRONG_TABLES = [
  ['has too little room for the app', rowsWith({ app0: { size: 0x10000 } }), null],
  ['has data where the app is', rowsWith({ app0: { type: 1, subtype: 0x82 } }), null],
  ['has smaller data where the app is', rowsWith({ app0: { type: 1, subtype: 0x82, size: 0x10000 } }), null],
  [
    'has data where the app is, and starts another',
    rowsWith({ app0: { type: 1, subtype: 0x82 }, fs: { label: 'other', type: 0, subtype: 0 } }),
    'other',
  ],
] as const;

test.each(WRONG_TABLES)('the right table over one that %s: the app may start', LONG, async (_, rows, startsNow) => {
  const all = await connected();
  const { session, made, store } = all;
  await session.dispatch({ do: 'back-up', range: { region: 'flash', address: TABLE, size: 0x1000 } });
  made.flash.load(TABLE, buildPartitionTable(rows));
  made.flash.load(FS.address, APP);
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'examine' });
  expect(connectedOf(session).board.boot?.partition?.name ?? null).toBe(startsNow);
  const kept = (await store.backups()).at(-1);
  await session.dispatch({ do: 'restore', backup: kept?.kind === 'open' ? kept.backup.id : '' });
  const { rest, afterwards } = said(all);
  expect(rest).not.toContain('No app starts');
  expect(afterwards).toBe('Sectorwise cannot tell what the board will start until it is read again.');
  expect(workOf(session, 'planned').ofLayout).toMatch(/^The layout will come back, too: \w+ (?:of|at|\()/);
  // The table is named by the layout that it makes, in the headline, while it is restored, and in the verdict.
  expect(headlineOf(workOf(session, 'planned'), connectedOf(session)).says).toMatch(
    /^Backup of .* → the layout with \w+ (?:of|at|\()[^;]*\.$/,
  );
  expect(carryingOut(workOf(session, 'planned'))).toBe('Restoring the layout');
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  await flash(session);
  expect(connectedOf(session).board.boot?.partition?.name).toBe('app0');
  expect(verdictOf(workOf(session, 'ended')).title).toMatch(/^Restored the layout with \w+ (?:of|at|\()[^;]*$/);
});

test('the right table over one with more room for an app, where none is: none starts', async () => {
  const all = await connected();
  const { session, made, store } = all;
  await session.dispatch({ do: 'back-up', range: { region: 'flash', address: TABLE, size: 0x1000 } });
  made.flash.load(TABLE, buildPartitionTable(rowsWith({ app1: { size: 0x230000 } }).slice(0, -1)));
  made.flash.load(APP0.address, blank(0x1000));
  await session.dispatch({ do: 'reconnect' });
  const kept = (await store.backups()).at(-1);
  await session.dispatch({ do: 'restore', backup: kept?.kind === 'open' ? kept.backup.id : '' });
  expect(said(all).afterwards).toContain('Afterwards nothing starts. ');
});

test('a roll back to a board without an app, when the job had already brought one', LONG, async () => {
  const all = await connected();
  const { session, made, world } = all;
  made.flash.load(APP0.address, blank(0x1000));
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', APP)], at: APP0 });
  await session.dispatch({ do: 'add-files', files: [bytesSource('fs.bin', new Uint8Array(0x8000))], at: FS });
  const hasApp = (units: UnitStates) => units.filter((unit) => unit === 'verified').length * 0x1000 >= APP.length;
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing' || !hasApp(state.work.units)) return;
    world.onState = () => undefined;
    void session.dispatch({ do: 'cancel' });
  };
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('stopped');
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'roll-back', job: connectedOf(session).interrupted?.job ?? '' });
  expect(said(all)).toEqual({
    rest: 'No app starts afterwards.',
    destructive: true,
    afterwards: 'The board will have its previous content, byte for byte.',
  });
});

test.each<[what: string, of: Range, then: readonly [address: number, size: number], title: string]>([
  ['a slot that was blank', APP0, [APP0.address, APP0.size], 'app0 is blank again'],
  ['a slot without the start of its app', APP0, [APP0.address, 0x1000], 'app0 has no app again'],
  ['a file system that was blank', FS, [FS.address, FS.size], 'fs is blank again'],
  ['a file system of which one unit was blank', FS, [FS.address, 0x1000], 'Restored fs'],
])('the verdict on %s says what is there now', LONG, async (_, range, [address, size], title) => {
  const { session, made, store } = await connected();
  const before = made.flash.snapshot().slice(address, address + size);
  made.flash.load(address, blank(size));
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'back-up', range });
  made.flash.load(address, before);
  await session.dispatch({ do: 'reconnect' });
  const kept = (await store.backups()).at(-1);
  await session.dispatch({ do: 'restore', backup: kept?.kind === 'open' ? kept.backup.id : '' });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  await flash(session);
  expect(verdictOf(workOf(session, 'ended'))).toMatchObject({ mood: 'verified', title });
});
