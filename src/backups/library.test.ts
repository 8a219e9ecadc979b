/** The library of backups: every intent, and nothing is lost that was not asked about. */
import { describe, expect, test } from 'vitest';
import { BACKUP, bytesOf, CONTENTS, holds, SECRET } from '../testing/backup-files.ts';
import { bytesKept, exported, jobOf, makeLibrary, names, PASS, withBackup, withJob } from '../testing/library.ts';
import type { LibraryView } from './library-view.ts';
import { memoryStore } from '../storage/memory-store.ts';
import { storeFailure } from '../storage/store.ts';

describe('the library shows', () => {
  test('that the list could not be read, instead of an empty one, until it is read again', async () => {
    const kept = memoryStore();
    let broken = true;
    const failing = () => Promise.reject(storeFailure('storage-hung', { values: { seconds: 20 } }));
    const store = { ...kept, backups: () => (broken ? failing() : kept.backups()) };
    const { library } = makeLibrary(store);
    await withBackup(store);
    await library.refresh();
    expect(library.view).toMatchObject({ items: [], failure: null, unread: { name: 'storage-hung' } });
    broken = false;
    await library.refresh();
    expect(names(library)).toEqual(['b-1 open']);
    expect(library.view.unread).toBeNull();
    // What was read before stays in view, and is said to be that.
    broken = true;
    await library.dispatch({ do: 'delete-backup', id: 'b-1' });
    expect(library.view).toMatchObject({ items: [{ id: 'b-1' }], unread: { name: 'storage-hung' } });
  });

  test('what jobs have kept and backups made on request, newest first', async () => {
    const { library, store } = makeLibrary();
    expect(library.view).toMatchObject({ items: [], usage: null, storage: null });
    await withBackup(store);
    await withJob(store, null);
    await library.refresh();
    const { identity, key, layout } = BACKUP.board;
    const board = 'ESP32 24:6f:28:ab:cd:ef';
    const fits = { key, identity, layout, hasTable: false };
    const name = 'nvs';
    const job = { end: null, doing: 'Flashing nvs' };
    expect(library.view).toEqual({
      storage: { kind: 'tab', why: null },
      unread: null,
      items: [
        {
          id: 'j-1',
          kind: 'overwritten',
          name,
          board,
          made: jobOf(null).job.started,
          size: 512,
          blank: 0,
          missing: 256,
          job,
          plain: [{ region: 'flash', address: 0x100, size: 0x200, name: 'nvs', has: 'exactly' }],
          fits,
        },
        {
          id: 'b-1',
          kind: 'overwritten',
          name: BACKUP.name,
          board,
          made: BACKUP.made,
          size: 896,
          blank: 0,
          missing: 256,
          job: { end: 'unknown', doing: null },
          plain: [
            { region: 'flash', address: 0x100, size: 0x200, name: 'nvs', has: 'exactly' },
            { region: 'flash', address: 0x500, size: 0x100, name: '', has: 'all' },
            { region: 'alt 1', address: 0x180, size: 0x80, name: '', has: 'all' },
          ],
          fits,
        },
      ],
      unfinished: [
        {
          job: 'j-1',
          purpose: 'flash',
          key: 'esp mac 24:6f:28:ab:cd:ef',
          board,
          says: 'blink.bin to app1',
          alone: 'blink.bin to app1',
          verified: 0,
          total: 3,
        },
      ],
      keys: [],
      foreign: [],
      usage: { used: 10, quota: 1000 },
      busy: null,
      failure: null,
      imported: [],
    } satisfies LibraryView);
  });

  test('a backup by what it holds and what the board started, where the job recorded it', async () => {
    const { library, store } = makeLibrary();
    const { job, facts } = jobOf('verified');
    const contents = job.board.layout.partitions.map(({ region, address, size }) => ({
      region,
      address,
      size,
      kind: 'nvs',
      says: 'Settings (NVS): 3 entries.',
      brief: '3 entries',
    }));
    await store.putContents([...CONTENTS].map(([md5, data]) => ({ md5, data })));
    await store.openJob({ ...job, found: { contents, starts: 'app0' } }, [], []);
    await store.append(job.id, 0, facts);
    await library.refresh();
    expect(library.view.items.map((item) => item.name)).toEqual(['3 entries in nvs']);
  });

  test('no job as unfinished that a tab is working on now, or that has ended', async () => {
    const { library, store, running } = makeLibrary();
    await store.openJob(jobOf(null).job, [], []);
    await library.refresh();
    expect(library.view.unfinished.map(({ job }) => job)).toEqual(['j-1']);
    running.add('j-1');
    await library.refresh();
    expect(library.view.unfinished).toEqual([]);
    running.clear();
    await store.endJob('j-1', 'left', 1);
    await library.refresh();
    expect(library.view.unfinished).toEqual([]);
  });

  test('nothing for a job that kept nothing', async () => {
    const { library, store } = makeLibrary();
    await store.openJob(jobOf(null).job, [], []);
    await library.refresh();
    expect(library.view.items).toEqual([]);
  });

  test('what it is doing, one intent after another', async () => {
    const { library, store, views } = makeLibrary();
    await withBackup(store);
    await Promise.all([
      library.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null }),
      library.dispatch({ do: 'delete-backup', id: 'b-1' }),
      library.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null }),
    ]);
    const said = views.map(({ busy }) => busy).filter((busy, i, all) => busy !== all[i - 1]);
    const [pack, remove] = ['Exporting the backup', 'Deleting the backup'];
    expect(said).toEqual([pack, null, remove, null, pack, null]);
    expect(library.view.failure?.name).toBe('backup-gone');
  });

  test('why an intent failed, until the person goes on to a board', async () => {
    const { library } = makeLibrary();
    await library.dispatch({ do: 'delete-backup', id: 'b-1' });
    const failed = library.view.failure?.name;
    await library.refresh();
    expect([failed, library.view.failure?.name]).toEqual(['backup-gone', 'backup-gone']);
    await library.forgetFailure();
    expect(library.view.failure).toBeNull();
  });

  test('why the store does not answer, and continues when it does', async () => {
    const store = memoryStore();
    let broken = true;
    const { library } = makeLibrary({
      ...store,
      jobs: () => (broken ? Promise.reject(new Error('closed')) : store.jobs()),
    });
    await withBackup(store);
    await library.refresh();
    expect(library.view.unread?.name).toBe('unexpected');
    await library.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null });
    expect(library.view).toMatchObject({ busy: null, failure: null, unread: { name: 'unexpected' } });
    broken = false;
    await library.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null });
    expect([library.view.unread, names(library)]).toEqual([null, ['b-1 open']]);
  });
});

describe('a backup', () => {
  test('is found by its id, wherever it comes from, while it is open', async () => {
    const { library, store } = makeLibrary();
    await withBackup(store);
    await withJob(store, 'left');
    expect(await library.backupById('b-1')).toEqual(BACKUP);
    expect(await library.backupById('j-1')).toMatchObject({ id: 'j-1', units: BACKUP.units.slice(0, 2) });
    await library.dispatch({ do: 'encrypt-backup', id: 'b-1', passphrase: PASS });
    expect([await library.backupById('b-1'), await library.backupById('x')]).toEqual([null, null]);
  });

  test('is deleted with its bytes', async () => {
    const { library, store } = makeLibrary();
    await withBackup(store);
    await library.dispatch({ do: 'delete-backup', id: 'b-1' });
    expect([library.view.failure, library.view.items, await bytesKept(store)]).toEqual([null, [], 0]);
  });

  test('is neither deleted nor encrypted while its job may be rolled back with it', async () => {
    const { library, store } = makeLibrary();
    await withJob(store, null);
    await library.dispatch({ do: 'delete-backup', id: 'j-1' });
    expect(library.view.failure?.name).toBe('backup-in-use');
    await library.dispatch({ do: 'encrypt-backup', id: 'j-1', passphrase: PASS });
    expect(library.view.failure?.name).toBe('backup-in-use');
    expect([names(library), (await store.jobs()).length]).toEqual([['j-1 open'], 1]);
    await store.endJob('j-1', 'left', 1);
    await library.dispatch({ do: 'delete-backup', id: 'j-1' });
    expect([library.view.failure, library.view.items]).toEqual([null, []]);
  });

  test('can be exported to a file and imported in another browser', async () => {
    const here = makeLibrary();
    await withBackup(here.store);
    const file = await exported(here, 'b-1');
    expect(file.name).toBe('sectorwise-backup-ESP32-24-6f-28-ab-cd-ef-2026-11-26T00-52.zip');
    const there = makeLibrary();
    await there.give(file.data);
    expect([there.library.view.failure, await there.library.backupById('b-1')]).toEqual([null, BACKUP]);
    expect(await bytesKept(there.store)).toBe(CONTENTS.size);
  });

  test('can be exported encrypted, imported in another browser, and decrypted there', async () => {
    const here = makeLibrary();
    await withBackup(here.store);
    const file = await exported(here, 'b-1', PASS);
    expect(file.name).toBe('sectorwise-backup-ESP32-24-6f-28-ab-cd-ef-2026-11-26T00-52.encrypted');
    expect(names(here.library)).toEqual(['b-1 open']);
    const there = makeLibrary();
    await there.give(file.data);
    const encrypted = { id: 'b-1', name: BACKUP.name, made: BACKUP.made, size: 896, fits: null };
    expect(there.library.view).toMatchObject({ failure: null, items: [encrypted] });
    await there.library.dispatch({ do: 'open-backup', id: 'b-1', passphrase: 'wrong' });
    expect([there.library.view.failure?.name, names(there.library)]).toEqual([
      'backup-not-decrypted',
      ['b-1 encrypted'],
    ]);
    await there.library.dispatch({ do: 'open-backup', id: 'b-1', passphrase: PASS });
    expect([there.library.view.failure, await there.library.backupById('b-1')]).toEqual([null, BACKUP]);
  });

  test('of what a job overwrote says which job that was, and how it ended, encrypted, decrypted and imported elsewhere', async () => {
    const jobs = (made: ReturnType<typeof makeLibrary>) => made.library.view.items.map(({ kind, job }) => [kind, job]);
    const origin = [['overwritten', { end: 'verified', doing: 'Flashing nvs' }]];
    const here = makeLibrary();
    await withJob(here.store, 'verified');
    await here.library.dispatch({ do: 'encrypt-backup', id: 'j-1', passphrase: PASS });
    expect(jobs(here)).toEqual(origin);
    const id = here.library.view.items[0]?.id ?? '';
    const encrypted = await exported(here, id);
    await here.library.dispatch({ do: 'open-backup', id, passphrase: PASS });
    expect(jobs(here)).toEqual(origin);
    for (const { data } of [encrypted, await exported(here, id)]) {
      const there = makeLibrary();
      await there.give(data);
      expect([there.library.view.failure, jobs(there)]).toEqual([null, origin]);
    }
  });

  test('is encrypted here, and then its bytes are nowhere in the store', async () => {
    const { library, store, files } = makeLibrary();
    await withBackup(store);
    await library.dispatch({ do: 'encrypt-backup', id: 'b-1', passphrase: PASS });
    expect([library.view.failure, names(library), await bytesKept(store)]).toEqual([null, ['b-1 encrypted'], 0]);
    const [record] = await store.backups();
    expect(record?.kind === 'encrypted' && holds(record.bundle, SECRET)).toBe(false);
    // It is exported as it is; no second passphrase is applied.
    const file = await exported({ library, files }, 'b-1');
    expect(file).toEqual({
      name: expect.stringMatching(/-2026-11-26T00-52\.encrypted$/),
      data: record?.kind === 'encrypted' && record.bundle,
    });
    await library.dispatch({ do: 'export-backup', id: 'b-1', passphrase: 'other' });
    expect([library.view.failure?.name, files.length]).toEqual(['backup-encrypted', 1]);
    await library.dispatch({ do: 'encrypt-backup', id: 'b-1', passphrase: 'other' });
    expect(library.view.failure?.name).toBe('backup-encrypted');
    await library.dispatch({ do: 'open-backup', id: 'b-1', passphrase: PASS });
    expect([names(library), await bytesKept(store)]).toEqual([['b-1 open'], CONTENTS.size]);
  });

  test('of a job that has ended is encrypted, and replaces the job’s record', async () => {
    const { library, store } = makeLibrary();
    await withJob(store, 'verified');
    await library.dispatch({ do: 'encrypt-backup', id: 'j-1', passphrase: PASS });
    expect([library.view.failure, names(library), await store.jobs()]).toEqual([null, ['j-1-kept encrypted'], []]);
    expect(await bytesKept(store)).toBe(0);
    await library.dispatch({ do: 'open-backup', id: 'j-1-kept', passphrase: PASS });
    expect(await library.backupById('j-1-kept')).toMatchObject({ units: BACKUP.units.slice(0, 2) });
  });

  test('is neither encrypted nor exported with an empty passphrase', async () => {
    const { library, store, files } = makeLibrary();
    await withBackup(store);
    await library.dispatch({ do: 'encrypt-backup', id: 'b-1', passphrase: '' });
    expect([library.view.failure?.name, names(library)]).toEqual(['passphrase-empty', ['b-1 open']]);
    await library.dispatch({ do: 'export-backup', id: 'b-1', passphrase: ' ' });
    expect([library.view.failure?.name, files]).toEqual(['passphrase-empty', []]);
  });

  test('whose bytes were lost is not exported, and an import restores them', async () => {
    const { library, store, files, give } = makeLibrary();
    await withBackup(store);
    const { data } = await exported({ library, files }, 'b-1');
    const [lost = ''] = CONTENTS.keys();
    await store.putContents([{ md5: lost, data: new Uint8Array(256) }]);
    await library.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null });
    expect([library.view.failure?.name, files.length]).toEqual(['content-gone', 1]);
    await library.dispatch({ do: 'encrypt-backup', id: 'b-1', passphrase: PASS });
    expect([library.view.failure?.name, names(library)]).toEqual(['content-gone', ['b-1 open']]);
    await give(data);
    expect([library.view.failure, names(library)]).toEqual([null, ['b-1 open']]);
    expect(await store.content(lost)).toEqual(CONTENTS.get(lost));
  });
});

describe('bytes saved as a plain file', () => {
  const { region, address, size } = BACKUP.board.layout.partitions[0] ?? { region: '', address: 0, size: 0 };
  const nvs = { region, address, size };

  test('are those of the range, and no others', async () => {
    const { library, store, files } = makeLibrary();
    await withBackup(store);
    await library.dispatch({ do: 'save-bytes', id: 'b-1', range: nvs });
    expect(library.view.failure).toBeNull();
    const [file] = files;
    expect(file?.name).toBe('sectorwise-ESP32-24-6f-28-ab-cd-ef-nvs-0x100-2026-11-26T00-52.bin');
    const units = BACKUP.units.slice(0, 2).map(bytesOf);
    expect(file?.data).toEqual(Uint8Array.from(units.flatMap((unit) => [...unit])));
    await library.dispatch({ do: 'save-bytes', id: 'b-1', range: { region, address: address + 0x20, size: 0x10 } });
    expect(new TextDecoder().decode(files[1]?.data)).toBe(SECRET);
  });

  test('are refused where the backup lacks some', async () => {
    const { library, store, files } = makeLibrary();
    await withBackup(store);
    await library.dispatch({ do: 'save-bytes', id: 'b-1', range: { region, address: 0x500, size: 0x200 } });
    expect(library.view.failure).toMatchObject({
      name: 'backup-partial',
      says: 'The backup “blink.bin to app1” does not hold all of flash-0x500: 256 bytes are missing from 0x600.',
    });
    expect(files).toEqual([]);
  });
});
