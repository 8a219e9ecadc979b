/** What lies on the library: what jobs kept of what they overwrote, and backups, each as a `Backup` and as the page shows it. */
import type { Fact } from '../flash/journal.ts';
import { backedUp, bytesToRestore } from '../flash/job-extent.ts';
import { heldIn } from '../session/held-in.ts';
import type { Identity } from '../flash/target.ts';
import { boardName } from '../session/board-key.ts';
import type { LibraryItem } from './library-view.ts';
import type { Backup, BackupRecord, JobRecord, Outside } from '../storage/records.ts';

/** What a job kept, as a backup with the job's id; null if it kept nothing. */
export function backupOfJob(job: JobRecord, facts: readonly Fact[]): Backup | null {
  const units = backedUp(job.plan, facts);
  if (units.length === 0) return null;
  const { id, board, started } = job;
  const missing = bytesToRestore(job.plan, facts).lost;
  const name = heldIn(board.layout, units, job.found ?? null);
  return { version: 1, id, kind: 'overwritten', board, name, made: started, units, missing };
}

/** Bytes of flash in a backup. */
export function sizeOf({ units }: Pick<Backup, 'units'>): number {
  return units.reduce((sum, { size }) => sum + size, 0);
}

/** What may be seen of a backup when it is sealed. */
export function outsideOf(backup: Backup): Outside {
  const { id, kind, board, name, made } = backup;
  const of = { key: board.key, name: boardName(board.identity) };
  return { version: 1, id, kind, board: of, name, made, size: sizeOf(backup) };
}

/** An open backup as the page shows it; `job` is the one that it comes from, if any. */
export function openItem(backup: Backup, job: JobRecord | null): LibraryItem {
  const { id, kind, name, made, board, missing } = backup;
  return {
    id,
    kind,
    name,
    board: boardName(board.identity),
    made,
    size: sizeOf(backup),
    missing: missing.reduce((sum, { size }) => sum + size, 0),
    job: job === null ? null : { end: job.end?.how ?? null },
    fits: { key: board.key, identity: board.identity, layout: board.layout },
  };
}

/** A backup record as the page shows it. What is missing in a sealed one is not known. */
export function recordItem(record: BackupRecord): LibraryItem {
  if (record.kind === 'open') return openItem(record.backup, null);
  const { id, kind, name, made, size, board } = record.outside;
  return { id, kind, name, board: board.name, made, size, missing: 0, job: null, fits: null };
}

/** A name for the file of a backup: whose it is and when it was made, in letters that every file system takes. */
export function fileName(board: string, made: number, ending: 'zip' | 'sealed'): string {
  const time = new Date(made).toISOString().slice(0, 16).replace(':', '-');
  const name = board.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '');
  return `sectorwise-backup-${name.slice(0, 60)}-${time}.${ending}`;
}

/** A board in the name of a file: the chip alone where it does not say which one it is. */
export function boardInName({ chip, key }: Identity): string {
  return key === null ? chip : `${chip} ${key.value}`;
}

/** Whether one backup has every unit of another, with the same bytes. */
export function covers(one: Pick<Backup, 'units'>, other: Pick<Backup, 'units'>): boolean {
  const own = new Set(one.units.map(({ region, address, size, md5 }) => `${region} ${address} ${size} ${md5}`));
  return other.units.every(({ region, address, size, md5 }) => own.has(`${region} ${address} ${size} ${md5}`));
}
