/** A backup of a partition, and a board whose layout has changed since: what is asked, and where the content can go instead. */
import { describe, expect, test } from 'vitest';
import { askKey } from '../../flash/finding.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { TABLE } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import type { World } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { makeLibrary } from '../library.ts';
import { connectedOf } from '../plain-world.ts';
import { LONG } from '../long.ts';

const APP1 = 0x1d0000;
const APP = buildAppImage({ project: 'other', version: '2.0.0', seed: 2, size: 0x20000 });

type Rows = (rows: readonly TableRow[]) => readonly TableRow[];

const change = (name: string, to: Partial<TableRow>) => (rows: readonly TableRow[]) =>
  rows.map((row) => (row.label === name ? { ...row, ...to } : row));

/** Small, so that little is read. */
const ROWS = change('app1', { size: 0x40000 })(RAFT_OTA_ROWS);

/** A board with an app in app1, of which a partition is backed up before its table becomes another; the restore is planned. */
async function restored(
  layout: Rows,
  name = 'app1',
  app = APP,
  madeOn: 'itself' | 'another' = 'itself',
): Promise<World> {
  const store = memoryStore();
  const { library } = makeLibrary(store);
  const backup = async (id: string) => {
    const found = await library.backupById(id);
    return found !== null && madeOn === 'another' ? { ...found, board: { ...found.board, key: 'another' } } : found;
  };
  const world = openWorld('esp32-raft', undefined, {}, { store, backup });
  const { session, made } = world;
  made.flash.load(TABLE, buildPartitionTable(ROWS));
  made.flash.load(APP1, app);
  await session.connect();
  const own = connectedOf(session).board.layout.partitions.find((each) => each.name === name);
  if (own === undefined) throw new Error(`no ${name}`);
  await session.dispatch({ do: 'back-up', range: own });
  const [record] = await store.backups();
  if (record?.kind !== 'open') throw new Error('nothing was backed up');
  made.flash.load(TABLE, buildPartitionTable(layout(ROWS)));
  made.flash.load(APP1, new Uint8Array(0x1000).fill(0xff));
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'restore', backup: record.backup.id });
  return world;
}

/** What is asked before it is restored, as the board's owner reads it, and the request of the button beside it. */
function asked({ session }: World) {
  return workOf(session, 'planned').asks.map(({ kind, says, next, repair }) => ({ kind, says, next, repair }));
}

const moved: Rows = (rows) =>
  change('app1', { offset: 0x1f0000, size: 0x30000 })(change('app0', { size: 0x1d0000 })(rows));
const shrunk: Rows = (rows) => [
  ...change('app1', { size: 0x30000 })(rows),
  { label: 'logs', type: 1, subtype: 6, offset: 0x200000, size: 0x10000 },
];

describe('the content of an app', () => {
  test('is written to its slot, where that is now, by one press', LONG, async () => {
    const world = await restored(moved);
    const [ask, ...more] = asked(world);
    expect(more).toEqual([]);
    expect(ask?.says).toBe(
      'The layout has changed since this backup: app1 was at 0x1D0000, 256 KiB. Now these addresses belong to app0 and app1.',
    );
    expect(ask?.next).toContain('fits in app1 (0x1F0000, 192 KiB): write it there.');
    const { session, made } = world;
    if (ask?.repair?.request.do !== 'use-backup') throw new Error('nothing to press');
    await session.dispatch(ask.repair.request);
    expect(connectedOf(session).files).toMatchObject([{ name: 'app1-0x1D0000.bin', recognised: { kind: 'app' } }]);
    await flash(session);
    expect(workOf(session, 'ended')).toMatchObject({ outcome: 'verified', start: { verdict: { good: true } } });
    expect(Buffer.compare(made.flash.read(0x1f0000, APP.length), APP)).toBe(0);
  });

  test('fits in a slot that has shrunk, if the app does', LONG, async () => {
    const [ask] = asked(await restored(shrunk));
    expect(ask).toMatchObject({ kind: 'backup-fits-elsewhere', repair: { label: 'Write it to app1' } });
    expect(ask?.says).toContain('belong to app1 and logs.');
  });

  test('goes to another slot where its own is gone', LONG, async () => {
    const [ask] = asked(await restored((rows) => rows.filter(({ label }) => label !== 'app1')));
    expect(ask).toMatchObject({ kind: 'backup-fits-elsewhere', repair: { label: 'Write it to app0' } });
    expect(ask?.says).toContain('Now these addresses belong to no partition.');
  });

  test('needs no question where its slot has only grown', LONG, async () => {
    const grown: Rows = (rows) => change('app1', { size: 0x80000 })(rows);
    const world = await restored(grown);
    expect(asked(world)).toEqual([]);
    // What was found in it is in the title of the backup.
    expect(workOf(world.session, 'planned').purpose).toMatchObject({ kind: 'restore', name: 'app1' });
  });

  test('that was blank is erased where its slot is now, by one press', LONG, async () => {
    const world = await restored(moved, 'app1', new Uint8Array(APP.length).fill(0xff));
    const [ask] = asked(world);
    expect(ask?.next).toMatch(/^app1 had no app then: its start was blank\. “Erase app1” gives the same\. Restore it /);
    if (ask?.repair?.request.do !== 'erase') throw new Error('nothing to press');
    expect(ask.repair.label).toBe('Erase app1');
    await world.session.dispatch(ask.repair.request);
    expect(workOf(world.session, 'planned').purpose).toMatchObject({ kind: 'erase', name: 'app1' });
  });

  test('that does not fit any more goes only to its old addresses, or after the layout was changed', LONG, async () => {
    const small: Rows = (rows) => change('app1', { size: 0x10000 })(rows).filter(({ label }) => label !== 'app0');
    const [ask] = asked(await restored(small));
    expect(ask).toMatchObject({ kind: 'backup-place-changed', repair: { request: { do: 'open', view: 'layout' } } });
    expect(ask?.next).toMatch(/^Its content, .* KiB, does not fit in the 64 KiB that app1 has now\./);
  });
});

describe('an app of another board', () => {
  const SAYS =
    'is from another board (ESP32 24:6f:28:ab:cd:ef). What it writes to app1 was made for that board: what is wired to this ' +
    'one may differ.';

  test(
    'is asked about, restored or written to its slot by one press, and not about settings that it does not hold',
    LONG,
    async () => {
      const { session } = await restored(moved, 'app1', APP, 'another');
      const [of, fits] = workOf(session, 'planned').asks;
      expect(of).toMatchObject({ kind: 'backup-of-another', says: `This backup ${SAYS}` });
      if (fits?.repair?.request.do !== 'use-backup') throw new Error('nothing to press');
      await session.dispatch(fits.repair.request);
      const { asks } = workOf(session, 'planned');
      expect(asks).toMatchObject([{ kind: 'backup-of-another', says: `app1-0x1D0000.bin ${SAYS}` }]);
      for (const ask of asks) await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
      await flash(session);
      expect(workOf(session, 'ended').outcome).toBe('verified');
    },
  );

  test('settings are said to be of that board alone', LONG, async () => {
    const { session } = await restored((rows) => rows, 'nvs', APP, 'another');
    const [ask, ...more] = workOf(session, 'planned').asks;
    expect(more).toEqual([]);
    expect(ask?.says).toContain(' nvs may hold that board’s own name, keys and calibration.');
  });
});

test('the content of another partition goes to the one of its type and name', LONG, async () => {
  const layout: Rows = (rows) =>
    change('nvs', { offset: 0x3f0000, size: 0x10000 })(change('fs', { size: 0x70000 })(rows));
  const [tooLarge] = asked(await restored(layout, 'nvs'));
  expect(tooLarge).toMatchObject({ kind: 'backup-place-changed' });
  const larger: Rows = (rows) =>
    change('nvs', { offset: 0x3e0000, size: 0x20000 })(change('fs', { size: 0x60000 })(rows));
  const [fits] = asked(await restored(larger, 'nvs'));
  expect(fits).toMatchObject({ kind: 'backup-fits-elsewhere', repair: { label: 'Write it to nvs' } });
});

test(
  'the content of a partition that has another name now is asked about: the firmware finds it by its name',
  LONG,
  async () => {
    const [ask, ...more] = asked(await restored(change('nvs', { label: 'prefs' }), 'nvs'));
    expect(more).toEqual([]);
    expect(ask).toMatchObject({ kind: 'backup-place-changed', repair: { request: { do: 'open', view: 'layout' } } });
    expect(ask?.says).toMatch(/nvs was at 0x9000, 84 KiB\. Now these addresses belong to prefs\.$/);
    expect(ask?.next).toMatch(/^Firmware finds it by its name, and what is there is called prefs now\. Restore it /);
    // The bootloader finds an app by its slot, whatever that is called.
    expect(asked(await restored(change('app1', { label: 'second' })))).toEqual([]);
  },
);

describe('is not offered a place that is none for it', () => {
  const fctry = { label: 'fctry', type: 1, subtype: 2, offset: 0x3e0000, size: 0x20000 };
  const withFctry: Rows = (rows) => [...change('fs', { size: 0x60000 })(rows), fctry];

  test('settings that do not fit in their partition any more: not in another one, where the firmware does not look for them', async () => {
    const [ask] = asked(await restored((rows) => withFctry(change('nvs', { size: 0x4000 })(rows)), 'nvs'));
    expect(ask).toMatchObject({ kind: 'backup-place-changed' });
    expect(ask?.next).toMatch(/^Its content, 84 KiB, does not fit in the 16 KiB that nvs has now\./);
  });

  test('an app slot that was blank, and is not there any more', LONG, async () => {
    const [ask] = asked(
      await restored(
        (rows) => rows.filter(({ label }) => label !== 'app1'),
        'app1',
        new Uint8Array(APP.length).fill(0xff),
      ),
    );
    expect(ask).toMatchObject({ kind: 'backup-place-changed' });
    expect(ask?.next).toMatch(/^app1 had no app then: its start was blank\. This board has no app1 now\./);
  });

  test('settings of another board, whose layout has not changed but is another one', LONG, async () => {
    const larger: Rows = (rows) =>
      change('nvs', { offset: 0x3e0000, size: 0x20000 })(change('fs', { size: 0x60000 })(rows));
    const [, ask] = asked(await restored(larger, 'nvs', APP, 'another'));
    expect(ask).toMatchObject({ kind: 'backup-place-changed' });
    expect(ask?.says).toBe(
      'This board’s layout is not that of the backup: there nvs is at 0x9000, 84 KiB. Here these addresses belong to no partition.',
    );
    expect(ask?.next).toMatch(/^What nvs holds belongs to the board of the backup\./);
  });
});

test('an app that the board is to start is known to start: it is whole in the backup', LONG, async () => {
  const { session } = await restored((rows) =>
    change('app1', { subtype: 0x10 })(rows).filter(({ label }) => label !== 'app0'),
  );
  expect(workOf(session, 'planned').afterwards).toBe('The board will start app1.');
});

test('written to its old addresses after all, every byte is there again', LONG, async () => {
  const { session, made } = await restored(moved);
  for (const ask of workOf(session, 'planned').asks)
    await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  expect(Buffer.compare(made.flash.read(APP1, APP.length), APP)).toBe(0);
});
