/** What is written down of jobs and backups, as plain data: it is read by later versions of the app, on the same computer. */
import type { BootChoice } from '../flash/boot-choice.ts';
import type { Content } from '../flash/family.ts';
import type { Fate } from '../flash/fates.ts';
import { fatesOf } from '../flash/fates.ts';
import type { Layout, StartPlace } from '../flash/layout.ts';
import type { EraseUnit, FlashMap, Range } from '../flash/map.ts';
import type { Plan } from '../flash/plan.ts';
import type { Fact, RangeDigest } from '../flash/journal.ts';
import { plannedLayout } from '../flash/layout.ts';
import type { Identity } from '../flash/target.ts';
import type { ReportFile } from '../session/job-execution/report.ts';

/** The board that a record is about: `key` identifies it, see `board-key.ts`. */
export interface BoardMark {
  readonly key: string;
  readonly identity: Identity;
  readonly layout: Layout;
}

/**
 * What a job does: put files on a board, erase a partition, change what starts (`name` says how, `marks` whose app is marked), restore a backup or only what it
 * has of a range, or undo an unfinished job.
 */
export type Purpose =
  | { readonly kind: 'flash' }
  | { readonly kind: 'erase'; readonly range: Range; readonly name: string }
  | { readonly kind: 'choose-start'; readonly choice: BootChoice; readonly name: string; readonly marks?: string }
  | {
      readonly kind: 'restore';
      readonly backup: string;
      readonly name: string;
      /** The apps that it brings back whole, in a few words each, and the partition, or else the address, where each goes; absent where none is known. */
      readonly apps?: readonly { readonly partition: string; readonly brief: string }[];
      readonly made?: number;
      readonly range?: Range;
      /** The partitions, where the backup has them, that go to these addresses although they are elsewhere now; absent for none. */
      readonly oldPlaces?: readonly Range[];
      /** What the layout that comes back, too, has differently, in words; absent where none does, and from older records. */
      readonly layout?: string;
    }
  | { readonly kind: 'roll-back'; readonly job: string; readonly layout?: string };

/** Whether a job brings back what the flash held before. */
export function bringsBack(purpose: Purpose['kind']): boolean {
  return purpose === 'restore' || purpose === 'roll-back';
}

/** What a job is about: that decides what it is called while it runs. */
export interface About {
  /**
   * Only files; a new layout, and no file besides its table; only edits of what partitions hold, of which the rest stays; files
   * beside something that is none; only erasing; or something else, such as a header or a restore.
   */
  readonly what: 'files' | 'layout' | 'edits' | 'mixed' | 'erase' | 'else';
  /** How many things it does: a file or several that belong together, a new layout, an edit. */
  readonly changes: number;
  /** True of a new layout that gives up nothing and overwrites nothing outside partitions; absent otherwise, and from older records. */
  readonly keepsAll?: true;
}

/** How a closed job ended. `replaced`: a later job on the same board succeeded. */
export type JobEnd = 'verified' | 'unproved' | 'rolled-back' | 'left' | 'replaced';

/** A job, recorded before its first fact. It is open until `end` is set: it can be resumed, rolled back or abandoned. */
export interface JobRecord {
  readonly version: 1;
  readonly id: string;
  readonly purpose: Purpose;
  /** Absent from older records. */
  readonly about?: About;
  /** The board as it was before the job. */
  readonly board: BoardMark;
  readonly files: readonly ReportFile[];
  readonly plan: Plan;
  /**
   * The size of its content after compression as a share of that before; absent where nobody worked that out, and from older
   * records.
   */
  readonly packed?: number;
  /** What lay beside the writes when the job was planned; absent where the board cannot show it. */
  readonly surroundings?: Omit<Extract<Fact, { fact: 'surroundings' }>, 'fact'>;
  /**
   * What was found on the board before the job, and which partition it started: older records have only its name, or lack all
   * of this.
   */
  readonly found?: { readonly contents: readonly Content[]; readonly starts: StartPlace | string | null };
  /**
   * What is there when the job has ended: the layout, what became of each partition (absent from older records), which
   * partition then starts (null: unknown; only its name in older records), and that in words.
   */
  readonly after: {
    readonly layout: Layout;
    readonly fates?: readonly Fate[];
    readonly expected: StartPlace | string | null;
    readonly says: string;
  };
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly end: { readonly how: JobEnd; readonly at: number } | null;
}

/** Why a backup was made: a job was about to overwrite it, or the user asked for a partition or the whole flash. */
export type BackupKind = 'overwritten' | 'partition' | 'device';

/** Stored bytes of a board, by the digests of its erase units. */
export interface Backup {
  readonly version: 1;
  readonly id: string;
  readonly kind: BackupKind;
  readonly board: BoardMark;
  /** What it holds: what was found, in which partitions, and what the board started: `raft-demo 1.4.2 in app1; app0 started`. */
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly made: number;
  /** By region and address; anything else is not in the backup. */
  readonly units: readonly RangeDigest[];
  /** What the job did that overwrote these bytes, `Flashing app1`; absent where nobody wrote that down, or no job did. */
  readonly doing?: string;
  /** How the job ended that overwrote these bytes; absent where it had not, nobody wrote that down, or no job did. */
  readonly end?: JobEnd;
  /** Units that were overwritten or requested, but whose bytes were unavailable or not wanted. */
  readonly missing: readonly EraseUnit[];
}

/** A stored backup: open, or encrypted with a passphrase, when only its outside is readable. */
export type BackupRecord =
  | { readonly kind: 'open'; readonly backup: Backup }
  | { readonly kind: 'encrypted'; readonly outside: EncryptedBackupLabel; readonly bundle: Uint8Array };

/** The part of an encrypted backup that is readable without its passphrase. */
export interface EncryptedBackupLabel {
  readonly version: 1;
  readonly id: string;
  readonly kind: BackupKind;
  readonly board: { readonly key: string; readonly name: string };
  readonly name: string;
  readonly made: number;
  /** As in the backup. */
  readonly doing?: string;
  readonly end?: JobEnd;
  /** The bytes of flash in it. */
  readonly size: number;
}

/** The way to a board: the browser's chooser of serial ports or USB devices, or the virtual board with this id. */
export type BoardConnection = { readonly port: 'serial' | 'usb' } | { readonly virtual: string };

/** A board that was connected in this browser: all that is remembered of it when it has no job and no backup. */
export interface MetBoard {
  /** See `markKey`. */
  readonly key: string;
  /** The chip and its unique ID, see `boardName`. */
  readonly name: string;
  readonly connection: BoardConnection;
  /** When it was last connected, in milliseconds since 1970. */
  readonly seen: number;
}

/** The id of a backup, open or encrypted. */
export function backupId(record: BackupRecord): string {
  return record.kind === 'open' ? record.backup.id : record.outside.id;
}

/** When a backup was made, in milliseconds since 1970. */
export function madeAt(record: BackupRecord): number {
  return record.kind === 'open' ? record.backup.made : record.outside.made;
}

/** The layout that places of a job are named by: the one that will be, and what only the board before it has. */
export function planLayout({ board, after }: Pick<JobRecord, 'board' | 'after'>): Layout {
  return plannedLayout(board.layout, after.layout);
}

/** What becomes of each partition by a job; by its layouts alone for a record of a version that did not keep it. */
export function planFates({ board, after }: Pick<JobRecord, 'board' | 'after'>): readonly Fate[] {
  return after.fates ?? fatesOf({ before: board.layout, after: after.layout, contents: [], image: [] });
}

/** Whether two boards are of one kind: the same chip, and the same flash. */
export function isSameKind(
  a: Pick<BoardMark, 'identity' | 'layout'>,
  b: Pick<BoardMark, 'identity' | 'layout'>,
): boolean {
  return a.identity.chip === b.identity.chip && isSameMap(a.layout.map, b.layout.map);
}

/** Whether a board encrypted any of its flash when it was read. */
export function isEncrypting({ layout }: Pick<BoardMark, 'layout'>): boolean {
  return layout.ciphered.length > 0;
}

/** Whether both boards encrypt their flash, or neither: bytes of one mean nothing on the other where they differ. */
export function isSameCipher(a: Pick<BoardMark, 'layout'>, b: Pick<BoardMark, 'layout'>): boolean {
  return isEncrypting(a) === isEncrypting(b);
}

/** Whether two boards have the same flash: the same regions, made of the same erase units. */
export function isSameMap(a: FlashMap, b: FlashMap): boolean {
  const geometry = ({ regions }: FlashMap) => JSON.stringify(regions.map(({ id, start, runs }) => [id, start, runs]));
  return geometry(a) === geometry(b);
}
