/** What the app knows about one board, as plain data, and what a person may wish: the whole contract with the UI. */
import type { FailureFacts } from '../flash/failure.ts';
import type {
  BootVerdict,
  Choice,
  Inspection,
  Picking,
  Recognised,
  SavedFile,
  Source,
  Unpacked,
} from '../flash/family.ts';
import type { Finding, Refusal } from '../flash/finding.ts';
import type { UnitState } from '../flash/job.ts';
import type { Range } from '../flash/map.ts';
import type { Plan } from '../flash/plan.ts';
import type { Layout } from '../flash/layout.ts';
import type { Fate } from '../flash/fates.ts';
import type { Extent } from '../flash/job-extent.ts';
import type { Report } from './job-execution/report.ts';
import type { Purpose } from '../storage/records.ts';

/** One connected board, or none, in every state that a screen has to show. */
export type SessionState =
  | { readonly kind: 'disconnected'; readonly failure: FailureFacts | null }
  | { readonly kind: 'connecting'; readonly says: string }
  | {
      readonly kind: 'connected';
      readonly board: Inspection;
      readonly files: readonly FileView[];
      readonly containers: readonly ContainerView[];
      readonly work: Work;
      /** A job on this board that did not come to its end; null if there is none. It is a question: nothing is done by itself. */
      readonly interrupted: Interrupted | null;
    };

/** A job that was interrupted, and what a person may do about it. */
export interface Interrupted {
  readonly job: string;
  readonly purpose: Purpose['kind'];
  /** What it was to do: `raft-demo-1.5.0.bin to app1`. */
  readonly says: string;
  /** Milliseconds since 1970. */
  readonly started: number;
  readonly extent: Extent;
  /** Why it cannot be gone on with, and why it cannot be undone; null where it can. */
  readonly noResume: Refusal | null;
  readonly noRollBack: Refusal | null;
}

/** What a plan does with the bytes that it overwrites, before it erases any. Sizes in bytes, times in ms. */
export interface BackupCost {
  /** Read off the board first, and kept. */
  readonly read: number;
  readonly ms: number;
  /** Kept already, from an earlier job or backup, or read for the plan. */
  readonly stored: number;
  /** Given up, joined where they are neighbours: there will be no way back to these. */
  readonly lost: readonly Range[];
}

/** A dropped file or a part of a container, what it is and where it is to go. */
export interface FileView {
  readonly id: number;
  readonly name: string;
  readonly size: number;
  /** The id of the container that it is a part of; null for a file that was dropped as it is. */
  readonly container: number | null;
  /** Whether it is to be written; a part that was taken out is listed all the same. */
  readonly used: boolean;
  readonly recognised: Recognised;
  readonly choices: readonly Choice[];
  /** The index in `choices`; null while nothing fits. */
  readonly chosen: number | null;
  /** The erase units that may be picked for it one by one; null where there is nothing to pick. */
  readonly picking: Picking | null;
}

/** Something dropped that holds files, and what of it is not used; its parts are `FileView`s. */
export interface ContainerView {
  readonly id: number;
  /** What the person knows it by: the name of a file or of a folder. */
  readonly name: string;
  /** The family's word for it; null where it has none, or could not be read. */
  readonly kind: string | null;
  readonly says: string;
  readonly left: Unpacked['left'];
  readonly findings: readonly Finding[];
  /** Why nothing came out of it. */
  readonly failure: FailureFacts | null;
}

/** What is being done for the person's wish. */
export type Work =
  /** No file yet. */
  | { readonly kind: 'idle' }
  /** Looking at what the flash holds where the file is to go. */
  | { readonly kind: 'surveying'; readonly progress: Progress }
  | { readonly kind: 'refused'; readonly purpose: Purpose; readonly refusals: readonly Refusal[] }
  /** Ready to flash. `asks` are refusals that a yes lifts; `granted` are the `askKey`s of those answered with yes. */
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
      /** What the board will start afterwards, said before anything is written. */
      readonly afterwards: string;
      /** Files to keep with this plan. */
      readonly saves: readonly SavedFile[];
      /** How many of the plan's units the board cannot prove: it takes their bytes, and cannot show them. */
      readonly unprovable: number;
    }
  | {
      readonly kind: 'flashing';
      readonly purpose: Purpose;
      readonly plan: Plan;
      readonly layout: Layout;
      readonly unprovable: number;
      readonly progress: Progress;
      readonly units: UnitStates;
      readonly stopping: boolean;
    }
  /** Every unit is proved; the board is being restarted and listened to. */
  | {
      readonly kind: 'starting';
      readonly purpose: Purpose;
      readonly plan: Plan;
      readonly layout: Layout;
      readonly units: UnitStates;
      readonly bootLog: string;
    }
  | {
      readonly kind: 'ended';
      readonly purpose: Purpose;
      readonly plan: Plan;
      readonly layout: Layout;
      readonly units: UnitStates;
      readonly outcome: 'verified' | 'unproved' | 'nothing-to-do' | 'wrong' | 'beside' | 'stopped' | 'failed';
      readonly failure: FailureFacts | null;
      /** Null if the board was not restarted. */
      readonly start: { readonly log: string; readonly verdict: BootVerdict | null } | null;
      readonly report: Report;
      /** Whether the board is still listening; if not, it has to be connected again before anything else. */
      readonly connected: boolean;
    };

/** The state of each planned unit, in the order of `plannedUnits(plan)`. */
export type UnitStates = readonly UnitState[];

/** How far long work is. Bytes and ms; `leftMs` is null while nothing can be said. */
export interface Progress {
  readonly says: string;
  readonly done: number;
  readonly total: number;
  readonly bytesPerSecond: number | null;
  readonly leftMs: number | null;
}

/** A file as the page hands it over: a blob can be posted to a worker, and is read there, slice by slice. */
export interface PickedFile {
  /** With `/` between folders, where a folder was chosen. */
  readonly path: string;
  readonly blob: Blob;
}

/** What a person may wish, as the page says it. */
export type PageIntent = Intent<PickedFile>;

/** What a person may wish of a session. `F` is how files are handed over. */
export type Intent<F = Source> =
  /** Files that were dropped together: one file, several, or all that is in a folder. */
  | { readonly do: 'add-files'; readonly files: readonly F[] }
  /** `id` is a file's or a container's; with a container go its parts. */
  | { readonly do: 'remove-file'; readonly id: number }
  /** Take a part of a container out (`yes` false), or put it back. */
  | { readonly do: 'use'; readonly id: number; readonly yes: boolean }
  | { readonly do: 'place'; readonly id: number; readonly choice: string }
  /** `id` is a setting's, `value` one of its options'. */
  | { readonly do: 'set'; readonly id: string; readonly value: string }
  /** `ask` is the `askKey` of the question. */
  | { readonly do: 'consent'; readonly ask: string; readonly yes: boolean }
  /** Read what is on the board more closely: its apps whole. */
  | { readonly do: 'examine' }
  /** Read everything that can be read, to keep it as a file. */
  | { readonly do: 'read-out' }
  /** Keep what a partition holds, or the whole device (null), in this browser. */
  | { readonly do: 'back-up'; readonly partition: string | null }
  /** Plan to bring a backup back; what is then shown is agreed to like any plan. */
  | { readonly do: 'restore'; readonly backup: string }
  /** Plan for the chosen files again, after a plan to restore or to roll back. */
  | { readonly do: 'plan-files' }
  /** Go on with a job that was interrupted; plan its undoing; or close it, and leave the board as it is. */
  | { readonly do: 'resume'; readonly job: string }
  | { readonly do: 'roll-back'; readonly job: string }
  | { readonly do: 'abandon-job'; readonly job: string }
  /** Carry out the plan that was shown: `plan` is its image's digest. Any other plan is not carried out. */
  | { readonly do: 'flash'; readonly plan: string }
  | { readonly do: 'cancel' }
  /** Back into the loader and read again: after a start, a failure or a stop. Files stay chosen. */
  | { readonly do: 'reconnect' }
  | { readonly do: 'disconnect' };

/** What a session starts as. */
export const DISCONNECTED: SessionState = { kind: 'disconnected', failure: null };

/** Whether a job is under way: it is not disturbed by what is dropped or pressed meanwhile. */
export function isBusy(state: SessionState): boolean {
  return state.kind === 'connected' && ['flashing', 'starting'].includes(state.work.kind);
}

/** Whether this is the plan that the person sees and may say yes to; `plan` is its image's digest. */
export function isShown(state: SessionState, plan: string): boolean {
  return state.kind === 'connected' && state.work.kind === 'planned' && state.work.plan.image.md5 === plan;
}
