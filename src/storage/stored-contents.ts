/** The `contents` table: adding contents, requiring them, and removing what is no longer needed. */
import type { IDBPObjectStore } from 'idb';
import type { Content, Fact } from '../flash/journal.ts';
import { hasOwnBuffer } from '../formats/binary.ts';
import type { TableName, Tables, Transaction } from './database.ts';
import { asBackup, asFact, asJob, isKnownFactKind } from './readable.ts';
import { storeFailure } from './store.ts';
import { plannedUnits } from '../flash/plan.ts';
import type { BackupRecord, JobRecord } from './records.ts';

/** The table, in a read-write transaction. */
type Contents = IDBPObjectStore<Tables, ArrayLike<TableName>, 'contents', 'readwrite'>;

/** Bytes in flight at once: one content at a time is slower, all at once would hold a whole flash in memory twice. */
const BATCH = 1 << 20;

/** Stores contents as they are produced. */
export async function putAll(table: Contents, contents: Iterable<Content>): Promise<void> {
  let puts: Promise<string>[] = [];
  let size = 0;
  // IndexedDB copies the value during `put`, so one buffer serves all copies, and 16 MB of flash leaves no garbage.
  let copy = new Uint8Array();
  const alone = (data: Uint8Array): Uint8Array<ArrayBuffer> => {
    // IndexedDB stores the whole buffer of a view.
    if (hasOwnBuffer(data)) return data;
    if (copy.length !== data.length) copy = new Uint8Array(data.length);
    copy.set(data);
    return copy;
  };
  for (const { md5, data } of contents) {
    const put = table.put(alone(data), md5);
    // If the next put throws at once, nobody awaits this one, which fails with the transaction.
    put.catch(() => undefined);
    puts.push(put);
    size += data.length;
    if (size < BATCH) continue;
    await Promise.all(puts);
    [puts, size] = [[], 0];
  }
  await Promise.all(puts);
}

/** Which of these contents are in the table. */
export async function presentOf(
  table: { getKey(md5: string): Promise<string | undefined> },
  md5s: Iterable<string>,
): Promise<ReadonlySet<string>> {
  const keys = await Promise.all(Array.from(new Set(md5s), (md5) => table.getKey(md5)));
  return new Set(keys.filter((key) => key !== undefined));
}

/** Throws `content-gone` if one of these is not in the table. */
export async function mustHave(table: Contents, md5s: readonly string[]): Promise<void> {
  const present = await presentOf(table, md5s);
  const md5 = md5s.find((one) => !present.has(one));
  if (md5 !== undefined) throw storeFailure('content-gone', { values: { md5, how: 'gone' } });
}

/** The tables of a change that is followed by a clean-up. */
export const CLEANED_TABLES = ['contents', 'jobs', 'facts', 'backups', 'reserves', 'drafts'] as const;

/**
 * Removes contents that no record needs. Removes nothing while there is a record or a fact that this version cannot read, or a
 * draft that is not among the `ended` ones.
 */
export async function removeUnneeded(
  tx: Transaction<(typeof CLEANED_TABLES)[number], 'readwrite'>,
  ended: readonly string[],
): Promise<void> {
  const drafts = tx.objectStore('drafts');
  await Promise.all(ended.map((id) => drafts.delete(id)));
  if ((await drafts.count()) > 0) return;
  const jobs = (await tx.objectStore('jobs').getAll()).map(asJob);
  const backups = (await tx.objectStore('backups').getAll()).map(asBackup);
  if (!jobs.every((job) => job !== null) || !backups.every((backup) => backup !== null)) return;
  const kinds = tx.objectStore('facts').index('kind');
  let kind = await kinds.openKeyCursor(null, 'nextunique');
  while (kind !== null) {
    if (!isKnownFactKind(kind.key)) return;
    kind = await kind.continue();
  }
  const saved = (await kinds.getAll('backed-up')).map(asFact);
  if (!saved.every((fact) => fact !== null)) return;
  const facts = new Map<string, Fact[]>();
  for (const [i, [job]] of (await kinds.getAllKeys('backed-up')).entries()) {
    const fact = saved[i];
    if (fact !== undefined) facts.set(job, [...(facts.get(job) ?? []), fact]);
  }
  const needed = contentsNeeded(jobs, facts, backups);
  const contents = tx.objectStore('contents');
  const idle = (await contents.getAllKeys()).filter((md5) => !needed.has(md5));
  await Promise.all(idle.map((md5) => contents.delete(md5)));
}

/** The MD5s of every content that a job writes or has kept, and of every open backup. */
export function contentsNeeded(
  jobs: Iterable<JobRecord>,
  facts: ReadonlyMap<string, readonly Fact[]>,
  backups: Iterable<BackupRecord>,
): ReadonlySet<string> {
  const needed = new Set<string>();
  for (const { id, plan } of jobs) {
    for (const unit of plannedUnits(plan)) {
      needed.add(unit.after);
      if (unit.before !== null && unit.backup !== 'none') needed.add(unit.before);
    }
    for (const fact of facts.get(id) ?? []) for (const md5 of savedIn(fact)) needed.add(md5);
  }
  for (const record of backups) {
    if (record.kind === 'open') for (const { md5 } of record.backup.units) needed.add(md5);
  }
  return needed;
}

/** The MD5s of the contents that a fact says are kept. */
export function savedIn(fact: Fact): string[] {
  return fact.fact === 'backed-up' ? fact.units.map(({ md5 }) => md5) : [];
}
