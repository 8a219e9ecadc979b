/** Making a backup while the library is being changed: neither side removes the other's bytes. */
import { beforeEach, describe, expect, test } from 'vitest';
import { makeCancel, stopped } from '../flash/failure.ts';
import type { Range } from '../flash/map.ts';
import { DIGEST_SPAN } from '../flash/surroundings.ts';
import { md5Hex } from '../formats/hashes.ts';
import { memoryStore } from '../storage/memory-store.ts';
import type { Store } from '../storage/store.ts';
import { bytesKept, exported, makeLibrary, names, PASS, withBackup } from '../testing/library.ts';
import { layoutOf, mapOf } from '../testing/flash.ts';
import { PlainTarget } from '../testing/plain-target.ts';
import { plainFamily } from '../testing/plain-world.ts';
import { backUp } from './make-backup.ts';

const UNIT = DIGEST_SPAN / 2;
const SPANS = 3;
const layout = layoutOf(mapOf(...Array.from({ length: 2 * SPANS }, () => UNIT)));
const flash = Uint8Array.from({ length: DIGEST_SPAN * SPANS }, (_, at) => 1 + Math.floor(at / UNIT));

/** A board beside which something else happens before the span with this number is read. */
class Beside extends PlainTarget {
  constructor(
    private readonly span: number,
    private readonly happens: () => Promise<void>,
  ) {
    super(flash, layout.map, md5Hex);
  }

  override async read(range: Range): Promise<Uint8Array> {
    if (Math.floor(range.address / DIGEST_SPAN) === this.span) await this.happens();
    return super.read(range);
  }
}

async function backUpDevice(store: Store, target: PlainTarget, cancel = makeCancel()) {
  const board = { ...(await plainFamily().inspect(target, cancel, () => undefined)), layout };
  const mark = { key: 'plain', identity: board.identity, layout };
  const named = { newId: () => 'whole', now: () => 5 };
  return backUp({ target, board, mark, store, md5: md5Hex, cancel, ...named }, null, () => undefined);
}

let store: Store;
beforeEach(() => {
  store = memoryStore();
});

describe.each([0, 1, 2])('before span %i of a whole-device backup', (span) => {
  test.each(['delete', 'seal', 'open', 'import'])('another backup can be changed: %s', async (what) => {
    const { library, files, give } = makeLibrary(store);
    await withBackup(store);
    const { data } = await exported({ library, files }, 'b-1');
    if (what === 'open') await library.dispatch({ do: 'seal-backup', id: 'b-1', passphrase: PASS });
    const beside = new Beside(span, () => {
      if (what === 'delete') return library.dispatch({ do: 'delete-backup', id: 'b-1' });
      if (what === 'import') return give(data);
      return library.dispatch({ do: what === 'seal' ? 'seal-backup' : 'open-backup', id: 'b-1', passphrase: PASS });
    });
    const { units } = await backUpDevice(store, beside);
    expect(library.view.failure).toBeNull();
    expect(units).toHaveLength(2 * SPANS);
    expect((await store.have(units.map(({ md5 }) => md5))).size).toBe(2 * SPANS);
    await library.refresh();
    expect(names(library)).toContain('whole open');
    // What was released in the meantime is gone by the time the backup is stored.
    expect(await bytesKept(store)).toBe(what === 'delete' || what === 'seal' ? 0 : 4);
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
