/** Test support: the contract of every store, as tests that each start from an empty one. */
import { describe, expect, test } from 'vitest';
import type { Fact } from '../../flash/journal.ts';
import type { Store } from '../../storage/store.ts';
import { backedUp, backup, content, INTENT, job, encrypted, unit, WRITTEN } from './records.ts';

const FACTS: readonly Fact[] = [
  INTENT,
  WRITTEN,
  { fact: 'digest', unit: unit(0), md5: 'new' },
  { fact: 'committing', unit: unit(1) },
  { fact: 'committed', unit: unit(1) },
  {
    fact: 'broken',
    failure: { name: 'lost', kind: 'lost', says: 'It is gone.', next: 'Plug it in.', values: { at: 1 } },
  },
  { fact: 'resumed' },
  { fact: 'digest', unit: unit(1), md5: null },
];

const gone = (md5: string) =>
  expect.objectContaining({ facts: expect.objectContaining({ name: 'content-gone', values: { md5, how: 'gone' } }) });
const failed = expect.objectContaining({ facts: expect.objectContaining({ name: 'storage-failed' }) });

/** Which of some contents are stored, in their order. */
async function keptOf(store: Store, ...md5s: readonly string[]): Promise<string[]> {
  const kept = await store.have(md5s);
  return md5s.filter((md5) => kept.has(md5));
}

/** Defines the tests for a store. */
export function storeContract(make: () => Promise<Store>): void {
  describe('a store', () => {
    test('an empty one holds nothing', async () => {
      const store = await make();
      expect(await store.jobs()).toEqual([]);
      expect(await store.backups()).toEqual([]);
      expect(await store.foreign()).toEqual([]);
      expect(await store.facts('none')).toEqual([]);
      expect(await store.content('none')).toBeNull();
      expect(await store.have(['none'])).toEqual(new Set());
    });

    test('contents come back unchanged, and missing ones are reported as missing', async () => {
      const store = await make();
      await store.putContents([content('a'), content('b'), content('a')]);
      expect(await store.content('b')).toEqual(content('b').data);
      expect(await store.have(new Set(['a', 'c', 'b']))).toEqual(new Set(['a', 'b']));
    });

    test('a job has its contents, whether they came with it or were stored before', async () => {
      const store = await make();
      await store.putContents([content('before')]);
      const record = job('one', ['new', 'before']);
      await store.openJob(record, new Set([content('new')]), ['new', 'before']);
      expect(await store.jobs()).toEqual([record]);
      expect(await keptOf(store, 'new', 'before')).toEqual(['new', 'before']);
      expect(await store.facts('one')).toEqual([]);
    });

    test('a job with missing contents is not opened, and leaves nothing behind', async () => {
      const store = await make();
      const opening = store.openJob(job('one', ['new', 'lost']), [content('new')], ['new', 'lost']);
      await expect(opening).rejects.toEqual(gone('lost'));
      expect(await store.jobs()).toEqual([]);
      expect(await keptOf(store, 'new')).toEqual([]);
    });

    test('jobs are listed newest first, open and ended ones', async () => {
      const store = await make();
      for (const [id, started] of [
        ['b', 2],
        ['c', 3],
        ['a', 1],
      ] as const)
        await store.openJob(job(id, [], { started }), [], []);
      await store.endJob('b', 'left', 9);
      expect((await store.jobs()).map(({ id, end }) => [id, end])).toEqual([
        ['c', null],
        ['b', { how: 'left', at: 9 }],
        ['a', null],
      ]);
    });

    test('ending a job that does not exist is no failure, and creates none', async () => {
      const store = await make();
      await store.endJob('none', 'left', 9);
      expect(await store.jobs()).toEqual([]);
    });

    test('facts of every kind come back in order, separately for each job', async () => {
      const store = await make();
      await store.openJob(job('one', []), [], []);
      await store.openJob(job('one more', []), [], []);
      await store.append('one', 0, FACTS);
      await store.append('one more', 0, [INTENT]);
      for (let n = 0; n < 12; n++) await store.append('one', FACTS.length + n, [{ fact: 'written', run: n }]);
      const runs = Array.from({ length: 12 }, (_, run): Fact => ({ fact: 'written', run }));
      expect(await store.facts('one')).toEqual([...FACTS, ...runs]);
      expect(await store.facts('one more')).toEqual([INTENT]);
    });

    test('facts that were read do not change with later ones', async () => {
      const store = await make();
      await store.openJob(job('one', []), [], []);
      const reported = await store.facts('one');
      await store.append('one', 0, [INTENT]);
      expect(reported).toEqual([]);
    });

    test('of two writers to one job, the one that does not know about the other is refused and changes nothing', async () => {
      const store = await make();
      await store.openJob(job('one', []), [], []);
      await store.append('one', 0, [INTENT]);
      await expect(store.append('one', 0, [WRITTEN])).rejects.toEqual(failed);
      await expect(store.append('one', 2, [WRITTEN])).rejects.toEqual(failed);
      await expect(store.append('none', 0, [WRITTEN])).rejects.toEqual(failed);
      const both = await Promise.allSettled([
        store.append('one', 1, [WRITTEN, INTENT]),
        store.append('one', 1, [WRITTEN]),
      ]);
      expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
      expect(await store.facts('one')).toEqual([INTENT, WRITTEN, INTENT]);
      expect(await store.facts('none')).toEqual([]);
    });

    test('a backup fact is recorded only if its bytes are stored', async () => {
      const store = await make();
      await store.openJob(job('one', []), [], []);
      await expect(store.append('one', 0, [INTENT, backedUp('old')])).rejects.toEqual(gone('old'));
      expect(await store.facts('one')).toEqual([]);
      await store.putContents([content('old')]);
      await store.append('one', 0, [backedUp('old')]);
      expect(await store.facts('one')).toEqual([backedUp('old')]);
    });

    test('bytes are stored with the fact that they are kept, both or neither', async () => {
      const store = await make();
      await store.openJob(job('one', []), [], []);
      await store.append('one', 0, [backedUp('old')], [content('old')]);
      await store.remove('another');
      expect(await keptOf(store, 'old')).toEqual(['old']);
      await expect(store.append('one', 0, [backedUp('more')], [content('more')])).rejects.toEqual(failed);
      await expect(store.append('one', 1, [backedUp('lost')], [content('more')])).rejects.toEqual(gone('lost'));
      expect(await keptOf(store, 'old', 'more')).toEqual(['old']);
      expect(await store.facts('one')).toEqual([backedUp('old')]);
    });

    test('while a backup is being made, no clean-up removes what it stored or found already stored', async () => {
      const store = await make();
      await store.putContents([content('found')]);
      await store.putBackup(backup('one', ['found']));
      const draft = await store.draft();
      await draft.put([content('a')]);
      await store.remove('one');
      await draft.put([content('b')]);
      await store.putBackup(encrypted('two', Uint8Array.of(1)));
      expect(await keptOf(store, 'found', 'a', 'b')).toEqual(['found', 'a', 'b']);
      await expect(draft.finish(backup('three', ['lost']))).rejects.toEqual(gone('lost'));
      await store.remove('two');
      await draft.finish(backup('three', ['found', 'a']));
      expect(await store.backups()).toEqual([backup('three', ['found', 'a'])]);
      expect(await keptOf(store, 'found', 'a', 'b')).toEqual(['found', 'a']);
      await draft.discard();
      expect(await keptOf(store, 'found', 'a')).toEqual(['found', 'a']);
    });

    test('what a discarded backup stored is removed by the next clean-up, unless another one is being made', async () => {
      const store = await make();
      const [one, two] = [await store.draft(), await store.draft()];
      await one.put([content('a')]);
      await one.discard();
      await store.remove('none');
      expect(await keptOf(store, 'a')).toEqual(['a']);
      await two.discard();
      await store.remove('none');
      expect(await keptOf(store, 'a')).toEqual([]);
    });

    test('backups are listed newest first; an open one needs its contents', async () => {
      const store = await make();
      await expect(store.putBackup(backup('one', ['a']))).rejects.toEqual(gone('a'));
      expect(await store.backups()).toEqual([]);
      await store.putContents([content('a')]);
      const shut = encrypted('shut', Uint8Array.of(1, 2, 3), 2);
      await store.putBackup(backup('one', ['a'], 1));
      await store.putBackup(shut);
      await store.putBackup(backup('two', ['a'], 3));
      expect(await store.backups()).toEqual([backup('two', ['a'], 3), shut, backup('one', ['a'], 1)]);
    });

    test('an encrypted backup replaces the open one, whose contents are removed', async () => {
      const store = await make();
      await store.putContents([content('a'), content('shared')]);
      await store.putBackup(backup('one', ['a', 'shared']));
      await store.putBackup(backup('two', ['shared']));
      await store.putBackup(encrypted('one', Uint8Array.of(1), 5));
      expect(await store.backups()).toEqual([encrypted('one', Uint8Array.of(1), 5), backup('two', ['shared'])]);
      expect(await keptOf(store, 'a', 'shared')).toEqual(['shared']);
    });

    test('removing a record removes what nothing else needs, and no more', async () => {
      const store = await make();
      const saved = [content('old'), content('shared'), content('read')];
      await store.openJob(job('one', ['new', 'shared']), [content('new'), ...saved], ['new', 'shared']);
      await store.append('one', 0, [backedUp('old'), INTENT]);
      await store.openJob(job('two', ['shared']), [], ['shared']);
      await store.append('two', 0, [backedUp('read')]);
      await store.putBackup(backup('three', ['old']));
      const all = ['new', 'old', 'shared', 'read'];
      expect(await keptOf(store, ...all)).toEqual(all);
      await store.remove('one');
      expect((await store.jobs()).map(({ id }) => id)).toEqual(['two']);
      expect(await store.facts('one')).toEqual([]);
      expect(await keptOf(store, ...all)).toEqual(['old', 'shared', 'read']);
      await store.remove('three');
      expect(await store.backups()).toEqual([]);
      expect(await keptOf(store, ...all)).toEqual(['shared', 'read']);
      await store.remove('none');
      await store.remove('two');
      expect(await keptOf(store, ...all)).toEqual([]);
    });

    test('an ended job keeps what it overwrote until it is removed', async () => {
      const store = await make();
      await store.openJob(job('one', ['new']), [content('new'), content('old')], ['new']);
      await store.append('one', 0, [backedUp('old')]);
      await store.endJob('one', 'verified', 2);
      await store.remove('another');
      expect(await keptOf(store, 'new', 'old')).toEqual(['new', 'old']);
    });
  });
}
