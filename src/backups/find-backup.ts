/** What a store keeps under an id: what a job kept of what it overwrote, or a backup record. */
import { libraryFailure } from './library-failures.ts';
import { backupOfJob } from './library-items.ts';
import type { Backup, BackupRecord, JobRecord } from '../storage/records.ts';
import type { Store } from '../storage/store.ts';

/** What a job kept, and the job. */
export interface KeptByJob {
  readonly kind: 'job';
  readonly job: JobRecord;
  readonly backup: Backup;
}

/** Something on the library. */
export type Kept = KeptByJob | { readonly kind: 'record'; readonly record: BackupRecord };

/** What is kept under this id; null if nothing is. */
export async function findKept(store: Store, id: string): Promise<Kept | null> {
  const record = (await store.backups()).find((each) => idOf(each) === id);
  return record === undefined ? findByJob(store, (job) => job === id) : { kind: 'record', record };
}

/** What the job keeps whose bytes have left its record under this id, if the job is still here. */
export function findStandalone(store: Store, id: string): Promise<KeptByJob | null> {
  return findByJob(store, (job) => standaloneId(job) === id);
}

async function findByJob(store: Store, wanted: (id: string) => boolean): Promise<KeptByJob | null> {
  const job = (await store.jobs()).find(({ id }) => wanted(id));
  if (job === undefined) return null;
  const backup = backupOfJob(job, await store.facts(job.id));
  return backup === null ? null : { kind: 'job', job, backup };
}

/**
 * The id under which what a job kept leaves its record, to a file or under a seal: the record is then removed by its own
 * id, which must not take the backup along.
 */
function standaloneId(job: string): string {
  return `${job}-kept`;
}

/** An open backup as it stands apart from any job; throws `backup-sealed` for one that is not open. */
export function standalone(kept: Kept): Backup {
  if (kept.kind === 'job') return { ...kept.backup, id: standaloneId(kept.job.id) };
  if (kept.record.kind === 'open') return kept.record.backup;
  throw libraryFailure('backup-sealed', { values: { name: kept.record.outside.name } });
}

function idOf(record: BackupRecord): string {
  return record.kind === 'open' ? record.backup.id : record.outside.id;
}
