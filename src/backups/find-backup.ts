/** Finds what a store keeps under an id: the overwritten content that a job kept, or a backup record. */
import { libraryFailure } from './failures.ts';
import { backupOfJob } from './library-items.ts';
import type { Backup, BackupRecord, JobRecord } from '../storage/records.ts';
import type { Store } from '../storage/store.ts';

/** The content that a job kept, and the job. */
export interface KeptByJob {
  readonly kind: 'job';
  readonly job: JobRecord;
  readonly backup: Backup;
}

/** A backup in the library: one kept by a job, or a record of its own. */
export type Kept = KeptByJob | { readonly kind: 'record'; readonly record: BackupRecord };

/** The backup with this id; null if there is none. */
export async function findKept(store: Store, id: string): Promise<Kept | null> {
  const record = (await store.backups()).find((each) => idOf(each) === id);
  return record === undefined ? findByJob(store, (job) => job === id) : { kind: 'record', record };
}

/** The job whose kept content was exported or encrypted under this id; null if the job is gone or kept nothing. */
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
 * The id under which a job's kept content is exported or encrypted: the job's record is then removed by its own id, which must
 * not remove this backup.
 */
function standaloneId(job: string): string {
  return `${job}-kept`;
}

/** An open backup, independent of any job; throws `backup-encrypted` for an encrypted one. */
export function standalone(kept: Kept): Backup {
  if (kept.kind === 'job') return { ...kept.backup, id: standaloneId(kept.job.id) };
  if (kept.record.kind === 'open') return kept.record.backup;
  throw libraryFailure('backup-encrypted', { values: { name: kept.record.outside.name } });
}

function idOf(record: BackupRecord): string {
  return record.kind === 'open' ? record.backup.id : record.outside.id;
}
