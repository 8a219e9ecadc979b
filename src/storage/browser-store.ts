/** A store in the browser's database. */
import { factsOf } from '../flash/failure.ts';
import type { Content, Fact } from '../flash/journal.ts';
import { ownBuffer } from '../formats/binary.ts';
import { plannedUnits } from '../flash/plan.ts';
import type { Database, Durability } from './database.ts';
import { draftsIn } from './drafts.ts';
import { mustHave, presentOf, putAll, removeUnneeded, CLEANED_TABLES, savedIn } from './stored-contents.ts';
import type { JobLocks } from './locks.ts';
import { memoryStore } from './memory-store.ts';
import { asBackup, asFact, asJob, whyUnreadable } from './readable.ts';
import type { BackupRecord, JobRecord } from './records.ts';
import { backupId, madeAt } from './records.ts';
import type { Foreign, Store } from './store.ts';
import { storeFailure } from './store.ts';

/** Whether the browser has promised to keep what this site stores; null if it does not say. */
type Persisted = () => Promise<boolean | null>;

/**
 * A store in the database, or in memory if the browser does not open it; the latter says why. `locks` are shared by all tabs
 * with this database; `persisted` is the browser's own answer.
 */
export async function openStore(
  database: Database,
  locks: JobLocks,
  persisted: Persisted = () => Promise.resolve(null),
): Promise<Store> {
  try {
    await database.open();
  } catch (error) {
    return memoryStore(factsOf(error));
  }
  return browserStore(database, locks, persisted);
}

function browserStore(database: Database, locks: JobLocks, persisted: Persisted): Store {
  const drafts = draftsIn(database, locks);
  const putContents = (contents: Iterable<Content>) =>
    database.write(['contents'], 'strict', (tx) => putAll(tx.objectStore('contents'), contents));
  /** Writes a backup; `draft` is the draft that it completes. */
  const putBackup = async (record: BackupRecord, ...draft: readonly string[]) => {
    const dead = await drafts.dead();
    await database.write([...CLEANED_TABLES], 'strict', async (tx) => {
      const [backups, id] = [tx.objectStore('backups'), backupId(record)];
      refuseForeign(await backups.get(id), asBackup);
      if (record.kind === 'open')
        await mustHave(
          tx.objectStore('contents'),
          record.backup.units.map(({ md5 }) => md5),
        );
      await backups.put(record.kind === 'open' ? record : { ...record, bundle: ownBuffer(record.bundle) }, id);
      await removeUnneeded(tx, [...dead, ...draft]);
    });
  };
  return {
    storage: async () => ({
      kind: 'database',
      persisted: await persisted().catch(() => null),
      trouble: database.trouble(),
    }),
    have: (md5s) => database.read(['contents'], (tx) => presentOf(tx.objectStore('contents'), md5s)),
    content: async (md5) => {
      const kept: unknown = await database.read(['contents'], (tx) => tx.objectStore('contents').get(md5));
      return kept instanceof Uint8Array ? kept : null;
    },
    putContents,

    jobs: async () => {
      const { records } = await recordsIn(database, 'jobs');
      return records.flatMap(({ value }) => asJob(value) ?? []).toSorted((a, b) => b.started - a.started);
    },
    openJob: (job, contents, needed) =>
      database.write(['contents', 'jobs', 'facts', 'reserves'], 'strict', async (tx) => {
        const [jobs, kept] = [tx.objectStore('jobs'), tx.objectStore('contents')];
        refuseForeign(await jobs.get(job.id), asJob);
        await putAll(kept, contents);
        await mustHave(kept, needed);
        await Promise.all([
          jobs.put(job, job.id),
          tx.objectStore('facts').delete(allOf(job.id)),
          reserve(tx.objectStore('reserves'), job),
        ]);
      }),
    endJob: (id, how, at) =>
      database.write(['jobs', 'reserves'], 'relaxed', async (tx) => {
        const jobs = tx.objectStore('jobs');
        const job = await jobs.get(id);
        refuseForeign(job, asJob);
        if (job !== undefined) await jobs.put({ ...job, end: { how, at } }, id);
        await tx.objectStore('reserves').delete(allOf(id));
      }),
    facts: async (job) => {
      const stored = await database.read(['facts'], (tx) => tx.objectStore('facts').getAll(allOf(job)));
      return stored.map((each) => {
        const fact = asFact(each);
        if (fact === null) throw storeFailure('storage-failed', { values: { reason: whyUnreadable(null) } });
        return fact;
      });
    },
    append: async (job, from, facts, contents = []) => {
      const saved = facts.flatMap(savedIn);
      const note = () =>
        database.write(tablesOf(saved), durabilityOf(facts), async (tx) => {
          const table = tx.objectStore('facts');
          // The facts are contiguous, so checking two keys replaces counting, which takes longer the more facts there are.
          const [known, last, next] = await Promise.all([
            tx.objectStore('jobs').index('known').getKey([1, job]),
            from === 0 ? true : table.getKey([job, from - 1]),
            table.getKey([job, from]),
          ]);
          if (known === undefined) throw storeFailure('storage-failed', { values: { reason: 'this job was deleted' } });
          if (last === undefined || next !== undefined)
            throw storeFailure('storage-failed', { values: { reason: 'another tab is writing this job' } });
          if (saved.length > 0) {
            await putAll(tx.objectStore('contents'), contents);
            await mustHave(tx.objectStore('contents'), saved);
          }
          await Promise.all(facts.map((fact, i) => table.put(fact, [job, from + i])));
        });
      try {
        await note();
      } catch (error) {
        // Bytes to keep are stored before the erase: if they do not fit, the job stops and keeps its reserve for recording
        // that.
        if (factsOf(error).name !== 'storage-full' || contents.length > 0) throw error;
        // A job that has begun to erase must be able to record everything up to its end: that is what its reserve is for.
        await database.write(['reserves'], 'relaxed', (tx) => tx.objectStore('reserves').delete(allOf(job)));
        await note();
      }
    },

    backups: async () => {
      const { records } = await recordsIn(database, 'backups');
      return records.flatMap(({ value }) => asBackup(value) ?? []).toSorted((a, b) => madeAt(b) - madeAt(a));
    },
    putBackup: (record) => putBackup(record),
    draft: async () => {
      const { id, letGo } = await drafts.begin();
      let finished = false;
      return {
        put: putContents,
        finish: async (record) => {
          await putBackup(record, id);
          finished = true;
          letGo();
        },
        discard: async () => {
          if (finished) return;
          const ending = database.write(['drafts'], 'relaxed', (tx) => tx.objectStore('drafts').delete(id));
          // A draft record that stays has no lock, so the next clean-up removes it.
          await ending.catch(() => undefined);
          letGo();
        },
      };
    },
    remove: async (id) => {
      const dead = await drafts.dead();
      await database.write([...CLEANED_TABLES], 'relaxed', async (tx) => {
        await Promise.all([
          tx.objectStore('reserves').delete(allOf(id)),
          tx.objectStore('jobs').delete(id),
          tx.objectStore('facts').delete(allOf(id)),
          tx.objectStore('backups').delete(id),
        ]);
        await removeUnneeded(tx, dead);
      });
    },

    foreign: async () => {
      const [jobs, backups] = [await recordsIn(database, 'jobs'), await recordsIn(database, 'backups')];
      const damaged = await jobsWithDamagedFacts(database, jobs.records);
      return [
        ...unreadable('jobs', jobs, asJob),
        ...jobs.records
          .filter(({ id, value }) => damaged.has(id) && asJob(value) !== null)
          .map(({ id }): Foreign => ({ id, table: 'jobs', why: whyUnreadable(null) })),
        ...unreadable('backups', backups, asBackup),
      ];
    },
  };
}

/** An upper limit in bytes for a fact in the database, with its key and index entry. Each unit has a few facts. */
const FACT_SIZE = 1024;

/** The room in bytes that a job reserves for its own facts and for the change of its record. */
function reserveFor({ plan }: JobRecord): number {
  return (1 << 20) + FACT_SIZE * plannedUnits(plan).length;
}

/** The most bytes that `crypto.getRandomValues` fills at once; a piece of a reserve is four of these. */
const RANDOM_AT_ONCE = 1 << 16;
const PIECE = 4 * RANDOM_AT_ONCE;

/**
 * Reserves room for a job. Chromium compresses what it stores: a MiB of zeros takes 50 KiB, in a log that deleting only makes
 * longer. A value that is large even when compressed is stored as a file of its own, whose room is free as soon as it is
 * deleted.
 */
async function reserve(table: Reserves, job: JobRecord): Promise<void> {
  const bytes = new Uint8Array(PIECE);
  for (let at = 0; at < PIECE; at += RANDOM_AT_ONCE) crypto.getRandomValues(bytes.subarray(at, at + RANDOM_AT_ONCE));
  const pieces = Math.ceil(reserveFor(job) / PIECE);
  await Promise.all(Array.from({ length: pieces }, (_, n) => table.put(bytes, [job.id, n])));
}

/** The table, in a read-write transaction. */
interface Reserves {
  put(value: Uint8Array<ArrayBuffer>, key: [string, number]): Promise<unknown>;
}

/** Everything stored under a job's id and a number: in IndexedDB, numbers sort before arrays. */
function allOf(job: string): IDBKeyRange {
  return IDBKeyRange.bound([job], [job, []]);
}

/** The tables that an append needs: `contents` stays unlocked if no fact refers to any. */
function tablesOf(saved: readonly string[]): ('jobs' | 'facts' | 'contents')[] {
  return saved.length > 0 ? ['jobs', 'facts', 'contents'] : ['jobs', 'facts'];
}

/** Facts after which bytes on the device may be lost must survive a power cut. */
function durabilityOf(facts: readonly Fact[]): Durability {
  return facts.some(({ fact }) => fact === 'intent' || fact === 'committing' || fact === 'backed-up')
    ? 'strict'
    : 'relaxed';
}

/** Throws rather than change a record of another version. */
function refuseForeign(found: unknown, read: (stored: unknown) => object | null): void {
  if (found === undefined || read(found) !== null) return;
  throw storeFailure('storage-failed', { values: { reason: whyUnreadable(found) } });
}

/** The records of a table by their ids, and those that the browser could not read, with its reason. */
interface Records {
  readonly records: readonly { readonly id: string; readonly value: unknown }[];
  readonly broken: readonly { readonly id: string; readonly why: string }[];
}

/** All records of a table: where the browser cannot read them at once, one by one, because one may be the reason. */
async function recordsIn(database: Database, table: Foreign['table']): Promise<Records> {
  try {
    return await database.read([table], async (tx) => {
      const [ids, values] = [await tx.objectStore(table).getAllKeys(), await tx.objectStore(table).getAll()];
      return { records: ids.map((id, i) => ({ id, value: values[i] })), broken: [] };
    });
  } catch (error) {
    if (factsOf(error).name !== 'storage-failed') throw error;
  }
  const records: { id: string; value: unknown }[] = [];
  const broken: { id: string; why: string }[] = [];
  for (const id of await database.read([table], (tx) => tx.objectStore(table).getAllKeys())) {
    try {
      records.push({ id, value: await database.read([table], (tx) => tx.objectStore(table).get(id)) });
    } catch (error) {
      const { name, values } = factsOf(error);
      if (name !== 'storage-failed') throw error;
      broken.push({ id, why: `the browser cannot read it: ${values['reason']}` });
    }
  }
  return { records, broken };
}

/** The ids of jobs of which a fact cannot be read. */
async function jobsWithDamagedFacts(database: Database, jobs: Records['records']): Promise<ReadonlySet<string>> {
  try {
    return await database.read(['facts'], async (tx) => {
      const facts = tx.objectStore('facts');
      const [noted, keys] = [await facts.getAll(), await facts.getAllKeys()];
      return new Set(keys.flatMap(([id], i) => (asFact(noted[i]) === null ? [id] : [])));
    });
  } catch (error) {
    if (factsOf(error).name !== 'storage-failed') throw error;
  }
  const damaged = new Set<string>();
  for (const { id } of jobs) {
    const reading = database.read(['facts'], (tx) => tx.objectStore('facts').getAll(allOf(id)));
    const all = await reading.catch(() => null);
    if (all === null || all.some((fact) => asFact(fact) === null)) damaged.add(id);
  }
  return damaged;
}

function unreadable(
  table: Foreign['table'],
  { records, broken }: Records,
  read: (stored: unknown) => object | null,
): Foreign[] {
  return [
    ...records.flatMap(({ id, value }) => (read(value) === null ? [{ id, table, why: whyUnreadable(value) }] : [])),
    ...broken.map(({ id, why }) => ({ id, table, why })),
  ];
}
