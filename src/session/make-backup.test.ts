/** Making a backup while the library is being changed: neither side removes the other's bytes. */
import { beforeEach, describe, expect, test } from 'vitest';
import { makeCancel, stopped } from '../flash/failure.ts';
import { md5Hex } from '../formats/hashes.ts';
import { memoryStore } from '../storage/memory-store.ts';
import type { Store } from '../storage/store.ts';
import { bytesKept, exported, makeLibrary, names, withBackup } from '../testing/library.ts';
import { backUpBeside, backUpDevice, Beside, CHANGES, flash, layout, SPANS, UNIT } from '../testing/backup-beside.ts';
import { PlainTarget } from '../testing/plain-target.ts';

let store: Store;
beforeEach(() => {
  store = memoryStore();
});

describe.each([0, 1, 2])('before span %i of a whole-device backup', (span) => {
  test.each(CHANGES)('another backup can be changed: %s', async (what) => {
    const { library, units } = await backUpBeside(store, store, span, what);
    expect(library.view.failure).toBeNull();
    expect(units).toHaveLength(2 * SPANS);
    expect((await store.have(units.map(({ md5 }) => md5))).size).toBe(2 * SPANS);
    await library.refresh();
    expect(names(library)).toContain('whole open');
    // What was released in the meantime is gone by the time the backup is stored.
    expect(await bytesKept(store)).toBe(what === 'delete' || what === 'encrypt' ? 0 : 4);
  });
});

test('content that a backup found stored is not deleted with the backup that stored it', async () => {
  const { library } = makeLibrary(store);
  const first = await backUpDevice(store, new PlainTarget(flash, layout.map, md5Hex));
  await store.putBackup({ kind: 'open', backup: { ...first, id: 'before' } });
  await library.dispatch({ do: 'delete-backup', id: 'whole' });
  const beside = new PlainTarget(flash, layout.map, md5Hex);
  let asked = 0;
  const read: Store = {
    ...store,
    have: async (md5s) => {
      const kept = await store.have(md5s);
      if (++asked === 1) await library.dispatch({ do: 'delete-backup', id: 'before' });
      return kept;
    },
  };
  const { units } = await backUpDevice(read, beside);
  expect((await store.have(units.map(({ md5 }) => md5))).size).toBe(2 * SPANS);
});

test('a backup that was stopped blocks nothing: the next clean-up removes its bytes', async () => {
  const { library } = makeLibrary(store);
  await withBackup(store);
  const cancel = makeCancel();
  await expect(backUpDevice(store, new Beside(1, async () => cancel.cancel()), cancel)).rejects.toEqual(stopped());
  const first = md5Hex(flash.subarray(0, UNIT));
  expect((await store.have([first])).size).toBe(1);
  await library.dispatch({ do: 'delete-backup', id: 'b-1' });
  expect([(await store.have([first])).size, await bytesKept(store)]).toEqual([0, 0]);
});

test('an imported file keeps its bytes while another tab deletes a backup', async () => {
  const there = makeLibrary();
  await withBackup(there.store);
  const { data } = await exported(there, 'b-1');
  const other = makeLibrary(store);
  const taking: Store = {
    ...store,
    draft: async () => {
      const draft = await store.draft();
      const put: typeof draft.put = async (contents) => {
        await draft.put(contents);
        await other.library.dispatch({ do: 'delete-backup', id: 'none' });
        await store.remove('none');
      };
      return { ...draft, put };
    },
  };
  const here = makeLibrary(taking);
  await here.give(data);
  expect([here.library.view.failure, names(here.library), await bytesKept(store)]).toEqual([null, ['b-1 open'], 4]);
});
