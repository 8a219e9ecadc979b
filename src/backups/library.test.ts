/** The shelf of backups: every wish over a store, and nothing lost that was not asked about. */
import { describe, expect, test } from 'vitest';
import { BACKUP, CONTENTS, holds, SECRET } from '../testing/bundles.ts';
import { bytesKept, exported, jobOf, makeShelf, names, PASS, withBackup, withJob } from '../testing/library.ts';
import type { ShelfView } from './library-view.ts';
import { memoryStore } from '../storage/memory-store.ts';

describe('the shelf shows', () => {
  test('what jobs have kept and what was asked for, newest first', async () => {
    const { shelf, store } = makeShelf();
    expect(shelf.view).toMatchObject({ lasting: false, items: [], usage: null });
    await withBackup(store);
    await withJob(store, null);
    await shelf.refresh();
    const { identity, key, layout } = BACKUP.board;
    const board = 'ESP32 24:6f:28:ab:cd:ef';
    const fits = { key, identity, map: layout.map };
    const name = 'blink.bin to app1';
    const job = { end: null };
    expect(shelf.view).toEqual({
      lasting: false,
      items: [
        {
          id: 'j-1',
          kind: 'overwritten',
          name,
          board,
          made: jobOf(null).job.started,
          size: 512,
          missing: 256,
          job,
          fits,
        },
        { id: 'b-1', kind: 'overwritten', name, board, made: BACKUP.made, size: 896, missing: 256, job: null, fits },
      ],
      foreign: [],
      usage: { used: 10, quota: 1000 },
      busy: null,
      failure: null,
    } satisfies ShelfView);
  });

  test('nothing of a job that kept nothing', async () => {
    const { shelf, store } = makeShelf();
    await store.openJob(jobOf(null).job, [], []);
    await shelf.refresh();
    expect(shelf.view.items).toEqual([]);
  });

  test('what it is doing, one wish after another', async () => {
    const { shelf, store, views } = makeShelf();
    await withBackup(store);
    await Promise.all([
      shelf.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null }),
      shelf.dispatch({ do: 'delete-backup', id: 'b-1' }),
      shelf.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null }),
    ]);
    const said = views.map(({ busy }) => busy).filter((busy, i, all) => busy !== all[i - 1]);
    const [pack, remove] = ['Packing the backup into a file', 'Deleting the backup'];
    expect(said).toEqual([pack, null, remove, null, pack, null]);
    expect(shelf.view.failure?.name).toBe('backup-gone');
  });

  test('why the store does not answer, and goes on when it does', async () => {
    const store = memoryStore();
    let broken = true;
    const { shelf } = makeShelf({
      ...store,
      jobs: () => (broken ? Promise.reject(new Error('closed')) : store.jobs()),
    });
    await withBackup(store);
    await shelf.refresh();
    expect(shelf.view.failure?.name).toBe('unexpected');
    await shelf.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null });
    expect(shelf.view).toMatchObject({ busy: null, failure: { name: 'unexpected' } });
    broken = false;
    await shelf.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null });
    expect([shelf.view.failure, names(shelf)]).toEqual([null, ['b-1 open']]);
  });
});

describe('a backup', () => {
  test('is found by its id, whichever it comes from, while it is open', async () => {
    const { shelf, store } = makeShelf();
    await withBackup(store);
    await withJob(store, 'left');
    expect(await shelf.backupById('b-1')).toEqual(BACKUP);
    expect(await shelf.backupById('j-1')).toMatchObject({ id: 'j-1', units: BACKUP.units.slice(0, 2) });
    await shelf.dispatch({ do: 'seal-backup', id: 'b-1', passphrase: PASS });
    expect([await shelf.backupById('b-1'), await shelf.backupById('x')]).toEqual([null, null]);
  });

  test('is deleted with its bytes', async () => {
    const { shelf, store } = makeShelf();
    await withBackup(store);
    await shelf.dispatch({ do: 'delete-backup', id: 'b-1' });
    expect([shelf.view.failure, shelf.view.items, await bytesKept(store)]).toEqual([null, [], 0]);
  });

  test('is not deleted and not sealed while its job may go back by it', async () => {
    const { shelf, store } = makeShelf();
    await withJob(store, null);
    await shelf.dispatch({ do: 'delete-backup', id: 'j-1' });
    expect(shelf.view.failure?.name).toBe('backup-in-use');
    await shelf.dispatch({ do: 'seal-backup', id: 'j-1', passphrase: PASS });
    expect(shelf.view.failure?.name).toBe('backup-in-use');
    expect([names(shelf), (await store.jobs()).length]).toEqual([['j-1 open'], 1]);
    await store.endJob('j-1', 'left', 1);
    await shelf.dispatch({ do: 'delete-backup', id: 'j-1' });
    expect([shelf.view.failure, shelf.view.items]).toEqual([null, []]);
  });

  test('goes into a file and into another browser', async () => {
    const here = makeShelf();
    await withBackup(here.store);
    const file = await exported(here, 'b-1');
    expect(file.name).toBe('sectorwise-backup-ESP32-24-6f-28-ab-cd-ef-2026-11-26T00-52.zip');
    const there = makeShelf();
    await there.give(file.data);
    expect([there.shelf.view.failure, await there.shelf.backupById('b-1')]).toEqual([null, BACKUP]);
    expect(await bytesKept(there.store)).toBe(CONTENTS.size);
  });

  test('goes sealed into a file and another browser, and is opened there', async () => {
    const here = makeShelf();
    await withBackup(here.store);
    const file = await exported(here, 'b-1', PASS);
    expect(file.name).toBe('sectorwise-backup-ESP32-24-6f-28-ab-cd-ef-2026-11-26T00-52.sealed');
    expect(names(here.shelf)).toEqual(['b-1 open']);
    const there = makeShelf();
    await there.give(file.data);
    const sealed = { id: 'b-1', name: BACKUP.name, made: BACKUP.made, size: 896, fits: null };
    expect(there.shelf.view).toMatchObject({ failure: null, items: [sealed] });
    await there.shelf.dispatch({ do: 'open-backup', id: 'b-1', passphrase: 'wrong' });
    expect([there.shelf.view.failure?.name, names(there.shelf)]).toEqual(['seal-not-opened', ['b-1 sealed']]);
    await there.shelf.dispatch({ do: 'open-backup', id: 'b-1', passphrase: PASS });
    expect([there.shelf.view.failure, await there.shelf.backupById('b-1')]).toEqual([null, BACKUP]);
  });

  test('is sealed here, and then its bytes are nowhere in the store', async () => {
    const { shelf, store, files } = makeShelf();
    await withBackup(store);
    await shelf.dispatch({ do: 'seal-backup', id: 'b-1', passphrase: PASS });
    expect([shelf.view.failure, names(shelf), await bytesKept(store)]).toEqual([null, ['b-1 sealed'], 0]);
    const [record] = await store.backups();
    expect(record?.kind === 'sealed' && holds(record.bundle, SECRET)).toBe(false);
    // It is exported as it is; no second passphrase goes over the first.
    const file = await exported({ shelf, files }, 'b-1');
    expect(file).toEqual({
      name: expect.stringMatching(/-2026-11-26T00-52\.sealed$/),
      data: record?.kind === 'sealed' && record.bundle,
    });
    await shelf.dispatch({ do: 'export-backup', id: 'b-1', passphrase: 'other' });
    expect([shelf.view.failure?.name, files.length]).toEqual(['backup-sealed', 1]);
    await shelf.dispatch({ do: 'seal-backup', id: 'b-1', passphrase: 'other' });
    expect(shelf.view.failure?.name).toBe('backup-sealed');
    await shelf.dispatch({ do: 'open-backup', id: 'b-1', passphrase: PASS });
    expect([names(shelf), await bytesKept(store)]).toEqual([['b-1 open'], CONTENTS.size]);
  });

  test('of a job that has ended is sealed, and takes the place of the job’s record', async () => {
    const { shelf, store } = makeShelf();
    await withJob(store, 'verified');
    await shelf.dispatch({ do: 'seal-backup', id: 'j-1', passphrase: PASS });
    expect([shelf.view.failure, names(shelf), await store.jobs()]).toEqual([null, ['j-1-kept sealed'], []]);
    expect(await bytesKept(store)).toBe(0);
    await shelf.dispatch({ do: 'open-backup', id: 'j-1-kept', passphrase: PASS });
    expect(await shelf.backupById('j-1-kept')).toMatchObject({ units: BACKUP.units.slice(0, 2) });
  });

  test('is neither sealed nor exported with a passphrase of nothing', async () => {
    const { shelf, store, files } = makeShelf();
    await withBackup(store);
    await shelf.dispatch({ do: 'seal-backup', id: 'b-1', passphrase: '' });
    expect([shelf.view.failure?.name, names(shelf)]).toEqual(['passphrase-empty', ['b-1 open']]);
    await shelf.dispatch({ do: 'export-backup', id: 'b-1', passphrase: ' ' });
    expect([shelf.view.failure?.name, files]).toEqual(['passphrase-empty', []]);
  });

  test('whose bytes were lost is not exported, and an import puts them back', async () => {
    const { shelf, store, files, give } = makeShelf();
    await withBackup(store);
    const { data } = await exported({ shelf, files }, 'b-1');
    const [lost = ''] = CONTENTS.keys();
    await store.putContents([{ md5: lost, data: new Uint8Array(256) }]);
    await shelf.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null });
    expect([shelf.view.failure?.name, files.length]).toEqual(['content-gone', 1]);
    await shelf.dispatch({ do: 'seal-backup', id: 'b-1', passphrase: PASS });
    expect([shelf.view.failure?.name, names(shelf)]).toEqual(['content-gone', ['b-1 open']]);
    await give(data);
    expect([shelf.view.failure, names(shelf)]).toEqual([null, ['b-1 open']]);
    expect(await store.content(lost)).toEqual(CONTENTS.get(lost));
  });
});
