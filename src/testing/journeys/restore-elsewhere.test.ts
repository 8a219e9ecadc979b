/** A backup of a partition, and a board whose layout has changed since: what is asked, and where the content can go instead. */
import { describe, expect, test } from 'vitest';
import { carryingOut } from '../../session/words/carry-out.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { verdictOf } from '../../session/words/verdict.ts';
import { askKey } from '../../flash/finding.ts';
import type { Rows } from '../esp/changed-layout.ts';
import { APP, APP1, change, restoredBackup } from '../esp/changed-layout.ts';
import type { World } from '../esp/world.ts';
import { consent, flash, workOf } from '../esp/world.ts';
import { connectedOf } from '../plain-world.ts';
import { LONG } from '../long.ts';

/** A board with an app in app1, of which a partition is backed up before its table becomes another; the restore is planned. */
function restored(
  layout: Rows,
  name = 'app1',
  app = APP,
  madeOn: 'itself' | 'another' = 'itself',
  now: Uint8Array | null = null,
): Promise<World> {
  return restoredBackup({
    names: [name],
    before: { [APP1]: app },
    layout,
    later: { [APP1]: new Uint8Array(0x1000).fill(0xff), ...(now !== null && { 0x1f0000: now }) },
    edit: (backup) => (madeOn === 'another' ? { ...backup, board: { ...backup.board, key: 'another' } } : backup),
  });
}

/** The question whether it goes to its old addresses, as the board's owner reads it, and what can be pressed beside it. */
function asked({ session }: World) {
  const { work } = connectedOf(session);
  const all = work.kind === 'planned' ? work.asks : work.kind === 'refused' ? work.refusals : [];
  return all.map(({ kind, says, next, repair, offers }) => ({ kind, says, next, repair, offers }));
}

/** The headline of the plan. */
function headline({ session }: World): string {
  return headlineOf(workOf(session, 'planned'), connectedOf(session)).says;
}

/** The addresses that the plan writes or erases, as the first and the one behind the last. */
function reach({ session }: World): readonly [number, number] {
  const { plan } = workOf(session, 'planned');
  const starts = plan.stretches.map(({ address }) => address);
  return [Math.min(...starts), Math.max(...plan.stretches.map(({ address, size }) => address + size))];
}

/** Ticks or unticks the box of the question about a place. */
async function tick({ session }: World, yes: boolean): Promise<void> {
  const ask = workOf(session, 'planned').asks.find(({ optional }) => optional === true);
  if (ask === undefined) throw new Error('nothing is asked');
  await session.dispatch({ do: 'consent', ask: askKey(ask), yes });
}

/** Presses what is offered in spite of a refusal. */
async function press({ session }: World): Promise<void> {
  const [refusal] = workOf(session, 'refused').refusals;
  const request = refusal?.offers?.[0]?.request;
  if (request?.do !== 'restore') throw new Error('nothing to press');
  await session.dispatch(request);
}

const moved: Rows = (rows) =>
  change('app1', { offset: 0x1f0000, size: 0x30000 })(change('app0', { size: 0x1d0000 })(rows));
const shrunk: Rows = (rows) => [
  ...change('app1', { size: 0x30000 })(rows),
  { label: 'logs', type: 1, subtype: 6, offset: 0x200000, size: 0x10000 },
];

describe('the content of an app', () => {
  test('goes to its slot, where that is now, and nothing has to be confirmed for it', LONG, async () => {
    const world = await restored(moved);
    const [ask, ...more] = asked(world);
    expect(more).toEqual([]);
    expect(ask?.says).toBe(
      'The layout has changed since this backup: app1 was at 0x1D0000, 256 KiB. Now these addresses belong to app0 and app1.',
    );
    expect(ask?.next).toBe(
      'Its content, 128 KiB, goes to app1 (0x1F0000, 192 KiB). Write it to its old addresses only if it must be there: that ' +
        'overwrites what is in app0 and app1 there.',
    );
    const { session, made } = world;
    expect(reach(world)).toEqual([0x1f0000, 0x1f0000 + APP.length]);
    // The app is named before, while and after it is restored.
    expect(headline(world)).toMatch(/^Backup of .* \(other 2\.0\.0\) → app1\.$/);
    expect(carryingOut(workOf(session, 'planned'))).toBe('Restoring other 2.0.0 to app1');
    const before = made.flash.read(APP1, 0x20000);
    await flash(session);
    expect(workOf(session, 'ended')).toMatchObject({ outcome: 'verified', start: { verdict: { good: true } } });
    expect(verdictOf(workOf(session, 'ended')).title).toBe('Restored other 2.0.0 to app1');
    expect(Buffer.compare(made.flash.read(0x1f0000, APP.length), APP)).toBe(0);
    expect(Buffer.compare(made.flash.read(APP1, 0x20000), before)).toBe(0);
  });

  test('goes to its old addresses only while the box for that is ticked, and the plan says so', LONG, async () => {
    const world = await restored(moved);
    await tick(world, true);
    expect(reach(world)[0]).toBe(APP1);
    const { asks, granted } = workOf(world.session, 'planned');
    expect(granted).toEqual(asks.map(askKey));
    expect(asks[0]?.next).toMatch(
      /^It goes to its old addresses, and overwrites what is in app0 and app1 there\. Clear the box to write it to app1 /,
    );
    await tick(world, false);
    expect(reach(world)[0]).toBe(0x1f0000);
    expect(workOf(world.session, 'planned').granted).toEqual([]);
  });

  test('fits in a slot that has shrunk, if the app does', LONG, async () => {
    const world = await restored(shrunk);
    const [ask] = asked(world);
    expect(ask).toMatchObject({ kind: 'backup-fits-elsewhere' });
    expect(ask?.says).toContain('belong to app1 and logs.');
    // All but its first erase unit is there still.
    expect(reach(world)).toEqual([APP1, APP1 + 0x1000]);
  });

  test('goes to no other slot where its own is gone: what is in that was not asked for', LONG, async () => {
    const world = await restored((rows) => rows.filter(({ label }) => label !== 'app1'));
    const { work } = connectedOf(world.session);
    expect(work.kind).toBe('refused');
    const [ask] = asked(world);
    expect(ask?.next).toMatch(/^This board has no app1 now\. So it is left out\./);
    expect(ask?.says).toContain('Now these addresses belong to no partition.');
    expect(ask?.offers?.map(({ label }) => label)).toEqual(['Write app1 to its old addresses']);
    await press(world);
    expect(reach(world)[0]).toBe(APP1);
  });

  test('needs no question where its slot has only grown', LONG, async () => {
    const grown: Rows = (rows) => change('app1', { size: 0x80000 })(rows);
    const world = await restored(grown);
    expect(asked(world)).toEqual([]);
    // What was found in it is in the title of the backup.
    expect(workOf(world.session, 'planned').purpose).toMatchObject({ kind: 'restore', name: 'other 2.0.0 to app1' });
  });

  test('is named with the slot that it is in afterwards, where the names of the slots have changed', LONG, async () => {
    const labels: Readonly<Record<string, string>> = { app0: 'app1', app1: 'app0' };
    const swapped: Rows = (rows) => rows.map((row) => ({ ...row, label: labels[row.label] ?? row.label }));
    const world = await restored(swapped);
    const { session, made } = world;
    expect(headline(world)).toMatch(/^Backup of .* \(other 2\.0\.0\) → app0\.$/);
    expect(carryingOut(workOf(session, 'planned'))).toBe('Restoring other 2.0.0 to app0');
    await flash(session);
    expect(verdictOf(workOf(session, 'ended')).title).toBe('Restored other 2.0.0 to app0');
    expect(Buffer.compare(made.flash.read(APP1, APP.length), APP)).toBe(0);
  });

  test('is not named where the backup has only a part of it', LONG, async () => {
    const world = await restoredBackup({
      names: ['app1'],
      before: { [APP1]: APP },
      layout: (rows) => rows,
      later: { [APP1]: new Uint8Array(0x1000).fill(0xff) },
      edit: (backup) => ({ ...backup, units: backup.units.slice(0, 8) }),
    });
    expect(headline(world)).toMatch(/^Backup of [^()]* → app1\.$/);
    expect(carryingOut(workOf(world.session, 'planned'))).toBe('Restoring app1');
  });

  const none = new Uint8Array(APP.length).fill(0xff);

  test('that was blank is erased where its slot is now, once that is agreed to', LONG, async () => {
    const world = await restored(moved, 'app1', none, 'itself', APP.slice(0, 0x8000));
    const { session, made } = world;
    const [first, ask, ...more] = asked(world);
    expect(more).toEqual([]);
    expect(first).toMatchObject({ kind: 'content-erased' });
    expect(first?.says).toMatch(/^What app1 \(0x1F0000, 192 KiB\) holds is erased\. /);
    expect(ask?.next).toMatch(
      /^app1 had no app then: an app that is in app1 \(0x1F0000, 192 KiB\) now is erased\. Write it /,
    );
    expect(headlineOf(workOf(session, 'planned'), connectedOf(session)).destructive).toBe(true);
    await flash(session);
    expect(connectedOf(session).work.kind).toBe('planned');
    expect(Buffer.compare(made.flash.read(0x1f0000, 0x8000), APP.slice(0, 0x8000))).toBe(0);
    await consent(session, 'content-erased');
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('verified');
    expect(made.flash.read(0x1f0000, 0x8000).every((byte) => byte === 0xff)).toBe(true);
  });

  test('that was blank needs no agreement where its slot is blank already', LONG, async () => {
    const world = await restored(moved, 'app1', none);
    expect(asked(world).map(({ kind }) => kind)).toEqual(['backup-fits-elsewhere']);
    expect(headline(world)).toBe('The board already holds this backup.');
    expect(asked(world)[0]?.next).toMatch(
      /^app1 had no app then, and app1 \(0x1F0000, 192 KiB\) has none now\. Write it to its old addresses only if it must be there/,
    );
    const { plan } = workOf(world.session, 'planned');
    expect(Math.min(...plan.equal.map(({ address }) => address))).toBe(0x1f0000);
  });

  test(
    'that was blank is not said to be erased where its slot is blank already, whichever way it goes',
    LONG,
    async () => {
      const world = await restored(moved, 'app1', none);
      await tick(world, true);
      expect(asked(world)[0]?.next).toMatch(
        /^It goes to its old addresses.*\. Clear the box to write nothing: app1 \(0x1F0000, 192 KiB\) already has no app\.$/,
      );
      const filled = await restored(moved, 'app1', none, 'itself', APP.slice(0, 0x8000));
      await tick(filled, true);
      expect(asked(filled).at(-1)?.next).toMatch(
        /\. Clear the box to erase what is in app1 \(0x1F0000, 192 KiB\) instead\.$/,
      );
    },
  );

  test('that does not fit any more is not planned until its old addresses are chosen', LONG, async () => {
    const small: Rows = (rows) => change('app1', { size: 0x10000 })(rows).filter(({ label }) => label !== 'app0');
    const world = await restored(small);
    const [ask] = asked(world);
    expect(ask).toMatchObject({ kind: 'backup-place-changed', repair: { request: { do: 'open', view: 'layout' } } });
    expect(ask?.next).toMatch(
      /^Its content, .* KiB, does not fit in the 64 KiB that app1 has now\. So it is left out\./,
    );
    await press(world);
    expect(reach(world)[0]).toBe(APP1);
    expect(asked(world)[0]?.next).toMatch(/that app1 has now\. It goes to its old addresses, and overwrites /);
  });
});

describe('an app of another board', () => {
  const SAYS =
    'is from another board (ESP32 24:6f:28:ab:cd:ef). What it writes to app1 was made for that board: what is wired to this ' +
    'one may differ.';

  test(
    'is asked about, written to its slot once that is answered, and not about settings that it does not hold',
    LONG,
    async () => {
      const { session } = await restored(moved, 'app1', APP, 'another');
      const [of, fits] = workOf(session, 'planned').asks;
      expect(of).toMatchObject({ kind: 'backup-of-another', says: `This backup ${SAYS}` });
      expect(fits).toMatchObject({ kind: 'backup-fits-elsewhere', optional: true });
      await flash(session);
      expect(connectedOf(session).work.kind).toBe('planned');
      await session.dispatch({ do: 'consent', ask: of === undefined ? '' : askKey(of), yes: true });
      await flash(session);
      expect(workOf(session, 'ended').outcome).toBe('verified');
    },
  );

  test('stays agreed to while another question goes the other way', LONG, async () => {
    const world = await restored(moved, 'app1', APP, 'another');
    await consent(world.session, 'backup-of-another');
    const [of, fits] = workOf(world.session, 'planned').asks;
    await world.session.dispatch({ do: 'consent', ask: fits === undefined ? '' : askKey(fits), yes: true });
    const { asks, granted } = workOf(world.session, 'planned');
    expect(granted.toSorted()).toEqual(asks.map(askKey).toSorted());
    expect(granted).toContain(of === undefined ? '' : askKey(of));
  });

  test('settings are said to be of that board alone', LONG, async () => {
    const { session } = await restoredBackup({
      names: ['nvs'],
      layout: (rows) => rows,
      later: { 0x9000: new Uint8Array(0x1000) },
      edit: (backup) => ({ ...backup, board: { ...backup.board, key: 'another' } }),
    });
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
  expect(fits?.next).toMatch(/^Its content, 84 KiB, goes to nvs \(0x3E0000, 128 KiB\)\./);
});

test(
  'the content of a partition that has another name now is asked about: the firmware finds it by its name',
  LONG,
  async () => {
    const [ask, ...more] = asked(await restored(change('nvs', { label: 'prefs' }), 'nvs'));
    expect(more).toEqual([]);
    expect(ask).toMatchObject({ kind: 'backup-place-changed', repair: { request: { do: 'open', view: 'layout' } } });
    expect(ask?.says).toMatch(/nvs was at 0x9000, 84 KiB\. Now these addresses belong to prefs\.$/);
    expect(ask?.next).toMatch(
      /^Firmware finds it by its name, and what is there is called prefs now\. So it is left out\. /,
    );
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
    const [ask] = asked(await restored(larger, 'nvs', APP, 'another'));
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
  const { ofLayout, afterwards } = workOf(session, 'planned');
  expect(afterwards).toBe('The board will start app1.');
  expect(ofLayout).toBe('Only content will come back: the layout of the board stays as it is.');
});

test('written to its old addresses after all, every byte is there again', LONG, async () => {
  const world = await restored(moved);
  const { session, made } = world;
  await tick(world, true);
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  expect(Buffer.compare(made.flash.read(APP1, APP.length), APP)).toBe(0);
});
