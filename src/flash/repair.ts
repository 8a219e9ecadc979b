/** Repairs: requests made ready for what was found, as plain data. None of them writes: a person sees its plan and agrees first. */
import type { SamePlace } from './arrangement.ts';
import type { BootChoice } from './boot-choice.ts';
import type { Finding, FindingKind, Words } from './finding.ts';
import type { FitRequest } from './layout-fit.ts';
import type { Range } from './map.ts';
import type { ContentEdit, ContentsPlace } from './partition-contents.ts';

/** What a session plans when it is asked to, and what a repair can ask for: each is an intent of a session. */
export type PlanRequest =
  /** Apply a setting: `id` is that of a setting, `value` that of one of its options. */
  | { readonly do: 'set'; readonly id: string; readonly value: string }
  /** Plan to change what starts. */
  | { readonly do: 'choose-start'; readonly choice: BootChoice }
  /**
   * Plan for an edited layout, with the chosen files: its table as CSV, and which partition of the board each one was; null
   * withdraws it. It takes the place of the one before, and is among the files as `partitions.csv`.
   */
  | { readonly do: 'change-layout'; readonly csv: string | null; readonly same?: readonly SamePlace[] }
  /**
   * Look for layouts that give something its room, with the chosen files in them; null for no longer. `room` is a field of the
   * command line's JSON, in a refusal.
   */
  | { readonly do: 'make-it-fit'; readonly room: FitRequest | null }
  /** Plan to change what the partition with exactly this range holds, or a dropped file before it is written, with everything chosen. */
  | { readonly do: 'edit-contents'; readonly range: ContentsPlace; readonly edits: readonly ContentEdit[] }
  /**
   * Plan to write bytes to an address, as the file of this name that a person drops and gives that address. `does` is what that
   * does, as a clause, where the name says nothing to the person: `the partition table will be corrected in app1 (row 4)`.
   */
  | {
      readonly do: 'write-bytes';
      readonly name: string;
      readonly does?: string;
      readonly address: number;
      readonly data: Uint8Array;
    }
  /** Plan to write one of the chosen files to one of its places, by their ids, and none of the others. */
  | { readonly do: 'use-only'; readonly file: number; readonly choice: string }
  /** Plan to erase a range: a partition, a whole region, or any part of one. */
  | { readonly do: 'erase'; readonly range: Range }
  /**
   * Plan to restore a backup, or only what it has of a range. What has another place now goes there; only to the partitions in
   * `oldPlaces`, by their places in the backup, it goes where it was.
   */
  | {
      readonly do: 'restore';
      readonly backup: string;
      readonly range?: Range;
      readonly oldPlaces?: readonly Range[];
    }
  /** Plan to return the board to its state before an unfinished job. */
  | { readonly do: 'roll-back'; readonly job: string };

/** A view in which a person does the rest: chooses a file, edits a layout, looks into the partition at `at`, decides on an unfinished job. */
export interface OpenRequest {
  readonly do: 'open';
  readonly view: 'flash' | 'layout' | 'contents' | 'backups';
  readonly at?: Range;
  /** What the person chooses there, where a sample of ours would do as well. */
  readonly wants?: 'app';
  /** Rows to begin with in the editor of the layout, as the fragment of an address that it reads. */
  readonly link?: string;
}

/** A repair: a request made ready for one finding or refusal, with the words of its button and why it helps, as a sentence. */
export interface Repair {
  readonly label: string;
  readonly reason: string;
  readonly request: PlanRequest | OpenRequest;
}

/** What repairs the findings of one kind; `C` is what is known of the board beside the finding. */
export interface RepairRule<C> {
  /** The repairs of one such finding, best first, none where these facts give none. Absent for a kind that never has one. */
  readonly repairs?: (finding: Finding, context: C) => readonly Repair[];
  /** Why nothing here repairs it where there are no repairs, and what does: shown as the next step. */
  readonly none: Words;
  /** The ranges whose content of before would repair it, each by itself, as a backup may have it; empty where none would. */
  readonly restores?: (finding: Finding, context: C) => readonly Range[];
}

/** The kinds of a register whose findings are problems. */
export type ProblemKind<R extends Readonly<Record<string, FindingKind>>> = {
  [K in keyof R & string]: R[K]['verdict'] extends 'problem' ? K : never;
}[keyof R & string];

/** A rule for each problem of a register; its other kinds may have one. */
export type RepairRules<R extends Readonly<Record<string, FindingKind>>, C> = Readonly<
  Record<ProblemKind<R>, RepairRule<C>> & Partial<Record<Exclude<keyof R & string, ProblemKind<R>>, RepairRule<C>>>
>;

/** Rules of several registers, looked up by kind. */
export type AnyRules<C> = Readonly<Partial<Record<string, RepairRule<C>>>>;

/** Whether something that was asked for is what a repair requests, whichever objects they are. */
export function requests({ request }: Repair, asked: { readonly do: string }): boolean {
  return request.do === asked.do && JSON.stringify(request) === JSON.stringify(asked);
}
