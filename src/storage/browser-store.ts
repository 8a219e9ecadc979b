/** A store in the browser's database. */
import { factsOf } from '../flash/failure.ts';
import type { Content, Fact } from '../flash/journal.ts';
import { plannedUnits } from '../flash/plan.ts';
import type { Database, Durability } from './database.ts';
import { draftsIn } from './drafts.ts';
import { mustHave, presentOf, putAll, slim, sweep, SWEPT } from './kept-contents.ts';
import type { JobLocks } from './locks.ts';
import { memoryStore } from './memory-store.ts';
import { savedIn } from './needed-contents.ts';
import { isBackupRecord, isFact, isJobRecord, whyUnreadable } from './readable.ts';
import { renamedFact, renamedJob } from './old-names.ts';
import type { BackupRecord, JobRecord } from './records.ts';
import { backupId, madeAt } from './records.ts';
import type { Foreign, Store } from './store.ts';
import { storeFailure } from './store.ts';

/**
 * A store in the database, or in memory if the browser does not open it; the latter says why. `locks` are shared by all tabs
 * with this database.
 */
export async function openStore(database: Database, locks: JobLocks): Promise<Store> {
  try {
    await database.open();
  } catch (error) {
    const { values, says } = factsOf(error);
    return memoryStore(String(values['reason'] ?? says));
  }
  return browserStore(database, locks);
}

function browserStore(database: Database, locks: JobLocks): Store {
  const drafts = draftsIn(database, locks);
  const putContents = (contents: Iterable<Content>) =>
    database.write(['contents'], 'strict', (tx) => putAll(tx.objectStore('contents'), contents));
  /** Writes a backup; `draft` is the draft that it completes. */
  const putBackup = async (record: BackupRecord, ...draft: readonly string[]) => {
    const dead = await drafts.dead();
    await database.write([...SWEPT], 'strict', async (tx) => {
      const [backups, id] = [tx.objectStore('backups'), backupId(record)];
      leaveForeign(await backups.get(id), isBackupRecord);
      if (record.kind === 'open')
        await mustHave(
          tx.objectStore('contents'),
          record.backup.units.map(({ md5 }) => md5),
        );
      await backups.put(record.kind === 'open' ? record : { ...record, bundle: slim(record.bundle) }, id);
      await sweep(tx, [...dead, ...draft]);
    });
  };
  return {
    lasting: true,
    have: (md5s) => database.read(['contents'], (tx) => presentOf(tx.objectStore('contents'), md5s)),
    content: async (md5) => {
      const kept: unknown = await database.read(['contents'], (tx) => tx.objectStore('contents').get(md5));
      return kept instanceof Uint8Array ? kept : null;
    },
    putContents,

    jobs: async () => {
      const all = await database.read(['jobs'], (tx) => tx.objectStore('jobs').getAll());
      return all
        .map(renamedJob)
        .filter(isJobRecord)
        .toSorted((a, b) => b.started - a.started);
    },
    openJob: (job, contents, needed) =>
      database.write(['contents', 'jobs', 'facts', 'reserves'], 'strict', async (tx) => {
        const [jobs, kept] = [tx.objectStore('jobs'), tx.objectStore('contents')];
        leaveForeign(await jobs.get(job.id), isJobRecord);
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
        leaveForeign(job, isJobRecord);
        if (job !== undefined) await jobs.put({ ...job, end: { how, at } }, id);
        await tx.objectStore('reserves').delete(allOf(id));
      }),
    facts: async (job) => {
      const stored = await database.read(['facts'], (tx) => tx.objectStore('facts').getAll(allOf(job)));
      const all = stored.map(renamedFact);
      if (!all.every(isFact)) throw storeFailure('storage-failed', { values: { reason: whyUnreadable(null) } });
      return all;
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
          if (known === undefined || last === undefined || next !== undefined)
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
      const all = await database.read(['backups'], (tx) => tx.objectStore('backups').getAll());
      return all.filter(isBackupRecord).toSorted((a, b) => madeAt(b) - madeAt(a));
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
      await database.write([...SWEPT], 'relaxed', async (tx) => {
        await Promise.all([
          tx.objectStore('reserves').delete(allOf(id)),
          tx.objectStore('jobs').delete(id),
          tx.objectStore('facts').delete(allOf(id)),
          tx.objectStore('backups').delete(id),
        ]);
        await sweep(tx, dead);
      });
    },

    foreign: () =>
      database.read(['jobs', 'facts', 'backups'], async (tx) => {
        const [jobs, facts, backups] = [tx.objectStore('jobs'), tx.objectStore('facts'), tx.objectStore('backups')];
        const [ids, records] = [await jobs.getAllKeys(), await jobs.getAll()];
        const [noted, keys] = [await facts.getAll(), await facts.getAllKeys()];
        const unknown = new Set(keys.flatMap(([id], i) => (isFact(renamedFact(noted[i])) ? [] : [id])));
        return [
          ...unreadable('jobs', ids, records.map(renamedJob), isJobRecord),
          ...ids
            .filter((id, i) => unknown.has(id) && isJobRecord(renamedJob(records[i])))
            .map((id): Foreign => ({ id, table: 'jobs', why: whyUnreadable(null) })),
          ...unreadable('backups', await backups.getAllKeys(), await backups.getAll(), isBackupRecord),
        ];
      }),
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
function leaveForeign(found: unknown, isOurs: (value: unknown) => boolean): void {
  if (found === undefined || isOurs(found)) return;
  throw storeFailure('storage-failed', { values: { reason: whyUnreadable(found) } });
}

function unreadable(
  table: Foreign['table'],
  ids: readonly string[],
  records: readonly unknown[],
  isOurs: (value: unknown) => boolean,
): Foreign[] {
  return ids.flatMap((id, i) => (isOurs(records[i]) ? [] : [{ id, table, why: whyUnreadable(records[i]) }]));
}
