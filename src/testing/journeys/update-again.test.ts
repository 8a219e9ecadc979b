/** An update of a blank app slot, and what is said of it: before it is written, once it is there, and among the backups. */
import { expect, test } from 'vitest';
import type { Range } from '../../flash/map.ts';
import { placeOfFile } from '../../flash/partition-contents.ts';
import { plainText } from '../../flash/terminal-text.ts';
import { bytesSource } from '../../session/sources.ts';
import { headlineOf } from '../../session/words/headline.ts';
import { backupLines, fateLines } from '../../session/words/plan.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import type { World } from '../esp/world.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';
import { makeLibrary } from '../library.ts';
import { byLength, LONG } from '../long.ts';
import { connectedOf } from '../plain-world.ts';

test('what an update overwrites is blank, and once it is there it is as large as the file', LONG, async () => {
  const store = memoryStore();
  const { session } = openWorld('esp32-raft', undefined, {}, { store });
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('update.bin', raftDemo150())] });
  const { backup, layout } = workOf(session, 'planned');
  expect(backupLines(backup, layout).kept).toEqual([
    '624 KiB that is overwritten is blank: the backup notes that, and nothing is read for it.',
  ]);

  await flash(session);
  const { log = '', verdict = null } = workOf(session, 'ended').start ?? {};
  expect(plainText(log.slice(verdict?.line?.from, verdict?.line?.to))).toMatch(
    /^I \(\d+\) boot: Loaded app from partition at offset 0x1d0000$/,
  );
  const { library } = makeLibrary(store);
  await library.refresh();
  expect(library.view.items).toMatchObject([{ size: 624 * 1024, blank: 638_976 }]);

  await session.dispatch({ do: 'reconnect' });
  const range = connectedOf(session).board.layout.partitions.find(({ name }) => name === 'nvs');
  if (range === undefined) throw new Error('no nvs');
  const edit = { edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' } as const;
  await session.dispatch({ do: 'edit-contents', range, edits: [edit] });
  const { plan, fates } = workOf(session, 'planned');
  const line = fateLines(plan, fates).find(({ says }) => says === 'app1 already has this content');
  expect(line?.exact).toBe('app1, 0x1D0000, 620 KiB, equal, skipped');
});

const APP0 = { region: 'flash', address: 0x20000, size: 0x1b0000 };
const LAYOUT = [
  'nvs,data,nvs,0x9000,0x15000',
  'otadata,data,ota,0x1E000,0x2000',
  'app0,app,ota_0,0x20000,0x1B0000',
  'app1,app,ota_1,0x1D0000,0x1B0000',
  'fs,data,littlefs,0x380000,0x60000',
].join('\n');
const APP1 = { ...APP0, address: 0x1d0000 };

test('where the app is there and another one starts, it is named, and not only what selects it', LONG, async () => {
  const { session } = openWorld('esp32-raft');
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('update.bin', raftDemo150())] });
  await flash(session);
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'choose-start', choice: { do: 'start', range: APP0 } });
  await flash(session);
  await session.dispatch({ do: 'reconnect' });
  // Unasked, it would be planned over what a person has just chosen to start.
  expect(connectedOf(session)).toMatchObject({ files: [], again: 'update.bin', work: { kind: 'idle' } });
  // What a job of this session has verified was not only read at its start.
  await session.dispatch({ do: 'choose-start', choice: { do: 'start', range: APP1 } });
  expect(workOf(session, 'planned').afterwards).toMatch(/^The board will start app1\./);
  expect(workOf(session, 'planned').afterwards).not.toContain('Only the header');
  await session.dispatch({ do: 'use-again' });
  expect(headlineOf(workOf(session, 'planned'), connectedOf(session))).toMatchObject({
    says: 'raft-demo 1.5.0, already in app1, is selected to start.',
    rest: 'Everything else stays.',
  });
});

test('a new layout is planned without the file that is on the board already: that is offered again', async () => {
  const { session } = openWorld('esp32-raft');
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('update.bin', raftDemo150())] });
  await flash(session);
  await session.dispatch({ do: 'reconnect' });
  await session.dispatch({ do: 'change-layout', csv: LAYOUT });
  expect(headlineOf(workOf(session, 'planned'), connectedOf(session)).says).toBe('New layout: fs shrinks.');
  expect(connectedOf(session)).toMatchObject({ files: [{ name: 'partitions.csv' }], again: 'update.bin' });
});

/** Erases a range, whatever the board then starts, and reads the board again. */
async function erased(session: World['session'], range: Range): Promise<void> {
  await session.dispatch({ do: 'erase', range });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  await session.dispatch({ do: 'reconnect' });
}

type Choose = (session: World['session'], id: number) => Promise<void>;

/** What a person can choose about a file that is on the board. */
const CHOICES: readonly (readonly [string, Choose])[] = [
  [
    'its place, the same again',
    (session, id) => {
      const choice = connectedOf(session).files[0]?.choices.find(({ name }) => name.startsWith('app1'));
      if (choice === undefined) throw new Error('app1 is not offered');
      return session.dispatch({ do: 'place', id, choice: choice.id });
    },
  ],
  ['an address for it', (session, id) => session.dispatch({ do: 'place-at', id, address: APP1.address })],
  ['to write it', (session, id) => session.dispatch({ do: 'use', id, yes: true })],
  [
    'to use it again, once it was let go',
    async (session) => {
      await session.dispatch({ do: 'change-layout', csv: LAYOUT });
      await session.dispatch({ do: 'use-again' });
    },
  ],
  ['to erase the slot that it was written to', (session) => erased(session, APP1)],
];

for (const [options, choices] of byLength(CHOICES, ([what]) => what === 'to write it')) {
  test.each(choices)(
    'under a new layout a file on the board stays chosen once a person chose %s',
    options,
    async (_, choose) => {
      const { session } = openWorld('esp32-raft');
      await session.connect();
      await session.dispatch({ do: 'add-files', files: [bytesSource('update.bin', raftDemo150())] });
      await flash(session);
      await session.dispatch({ do: 'reconnect' });
      const [file] = connectedOf(session).files;
      if (file === undefined) throw new Error('no file is left');
      await choose(session, file.id);
      await session.dispatch({ do: 'change-layout', csv: LAYOUT });
      const { files, again } = connectedOf(session);
      expect(again).toBeUndefined();
      expect(files.map(({ name }) => name).toSorted()).toEqual(['partitions.csv', 'update.bin']);
    },
  );
}

const SSID = { edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' } as const;

/** An update and settings, dropped together and flashed, of which the settings are edited where that is asked for. */
async function bothFlashed(isEdited: boolean) {
  const { session, made } = openWorld('esp32-raft');
  await session.connect();
  const nvs = bytesSource('nvs.bin', made.flash.read(0x9000, 0x15000));
  await session.dispatch({ do: 'add-files', files: [bytesSource('update.bin', raftDemo150()), nvs] });
  const file = connectedOf(session).files.find(({ name }) => name === 'nvs.bin');
  if (file === undefined) throw new Error('nvs.bin is not there');
  const range = placeOfFile(file.id, file.size);
  if (isEdited) await session.dispatch({ do: 'edit-contents', range, edits: [SSID] });
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  await session.dispatch({ do: 'reconnect' });
  return { session, id: file.id, range };
}

test.each(['of the file', 'all of them'])(
  'under a new layout a flashed file stays chosen once its edits were withdrawn: %s',
  LONG,
  async (which) => {
    const { session, range } = await bothFlashed(true);
    await session.dispatch({ do: 'withdraw-edits', range: which === 'of the file' ? range : null, id: null });
    await session.dispatch({ do: 'change-layout', csv: LAYOUT });
    expect(connectedOf(session).again).toBeUndefined();
    expect(connectedOf(session).files.map(({ name }) => name)).toContain('nvs.bin');
  },
);

test('to leave out one of two files that are on the board is no wish to write the other again', LONG, async () => {
  const { session, id } = await bothFlashed(false);
  await session.dispatch({ do: 'use', id, yes: false });
  await session.dispatch({ do: 'change-layout', csv: LAYOUT });
  const { files, again } = connectedOf(session);
  expect(files.map(({ name }) => name)).toEqual(['partitions.csv']);
  expect(again).toBe('update.bin and 1 more');
});

test('what is erased elsewhere leaves a file on the board', LONG, async () => {
  const { session } = openWorld('esp32-raft');
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('update.bin', raftDemo150())] });
  await flash(session);
  await session.dispatch({ do: 'reconnect' });
  await erased(session, APP0);
  await session.dispatch({ do: 'change-layout', csv: LAYOUT });
  expect(connectedOf(session)).toMatchObject({ files: [{ name: 'partitions.csv' }], again: 'update.bin' });
});
