/** A layout is changed on a live board: content moves with its partition, and the same app starts. */
import { describe, expect, test } from 'vitest';
import { askKey } from '../../flash/finding.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { writeCsv } from '../../esp/partitions/csv-write.ts';
import { readCsv } from '../../esp/partitions/csv.ts';
import type { LayoutEdit } from '../../esp/partitions/edit.ts';
import { beginEditing, edited, pairsOf, tableOf } from '../../esp/partitions/edit.ts';
import { bytesSource } from '../../session/sources.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { fateLines } from '../../session/words/plan.ts';
import { verdictOf } from '../../session/words/verdict.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import { listingOf } from '../contents/listing.ts';
import type { World } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { noise } from '../bytes.ts';
import { connectedOf } from '../plain-world.ts';
import { LONG } from '../long.ts';

type Edits = (id: (name: string) => number) => readonly LayoutEdit[];

/** Connects a board after something was put on its flash. */
async function connected(id: string, put: (made: World['made']) => void = () => undefined): Promise<World> {
  const world = openWorld(id);
  put(world.made);
  await world.session.connect();
  return world;
}

/** Edits the layout of the board as a view does, and asks for it. */
async function change({ session }: World, edits: Edits): Promise<void> {
  const { state } = session;
  if (state.kind !== 'connected') throw new Error('no board');
  const csv = state.board.saves.find(({ name }) => name.endsWith('.csv'))?.data ?? '';
  const begun = beginEditing(readCsv(csv, { name: 'partitions.csv' }).rows);
  const idOf = (name: string) => begun.rows.find((row) => row.name === name)?.id ?? 0;
  const now = edited(begun, { edit: 'several', edits: edits(idOf) });
  const same = pairsOf(now);
  await session.dispatch({ do: 'change-layout', csv: writeCsv(tableOf(now)), ...(same !== null && { same }) });
}

/** Carries the plan out; returns the flash as it was just before the board started again. */
async function carriedOut({ session, made }: World): Promise<Uint8Array> {
  await flash(session);
  const ended = workOf(session, 'ended');
  expect([ended.outcome, ended.failure]).toEqual(['verified', null]);
  expect(made.flash.violations).toEqual([]);
  const left = made.beforeStart();
  if (left === null) throw new Error('the board was not started');
  return left;
}

/** Comparing megabytes with `toEqual` takes minutes. */
function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}

function fates(world: World): string[] {
  return workOf(world.session, 'planned').fates.map(
    (fate) => `${fate.before?.name ?? '-'} ${fate.fate} ${fate.after?.name ?? '-'}`,
  );
}

const LARGER: Edits = (id) => [
  { edit: 'change', id: id('app0'), to: { size: 0x1d0000 } },
  { edit: 'change', id: id('app1'), to: { offset: 0x1f0000, size: 0x1d0000 } },
  { edit: 'change', id: id('fs'), to: { offset: 0x3c0000, size: 0x40000 } },
];

describe('larger app slots, a smaller file system', () => {
  test('settings, files and the running app stay, and the same app starts', async () => {
    const world = await connected('esp32-raft');
    const before = world.made.flash.snapshot();
    await change(world, LARGER);
    const planned = workOf(world.session, 'planned');
    expect(fates(world)).toEqual([
      'bootloader kept bootloader',
      'partition table overwritten partition table',
      'nvs kept nvs',
      'otadata kept otadata',
      'app0 grown app0',
      'app1 moved app1',
      'fs moved fs',
    ]);
    expect(planned.afterwards).toBe('The board will keep starting app0.');
    expect(planned.asks).toEqual([]);
    expect(planned.gaps?.map(({ starts }) => starts)).toEqual([null]);
    expect(planned.gaps?.[0]?.ms).toBeLessThan(200);
    const after = await carriedOut(world);
    expect(isSame(after.subarray(0x9000, 0x1d0000), before.subarray(0x9000, 0x1d0000))).toBe(true);
    expect(await listingOf(after.subarray(0x3c0000))).toEqual({
      ...(await listingOf(before.subarray(0x380000))),
      total: 0x40000,
    });
    expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({ good: true });
  });

  test('the app that starts moves by less than its size: it arrives byte for byte, and starts', LONG, async () => {
    const app = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 3, chipId: 0, size: 0x100230 });
    const world = await connected('esp32-raft', ({ flash: cells }) => {
      cells.load(0x1d0000, app);
      cells.load(0x1e000, buildOtadata({ seq: 2 }, { seq: 1 }));
      cells.load(0x380000, new Uint8Array(0x80000).fill(0xff));
    });
    const before = world.made.flash.snapshot();
    await change(world, LARGER);
    const planned = workOf(world.session, 'planned');
    expect(planned.asks).toEqual([]);
    expect(planned.afterwards).toBe('The board will keep starting app1.');
    // While it moves, the other app would start.
    expect(planned.gaps?.map(({ starts }) => starts)).toEqual([null, 'app0']);
    const after = await carriedOut(world);
    expect(isSame(after.subarray(0x1f0000, 0x1f0000 + app.length), app)).toBe(true);
    expect(isSame(after.subarray(0x9000, 0x1d0000), before.subarray(0x9000, 0x1d0000))).toBe(true);
    expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({ good: true });
  });

  test(
    'the state names the layout that is planned for, until it is withdrawn or removed from the files',
    LONG,
    async () => {
      const world = await connected('esp32-raft');
      const { session } = world;
      const named = () => (session.state.kind === 'connected' ? session.state.editedLayout : undefined);
      expect(named()).toBeUndefined();
      await change(world, LARGER);
      expect(named()).toContain('fs, data, littlefs, 0x3C0000, 256K');
      await session.dispatch({ do: 'change-layout', csv: null });
      expect(named()).toBeUndefined();
      await change(world, LARGER);
      const { state } = session;
      const id = state.kind === 'connected' ? state.files[0]?.id : undefined;
      await session.dispatch({ do: 'remove-file', id: id ?? 0 });
      expect(named()).toBeUndefined();
    },
  );

  test('once it is there, nothing is planned for it any more; the same again finds nothing to do', LONG, async () => {
    const world = await connected('esp32-raft');
    await change(world, LARGER);
    await carriedOut(world);
    await world.session.dispatch({ do: 'reconnect' });
    expect(world.session.state).toMatchObject({ work: { kind: 'idle' }, files: [] });
    await change(world, LARGER);
    const planned = workOf(world.session, 'planned');
    expect([planned.plan.stretches, planned.asks]).toEqual([[], []]);
  });
});

const NO_FILES: Edits = (id) => [{ edit: 'remove', id: id('fs') }];

test.each([
  ['keeps all content', LARGER, 'All content is kept.', 'New layout verified: all content kept'],
  ['gives up the files', NO_FILES, 'The content of fs is lost. Everything else stays.', 'New layout verified'],
] as const)('a layout that %s: headline and verdict say the same of it', LONG, async (_, edits, rest, title) => {
  const world = await connected('esp32-raft');
  await change(world, edits);
  const { asks } = workOf(world.session, 'planned');
  for (const ask of asks) await world.session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
  expect(headlineOf(workOf(world.session, 'planned'), connectedOf(world.session)).rest).toBe(rest);
  await carriedOut(world);
  expect(verdictOf(workOf(world.session, 'ended')).title).toBe(title);
});

describe('what starts', () => {
  test('a third slot is added: the sequence number is chosen again, so that the same app starts', LONG, async () => {
    const app = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 3, chipId: 0, size: 0x20230 });
    const world = await connected('esp32-raft', ({ flash: cells }) => {
      cells.load(0x1d0000, app);
      cells.load(0x1e000, buildOtadata({ seq: 3 }, { seq: 4 }));
      cells.load(0x380000, new Uint8Array(0x80000).fill(0xff));
    });
    const flags = { encrypted: false, readonly: false };
    await change(world, (id) => [
      { edit: 'change', id: id('app0'), to: { size: 0x120000 } },
      { edit: 'change', id: id('app1'), to: { offset: 0x140000, size: 0x120000 } },
      { edit: 'add', row: { name: 'app2', type: 0, subtype: 0x12, offset: 0x260000, size: 0x120000, ...flags } },
    ]);
    expect(workOf(world.session, 'planned').afterwards).toBe('The board will keep starting app1.');
    const after = await carriedOut(world);
    expect(isSame(after.subarray(0x140000, 0x140000 + app.length), app)).toBe(true);
    expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({ good: true });
  });

  test(
    'a layout whose history nobody knows is matched: the app that runs from the second slot goes to the only one',
    LONG,
    async () => {
      const app = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 3, chipId: 0, size: 0x20230 });
      const world = await connected('esp32-raft', ({ flash: cells }) => {
        cells.load(0x1d0000, app);
        cells.load(0x1e000, buildOtadata({ seq: 1 }, { seq: 2 }));
      });
      const csv = 'nvs,data,nvs,0x9000,0x6000\nfactory,app,factory,0x100000,2M\n';
      await world.session.dispatch({ do: 'change-layout', csv });
      expect(fates(world)).toContain('app1 moved factory');
      expect(fates(world)).toContain('app0 lost -');
      expect(workOf(world.session, 'planned').afterwards).toBe('The board will keep starting factory.');
    },
  );

  test('one app instead of two: the running one moves into the only place', LONG, async () => {
    const world = await connected('esp32-raft');
    const before = world.made.flash.snapshot();
    const single =
      'nvs,data,nvs,0x9000,0x6000\nphy_init,data,phy,0xf000,0x1000\nfs,data,littlefs,0x10000,0xf0000\n' +
      'factory,app,factory,0x100000,2M\n';
    await world.session.dispatch({
      do: 'add-files',
      files: [bytesSource('partitions.csv', new TextEncoder().encode(single))],
    });
    expect(fates(world)).toEqual([
      'bootloader kept bootloader',
      'partition table overwritten partition table',
      'nvs shrunk nvs',
      'otadata lost -',
      'app0 moved factory',
      'app1 lost -',
      'fs moved fs',
      '- new phy_init',
    ]);
    for (const ask of workOf(world.session, 'planned').asks)
      await world.session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
    const after = await carriedOut(world);
    expect(isSame(after.subarray(0x100000, 0x2b0000), before.subarray(0x20000, 0x1d0000))).toBe(true);
    const files = await listingOf(before.subarray(0x380000, 0x400000));
    expect(await listingOf(after.subarray(0x10000, 0x100000))).toEqual({ ...files, total: 0xf0000 });
    expect(isSame(after.subarray(0x9000, 0xf000), before.subarray(0x9000, 0xf000))).toBe(true);
    expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({ good: true });
  });
});

test('aged settings: pages from behind the new end are moved together, none is lost', async () => {
  const page = (seq: number): Uint8Array => {
    const data = noise(0x1000, seq);
    new DataView(data.buffer).setUint32(0, 0xfffffffc, true);
    return data;
  };
  const world = await connected('esp32-raft', ({ flash: cells }) => {
    for (const [i, at] of [0xa000, 0x12000, 0x1c000].entries()) cells.load(at, page(i + 2));
  });
  const before = world.made.flash.snapshot();
  await change(world, (id) => [{ edit: 'change', id: id('nvs'), to: { size: 0x5000 } }]);
  const after = await carriedOut(world);
  const pages = (bytes: Uint8Array) =>
    Array.from({ length: bytes.length / 0x1000 }, (_, n) => Buffer.from(bytes.subarray(n * 0x1000, (n + 1) * 0x1000)))
      .filter((each) => each.some((byte) => byte !== 0xff))
      .map((each) => each.toString('hex'))
      .toSorted();
  expect(pages(after.subarray(0x9000, 0xe000))).toEqual(pages(before.subarray(0x9000, 0x1e000)));
});

test('16 MB under a header of 4 MB: the header is changed with the table, and the board starts', LONG, async () => {
  const world = await connected('esp32-16mb-header-4mb');
  const before = world.made.flash.snapshot();
  await change(world, (id) => [{ edit: 'change', id: id('fs'), to: { offset: 0x400000, size: 0xc00000 } }]);
  const planned = workOf(world.session, 'planned');
  expect(planned.asks).toEqual([]);
  expect(planned.afterwards).toBe(
    'The flash size in the header of the board’s bootloader becomes 16 MiB, which this layout needs. ' +
      'If the board loses power while its bootloader is written, it may not start: connect it here again and resume. ' +
      'The board will keep starting app0.',
  );
  expect(planned.gaps?.map(({ starts }) => starts)).toEqual([null, null]);
  const after = await carriedOut(world);
  const files = await listingOf(before.subarray(0x380000, 0x400000));
  expect(await listingOf(after.subarray(0x400000))).toEqual({ ...files, total: 0xc00000 });
  expect(isSame(after.subarray(0x9000, 0x380000), before.subarray(0x9000, 0x380000))).toBe(true);
  expect(workOf(world.session, 'ended').start?.verdict).toMatchObject({ good: true });
});

test('stopped in the middle: other files wait; a roll back brings the old layout and its contents', LONG, async () => {
  const app = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 3, chipId: 0, size: 0x20230 });
  const world = await connected('esp32-raft', ({ flash: cells }) => {
    cells.load(0x1d0000, app);
    cells.load(0x380000, new Uint8Array(0x80000).fill(0xff));
  });
  const { session, made } = world;
  const before = made.flash.snapshot();
  await change(world, LARGER);
  world.onState = (now) => {
    if (now.kind !== 'connected' || now.work.kind !== 'flashing' || !now.work.units.includes('verified')) return;
    world.onState = () => undefined;
    void session.dispatch({ do: 'cancel' });
  };
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('stopped');
  await session.dispatch({ do: 'reconnect' });
  // The edited layout is still chosen, which is what the job carries out: nothing else was asked for, and nothing is refused.
  expect(workOf(session, 'idle').inJob).toBe(true);
  expect(connectedOf(session).interrupted?.betweenLayouts).toBe(true);
  await session.dispatch({ do: 'plan-files' });
  expect(workOf(session, 'idle').inJob).toBe(true);
  await session.dispatch({ do: 'add-files', files: [bytesSource('other.bin', app)] });
  expect(workOf(session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['moves-unfinished']);
  // What an erase would cover is perhaps nowhere else.
  await session.dispatch({ do: 'erase', range: { region: 'flash', address: 0x1d0000, size: 0x1000 } });
  expect(workOf(session, 'refused').refusals.map(({ kind }) => kind)).toEqual(['moves-unfinished']);
  const { state } = session;
  const job = state.kind === 'connected' ? state.interrupted?.job : undefined;
  await session.dispatch({ do: 'roll-back', job: job ?? '' });
  for (const ask of workOf(session, 'planned').asks)
    await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
  expect(isSame(await carriedOut(world), before)).toBe(true);
});

test(
  'a roll back from between two layouts calls no content lost or unmoved: it is all as it was before',
  LONG,
  async () => {
    const world = await connected('esp32-raft');
    const { session, made } = world;
    const before = made.flash.snapshot();
    await change(world, LARGER);
    const table = plannedUnits(workOf(session, 'planned').plan).findIndex(({ address }) => address === 0x8000);
    world.onState = (now) => {
      if (now.kind !== 'connected' || now.work.kind !== 'flashing' || now.work.units[table] !== 'verified') return;
      world.onState = () => undefined;
      void session.dispatch({ do: 'cancel' });
    };
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('stopped');
    await session.dispatch({ do: 'reconnect' });
    await session.dispatch({ do: 'roll-back', job: connectedOf(session).interrupted?.job ?? '' });
    const { plan, fates, asks } = workOf(session, 'planned');
    expect(fates.filter((fate) => fate.fate === 'lost' || fate.fate === 'new')).toEqual([]);
    const said = fateLines(plan, fates, 'roll-back').map(({ says }) => says);
    expect(said.filter((says) => /is new|not moved|removed/.test(says))).toEqual([]);
    for (const ask of asks) await session.dispatch({ do: 'consent', ask: askKey(ask), yes: true });
    expect(isSame(await carriedOut(world), before)).toBe(true);
  },
);
