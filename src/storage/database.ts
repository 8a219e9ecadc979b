/** The browser's database, opened only here, for everything that outlives the tab. */
import type { DBSchema, IDBPDatabase, IDBPTransaction } from 'idb';
import { openDB } from 'idb';
import { Failure } from '../flash/failure.ts';
import type { Fact } from '../flash/journal.ts';
import type { Chosen } from '../flash/target.ts';
import type { BackupRecord, JobRecord } from './records.ts';
import { storeFailure } from './store.ts';

/** The version of the tables. Version 1 had only `chosen`, version 2 everything except `drafts`. */
export const DATABASE_VERSION = 3;

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
}

/** The name of a table. */
export type TableName = 'chosen' | 'contents' | 'jobs' | 'facts' | 'backups' | 'reserves' | 'drafts';

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
}

/** The browser's database with this name. */
export function browserDatabase(name: string): Database {
  let opened: Promise<IDBPDatabase<Tables>> | null = null;

  const connection = (): Promise<IDBPDatabase<Tables>> => {
    if (opened !== null) return opened;
    const forget = () => {
      if (opened === own) opened = null;
    };
    const own: Promise<IDBPDatabase<Tables>> = connect(name, forget);
    opened = own;
    own.catch(forget);
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

  return {
    open: async () => {
      await connection().catch(refuse);
    },
    read: async (tables, work) => {
      const tx = await begin(tables, 'readonly', 'relaxed').catch(refuse);
      return conclude(
        tx.done,
        () => tx.abort(),
        () => work(tx),
      );
    },
    write: async (tables, durability, work) => {
      const tx = await begin(tables, 'readwrite', durability).catch(refuse);
      return conclude(
        tx.done,
        () => tx.abort(),
        () => work(tx),
      );
    },
    close: async () => {
      const closing = opened;
      opened = null;
      (await closing?.catch(() => null))?.close();
    },
  };
}

/** Opens the database; closes it when another tab wants to upgrade its tables. `onGone` is called when it is lost. */
async function connect(name: string, onGone: () => void): Promise<IDBPDatabase<Tables>> {
  const opened = await openDB<Tables>(name, DATABASE_VERSION, {
    upgrade: (database, from) => {
      if (from < 1) database.createObjectStore('chosen');
      if (from < 2) {
        database.createObjectStore('contents');
        database.createObjectStore('jobs').createIndex('known', ['version', 'id']);
        database.createObjectStore('facts').createIndex('kind', 'fact');
        database.createObjectStore('backups');
        database.createObjectStore('reserves');
      }
      if (from < 3) database.createObjectStore('drafts');
    },
    blocking: () => {
      onGone();
      opened.close();
    },
    terminated: onGone,
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

/** Throws the failure for a database error. */
function refuse(error: unknown): never {
  throw storageFailure(error);
}

/** The failure for an error of the browser's storage; a `Failure` is returned as it is. */
export function storageFailure(error: unknown): Failure {
  if (error instanceof Failure) return error;
  if (isNamed(error, 'QuotaExceededError')) return storeFailure('storage-full', { cause: error });
  return storeFailure('storage-failed', { values: { reason: reasonOf(error) }, cause: error });
}

function reasonOf(error: unknown): string {
  if (isNamed(error, 'VersionError')) return 'a newer version of Sectorwise has upgraded it';
  if (!(error instanceof Error)) return String(error);
  return error.message === '' ? error.name : error.message;
}
