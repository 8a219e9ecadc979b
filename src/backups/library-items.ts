/** The items of the library, kept by jobs or made as backups, each as a `Backup` and as the page shows it. */
import { isBlankDigest } from '../flash/blank-digests.ts';
import type { Range } from '../flash/map.ts';
import { isSameRange, sizeOf } from '../flash/map.ts';
import type { Fact } from '../flash/journal.ts';
import { backedUp, bytesToRestore, extentOf } from '../flash/job-extent.ts';
import type { HeldPartition } from '../session/contents-summary.ts';
import { contentsSummary, holdsTable, summarisedParts } from '../session/contents-summary.ts';
import type { Identity } from '../flash/target.ts';
import { boardName } from '../session/board-key.ts';
import { carryingOut } from '../session/words/carry-out.ts';
import { jobTitle } from '../session/words/job-title.ts';
import { jobIn } from './backup-manifest.ts';
import type { BinaryPart } from './binary-file.ts';
import { binaryParts, rangeInName } from './binary-file.ts';
import type { LibraryItem, Unfinished } from './library-view.ts';
import type { Backup, BackupRecord, JobRecord, EncryptedBackupLabel } from '../storage/records.ts';

/** The content that a job kept, as a backup with the job's id; null if it kept nothing. */
export function backupOfJob(job: JobRecord, facts: readonly Fact[]): Backup | null {
  const units = backedUp(job.plan, facts);
  if (units.length === 0) return null;
  const { id, board, started } = job;
  const missing = bytesToRestore(job.plan, facts).lost;
  const name = contentsSummary(board.layout, units, job.found ?? null, job.after.layout);
  const end = job.end === null ? {} : { end: job.end.how };
  const doing = doingOf(job);
  return { version: 1, id, kind: 'overwritten', board, name, made: started, doing, ...end, units, missing };
}

/** What remains readable of a backup when it is encrypted. */
export function encryptedLabelOf(backup: Backup): EncryptedBackupLabel {
  const { id, kind, board, name, made } = backup;
  const of = { key: board.key, name: boardName(board.identity) };
  return { version: 1, id, kind, board: of, name, made, ...jobIn(backup), size: sizeOf(backup.units) };
}

/** An open backup as the page shows it; `job` is the job that kept it, if any. */
export function openItem(backup: Backup, job: JobRecord | null): LibraryItem {
  const { id, kind, name, made, board, missing } = backup;
  return {
    id,
    kind,
    name,
    board: boardName(board.identity),
    made,
    size: sizeOf(backup.units),
    missing: sizeOf(missing),
    blank: blankIn(backup),
    job: job === null ? jobBehind(backup) : { end: job.end?.how ?? null, doing: doingOf(job) },
    plain: plainParts(backup, job),
    fits: {
      key: board.key,
      identity: board.identity,
      layout: board.layout,
      hasTable: holdsTable(board.layout, backup.units),
    },
  };
}

/** What a job did that overwrote these bytes, as the page said while it ran. */
function doingOf({ plan, purpose, about, after }: JobRecord): string {
  return carryingOut({ plan, purpose, layout: after.layout }, about);
}

/** What of a backup can be saved as one file each; `job` is the job that kept it, if any: it recorded which bytes were an app. */
function plainParts(backup: Backup, job: JobRecord | null): readonly BinaryPart[] {
  const { partitions } = summarisedParts(backup.board.layout, backup.units, job?.found ?? null);
  return binaryParts(backup).map((part) => {
    const app = partitions.find((each) => isAppOf(each, part, backup));
    return app === undefined ? part : { ...part, has: 'app', app: app.holds };
  });
}

/** Whether bytes begin with a partition of which they have all of its app. */
function isAppOf(held: HeldPartition, part: BinaryPart, { board }: Pick<Backup, 'board'>): boolean {
  const starts = board.layout.partitions.some(
    (own) => own.name === part.name && own.region === part.region && own.address === part.address,
  );
  return part.has === 'part' && held.isAppAlone === true && held.name === part.name && starts;
}

/** How many of the bytes of a backup are in erase units that are blank, as far as the size of those is a usual one. */
function blankIn({ board, units }: Backup): number {
  return sizeOf(units.filter((unit) => isBlankDigest(board.layout.map, unit, unit.md5)));
}

/** The job that overwrote the bytes of a backup that stands alone: its record is not here to be asked. */
function jobBehind({ kind, doing, end }: Pick<Backup, 'kind' | 'doing' | 'end'>): LibraryItem['job'] {
  return kind === 'overwritten' ? { end: end ?? 'unknown', doing: doing ?? null } : null;
}

/** A job that did not end, as the start page names it. */
export function unfinishedJob(job: JobRecord, facts: readonly Fact[]): Unfinished {
  const { id, purpose, board, plan } = job;
  const { total, verified, unchecked } = extentOf(plan, facts);
  const { key, identity } = board;
  return {
    job: id,
    purpose: purpose.kind,
    key,
    board: boardName(identity),
    ...jobTitle(job),
    verified,
    total,
    ...(unchecked !== undefined && { unchecked }),
  };
}

/** A backup record as the page shows it. The missing and the blank bytes of an encrypted one are unknown and count as 0. */
export function recordItem(record: BackupRecord): LibraryItem {
  if (record.kind === 'open') return openItem(record.backup, null);
  const { id, kind, name, made, size, board } = record.outside;
  return {
    id,
    kind,
    name,
    board: board.name,
    made,
    size,
    blank: 0,
    missing: 0,
    job: jobBehind(record.outside),
    plain: [],
    fits: null,
  };
}

/** A file name for a backup, from its board or a part of it, and its time, in characters that every file system accepts. */
export function fileName(board: string, made: number, ending: 'zip' | 'encrypted' | 'bin'): string {
  const time = new Date(made).toISOString().slice(0, 16).replace(':', '-');
  const name = board.replace(/[^A-Za-z0-9.]+/g, '-').replace(/^-|-$/g, '');
  return `sectorwise-${ending === 'bin' ? '' : 'backup-'}${name.slice(0, 80)}-${time}.${ending}`;
}

/** A file name for bytes of a board, as they were at a time; `what` is what their range is called there. */
export function bytesFileName({ identity }: Backup['board'], what: string, made: number): string {
  return fileName(`${boardInName(identity)} ${what}`, made, 'bin');
}

/** What a range of a backup is called in the name of a file: an app by its own name, too. */
export function partInName(backup: Backup, range: Range, job: JobRecord | null): string {
  return rangeInName(backup, plainParts(backup, job).find((part) => isSameRange(part, range)) ?? range);
}

/** A board's name in a file name: only the chip if the board has no unique ID. */
export function boardInName({ chip, key }: Identity): string {
  return key === null ? chip : `${chip} ${key.value}`;
}

/** Whether one backup has every unit of another, with the same bytes. */
export function covers(one: Pick<Backup, 'units'>, other: Pick<Backup, 'units'>): boolean {
  const own = new Set(one.units.map(({ region, address, size, md5 }) => `${region} ${address} ${size} ${md5}`));
  return other.units.every(({ region, address, size, md5 }) => own.has(`${region} ${address} ${size} ${md5}`));
}
