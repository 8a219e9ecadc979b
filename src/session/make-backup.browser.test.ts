/** Making a backup in one tab while another tab of the same browser changes the library. */
import { deleteDB } from 'idb';
import { afterEach, describe, expect, test } from 'vitest';
import { browserClock } from '../browser/clock.ts';
import { md5Hex } from '../formats/hashes.ts';
import { openStore } from '../storage/browser-store.ts';
import type { Database } from '../storage/database.ts';
import { browserDatabase } from '../storage/database.ts';
import { memoryLocks } from '../storage/locks.ts';
import type { Store } from '../storage/store.ts';
import { backUpBeside, backUpDevice, CHANGES, flash, layout, SPANS, UNIT } from '../testing/backup-beside.ts';
import { bytesKept, makeLibrary, names, PASS } from '../testing/library.ts';
import { byLength, LONG } from '../testing/long.ts';
import { PlainTarget } from '../testing/plain-target.ts';

const opened: Database[] = [];
let name = '';

afterEach(async () => {
  for (const database of opened.splice(0)) await database.close();
  await deleteDB(name);
});

/** The stores of tabs that share one database and its locks. */
async function openTabs(count: number) {
  name = `test ${crypto.randomUUID()}`;
  const taken = new Set<string>();
  const stores = [];
  for (let i = 0; i < count; i++) {
    const database = browserDatabase(name, browserClock);
    opened.push(database);
    stores.push(await openStore(database, memoryLocks(taken)));
  }
  return stores;
}

describe.each([
  ['this tab', 1],
  ['another tab', 2],
])('from %s', (_, tabs) => {
  describe.each([0, 1, 2])('before span %i of a whole-device backup', (span) => {
    for (const [options, changes] of byLength(CHANGES, (what) => span === 1 && what === 'delete'))
      test.each(changes)(
        'another backup can be changed, and the one being made is complete: %s',
        options,
        async (what) => {
          const stores = await openTabs(tabs);
          const [here, there = here] = stores;
          if (here === undefined || there === undefined) throw new Error('no tab was opened');
          const { library, units } = await backUpBeside(here, there, span, what);
          expect(library.view.failure).toBeNull();
          await library.refresh();
          expect(names(library)).toContain('whole open');
          expect(units.map(({ address }) => address)).toEqual(Array.from({ length: 2 * SPANS }, (__, i) => i * UNIT));
          for (const { address, size, md5 } of units) {
            const data = await there.content(md5);
            expect(data === null ? null : md5Hex(data)).toBe(md5Hex(flash.subarray(address, address + size)));
          }
          expect(await bytesKept(here)).toBe(what === 'delete' || what === 'encrypt' ? 0 : 4);
        },
      );
  });
});

describe.each(['delete-backup', 'encrypt-backup'] as const)(
  'a backup with the same content: %s in another tab',
  (change) => {
    test.each([1, 2, 3])('after span %i was found stored, the one being made is complete', LONG, async (span) => {
      const [here, there] = await openTabs(2);
      if (here === undefined || there === undefined) throw new Error('no tab was opened');
      const { library } = makeLibrary(there);
      const first = await backUpDevice(here, new PlainTarget(flash, layout.map, md5Hex));
      await here.putBackup({ kind: 'open', backup: { ...first, id: 'before' } });
      await library.dispatch({ do: 'delete-backup', id: 'whole' });
      let asked = 0;
      const beside: Store = {
        ...here,
        have: async (md5s) => {
          const kept = await here.have(md5s);
          if (++asked === span) await library.dispatch({ do: change, id: 'before', passphrase: PASS });
          return kept;
        },
      };
      const { units } = await backUpDevice(beside, new PlainTarget(flash, layout.map, md5Hex));
      expect(library.view.failure).toBeNull();
      expect(asked).toBe(SPANS);
      for (const { address, size, md5 } of units)
        expect(await there.content(md5)).toEqual(flash.slice(address, address + size));
    });
  },
);
