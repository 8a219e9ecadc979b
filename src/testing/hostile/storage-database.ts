/** Troubles of the browser's database, under the app's own store on an implementation of IndexedDB in memory. */
import 'fake-indexeddb/auto';
import { deleteDB, openDB } from 'idb';
import { browserClock } from '../../browser/clock.ts';
import { openStore } from '../../storage/browser-store.ts';
import type { Database } from '../../storage/database.ts';
import { browserDatabase, DATABASE_VERSION } from '../../storage/database.ts';
import { memoryLocks } from '../../storage/locks.ts';
import type { Store } from '../../storage/store.ts';
import { factsOf } from '../../flash/failure.ts';
import { makeLibrary, names, withBackup, withRecords } from '../library.ts';
import { backedUp, backup, content, INTENT, job } from '../storage/records.ts';
import type { HostileCase } from './case.ts';

/** A store in a database of its own, and a way to reach behind it. */
interface Opened {
  readonly name: string;
  readonly database: Database;
  readonly store: Store;
  raw(table: string, id: IDBValidKey, record: unknown): Promise<void>;
}

async function opened(name = `hostile ${crypto.randomUUID()}`): Promise<Opened> {
  const database = browserDatabase(name, browserClock);
  const store = await openStore(database, memoryLocks());
  const raw = async (table: string, id: IDBValidKey, record: unknown) => {
    const own = await openDB(name);
    await own.put(table, record, id);
    own.close();
  };
  return { name, database, store, raw };
}

/** The failure of work by its name and reason, or `done`. */
const ended = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => {
      const { name, values } = factsOf(error);
      return values['reason'] === undefined ? name : `${name}: ${values['reason']}`;
    },
  );

/** Where a store keeps what it is given, and why not in the database. */
async function lasts(store: Store): Promise<string> {
  const state = await store.storage();
  return state.kind === 'database' ? 'in the database' : `only in this tab: ${state.why?.name}`;
}

/** Replaces a method of IndexedDB while `work` runs. */
async function spoiled<T>(
  method: 'put' | 'getAll' | 'get',
  spoil: (store: IDBObjectStore, given: readonly unknown[], own: (...given: readonly unknown[]) => unknown) => unknown,
  work: () => Promise<T>,
): Promise<T> {
  const proto = IDBObjectStore.prototype;
  const own: unknown = Reflect.get(proto, method);
  if (typeof own !== 'function') throw new RangeError(method);
  Reflect.set(proto, method, function (this: IDBObjectStore, ...given: readonly unknown[]) {
    return spoil(this, given, (...more) => Reflect.apply(own, this, more));
  });
  try {
    return await work();
  } finally {
    Reflect.set(proto, method, own);
  }
}

/** What the library lists beside a damaged record, and what it says of that. */
async function listedBeside(table: string, id: IDBValidKey, record: unknown): Promise<string> {
  const { store, raw } = await opened();
  const { library } = makeLibrary(store);
  await withRecords(store, table);
  await raw(table, id, record);
  await library.refresh();
  const { failure, foreign } = library.view;
  return failure === null
    ? `${names(library).toSorted().join(', ')}; unreadable: ${foreign.map((each) => each.id).join(', ')}`
    : failure.name;
}

const SOUND = 'b-1 open, j-2 open; unreadable: j-1';

/** Troubles of the database. */
export const DATABASE_CASES: readonly HostileCase[] = [
  {
    name: 'the browser denies storage',
    attacks: 'opening: an app that does not start in a private window',
    comes: 'only in this tab: storage-denied',
    run: async () => {
      const own = indexedDB.open.bind(indexedDB);
      Reflect.set(indexedDB, 'open', () => {
        throw new DOMException('access is denied', 'SecurityError');
      });
      try {
        const { store } = await opened();
        return lasts(store);
      } finally {
        Reflect.set(indexedDB, 'open', own);
      }
    },
  },
  {
    name: 'a newer version has upgraded the database',
    attacks: 'opening: tables of a version that is not known',
    comes: 'only in this tab: storage-newer',
    run: async () => {
      const { name, database } = await opened();
      await database.close();
      (await openDB(name, DATABASE_VERSION + 1)).close();
      const { store } = await opened(name);
      return lasts(store);
    },
  },
  {
    name: 'the database is deleted under an open tab',
    attacks: 'the connection: a tab that writes to nothing',
    comes: 'gone, and what came later is kept',
    run: async () => {
      const { name, store } = await opened();
      await store.putContents([content('a')]);
      await deleteDB(name);
      const gone = (await store.content('a')) === null;
      await store.putContents([content('b')]);
      return gone && (await store.content('b')) !== null ? 'gone, and what came later is kept' : 'lost';
    },
  },
  {
    name: 'no room in the middle of opening a job',
    attacks: 'transactions: half a job, and an erase after it',
    comes: 'storage-full; 0 jobs, 0 contents',
    run: async () => {
      const { store } = await opened();
      const how = await spoiled(
        'put',
        (_, given, own) => {
          if (given[1] === 'second') throw new DOMException('no room', 'QuotaExceededError');
          return own(...given);
        },
        () => ended(store.openJob(job('one', []), [content('first'), content('second')], [])),
      );
      return `${how}; ${(await store.jobs()).length} jobs, ${(await store.have(['first', 'second'])).size} contents`;
    },
  },
  {
    name: 'the browser aborts the transaction of a fact',
    attacks: 'transactions: a fact that is believed to be durable',
    comes: /^storage-failed: .*; 0 facts$/,
    run: async () => {
      const { store } = await opened();
      await store.openJob(job('one', []), [], []);
      const how = await spoiled(
        'put',
        (table, given, own) => {
          const asked = own(...given);
          if (table.name === 'facts') table.transaction.abort();
          return asked;
        },
        () => ended(store.append('one', 0, [INTENT])),
      );
      return `${how}; ${(await store.facts('one')).length} facts`;
    },
  },
  {
    name: 'the list of backups cannot be read at once',
    attacks: 'the library: a list that is shown as empty, although each backup can be read',
    comes: 'b-1 open',
    run: async () => {
      const { store } = await opened();
      const { library } = makeLibrary(store);
      await withBackup(store);
      await spoiled(
        'getAll',
        (table, given, own) => {
          if (table.name === 'backups') throw new DOMException('the disk is damaged', 'UnknownError');
          return own(...given);
        },
        () => library.refresh(),
      );
      return library.view.unread?.name ?? names(library).join();
    },
  },
  {
    name: 'contents that are text, where bytes belong',
    attacks: 'contents: whatever lies there, written to a board',
    comes: 'no content; content-gone',
    run: async () => {
      const { store, raw } = await opened();
      const { library, files } = makeLibrary(store);
      await withBackup(store);
      const [md5 = ''] = [
        ...new Set(
          (await store.backups())
            .flatMap((each) => (each.kind === 'open' ? each.backup.units : []))
            .map((unit) => unit.md5),
        ),
      ];
      await raw('contents', md5, 'no bytes');
      await library.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null });
      const kept = await store.content(md5);
      return `${kept === null ? 'no content' : 'content'}; ${library.view.failure?.name ?? `${files.length} files`}`;
    },
  },
  {
    name: 'contents of other bytes than their digest',
    attacks: 'contents: a backup that restores something else',
    comes: 'content-gone',
    run: async () => {
      const { store, raw } = await opened();
      const { library, files } = makeLibrary(store);
      await withBackup(store);
      const [record] = await store.backups();
      const md5 = record?.kind === 'open' ? (record.backup.units[0]?.md5 ?? '') : '';
      await raw('contents', md5, new Uint8Array(256));
      await library.dispatch({ do: 'export-backup', id: 'b-1', passphrase: null });
      return library.view.failure?.name ?? `${files.length} files`;
    },
  },
  {
    name: 'a damaged fact',
    attacks: 'the library: one record that empties the list',
    comes: SOUND,
    run: () => listedBeside('facts', ['j-1', 1], { fact: 'backed-up', units: [{ md5: 7 }] }),
  },
  {
    name: 'a damaged job',
    attacks: 'the library: one record that empties the list',
    comes: SOUND,
    run: () => listedBeside('jobs', 'j-1', { ...job('j-1', []), plan: null }),
  },
  {
    name: 'a damaged backup',
    attacks: 'the library: one record that empties the list',
    comes: SOUND,
    run: () => listedBeside('backups', 'j-1', { kind: 'open', backup: { version: 1, id: 'j-1', units: 'none' } }),
  },
  {
    name: 'a draft that is no draft, of a tab that is gone',
    attacks: 'clean-up: a record that stops every later one',
    comes: 'done; 0 contents',
    run: async () => {
      const { store, raw } = await opened();
      await store.putContents([content('a')]);
      await raw('drafts', 'lost', 'nothing of ours');
      const how = await ended(store.remove('none'));
      return `${how}; ${(await store.have(['a'])).size} contents`;
    },
  },
  {
    name: 'records of a version that is not known',
    attacks: 'clean-up: bytes that another version still needs',
    comes: 'done; 1 contents',
    run: async () => {
      const { store, raw } = await opened();
      await store.putContents([content('old')]);
      await raw('jobs', 'one', { ...job('one', ['old']), version: 99 });
      const how = await ended(store.remove('none'));
      return `${how}; ${(await store.have(['old'])).size} contents`;
    },
  },
  {
    name: 'two tabs that write one job',
    attacks: 'the journal: facts of two jobs in one',
    comes: 'done; storage-failed: another tab is writing this job',
    run: async () => {
      const { name, store } = await opened();
      const other = (await opened(name)).store;
      await store.openJob(job('one', []), [], []);
      const both = await Promise.all([
        ended(store.append('one', 0, [INTENT])),
        ended(other.append('one', 0, [INTENT])),
      ]);
      return both.toSorted().join('; ');
    },
  },
  {
    name: 'a fact that needs bytes which were deleted meanwhile',
    attacks: 'the journal: a way back that is not there',
    comes: 'content-gone; 0 facts',
    run: async () => {
      const { store } = await opened();
      await store.openJob(job('one', []), [], []);
      const how = await ended(store.append('one', 0, [backedUp('gone')]));
      return `${how}; ${(await store.facts('one')).length} facts`;
    },
  },
  {
    name: 'five thousand backups',
    attacks: 'the library: each looked up among all',
    comes: '5000 listed',
    run: async () => {
      const { store, name } = await opened();
      await store.putContents([content('a')]);
      const own = await openDB(name);
      const tx = own.transaction('backups', 'readwrite');
      for (let i = 0; i < 5000; i++) void tx.store.put(backup(`b${i}`, ['a']), `b${i}`);
      await tx.done;
      own.close();
      const { library } = makeLibrary(store);
      await library.refresh();
      return `${library.view.items.length} listed`;
    },
    long: true,
  },
];
