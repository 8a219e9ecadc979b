/** The store in a browser's database: the promises of any store, and those of one that lasts. */
import { deleteDB, openDB } from 'idb';
import { afterEach, expect, test, vi } from 'vitest';
import { browserClock } from '../browser/clock.ts';
import type { Clock } from '../flash/clock.ts';
import { factsOf } from '../flash/failure.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { browserSettings } from './settings-store.ts';
import { openStore } from './browser-store.ts';
import { storeContract } from '../testing/storage/contract.ts';
import type { Database } from './database.ts';
import { browserDatabase, DATABASE_VERSION } from './database.ts';
import { memoryLocks } from './locks.ts';
import type { Store } from './store.ts';
import { makeLibrary, names, withRecords } from '../testing/library.ts';
import { backedUp, backup, content, encrypted, INTENT, job, unit, WRITTEN } from '../testing/storage/records.ts';

const opened: { readonly name: string; readonly database: Database }[] = [];

afterEach(async () => {
  vi.restoreAllMocks();
  for (const { database } of opened) await database.close();
  for (const { name } of opened.splice(0)) await deleteDB(name);
});

function newName(): string {
  return `test ${crypto.randomUUID()}`;
}

/** A database as one tab sees it. */
function tab(name: string, clock: Clock = browserClock): Database {
  const database = browserDatabase(name, clock);
  opened.push({ name, database });
  return database;
}

/** The store as one tab sees it; tabs of one browser share `taken`. */
function openTab(name: string, taken?: Set<string>): Promise<Store> {
  return openStore(tab(name), memoryLocks(taken));
}

async function newStore(): Promise<{ readonly name: string; readonly store: Store }> {
  const name = newName();
  return { name, store: await openTab(name) };
}

/** Stores a record of any shape under an id. */
async function putRaw(name: string, table: string, id: IDBValidKey, record: unknown): Promise<void> {
  const database = await openDB(name);
  await database.put(table, record, id);
  database.close();
}

const failure = (facts: object) => expect.objectContaining({ facts: expect.objectContaining(facts) });

storeContract(async () => (await newStore()).store);

test('it lasts, and the next tab finds everything', async () => {
  const { name, store } = await newStore();
  await store.openJob(job('one', ['new']), [content('new'), content('old')], ['new']);
  await store.append('one', 0, [backedUp('old'), INTENT]);
  await store.append('one', 2, [WRITTEN]);
  await store.putBackup(backup('two', ['old']));
  await store.putBackup(encrypted('three', Uint8Array.of(1, 2, 3), 2));
  await store.endJob('one', 'verified', 7);
  const next = await openTab(name);
  for (const tab of [store, next])
    expect(await tab.storage()).toEqual({ kind: 'database', persisted: null, trouble: null });
  expect(await next.jobs()).toEqual([{ ...job('one', ['new']), end: { how: 'verified', at: 7 } }]);
  expect(await next.facts('one')).toEqual([backedUp('old'), INTENT, WRITTEN]);
  expect(await next.backups()).toEqual([encrypted('three', Uint8Array.of(1, 2, 3), 2), backup('two', ['old'])]);
  expect(await next.content('new')).toEqual(content('new').data);
});

test('a backup being made in one tab is safe from the clean-ups of another, for as long as that tab lives', async () => {
  const name = newName();
  const taken = new Set<string>();
  const [store, other] = [await openTab(name, taken), await openTab(name, taken)];
  const draft = await store.draft();
  await draft.put([content('a')]);
  await other.remove('none');
  await other.putBackup(encrypted('two', Uint8Array.of(1)));
  expect(await other.have(['a'])).toEqual(new Set(['a']));
  // The tab is closed, and the browser releases its locks.
  taken.clear();
  await other.remove('two');
  expect(await other.have(['a'])).toEqual(new Set());
  const database = await openDB(name);
  expect(await database.getAllKeys('drafts')).toEqual([]);
  database.close();
});

test('a tab whose browser does not say who holds a lock cleans up nothing while a backup is being made', async () => {
  const name = newName();
  const silent = { ...memoryLocks(), isTaken: () => Promise.reject(new DOMException('no', 'SecurityError')) };
  const draft = await (await openTab(name)).draft();
  await draft.put([content('a')]);
  await (await openStore(tab(name), silent)).remove('none');
  await draft.finish(backup('one', ['a']));
  expect(await (await openTab(name)).backups()).toEqual([backup('one', ['a'])]);
});

test('of two tabs that write the same job, one is refused', async () => {
  const { name, store } = await newStore();
  const other = await openTab(name);
  await store.openJob(job('one', []), [], []);
  const both = await Promise.allSettled([store.append('one', 0, [INTENT]), other.append('one', 0, [INTENT, WRITTEN])]);
  expect(both.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  const refused = both.find((one) => one.status === 'rejected');
  expect(refused?.reason).toEqual(
    failure({ name: 'storage-failed', values: { reason: 'another tab is writing this job' } }),
  );
});

test('a view of a large buffer is stored without the rest, one of shared memory is stored, and a whole buffer is not copied', async () => {
  const { store } = await newStore();
  const put = vi.spyOn(IDBObjectStore.prototype, 'put');
  const whole = Uint8Array.of(7, 8, 9);
  const shared = new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer).subarray(0, 2);
  await store.putContents([
    { md5: 'view', data: new Uint8Array(0x100000).fill(5).subarray(16, 20) },
    { md5: 'shared', data: shared },
    { md5: 'whole', data: whole },
  ]);
  expect(put.mock.calls[2]?.[0]).toBe(whole);
  expect(await store.content('view')).toEqual(Uint8Array.of(5, 5, 5, 5));
  expect((await store.content('view'))?.buffer.byteLength).toBe(4);
  expect(await store.content('shared')).toEqual(Uint8Array.of(0, 0));
  await store.putBackup(encrypted('one', new Uint8Array(0x100000).subarray(0, 3)));
  const [record] = await store.backups();
  expect(record?.kind === 'encrypted' && record.bundle.buffer.byteLength).toBe(3);
});

test('a job whose contents fail halfway leaves nothing', async () => {
  const { store } = await newStore();
  function* failing() {
    yield content('new');
    yield content('more');
    throw new Error('the file is gone');
  }
  const opening = store.openJob(job('one', ['new']), failing(), ['new']);
  await expect(opening).rejects.toEqual(failure({ name: 'storage-failed', values: { reason: 'the file is gone' } }));
  expect(await store.jobs()).toEqual([]);
  expect(await store.have(['new', 'more'])).toEqual(new Set());
});

test('data that the browser cannot store leaves nothing either', async () => {
  const { store } = await newStore();
  const files = [{ name: 'a.bin', size: 1, md5: 'a', place: 'b', address: '0x0', toString: () => '' }];
  const opening = store.openJob(job('one', ['new'], { files }), [content('new')], ['new']);
  await expect(opening).rejects.toEqual(failure({ name: 'storage-failed' }));
  expect(await store.have(['new'])).toEqual(new Set());
});

test('a full browser is reported as full, whichever error it gives, and nothing is left behind', async () => {
  const { store } = await newStore();
  const newer: unknown = Reflect.get(globalThis, 'QuotaExceededError');
  const errors: unknown[] = [new DOMException('no room', 'QuotaExceededError')];
  if (typeof newer === 'function') errors.push(Reflect.construct(newer, ['no room']));
  for (const error of errors) {
    const { put } = IDBObjectStore.prototype;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, value, key) {
      if (key === 'second') throw error;
      return put.call(this, value, key);
    });
    const opening = store.openJob(job('one', []), [content('first'), content('second')], []);
    await expect(opening).rejects.toEqual(failure({ name: 'storage-full', kind: 'refused' }));
    vi.restoreAllMocks();
    expect(await store.jobs()).toEqual([]);
    expect(await store.have(['first'])).toEqual(new Set());
  }
});

test('records of other versions are listed but not used or changed, and nothing that they may need is removed', async () => {
  const { name, store } = await newStore();
  const [older, newer] = [
    { ...job('one', ['new']), version: 0 },
    { kind: 'open', backup: { version: 2, id: 'two' } },
  ];
  await store.openJob(job('three', []), [content('new')], []);
  await putRaw(name, 'jobs', 'one', older);
  await putRaw(name, 'backups', 'two', newer);
  await putRaw(name, 'jobs', 'four', 'nothing of ours');
  expect((await store.jobs()).map(({ id }) => id)).toEqual(['three']);
  expect(await store.backups()).toEqual([]);
  expect(await store.foreign()).toEqual([
    { id: 'four', table: 'jobs', why: expect.stringContaining('its format is unknown') },
    { id: 'one', table: 'jobs', why: expect.stringContaining('(format 0;') },
    { id: 'two', table: 'backups', why: expect.stringContaining('(format 2;') },
  ]);
  const refused = failure({ name: 'storage-failed' });
  await expect(store.endJob('one', 'left', 1)).rejects.toEqual(refused);
  await expect(store.openJob(job('one', []), [], [])).rejects.toEqual(refused);
  await expect(store.append('one', 0, [INTENT])).rejects.toEqual(refused);
  await expect(store.putBackup(backup('two', []))).rejects.toEqual(refused);
  await store.remove('three');
  expect(await store.have(['new'])).toEqual(new Set(['new']));
  const database = await openDB(name);
  expect(await database.getAll('jobs')).toEqual(['nothing of ours', older]);
  expect(await database.getAll('backups')).toEqual([newer]);
  database.close();
  await store.remove('four');
  await store.remove('one');
  expect(await store.have(['new'])).toEqual(new Set(['new']));
  await store.remove('two');
  expect(await store.foreign()).toEqual([]);
  expect(await store.have(['new'])).toEqual(new Set());
});

test('records with the names of an earlier version are ours: they are read, ended, replaced, and cleaned up after', async () => {
  const { name, store } = await newStore();
  await store.openJob(job('one', []), [content('left')], ['left']);
  const { kind: _, ...rest } = encrypted('two', Uint8Array.of(1, 2));
  const { plan, ...others } = job('one', ['new']);
  const stretches = plan.stretches.map((each) => ({
    ...each,
    units: each.units.map((own) => ({ ...own, heldBack: { ...unit(0), size: 1, md5: 'new' } })),
  }));
  await putRaw(name, 'jobs', 'one', { ...others, plan: { ...plan, stretches } });
  await putRaw(name, 'backups', 'two', { kind: 'sealed', ...rest });
  expect(await store.foreign()).toEqual([]);
  expect(await store.backups()).toEqual([encrypted('two', Uint8Array.of(1, 2))]);
  await store.endJob('one', 'left', 1);
  expect((await store.jobs()).map(({ end }) => end)).toEqual([{ how: 'left', at: 1 }]);
  await store.putBackup(encrypted('two', Uint8Array.of(3)));
  expect(await store.backups()).toEqual([encrypted('two', Uint8Array.of(3))]);
  expect(await store.have(['left'])).toEqual(new Set());
});

test('facts of another version are not read in part', async () => {
  const { name, store } = await newStore();
  await store.openJob(job('one', []), [content('old')], []);
  await putRaw(name, 'facts', ['one', 0], { fact: 'moved', md5: 'old' });
  await expect(store.facts('one')).rejects.toEqual(failure({ name: 'storage-failed' }));
  await store.remove('another');
  expect(await store.have(['old'])).toEqual(new Set(['old']));
});

test.each([
  ['a fact of a job', 'facts', ['j-1', 1], { fact: 'backed-up', units: [{ md5: 7 }] }, 'jobs'],
  ['the record of a job', 'jobs', 'j-1', { ...job('j-1', []), plan: null }, 'jobs'],
  ['a backup', 'backups', 'j-1', { kind: 'open', backup: { version: 1, id: 'j-1', units: 'none' } }, 'backups'],
] as const)(
  '%s that is damaged is listed as such, and every other backup is still shown',
  async (_, at, id, record, table) => {
    const { name, store } = await newStore();
    const { library } = makeLibrary(store);
    await withRecords(store, table);
    await putRaw(name, at, typeof id === 'string' ? id : [...id], record);
    await library.refresh();
    expect(library.view.failure).toBeNull();
    expect(names(library)).toEqual(expect.arrayContaining(['b-1 open', 'j-2 open']));
    expect(names(library)).not.toContain('j-1 open');
    expect(library.view.foreign).toEqual([{ id: 'j-1', table, why: expect.stringContaining('it is damaged') }]);
  },
);

test('settings from version 1 are still there, and a tab of that version is waited for', async () => {
  const name = newName();
  const older = await openDB(name, 1, { upgrade: (database) => database.createObjectStore('chosen') });
  await older.put('chosen', { speed: '460800' }, 'esp mac one');
  const database = tab(name);
  const opening = openStore(database, memoryLocks());
  // The settings of that version opened the database for each request, and closed it.
  expect(await older.get('chosen', 'esp mac one')).toEqual({ speed: '460800' });
  older.close();
  expect(await (await opening).storage()).toMatchObject({ kind: 'database', trouble: null });
  expect(await browserSettings(database).load('esp mac one')).toEqual({ speed: '460800' });
});

test('jobs and backups of version 2 are still there, and drafts work beside them', async () => {
  const name = newName();
  const older = await openDB(name, 2, {
    upgrade: (database) => {
      for (const table of ['chosen', 'contents', 'backups', 'reserves']) database.createObjectStore(table);
      database.createObjectStore('jobs').createIndex('known', ['version', 'id']);
      database.createObjectStore('facts').createIndex('kind', 'fact');
    },
  });
  await older.put('contents', content('a').data, 'a');
  await older.put('backups', backup('one', ['a']), 'one');
  older.close();
  const store = await openTab(name);
  const draft = await store.draft();
  await draft.put([content('b')]);
  await draft.finish(backup('two', ['a', 'b'], 2));
  expect(await store.backups()).toEqual([backup('two', ['a', 'b'], 2), backup('one', ['a'])]);
});

test('a newer version in another tab gets the database at once; this one continues in memory and says why', async () => {
  const { name, store } = await newStore();
  await store.putContents([content('a')]);
  const blocked = vi.fn<() => void>();
  const newer = await openDB(name, DATABASE_VERSION + 1, { blocked });
  expect(blocked).not.toHaveBeenCalled();
  newer.close();
  const trouble = expect.objectContaining({ name: 'storage-newer' });
  await expect(store.content('a')).rejects.toEqual(failure({ name: 'storage-newer' }));
  expect(await store.storage()).toEqual({ kind: 'database', persisted: null, trouble });
  const next = await openTab(name);
  expect(await next.storage()).toEqual({ kind: 'tab', why: trouble });
  await next.putContents([content('b')]);
  expect(await next.content('b')).toEqual(content('b').data);
});

test('a database that was deleted under an open tab is created again', async () => {
  const { name, store } = await newStore();
  await store.putContents([content('a')]);
  await deleteDB(name);
  expect(await store.content('a')).toBeNull();
  await store.putContents([content('b')]);
  expect(await store.content('b')).toEqual(content('b').data);
  // What was in it is gone all the same, and that is said for as long as this page is open.
  expect(await store.storage()).toMatchObject({ kind: 'database', trouble: { name: 'storage-deleted' } });
});

test('a job whose record was deleted under way is not said to be in another tab', async () => {
  const { name, store } = await newStore();
  await store.openJob(job('one', []), [], []);
  await deleteDB(name);
  const reason = 'this job was deleted';
  await expect(store.append('one', 0, [INTENT])).rejects.toEqual(
    failure({ name: 'storage-failed', values: { reason } }),
  );
});

test('a tab with an older version that does not let go is said, and a late connection does not hold others up', async () => {
  const name = newName();
  const older = await openDB(name, 1, { upgrade: (database) => database.createObjectStore('chosen') });
  const clock = manualClock();
  const opening = openStore(tab(name, clock), memoryLocks());
  // The limit for opening, and the one that begins as the browser says that it is blocked.
  await vi.waitFor(() => expect(clock.waiting()).toBe(2));
  clock.pass(3000);
  const why = expect.objectContaining({ name: 'storage-blocked' });
  expect(await (await opening).storage()).toEqual({ kind: 'tab', why });
  older.close();
  expect(await (await openTab(name)).storage()).toMatchObject({ kind: 'database' });
});

test('a database that the browser does not open is given up, and said', async () => {
  const never = Object.create(IDBOpenDBRequest.prototype, { addEventListener: { value: () => undefined } });
  vi.spyOn(indexedDB, 'open').mockReturnValue(never);
  const clock = manualClock();
  const opening = openStore(browserDatabase('hung', clock), memoryLocks());
  await vi.waitFor(() => expect(clock.waiting()).toBe(1));
  clock.pass(8000);
  const why = expect.objectContaining({ name: 'storage-hung', values: { seconds: 8 } });
  expect(await (await opening).storage()).toEqual({ kind: 'tab', why });
});

test('a transaction that does not end is given up, said, and forgotten once the storage answers again', async () => {
  const { name, store: other } = await newStore();
  const clock = manualClock();
  const store = await openStore(tab(name, clock), memoryLocks());
  // Another tab holds the table: a transaction lives for as long as it makes requests.
  const holder = await openDB(name);
  const holding = holder.transaction('jobs', 'readwrite');
  const hold = { on: true };
  const keepHolding = async () => {
    while (hold.on) await holding.store.count();
  };
  const ended = keepHolding();
  const refused = store.endJob('one', 'left', 1).then(() => null, factsOf);
  await vi.waitFor(() => expect(clock.waiting()).toBe(1));
  clock.pass(20_000);
  expect(await refused).toMatchObject({ name: 'storage-hung', values: { seconds: 20 } });
  expect(await store.storage()).toMatchObject({ kind: 'database', trouble: { name: 'storage-hung' } });
  // Nobody waits as long again while it is known not to answer.
  const next = store.jobs().then(() => null, factsOf);
  await vi.waitFor(() => expect(clock.waiting()).toBe(1));
  clock.pass(1000);
  expect(await next).toMatchObject({ name: 'storage-hung', values: { seconds: 1 } });
  hold.on = false;
  await ended;
  holder.close();
  expect(await other.jobs()).toEqual([]);
  await store.openJob(job('one', []), [], []);
  expect(await store.jobs()).toEqual([job('one', [])]);
  expect(await store.storage()).toMatchObject({ kind: 'database', trouble: null });
});

test.each([true, false, null])('what the browser answers about keeping the storage: %s', async (persisted) => {
  const store = await openStore(tab(newName()), memoryLocks(), async () => {
    if (persisted === null) throw new TypeError('it cannot say');
    return persisted;
  });
  expect(await store.storage()).toEqual({ kind: 'database', persisted, trouble: null });
});

test('a record that the browser cannot read hides no other, and is listed', async () => {
  const { store } = await newStore();
  await store.putBackup(backup('good', []));
  await store.putBackup(backup('bad', []));
  await store.openJob(job('one', []), [], []);
  // Chromium refuses a whole list for one value whose file is gone.
  const broken = () => {
    throw new DOMException('Failed to read large IndexedDB value', 'DataError');
  };
  const { get } = IDBObjectStore.prototype;
  vi.spyOn(IDBObjectStore.prototype, 'getAll').mockImplementation(broken);
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(function (this: IDBObjectStore, key) {
    return key === 'bad' ? broken() : get.call(this, key);
  });
  expect(await store.backups()).toEqual([backup('good', [])]);
  expect(await store.jobs()).toEqual([job('one', [])]);
  const why = expect.stringContaining('Failed to read large IndexedDB value');
  expect(await store.foreign()).toContainEqual({ id: 'bad', table: 'backups', why });
});

test('a request that the browser refuses at once is a failure of the store', async () => {
  const { store } = await newStore();
  vi.spyOn(IDBObjectStore.prototype, 'get').mockImplementation(() => {
    throw new DOMException('the disk is damaged', 'UnknownError');
  });
  const refused = failure({ name: 'storage-failed', values: { reason: 'the disk is damaged' } });
  await expect(store.content('a')).rejects.toEqual(refused);
});

test('a browser that denies storage gives a store that does not last, and says so', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('access is denied', 'SecurityError');
  });
  const store = await openStore(browserDatabase('denied', browserClock), memoryLocks());
  const why = expect.objectContaining({ name: 'storage-denied', values: { reason: 'access is denied' } });
  expect(await store.storage()).toEqual({ kind: 'tab', why });
});

test.each(['it says so', 'it has not said so yet'])(
  'a connection that the browser closes is reopened: %s',
  async (how) => {
    const connections: IDBDatabase[] = [];
    const { transaction } = IDBDatabase.prototype;
    vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementation(function (this: IDBDatabase, ...asked) {
      connections.push(this);
      return transaction.apply(this, asked);
    });
    const { store } = await newStore();
    await store.putContents([content('a')]);
    connections[0]?.close();
    if (how === 'it says so') connections[0]?.dispatchEvent(new Event('close'));
    expect(await store.content('a')).toEqual(content('a').data);
  },
);
