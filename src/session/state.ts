/** What the app knows about one board, as plain data: with the intents (`intents.ts`), the whole contract with the UI. */
import type { BundleFacts } from '../flash/bundle-facts.ts';
import type { FailureFacts } from '../flash/failure.ts';
import type { BuildChoice, Choice, Picking, Recognised, Unpacked } from '../flash/dropped-file.ts';
import type { BootVerdict, Inspection, SavedFile } from '../flash/family.ts';
import type { Finding, Refusal } from '../flash/finding.ts';
import { askKey } from '../flash/finding.ts';
import type { UnitState } from '../flash/job.ts';
import type { FittingLayouts } from '../flash/layout-fit.ts';
import type { Range } from '../flash/map.ts';
import type { Plan } from '../flash/plan.ts';
import type { Layout, StartPlace } from '../flash/layout.ts';
import type { Fate } from '../flash/fates.ts';
import type { Extent } from '../flash/job-extent.ts';
import type { CheckedRange, RepairFile } from '../flash/repair-sources.ts';
import type { ComparisonView } from './compare-flash.ts';
import type { EditsView } from './contents/chosen-edits.ts';
import type { ContentsView } from './contents/contents-viewer.ts';
import type { Report } from './job-execution/report.ts';
import type { About, Purpose } from '../storage/records.ts';
import type { JobTitle } from './words/job-title.ts';
import type { ContentPause, StartPause } from './planning/planning.ts';

/** One connected board, or none, in every state that a screen has to show. */
export type SessionState =
  | { readonly kind: 'disconnected'; readonly failure: FailureFacts | null }
  /** `progress` is that of reading the board; absent before that, and where its end is not known. */
  | { readonly kind: 'connecting'; readonly says: string; readonly progress?: Progress }
  /**
   * The protection of a whole chip is being removed: it erases itself, comes back, and all of it is read. `part` is how much of the
   * step is done, 0 to 1: of the longest time, or of the bytes; null where that is not known.
   */
  | {
      readonly kind: 'unlocking';
      /** The chip's name. */
      readonly board: string;
      readonly step: 'erasing' | 'returning' | 'reading';
      readonly part: number | null;
    }
  | {
      readonly kind: 'connected';
      readonly board: Inspection;
      readonly files: readonly FileView[];
      readonly containers: readonly ContainerView[];
      readonly work: Work;
      /** True while something else than what is chosen is planned or carried out: a restore, an erase, what starts, a roll back. */
      readonly aside?: true;
      /** What a person had chosen before, for another board or until a restore, by name; absent where nothing is, or files are chosen. */
      readonly again?: string;
      /** The CSV of the edited layout that is planned for; absent where none is. */
      readonly editedLayout?: string;
      /** The layouts that would give something its room; absent where nobody asked. */
      readonly fits?: FittingLayouts;
      /** The partition that is looked into; absent while none is. */
      readonly contents?: ContentsView;
      /** What is to be changed of what partitions hold, by partition; absent if nothing is. */
      readonly edits?: readonly EditsView[];
      /** The dropped files that can be written each by itself; absent if there are none, or nothing to repair with one. */
      readonly repairFiles?: readonly RepairFile[];
      /** What backups would bring back, since the board was read; absent where nobody asked. */
      readonly checked?: readonly CheckedRange[];
      /** How the flash differs from a flash image in a file; absent where nobody asked. */
      readonly comparison?: ComparisonView;
      /** How a flash image differs from the file that was opened; absent for a device. */
      readonly image?: ImageChanges;
      /** An unfinished job on this board, null if there is none. The user is asked about it: nothing happens by itself. */
      readonly interrupted: Interrupted | null;
      /** What became of this chip's unlocking; absent unless it was unlocked, or tried to be, since it was connected before. */
      readonly unlocked?: Finding;
    };

/** The state of a session while a board is connected, or a flash image is open. */
export type ConnectedState = Extract<SessionState, { kind: 'connected' }>;

/** How a flash image differs from its file: erase units, and their bytes. `saved` if all of that is in files that were saved. */
export interface ImageChanges {
  readonly units: number;
  readonly bytes: number;
  readonly saved: boolean;
  /** True for one partition, which is only ever saved whole. */
  readonly onlyWhole?: true;
}

/** An interrupted job, and what the user can do about it. */
export interface Interrupted extends JobTitle {
  readonly job: string;
  readonly purpose: Purpose['kind'];
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly extent: Extent;
  /** The digest of what its plan writes: another plan with the same one leads to the same flash. */
  readonly image: string;
  /** True where the board cannot be read: to resume writes again all that was begun. Absent where it can. */
  readonly unreadable?: true;
  /** True where it has begun to change the layout, or to move content: the flash is between two layouts. Absent otherwise. */
  readonly betweenLayouts?: true;
  /** Why it cannot be resumed, and why it cannot be rolled back; null where it can. */
  readonly noResume: Refusal | null;
  readonly noRollBack: Refusal | null;
}

/** What a plan does, before it erases anything, with the bytes that it overwrites. Sizes in bytes, times in ms. */
export interface BackupCost {
  /** To be read from the board and stored first. */
  readonly read: number;
  readonly ms: number;
  /** Stored already by an earlier job or backup, or read for the plan. */
  readonly stored: number;
  /** Blank now, so that there is nothing to back up; absent if nothing is. */
  readonly blank?: number;
  /** Not kept, with neighbours joined: these cannot be restored. */
  readonly lost: readonly Range[];
}

/** A dropped file or a part of a container, what it is and where it is to go. */
export interface FileView {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** The id of the container that it is part of; null for a file dropped as it is. */
  readonly container: number | null;
  /** Whether it is to be written; a part that was left out is still listed. */
  readonly used: boolean;
  readonly recognised: Recognised;
  readonly choices: readonly Choice[];
  /** The index in `choices`; null if nothing fits. */
  readonly chosen: number | null;
  /** The erase units that can be picked for it one by one; null if there are none. */
  readonly picking: Picking | null;
  /** The address that the user typed for it, in bytes; absent if none. */
  readonly typed?: number | undefined;
  /** What is changed of it before it is written, by name; absent if nothing is. */
  readonly changes?: readonly string[];
  /** What it does to the board, as a clause, where it was made and no person chose it: `the partition table changes`. */
  readonly does?: string;
  /** True where it was made for this board: once let go, it is not offered again. Absent for what a person dropped. */
  readonly forOneBoard?: true;
}

/** A dropped container, and what of it is not used; its parts are `FileView`s. */
export interface ContainerView {
  readonly id: number;
  /** The name of the file or folder, as the user knows it. */
  readonly name: string;
  /** The family's word for it; null if it has none or could not be read. */
  readonly kind: string | null;
  readonly says: string;
  readonly left: Unpacked['left'];
  readonly findings: readonly Finding[];
  /** The builds of which one has to be chosen, by the intent `place`; absent where there is nothing to choose. */
  readonly builds?: BuildChoice;
  /** What a recovery bundle says; absent for everything else. */
  readonly bundle?: BundleFacts;
  /** Why nothing could be unpacked. */
  readonly failure: FailureFacts | null;
  /** True where it was made for this board: once let go, it is not offered again. Absent for what a person dropped. */
  readonly forOneBoard?: true;
}

/** What is being done for the user. */
export type Work =
  /** Nothing is planned. `inJob`: nothing is chosen but what the unfinished job carries out, which comes first. */
  | { readonly kind: 'idle'; readonly inJob?: true }
  /** Reading the flash or the dropped files; nothing is written. `backup` is true while what is read is for a backup or a file, which are lost with the tab. */
  | { readonly kind: 'surveying'; readonly progress: Progress; readonly backup?: boolean }
  /** `ofResume`: what was refused is to resume the unfinished job, which would be refused again. */
  | {
      readonly kind: 'refused';
      readonly purpose: Purpose;
      readonly refusals: readonly Refusal[];
      readonly ofResume?: true;
    }
  /** Ready to flash. `asks` are refusals that consent lifts; `granted` are the `askKey`s of those with consent. */
  | {
      readonly kind: 'planned';
      readonly purpose: Purpose;
      readonly plan: Plan;
      /** The layout that places are named by: the one afterwards, and what only the one before has. */
      readonly layout: Layout;
      /** What becomes of each partition. */
      readonly fates: readonly Fate[];
      readonly summary: string;
      readonly backup: BackupCost;
      readonly estimateMs: number;
      readonly asks: readonly Refusal[];
      readonly granted: readonly string[];
      /** Of a backup that was made with another layout: whether that comes back, as a sentence; absent for all else. */
      readonly ofLayout?: string;
      /** What the board will start afterwards, shown before anything is written. */
      readonly afterwards: string;
      /** The partition that then starts; absent where that is not known. */
      readonly starts?: StartPlace;
      /** True where that one starts now, too. */
      readonly keepsStart?: true;
      /** True where an app starts now, and it is known that none does afterwards. */
      readonly losesStart?: true;
      /** True where only the header of the app that then starts was read, and nothing starts if the rest of it is damaged. */
      readonly startUnread?: true;
      /** Erase units that have bytes of what is restored already, and are not blank; absent where nothing is restored. */
      readonly equalFilled?: readonly Range[];
      /**
       * The times during which the board would start something else or nothing if its power failed; empty if there are none,
       * null if that is not known, which is so of everything but a changed layout of a board.
       */
      readonly gaps: readonly StartPause[] | null;
      /** The times during which its firmware would not find some settings or files; absent if there are none. */
      readonly contentPauses?: readonly ContentPause[];
      /** Files to save with this plan. */
      readonly saves: readonly SavedFile[];
      /** How many of the plan's units cannot be verified, because the board accepts their bytes but cannot show them. */
      readonly unprovable: number;
    }
  | {
      readonly kind: 'flashing';
      readonly purpose: Purpose;
      /** Absent for a job of an earlier version. */
      readonly about?: About;
      readonly plan: Plan;
      readonly layout: Layout;
      readonly unprovable: number;
      readonly progress: Progress;
      readonly units: UnitStates;
      readonly stopping: boolean;
    }
  /** Every unit is written, and verified where possible; the board is being restarted, and listened to where it has output. */
  | {
      readonly kind: 'starting';
      readonly purpose: Purpose;
      readonly plan: Plan;
      readonly layout: Layout;
      readonly units: UnitStates;
      /** What the board printed so far; of much, the beginning and the end. Null where it has no output to listen to. */
      readonly bootLog: string | null;
    }
  | {
      readonly kind: 'ended';
      readonly purpose: Purpose;
      /** Absent for a job of an earlier version. */
      readonly about?: About;
      readonly plan: Plan;
      readonly layout: Layout;
      readonly units: UnitStates;
      readonly outcome: 'verified' | 'unproved' | 'nothing-to-do' | 'wrong' | 'beside' | 'stopped' | 'failed';
      readonly failure: FailureFacts | null;
      /** Null if the board was not restarted. */
      readonly start: { readonly log: string; readonly verdict: BootVerdict | null } | null;
      readonly report: Report;
      /** Whether the board is still connected; if not, it has to be connected again before anything else. */
      readonly connected: boolean;
      /** Erase units that had bytes of what was restored already, and are not blank; absent where that is not known. */
      readonly equalFilled?: readonly Range[];
      /** True where what is on the board was read back and compared here; absent where the board, or nothing, shows it. */
      readonly readBack?: true;
      /** The problems that were known before; absent unless the board was read again after the writes. */
      readonly problemsBefore?: ProblemsBefore;
      /** Those that only a closer look had found and that the job repaired; absent if it repaired none. */
      readonly repaired?: Repaired;
    };

/**
 * Which problems a board had: none, ones that reading it finds, or also ones that only a closer look finds, so that reading it again
 * does not tell whether they are left.
 */
export type ProblemsBefore = 'none' | 'on-reading' | 'on-closer-look';

/** How many problems that only a closer look finds a job has repaired, once it is verified; `all`: there were no others. */
export interface Repaired {
  readonly problems: number;
  readonly all: boolean;
}

/** A plan that is ready to be flashed. */
export type Planned = Extract<Work, { kind: 'planned' }>;

/** The state of each planned unit, in the order of `plannedUnits(plan)`. */
export type UnitStates = readonly UnitState[];

/** The progress of long work, in bytes and ms; `leftMs` is null while unknown. */
export interface Progress {
  readonly says: string;
  readonly done: number;
  readonly total: number;
  readonly bytesPerSecond: number | null;
  readonly leftMs: number | null;
  /** Whether `total`, and so `leftMs`, is the most that it may come to: what there is to read is only known while it is read. */
  readonly atMost?: true;
  /**
   * The share of a whole job that is done, 0 to 1; `done` and `total` are then of what it does now, and `leftMs` of all of it. Null
   * where only the board can tell, and was not asked yet. Of reading: the share of its time, where some bytes take longer.
   */
  readonly ofJob?: number | null;
  /**
   * What a job does where it does not write its plan: it reads what it keeps, rewrites what changed beside its writes, or has come to
   * an end and reads the board once more, which no stop ends.
   */
  readonly phase?: 'backing-up' | 'putting-back' | 'reading-again';
}

/** The initial state of a session. */
export const DISCONNECTED: SessionState = { kind: 'disconnected', failure: null };

/** The questions of a plan that it waits for, until each is answered with yes. */
export function neededAsks({ asks }: Pick<Planned, 'asks'>): readonly Refusal[] {
  return asks.filter(({ optional }) => optional !== true);
}

/** Those that nobody has answered with yes. */
export function openAsks(plan: Pick<Planned, 'asks' | 'granted'>): readonly Refusal[] {
  return neededAsks(plan).filter((ask) => !plan.granted.includes(askKey(ask)));
}

/** Whether a job is running, or a chip is being unlocked: intents do not disturb it. */
export function isBusy(state: SessionState): boolean {
  if (state.kind === 'unlocking') return true;
  return state.kind === 'connected' && ['flashing', 'starting'].includes(state.work.kind);
}

/** Whether the connected board is read or planned for. */
export function isReading(state: SessionState): boolean {
  return state.kind === 'connected' && state.work.kind === 'surveying';
}

/** Whether a job has come to an end and only reads the board once more: then there is nothing to stop. */
export function isReadingAgain({ progress }: { readonly progress: Progress }): boolean {
  return progress.phase === 'reading-again';
}

/** Whether `cancel` ends what is being done: within a second, or the link is given up and the failure says so. */
export function isStoppable(state: SessionState): boolean {
  if (state.kind !== 'connected') return state.kind !== 'disconnected';
  const { work } = state;
  if (work.kind === 'flashing') return !work.stopping && !isReadingAgain(work);
  return work.kind === 'surveying' || (work.kind === 'starting' && work.bootLog !== null);
}

/** Whether what was refused is a request for files, or to resume the unfinished job: then that job may be ended from the bar. */
export function isForJobOrFiles({ purpose, ofResume }: Extract<Work, { kind: 'refused' }>): boolean {
  return ofResume === true || purpose.kind === 'flash';
}

/** The ended part of `Work`. */
export type Ended = Extract<Work, { kind: 'ended' }>;

/** The outcomes after which something is left to do. */
const EARLY: readonly Ended['outcome'][] = ['failed', 'stopped', 'wrong', 'beside'];

/** Whether a job ended before what it was to do was done. */
export function endedEarly({ outcome }: Pick<Ended, 'outcome'>): boolean {
  return EARLY.includes(outcome);
}

/** Whether nothing was overwritten. */
export function isUntouched({ units }: Pick<Ended, 'units'>): boolean {
  return units.every((unit) => unit === 'waiting');
}

/** Whether a person chose a file or a container: a repair or an editor made no such thing for the connected board. */
export function isChosenByHand({ forOneBoard }: Pick<FileView | ContainerView, 'forOneBoard'>): boolean {
  return forOneBoard !== true;
}
