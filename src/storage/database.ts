/** The browser's database, opened only here, for everything that outlives the tab. */
import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb';
import { openDB } from 'idb';
import type { Clock } from '../flash/clock.ts';
import { withTimeoutWhileAwake } from '../flash/clock.ts';
import type { FailureFacts } from '../flash/failure.ts';
import { Failure } from '../flash/failure.ts';
import type { Fact } from '../flash/journal.ts';
import type { Chosen } from '../flash/target.ts';
import type { BackupRecord, JobRecord } from './records.ts';
import type { SigningKey } from './signing-keys.ts';
import { storeFailure } from './store.ts';

/** The version of the tables. Version 1 had only `chosen`, version 2 everything except `drafts`, version 3 no `keys`. */
export const DATABASE_VERSION = 4;

/**
 * The tables as this version writes them. What it reads may come from another version and have any shape: see `readable.ts`.
 * Keys are a board's key, an MD5, the id of a job or backup, or a job's id with the number of a fact or of a piece of its
 * reserve. A reserve is room that a job holds for its own facts: meaningless bytes, deleted when no other room is left. A draft
 * is a backup in progress: see `drafts.ts`.
 */
export interface Tables extends DBSchema {
  chosen: { key: string; value: Chosen };
  contents: { key: string; value: Uint8Array<ArrayBuffer> };
  /** `known` shows whether a job record of some version exists, without loading its plan. */
  jobs: { key: string; value: JobRecord; indexes: { known: [number, string] } };
  facts: { key: [string, number]; value: Fact; indexes: { kind: string } };
  backups: { key: string; value: BackupRecord };
  reserves: { key: [string, number]; value: Uint8Array<ArrayBuffer> };
  drafts: { key: string; value: { readonly version: 1 } };
  /** By their public halves: see `signing-keys.ts`. */
  keys: { key: string; value: SigningKey };
}

/** The name of a table. */
export type TableName = 'chosen' | 'contents' | 'jobs' | 'facts' | 'backups' | 'reserves' | 'drafts' | 'keys';

/** A transaction over some tables. */
export type Transaction<N extends TableName, M extends 'readonly' | 'readwrite'> = IDBPTransaction<Tables, N[], M>;

/** Whether a change survives a power cut of the computer (`strict`), or only a killed browser. */
export type Durability = 'strict' | 'relaxed';

/**
 * A database that is opened on demand, and reopened after it was lost. `work` may await only requests of its transaction;
 * otherwise the browser ends the transaction early. What `write` did is durable when its promise resolves; if it rejects,
 * nothing was changed. Only failures of the store are thrown.
 */
export interface Database {
  open(): Promise<void>;
  read<N extends TableName, T>(tables: N[], work: (tx: Transaction<N, 'readonly'>) => Promise<T>): Promise<T>;
  write<N extends TableName, T>(
    tables: N[],
    durability: Durability,
    work: (tx: Transaction<N, 'readwrite'>) => Promise<T>,
  ): Promise<T>;
  close(): Promise<void>;
  /** What is wrong with it now, or that its content was deleted while it was in use; null if nothing is. */
  trouble(): FailureFacts | null;
}

/** How long the browser may take to open the database, in ms. */
const OPEN_MS = 8000;
/** How long a tab with an older version may take to release it, in ms. */
const BLOCKED_MS = 3000;
/** How long one transaction may take, in ms: the longest ones store a whole flash, and only a broken disk needs as long. */
const TRANSACTION_MS = 20_000;
/** The same while the storage does not answer anyway: a job that ends because of it makes several attempts to record that. */
const AGAIN_MS = 1000;

/** Failures of the storage as a whole, which end with the next transaction that works. */
const TROUBLES: ReadonlySet<string> = new Set(['storage-newer', 'storage-blocked', 'storage-hung', 'storage-denied']);

/** The browser's database with this name. Nothing waits for it longer than the limits above. */
export function browserDatabase(name: string, clock: Clock): Database {
  let opened: Promise<IDBPDatabase<Tables>> | null = null;
  let known = false;
  let deleted: FailureFacts | null = null;
  let trouble: FailureFacts | null = null;

  const connection = (): Promise<IDBPDatabase<Tables>> => {
    if (opened !== null) return opened;
    const forget = () => {
      if (opened === own) opened = null;
    };
    const created = () => {
      // It existed when this page opened it first.
      if (known) deleted = storeFailure('storage-deleted').facts;
    };
    const own: Promise<IDBPDatabase<Tables>> = connect(name, clock, { gone: forget, created });
    opened = own;
    own.then(() => (known = true), forget);
    return own;
  };

  const begin = async <N extends TableName, M extends 'readonly' | 'readwrite'>(
    tables: N[],
    mode: M,
    durability: Durability,
  ): Promise<Transaction<N, M>> => {
    const first = connection();
    try {
      return (await first).transaction(tables, mode, { durability });
    } catch (error) {
      // The browser has closed the connection, but its event has not arrived yet.
      if (!isNamed(error, 'InvalidStateError')) throw error;
      if (opened === first) opened = null;
      return (await connection()).transaction(tables, mode, { durability });
    }
  };

  /** Notes from how something ended what is wrong with the storage. */
  const noted = async <T>(work: Promise<T>): Promise<T> => {
    try {
      const result = await work;
      trouble = null;
      return result;
    } catch (error) {
      const failure = storageFailure(error);
      if (TROUBLES.has(failure.facts.name)) trouble = failure.facts;
      throw failure;
    }
  };

  const carryOut = async <N extends TableName, M extends 'readonly' | 'readwrite', T>(
    begun: Promise<Transaction<N, M>>,
    work: (tx: Transaction<N, M>) => Promise<T>,
  ): Promise<T> => {
    const tx = await begun;
    const limit = trouble?.name === 'storage-hung' ? AGAIN_MS : TRANSACTION_MS;
    return withTimeoutWhileAwake(
      clock,
      limit,
      conclude(
        tx.done,
        () => tx.abort(),
        () => work(tx),
      ),
      () => {
        // Whoever waits behind it may go on.
        tx.abort();
        throw hung(limit);
      },
    );
  };

  return {
    open: async () => {
      await noted(connection());
    },
    read: (tables, work) => noted(carryOut(begin(tables, 'readonly', 'relaxed'), work)),
    write: (tables, durability, work) => noted(carryOut(begin(tables, 'readwrite', durability), work)),
    trouble: () => trouble ?? deleted,
    close: async () => {
      const closing = opened;
      opened = null;
      (await closing?.catch(() => null))?.close();
    },
  };
}

/** What is reported of a connection: that it is lost, and that there was no database yet. */
interface Notice {
  readonly gone: () => void;
  readonly created: () => void;
}

/** Opens the database within a time limit; closes it when another tab wants to upgrade its tables. */
async function connect(name: string, clock: Clock, notice: Notice): Promise<IDBPDatabase<Tables>> {
  let blockedFor = (): void => undefined;
  const blocked = new Promise<never>((_, reject) => {
    blockedFor = () => void clock.at(BLOCKED_MS, () => reject(storeFailure('storage-blocked')));
  });
  const opening = openTables(name, notice, blockedFor);
  try {
    return await withTimeoutWhileAwake(clock, OPEN_MS, Promise.race([opening, blocked]), () => {
      throw hung(OPEN_MS);
    });
  } catch (error) {
    // A connection that comes too late must not block other tabs.
    void opening.then(
      (late) => late.close(),
      () => undefined,
    );
    throw error;
  }
}

async function openTables(name: string, notice: Notice, blocked: () => void): Promise<IDBPDatabase<Tables>> {
  const opened = await openDB<Tables>(name, DATABASE_VERSION, {
    blocked,
    upgrade: (database, from) => {
      if (from === 0) notice.created();
      if (from < 1) database.createObjectStore('chosen');
      if (from < 2) {
        database.createObjectStore('contents');
        database.createObjectStore('jobs').createIndex('known', ['version', 'id']);
        database.createObjectStore('facts').createIndex('kind', 'fact');
        database.createObjectStore('backups');
        database.createObjectStore('reserves');
      }
      if (from < 3) database.createObjectStore('drafts');
      if (from < 4) database.createObjectStore('keys');
    },
    blocking: () => {
      notice.gone();
      opened.close();
    },
    terminated: notice.gone,
  });
  return opened;
}

/** Waits until the work of a transaction is done and durable, or undone. */
async function conclude<T>(done: Promise<void>, abort: () => void, work: () => Promise<T>): Promise<T> {
  // Subscribed at once, so that a transaction that fails before its work does is noticed.
  const ended = done.then(
    () => null,
    (error: unknown) => error,
  );
  try {
    // A request may also throw at once.
    const result = await work();
    await done;
    return result;
  } catch (error) {
    try {
      abort();
    } catch {
      // It has already ended because of the error.
    }
    // A request on an ending transaction only reports that it is ending; the transaction itself knows why.
    const why = await ended;
    return refuse(isNamed(error, 'AbortError') && why !== null ? why : error);
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof DOMException && error.name === name;
}

function hung(ms: number): Failure {
  return storeFailure('storage-hung', { values: { seconds: ms / 1000 } });
}

/** Throws the failure for a database error. */
function refuse(error: unknown): never {
  throw storageFailure(error);
}

/** How browsers refuse to store anything: where site data is blocked, and Firefox in some private windows. */
const DENIALS = ['SecurityError', 'NotAllowedError'];

/** The failure for an error of the browser's storage; a `Failure` is returned as it is. */
export function storageFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isNamed(error, 'VersionError')) return storeFailure('storage-newer', { cause: error });
  if (DENIALS.some((denial) => isNamed(error, denial)))
    return storeFailure('storage-denied', { values: { reason: reasonOf(error) }, cause: error });
  if (isNamed(error, 'QuotaExceededError')) return storeFailure('storage-full', { cause: error });
  return storeFailure('storage-failed', { values: { reason: reasonOf(error) }, cause: error });
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message;
}
