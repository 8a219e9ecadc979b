/** What is stored of jobs and backups: plain data that later versions of the app will read. */
import type { Layout } from '../flash/layout.ts';
import type { EraseUnit, FlashMap } from '../flash/map.ts';
import type { Plan } from '../flash/plan.ts';
import type { Fact, RangeDigest } from '../flash/journal.ts';
import type { PlannedLayout } from '../flash/planned-layout.ts';
import { plannedLayout } from '../flash/planned-layout.ts';
import type { Identity } from '../flash/target.ts';
import type { ReportFile } from '../session/job-execution/report.ts';

/** The board that a record is about: `key` identifies it, see `board-key.ts`. */
export interface BoardMark {
  readonly key: string;
  readonly identity: Identity;
  readonly layout: Layout;
}

/** What a job does: put files on a board, restore a backup, or undo an unfinished job. */
export type Purpose =
  | { readonly kind: 'flash' }
  | { readonly kind: 'restore'; readonly backup: string; readonly name: string }
  | { readonly kind: 'roll-back'; readonly job: string };

/** How a closed job ended. `replaced`: a later job on the same board succeeded. */
export type JobEnd = 'verified' | 'unproved' | 'rolled-back' | 'left' | 'replaced';

/** A job, recorded before its first fact. It is open until `end` is set: it can be resumed, rolled back or abandoned. */
export interface JobRecord {
  readonly version: 1;
  readonly id: string;
  readonly purpose: Purpose;
  /** The board as it was before the job. */
  readonly board: BoardMark;
  readonly files: readonly ReportFile[];
  readonly plan: Plan;
  /** What lay beside the writes when the job was planned; absent where the board cannot show it. */
  readonly surroundings?: Omit<Extract<Fact, { fact: 'surroundings' }>, 'fact'>;
  /** The state after the job: the layout, which partition then starts (null: unknown), and a sentence about it. */
  readonly after: { readonly layout: Layout; readonly expected: string | null; readonly says: string };
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly end: { readonly how: JobEnd; readonly at: number } | null;
}

/** Why a backup was made: a job was about to overwrite it, or the user asked for a partition or the whole device. */
export type BackupKind = 'overwritten' | 'partition' | 'device';

/** Stored bytes of a board, by the digests of its erase units. */
export interface Backup {
  readonly version: 1;
  readonly id: string;
  readonly kind: BackupKind;
  readonly board: BoardMark;
  /** A description of its content: a partition's name, or what overwrote it. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly made: number;
  /** By region and address; anything else is not in the backup. */
  readonly units: readonly RangeDigest[];
  /** Units that were overwritten or requested, but whose bytes were unavailable or not wanted. */
  readonly missing: readonly EraseUnit[];
}

/** A stored backup: open, or encrypted with a passphrase, when only its outside is readable. */
export type BackupRecord =
  | { readonly kind: 'open'; readonly backup: Backup }
  | { readonly kind: 'sealed'; readonly outside: Outside; readonly bundle: Uint8Array };

/** The part of an encrypted backup that is readable without its passphrase. */
export interface Outside {
  readonly version: 1;
  readonly id: string;
  readonly kind: BackupKind;
  readonly board: { readonly key: string; readonly name: string };
  readonly name: string;
  readonly made: number;
  /** The bytes of flash in it. */
  readonly size: number;
}

/** The id of a backup, open or sealed. */
export function backupId(record: BackupRecord): string {
  return record.kind === 'open' ? record.backup.id : record.outside.id;
}

/** When a backup was made, in milliseconds since 1970. */
export function madeAt(record: BackupRecord): number {
  return record.kind === 'open' ? record.backup.made : record.outside.made;
}

/** The layout in which a job's plan is described: the one afterwards, plus what only the previous one has. */
export function planLayout({ board, after }: Pick<JobRecord, 'board' | 'after'>): PlannedLayout {
  return plannedLayout(board.layout, after.layout);
}

/** Whether two maps have the same geometry: the same regions, made of the same erase units. */
export function isSameMap(a: FlashMap, b: FlashMap): boolean {
  const geometry = ({ regions }: FlashMap) => JSON.stringify(regions.map(({ id, start, runs }) => [id, start, runs]));
  return geometry(a) === geometry(b);
}
