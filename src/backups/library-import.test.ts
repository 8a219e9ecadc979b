/** Imports into the library: none loses what is stored here, and nothing damaged is imported. */
import { describe, expect, test } from 'vitest';
import { BACKUP, CONTENTS, repacked, textIn } from '../testing/backup-files.ts';
import { encryptBackup } from './encryption.ts';
import { encryptedLabelOf } from './library-items.ts';
import { bytesKept, exported, makeLibrary, names, PASS, withBackup, withJob } from '../testing/library.ts';

describe('an import', () => {
  test('of what a job here has kept restores its bytes, and adds no second backup', async () => {
    const { library, store, files, give } = makeLibrary();
    await withJob(store, null);
    const { data } = await exported({ library, files }, 'j-1');
    const [lost = ''] = CONTENTS.keys();
    await store.putContents([{ md5: lost, data: new Uint8Array(256) }]);
    await give(data);
    expect([library.view.failure, names(library)]).toEqual([null, ['j-1 open']]);
    expect(library.view.imported).toEqual([{ id: 'j-1', was: 'there' }]);
    expect(await store.content(lost)).toEqual(CONTENTS.get(lost));
    const encrypted = await exported({ library, files }, 'j-1', PASS);
    await give(encrypted.data);
    expect([library.view.failure?.name, names(library)]).toEqual(['backup-differs', ['j-1 open']]);
    const there = makeLibrary();
    await there.give(data);
    expect(names(there.library)).toEqual(['j-1-kept open']);
  });

  test('says of each file of one choice whether it was here already, until something else is asked for', async () => {
    const here = makeLibrary();
    await withBackup(here.store);
    const whole = await exported(here, 'b-1');
    await here.library.dispatch({ do: 'encrypt-backup', id: 'b-1', passphrase: PASS });
    const encrypted = await exported(here, 'b-1');
    const less = makeLibrary();
    await withBackup(less.store, { ...BACKUP, units: BACKUP.units.slice(1) });
    await Promise.all([less.give(whole.data), less.give(Uint8Array.of(1)), less.give(whole.data)]);
    const [added, there] = [
      { id: 'b-1', was: 'added' },
      { id: 'b-1', was: 'there' },
    ];
    expect([less.library.view.imported, names(less.library)]).toEqual([[added, there], ['b-1 open']]);
    await less.give(whole.data);
    expect(less.library.view.imported).toEqual([there]);
    await less.library.dispatch({ do: 'delete-backup', id: 'b-1' });
    expect(less.library.view.imported).toEqual([]);
    await Promise.all([less.give(encrypted.data), less.give(encrypted.data)]);
    expect(less.library.view.imported).toEqual([{ id: 'b-1', was: 'new' }, there]);
    await less.library.forgetFailure();
    expect([less.library.view.imported, names(less.library)]).toEqual([[], ['b-1 encrypted']]);
  });

  test('replaces an identical backup, and refuses different content under the same id', async () => {
    const here = makeLibrary();
    await withBackup(here.store);
    const whole = await exported(here, 'b-1');
    const less = { ...BACKUP, units: BACKUP.units.slice(1) };
    const there = makeLibrary();
    await withBackup(there.store, less);
    const part = await exported(there, 'b-1');
    await there.give(whole.data);
    expect([there.library.view.failure, await there.library.backupById('b-1')]).toEqual([null, BACKUP]);
    await there.give(part.data, 'part.zip');
    expect(there.library.view.failure).toMatchObject({
      name: 'backup-differs',
      says: expect.stringMatching(/part\.zip/),
    });
    expect(await there.library.backupById('b-1')).toEqual(BACKUP);
  });

  test('neither encrypts an open backup, nor decrypts an encrypted one, nor changes its passphrase', async () => {
    const { library, store, files, give } = makeLibrary();
    await withBackup(store);
    const open = await exported({ library, files }, 'b-1');
    const encrypted = await exported({ library, files }, 'b-1', 'other');
    await give(encrypted.data);
    expect([library.view.failure?.name, names(library)]).toEqual(['backup-differs', ['b-1 open']]);
    await library.dispatch({ do: 'encrypt-backup', id: 'b-1', passphrase: PASS });
    await give(open.data);
    expect([library.view.failure?.name, names(library)]).toEqual(['backup-differs', ['b-1 encrypted']]);
    await give(encrypted.data);
    expect(library.view.failure?.name).toBe('backup-differs');
    const own = await exported({ library, files }, 'b-1');
    await give(own.data);
    expect([library.view.failure, names(library)]).toEqual([null, ['b-1 encrypted']]);
  });

  test('of an encrypted file that holds another backup than it says cannot be decrypted', async () => {
    const here = makeLibrary();
    await withBackup(here.store);
    const { data } = await exported(here, 'b-1');
    const there = makeLibrary();
    await there.give(await encryptBackup(data, { ...encryptedLabelOf(BACKUP), id: 'b-2' }, PASS, { iterations: 2 }));
    await there.library.dispatch({ do: 'open-backup', id: 'b-2', passphrase: PASS });
    expect([there.library.view.failure?.name, names(there.library)]).toEqual(['backup-file-wrong', ['b-2 encrypted']]);
  });

  test('of garbage says what is wrong with it, and imports nothing', async () => {
    const here = makeLibrary();
    await withBackup(here.store);
    const plain = (await exported(here, 'b-1')).data;
    const encrypted = (await exported(here, 'b-1', PASS)).data;
    const manifest = textIn(plain, 'manifest.json').replace('"address": 1536', '"address": 1');
    const { library, store, give } = makeLibrary();
    const failures: string[] = [];
    for (const data of [
      new Uint8Array(),
      Uint8Array.of(1, 2, 3),
      new TextEncoder().encode('SWSEAL1\n'),
      new TextEncoder().encode('SWSEAL9\n and more'),
      encrypted.subarray(0, 100),
      plain.subarray(0, 100),
      repacked(plain, { 'flash/flash-0x100.bin': new Uint8Array(512) }),
      repacked(plain, { 'manifest.json': new TextEncoder().encode(manifest) }),
    ]) {
      await give(data);
      failures.push(library.view.failure?.name ?? 'none');
    }
    const [foreign, damaged] = ['backup-file-foreign', 'backup-file-damaged'];
    expect(failures).toEqual([
      foreign,
      foreign,
      'encrypted-backup-damaged',
      'encrypted-backup-unknown',
      'encrypted-backup-damaged',
      damaged,
      damaged,
      'backup-file-wrong',
    ]);
    expect([library.view.items, await bytesKept(store), library.view.busy]).toEqual([[], 0, null]);
  });
});
