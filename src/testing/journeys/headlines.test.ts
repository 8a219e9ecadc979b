/** The headline of a plan for every kind of request: what goes where, what is lost, and nothing that is not so. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ERASE, HEADER_SIZE } from '../../esp/board/setting-ids.ts';
import { bytesSource } from '../../session/sources.ts';
import type { Headline } from '../../session/words/headline.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { startLines } from '../../session/words/layout-change.ts';
import { fateLines } from '../../session/words/plan.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { TABLE } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { bundleOf } from '../board-bundle.ts';
import { openDfuWorld } from '../dfu/world.ts';
import type { AnySession } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { makeLibrary } from '../library.ts';
import { connectedOf } from '../plain-world.ts';
import { findingsOn, isPlanned } from '../repair/repairing.ts';
import { byLength, LONG } from '../long.ts';

type Session = AnySession & Parameters<typeof connectedOf>[0];

/** A connected board, and how its partitions are backed up: `null` is the whole flash. */
interface Bench {
  readonly session: Session;
  /** Puts bytes on the board, and reads it again. */
  readonly hold: (address: number, data: Uint8Array) => Promise<void>;
  /** The id of a new backup. */
  readonly keep: (name: string | null) => Promise<string>;
  /** The ids of the jobs. */
  readonly jobs: () => Promise<readonly string[]>;
}

async function bench(id: string): Promise<Bench> {
  const store = memoryStore();
  const { library } = makeLibrary(store);
  const more = { store, backup: (each: string) => library.backupById(each), now: () => 0 };
  const { session, made } = openWorld(id, undefined, {}, more);
  await session.connect();
  return {
    session,
    jobs: async () => (await store.jobs()).map((job) => job.id),
    hold: (address, data) => {
      made.flash.load(address, data);
      return session.dispatch({ do: 'reconnect' });
    },
    keep: async (name) => {
      await session.dispatch({ do: 'back-up', range: name === null ? null : rangeOf(session, name) });
      const last = (await store.backups()).at(-1);
      if (last?.kind !== 'open') throw new Error('nothing was kept');
      return last.backup.id;
    },
  };
}

function rangeOf(session: Session, name: string) {
  const own = connectedOf(session).board.layout.partitions.find((each) => each.name === name);
  if (own === undefined) throw new Error(`no ${name}`);
  const { region, address, size } = own;
  return { region, address, size };
}

const BUILD = new Uint8Array(readFileSync('public/samples/blinky-idf-build.zip'));
const APP = raftDemo150();
const OTHER = buildAppImage({ project: 'other', version: '2.0.0', seed: 2, size: 0x20000 });
const FILES = new Uint8Array(0x80000).fill(7);
const BLANK = new Uint8Array(0x1000).fill(0xff);
/** The layout of Raft with a new partition at the end. */
const CSV = `nvs,data,nvs,0x9000,0x15000
otadata,data,ota,0x1e000,0x2000
app0,app,ota_0,0x20000,0x1b0000
app1,app,ota_1,0x1d0000,0x1b0000
fs,data,littlefs,0x380000,0x70000
logs,data,nvs,0x3f0000,0x10000
`;

function add(session: Session, name: string, data: Uint8Array, at?: string): Promise<void> {
  const files = [bytesSource(name, data)];
  return session.dispatch({ do: 'add-files', files, ...(at !== undefined && { at: rangeOf(session, at) }) });
}

const app = ({ session }: Bench) => add(session, 'update.bin', APP);
const files = ({ session }: Bench) => add(session, 'fs.bin', FILES, 'fs');
const layout = ({ session }: Bench) => session.dispatch({ do: 'change-layout', csv: CSV });
const header = ({ session }: Bench) => session.dispatch({ do: 'set', id: HEADER_SIZE, value: '4MB' });
const eraseFirst = ({ session }: Bench) => session.dispatch({ do: 'set', id: ERASE, value: 'all' });
const ssid = ({ session }: Bench) =>
  session.dispatch({
    do: 'edit-contents',
    range: rangeOf(session, 'nvs'),
    edits: [{ edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' }],
  });

/** The update is on the board already, chosen, and runs. */
async function flashed(board: Bench): Promise<void> {
  await app(board);
  await flash(board.session);
  await board.session.dispatch({ do: 'reconnect' });
}

const erase =
  (address: number, size: number) =>
  ({ session }: Bench) =>
    session.dispatch({ do: 'erase', range: { region: 'flash', address, size } });

/** The first repair that is planned at once. */
async function repair({ session }: Bench): Promise<void> {
  const [own] = findingsOn({ session }).flatMap(({ repairs = [] }) => repairs.filter(isPlanned));
  if (own === undefined) throw new Error('no repair');
  await session.dispatch(own.request);
}

/** Changes what starts by the button with this label. */
const start = (label: string) => async (board: Bench) => {
  await board.hold(0x1d0000, APP);
  const offer = connectedOf(board.session).board.selection?.offers.find((each) => each.label === label);
  if (offer === undefined) throw new Error(`not offered: ${label}`);
  await board.session.dispatch({ do: 'choose-start', choice: offer.choice });
};

/** Restores a backup, or a range of it, after the update was flashed. */
const restore =
  (name: string | null, address?: number, size = 0x1000) =>
  async (board: Bench) => {
    const backup = await board.keep(name);
    await (address === undefined ? flashed(board) : board.hold(address, BLANK));
    const range = address !== undefined && { range: { region: 'flash', address, size } };
    await board.session.dispatch({ do: 'restore', backup, ...range });
  };

/** Restores what the job backed up that flashed the update: the blank start of app1, and otadata. */
async function restoreJob(board: Bench): Promise<void> {
  await flashed(board);
  const [job] = await board.jobs();
  await board.session.dispatch({ do: 'restore', backup: job ?? '' });
}

/** Restores a backup of nvs whose first page is blank and whose second is full, after the first was begun. */
async function restoreFull(board: Bench): Promise<void> {
  const { address, size } = rangeOf(board.session, 'nvs');
  const full = new Uint8Array(size).fill(0xff);
  full.fill(0x5a, 0x1000, 0x2000);
  await board.hold(address, full);
  const backup = await board.keep('nvs');
  await board.hold(address, full.slice().fill(0xa5, 0, 0x1000));
  await board.session.dispatch({ do: 'restore', backup });
}

const STAYS = 'Everything else stays.';
const NONE = 'No app starts afterwards.';
const KEPT = 'Its content is kept under Backups. Everything else stays.';
const RAFT = 'esp32-raft';

type Act = (board: Bench) => Promise<void>;
test(
  'of a partition of which a restore only erases a part, the plan does not say that all of it is erased',
  LONG,
  async () => {
    const board = await bench(RAFT);
    await restoreFull(board);
    const { plan, fates, purpose } = workOf(board.session, 'planned');
    const [line] = fateLines(plan, fates, purpose.kind);
    expect(line?.says).toBe('4 KiB of nvs is erased, as in the backup');
    expect(line?.exact).toContain('20 already equal, skipped');
  },
);

type Case = readonly [what: string, id: string, acts: readonly Act[], says: string, rest: string];

const CASES: readonly Case[] = [
  ['an app', RAFT, [app], 'raft-demo 1.5.0 → app1, selected to start.', STAYS],
  [
    'an app for the slot that runs',
    RAFT,
    [(b) => add(b.session, 'u.bin', APP, 'app0')],
    'raft-demo 1.5.0 → app0.',
    STAYS,
  ],
  [
    'two apps, of which one is started',
    RAFT,
    [(b) => add(b.session, 'u.bin', APP, 'app0'), (b) => add(b.session, 'v.bin', OTHER, 'app1')],
    'raft-demo 1.5.0 → app0; other 2.0.0 → app1, selected to start.',
    STAYS,
  ],
  ['data', RAFT, [files], 'fs.bin → fs.', STAYS],
  ['an app and data', RAFT, [app, files], 'raft-demo 1.5.0 → app1, selected to start; fs.bin → fs.', STAYS],
  [
    'a build of four files, of which the board has all but the app',
    RAFT,
    [(b) => add(b.session, 'blinky.zip', BUILD)],
    'blinky 1.0.0 → app0.',
    STAYS,
  ],
  [
    'a build of four files, of which the board lacks two',
    'esp32-damaged-table',
    [(b) => add(b.session, 'blinky.zip', BUILD)],
    'blinky.zip → partition table and app0.',
    STAYS,
  ],
  [
    'a bundle for a board that lacks one part of it',
    'esp32-otadata-lost',
    [async (b) => add(b.session, 'raft.bundle.zip', await bundleOf(RAFT))],
    'raft.bundle.zip → otadata.',
    STAYS,
  ],
  [
    'a bundle for a board without a table and with a torn app',
    RAFT,
    [
      (b) => b.hold(0x21000, new Uint8Array(0x1000)),
      (b) => b.hold(TABLE, BLANK),
      async (b) => add(b.session, 'raft.bundle.zip', await bundleOf(RAFT)),
    ],
    'New layout: nvs, otadata, app0, app1 and fs are added; raft-demo 1.4.2 → app0.',
    STAYS,
  ],
  ['the header', 'esp32-small-header', [header], 'The bootloader’s header: flash size 2 MiB → 4 MiB.', STAYS],
  [
    'the header and an app',
    'esp32-small-header',
    [app, header],
    'raft-demo 1.5.0 → app1, selected to start; the bootloader’s header: flash size 2 MiB → 4 MiB.',
    STAYS,
  ],
  ['what starts', RAFT, [start('Start app1')], 'Start app1.', STAYS],
  ['a layout', RAFT, [layout], 'New layout: fs shrinks, logs is added.', 'All content is kept.'],
  [
    'a layout and an app',
    RAFT,
    [layout, app],
    'New layout: fs shrinks, logs is added; raft-demo 1.5.0 → app1, selected to start.',
    STAYS,
  ],
  [
    'a layout from a file, an app, and an edit',
    RAFT,
    [(b) => add(b.session, 'partitions.csv', new TextEncoder().encode(CSV)), app, ssid],
    'New layout: fs shrinks, logs is added; raft-demo 1.5.0 → app1, selected to start; wifi/ssid in nvs changes.',
    STAYS,
  ],
  [
    'a repaired table',
    'esp32-damaged-table',
    [repair],
    'The partition table will be corrected in app1 (row 4).',
    STAYS,
  ],
  [
    'a repaired table and an app',
    'esp32-damaged-table',
    [app, repair],
    'raft-demo 1.5.0 → app1, selected to start; the partition table will be corrected in app1 (row 4).',
    STAYS,
  ],
  [
    'bytes inside a partition',
    RAFT,
    [(b) => b.session.dispatch({ do: 'write-bytes', name: 'spare.bin', address: 0x3f0000, data: Uint8Array.of(1) })],
    'spare.bin → fs at 0x3F0000.',
    STAYS,
  ],
  [
    'bytes outside all partitions',
    RAFT,
    [(b) => b.session.dispatch({ do: 'write-bytes', name: 'spare.bin', address: 0x400, data: Uint8Array.of(1) })],
    'spare.bin → 0x400.',
    STAYS,
  ],
  ['a backup of a blank partition', RAFT, [restore('app1')], 'app1 becomes blank again.', STAYS],
  [
    'a backup of a partition whose second erase unit is not blank, and did not change',
    RAFT,
    [restoreFull],
    'Backup of 1\u00a0Jan\u00a01970, 00:00 → nvs.',
    STAYS,
  ],
  ['a whole backup', RAFT, [restore(null)], 'app1 becomes blank again; the boot selection comes back.', STAYS],
  ['the backup of a job', RAFT, [restoreJob], 'app1 has no app again; app0 starts.', STAYS],
  [
    'a range of a backup',
    RAFT,
    [restore(null, TABLE)],
    'Backup of 1\u00a0Jan\u00a01970, 00:00 → the layout with nvs of 84 KiB, otadata of 8 KiB, app0 and app1 of 1728 KiB, fs of 512 KiB.',
    STAYS,
  ],
  ['an edit', RAFT, [ssid], 'wifi/ssid in nvs changes.', STAYS],
  [
    'an edit and an app',
    RAFT,
    [ssid, app],
    'raft-demo 1.5.0 → app1, selected to start; wifi/ssid in nvs changes.',
    STAYS,
  ],
  ['an edit beside an app that is there already', RAFT, [flashed, ssid], 'wifi/ssid in nvs changes.', STAYS],
  ['an erase of a partition', RAFT, [erase(0x9000, 0x15000)], 'nvs will be erased.', KEPT],
  [
    'an erase of a range of the app that starts',
    RAFT,
    [erase(0x21000, 0x2000)],
    '0x21000–0x22FFF will be erased.',
    `Its content is kept under Backups. ${NONE}`,
  ],
  [
    'an erase of everything',
    RAFT,
    [erase(0, 0x400000)],
    'The whole flash will be erased.',
    `Its content is kept under Backups. ${NONE}`,
  ],
  [
    'everything erased',
    RAFT,
    [eraseFirst],
    'The whole flash will be erased.',
    `Its content is kept under Backups. ${NONE}`,
  ],
  [
    'a layout without files, everything erased',
    RAFT,
    [({ session }) => session.dispatch({ do: 'change-layout', csv: CSV.replace(/^fs.*\nlogs.*\n/m, '') }), eraseFirst],
    'New layout: fs is removed.',
    `The content of bootloader, nvs, otadata and 2 more is lost. ${NONE}`,
  ],
  [
    'an app after everything was erased',
    RAFT,
    [app, eraseFirst],
    'raft-demo 1.5.0 → 0x1D0000.',
    `The content of bootloader, partition table, nvs and 3 more is lost. ${NONE}`,
  ],
  ['an app that is there already', RAFT, [flashed], 'raft-demo 1.5.0 is already in app1.', ''],
];

/** One case of each kind of request. */
const OF_EACH_KIND = ['an app', 'a layout', 'an edit', 'an erase of a partition'];

for (const [options, cases] of byLength(CASES, ([what]) => OF_EACH_KIND.includes(what))) {
  test.each(cases)('%s', options, async (_, id, acts, says, rest) => {
    const board = await bench(id);
    for (const act of acts) await act(board);
    const headline = headlineOf(workOf(board.session, 'planned'), connectedOf(board.session));
    expect(headline).toMatchObject({ says, rest });
  });
}

const KINDS: readonly (readonly [what: string, id: string, acts: readonly Act[], kind: Headline['what']])[] = [
  ['a layout', RAFT, [layout], 'layout'],
  ['a layout and the header that it needs', 'esp32-small-header', [layout, header], 'layout'],
  ['a layout and an app', RAFT, [layout, app], 'mixed'],
  ['a layout and an edit', RAFT, [layout, ssid], 'else'],
  ['an edit and an app', RAFT, [ssid, app], 'mixed'],
  ['an app', RAFT, [app], 'files'],
];

for (const [options, cases] of byLength(KINDS, ([what]) => what === 'an app')) {
  test.each(cases)('what the button may speak of: %s', options, async (_, id, acts, kind) => {
    const board = await bench(id);
    for (const act of acts) await act(board);
    expect(headlineOf(workOf(board.session, 'planned'), connectedOf(board.session)).what).toBe(kind);
  });
}

test.each([
  ['alone', [flashed]],
  ['beside an edit', [flashed, ssid]],
] as const)('an app that is there already, and runs, is not called new: %s', LONG, async (_, acts) => {
  const board = await bench(RAFT);
  for (const act of acts) await act(board);
  expect(workOf(board.session, 'planned').afterwards).toBe('The board will keep starting app1.');
});

test('a program for an STM32, whose sectors are no partitions', LONG, async () => {
  const { session } = openDfuWorld('stm32f405');
  await session.connect();
  const data = new Uint8Array(0x9000).fill(3);
  data.set([0x00, 0x00, 0x02, 0x20, 0x01, 0x01, 0x00, 0x08]);
  await session.dispatch({ do: 'write-bytes', name: 'blinky.bin', address: 0x08000000, data });
  const { says, rest } = headlineOf(workOf(session, 'planned'), connectedOf(session));
  expect([says, rest]).toEqual(['blinky.bin → Internal Flash.', STAYS]);
});

test('a Photon that loses its application: nothing reassures, although all else stays', async () => {
  const { session } = openDfuWorld('photon');
  await session.connect();
  await session.dispatch({ do: 'erase', range: rangeOf(session, 'user') });
  const planned = workOf(session, 'planned');
  expect(planned.afterwards).toContain('safe mode');
  const { rest, destructive } = headlineOf(planned, connectedOf(session));
  expect([rest, destructive]).toEqual([`Its content is kept under Backups. ${NONE}`, true]);
});

test('an entry that selects an app of which only the header was read', LONG, async () => {
  const board = await bench('esp32-otadata-lost');
  await repair(board);
  const planned = workOf(board.session, 'planned');
  expect([planned.afterwards, ...startLines(planned)]).toEqual([
    'The board will keep starting app0. Only the header of the app in app0 was read: if the rest is damaged, nothing starts.',
    'If it is intact, the board can start an app at every moment of the change.',
  ]);
});
