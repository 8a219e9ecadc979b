/** A backup of several partitions, and a board whose layout has changed since: nothing is written that was not named or agreed to. */
import { describe, expect, test } from 'vitest';
import { askKey } from '../../flash/finding.ts';
import { carryingOut, carryOutLabel } from '../../session/words/carry-out.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { verdictOf } from '../../session/words/verdict.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { noise } from '../bytes.ts';
import type { Rows } from '../esp/changed-layout.ts';
import { APP, APP1, change, restoredBackup } from '../esp/changed-layout.ts';
import type { World } from '../esp/world.ts';
import { consent, flash, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';
import { connectedOf } from '../plain-world.ts';

const NVS = { address: 0x9000, size: 0x15000 };
const MINE = buildAppImage({ project: 'mine', version: '3.0.0', seed: 5, size: 0x8000 });

/** What is asked, or why nothing is planned. */
function asked({ session }: World) {
  const { work } = connectedOf(session);
  return work.kind === 'planned' ? work.asks : work.kind === 'refused' ? work.refusals : [];
}

function kinds(world: World): readonly string[] {
  return asked(world).map(({ kind }) => kind);
}

/** The question about one partition of the backup. */
function about(world: World, name: string) {
  const ask = asked(world).find(({ values }) => values['partition'] === name);
  if (ask === undefined) throw new Error(`nothing is asked about ${name}`);
  return ask;
}

async function tick(world: World, name: string): Promise<void> {
  await world.session.dispatch({ do: 'consent', ask: askKey(about(world, name)), yes: true });
}

/** What a plan says that it does, on its button too. */
function said({ session }: World) {
  const planned = workOf(session, 'planned');
  const headline = headlineOf(planned, connectedOf(session));
  return { says: headline.says, destructive: headline.destructive, button: carryOutLabel(planned, headline) };
}

/** Whether a plan writes or erases a byte of a range. */
function reaches({ session }: World, address: number, size: number): boolean {
  const { stretches } = workOf(session, 'planned').plan;
  return stretches.some((each) => each.address < address + size && address < each.address + each.size);
}

/** Nothing is done without the agreement, and everything with it. */
async function agree({ session }: World, kind: string): Promise<void> {
  await flash(session);
  expect(connectedOf(session).work.kind).toBe('planned');
  await consent(session, kind);
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
}

describe('what is asked of a file there is asked of a backup', () => {
  test('before the app that the board starts is replaced', LONG, async () => {
    const small = change('app0', { size: 0x40000 });
    const world = await restoredBackup({
      rows: small,
      names: ['app0'],
      before: { 0x20000: MINE },
      layout: change('app0', { offset: 0x60000 }),
      later: { 0x60000: APP },
    });
    expect(kinds(world)).toEqual(['running-app-replaced', 'backup-fits-elsewhere']);
    expect(asked(world)[0]?.next).toBe('Agree only if the content of the backup shall be there all the same.');
    expect(said(world).destructive).toBe(true);
    await agree(world, 'running-app-replaced');
    expect(Buffer.compare(world.made.flash.read(0x60000, MINE.length), MINE)).toBe(0);
  });
});

describe('a partition that was blank', () => {
  const full = noise(0xc0000);
  const moved = change('fs', { offset: 0x340000, size: 0xc0000 });

  test('is erased where it is now only once that is agreed to', LONG, async () => {
    const blank = new Uint8Array(0x80000).fill(0xff);
    const world = await restoredBackup({
      names: ['fs'],
      before: { 0x380000: blank },
      layout: moved,
      later: { 0x340000: full },
    });
    expect(kinds(world)).toEqual(['content-erased', 'backup-fits-elsewhere']);
    expect(said(world)).toMatchObject({ says: 'fs becomes blank again.', destructive: true });
    await agree(world, 'content-erased');
    expect(world.made.flash.read(0x340000, full.length).every((byte) => byte === 0xff)).toBe(true);
  });

  test(
    'needs no erase where it is blank now behind its start, too, and what is overwritten is only what is there',
    LONG,
    async () => {
      const blank = new Uint8Array(0x80000).fill(0xff);
      const world = await restoredBackup({
        names: ['fs'],
        before: { 0x380000: blank },
        layout: moved,
        later: { 0x340000: new Uint8Array(0xc0000).fill(0xff) },
      });
      expect(kinds(world)).toEqual(['backup-fits-elsewhere']);
      expect(asked(world)[0]?.next).toMatch(/^fs was blank then, and fs \(0x340000, 768 KiB\) is blank now, too\. /);
      const behind = await restoredBackup({
        names: ['fs'],
        before: { 0x380000: blank },
        layout: moved,
        later: { 0x340000: new Uint8Array(0xc0000).fill(0xff), 0x3f0000: noise(0x1000) },
      });
      expect(kinds(behind)).toEqual(['content-erased', 'backup-fits-elsewhere']);
      expect(about(behind, 'fs').next).toMatch(
        /^fs was blank then: what is in fs \(0x340000, 768 KiB\) now is erased\. /,
      );
    },
  );

  test('on another board says nothing of what this one has there', LONG, async () => {
    const world = await restoredBackup({
      names: ['nvs'],
      before: { [NVS.address]: new Uint8Array(NVS.size).fill(0xff) },
      layout: change('nvs', { offset: 0x220000, size: 0x20000 }),
      later: { 0x220000: noise(0x20000) },
      edit: (backup) => ({ ...backup, board: { ...backup.board, key: 'another' } }),
    });
    expect(connectedOf(world.session).work.kind).toBe('refused');
    expect(kinds(world)).toEqual(['backup-place-changed']);
    expect(asked(world)[0]?.next).toMatch(
      /^nvs was blank then\. That was on the board of the backup\. So it is left out\./,
    );
  });
});

describe('two partitions', () => {
  const onto: Rows = (rows) =>
    change('nvs', { offset: APP1, size: 0x20000 })(change('app1', { offset: 0x1f0000, size: 0x30000 })(rows));

  test('never go to one place: what is in the way of a chosen one is left out, and said to be', LONG, async () => {
    const later = { [APP1]: noise(0x8000) };
    const world = await restoredBackup({ names: ['nvs', 'app1'], layout: onto, later });
    expect(kinds(world)).toEqual(['backup-fits-elsewhere', 'backup-fits-elsewhere']);
    await tick(world, 'app1');
    expect(about(world, 'nvs')).toMatchObject({ kind: 'backup-place-changed' });
    expect(about(world, 'nvs').next).toMatch(
      /^Other bytes of this backup go to where nvs is now\. So it is left out\./,
    );
    await flash(world.session);
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    expect(Buffer.compare(world.made.flash.read(APP1, APP.length), APP)).toBe(0);
  });

  test('of which one was blank and the slot of the other is gone: that one is left out', LONG, async () => {
    const world = await restoredBackup({
      rows: change('app0', { size: 0x40000 }),
      names: ['app0', 'app1'],
      before: { 0x20000: MINE, [APP1]: new Uint8Array(APP.length).fill(0xff) },
      layout: (rows) => change('app1', { offset: 0x220000 })(rows.filter(({ label }) => label !== 'app0')),
      later: { 0x220000: APP },
    });
    expect(about(world, 'app0').next).toMatch(/^This board has no app0 now\. So it is left out\./);
    expect(kinds(world).toSorted()).toEqual(['backup-fits-elsewhere', 'backup-place-changed', 'content-erased']);
  });

  test(
    'are both in the headline, on the button and in the verdict where one goes to its old addresses',
    LONG,
    async () => {
      const world = await restoredBackup({
        names: ['nvs', 'app1'],
        layout: (rows) =>
          change('nvs', { offset: 0x240000, size: 0x20000 })(change('app1', { offset: 0x270000 })(rows)),
        later: { [NVS.address]: noise(NVS.size) },
      });
      await tick(world, 'nvs');
      expect(reaches(world, NVS.address, NVS.size)).toBe(true);
      expect(said(world)).toMatchObject({ destructive: true, button: 'Restore app1 and 0x9000' });
      expect(said(world).says).toMatch(/ \(other 2\.0\.0\) → app1 and 0x9000\.$/);
      expect(carryingOut(workOf(world.session, 'planned'))).toBe('Restoring app1 (other 2.0.0) and 0x9000');
      await flash(world.session);
      expect(verdictOf(workOf(world.session, 'ended')).title).toBe('Restored nvs at 0x9000 and app1 (other 2.0.0)');
    },
  );
});

test(
  'what no partition had then is left out where one has it now, until its old addresses are chosen',
  LONG,
  async () => {
    const world = await restoredBackup({
      names: ['app1'],
      layout: (rows) => rows,
      later: { [APP1]: MINE },
      edit: (backup) => {
        const { layout } = backup.board;
        const partitions = layout.partitions.filter(({ name }) => name !== 'app1');
        return { ...backup, board: { ...backup.board, layout: { ...layout, partitions } } };
      },
    });
    const [refusal] = asked(world);
    expect(refusal?.says).toBe(
      'The layout has changed since this backup: the flash at 0x1D0000 (256 KiB) was outside all partitions. Now these ' +
        'addresses belong to app1.',
    );
    const request = refusal?.offers?.[0]?.request;
    if (request?.do !== 'restore') throw new Error('nothing to press');
    await world.session.dispatch(request);
    expect(said(world).destructive).toBe(true);
    expect(reaches(world, APP1, APP.length)).toBe(true);
  },
);
