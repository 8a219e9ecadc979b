/** What a person asks for: the intents that the page sends to a session. */
import type { SignedBundleRequest } from '../bundle/make.ts';
import type { Source } from '../flash/dropped-file.ts';
import type { Range } from '../flash/map.ts';
import type { ContentsPlace } from '../flash/partition-contents.ts';
import type { PlanRequest } from '../flash/repair.ts';
import type { KeptRange } from '../flash/repair-sources.ts';
import type { LookIntent, Ticketed } from './contents/contents-viewer.ts';

/** A file as the page passes it: a blob can be posted to a worker, and is read there slice by slice. */
export interface PickedFile {
  /** With `/` between folders, if a folder was chosen. */
  readonly path: string;
  readonly blob: Blob;
}

/** The user's intents, as the page sends them. */
export type PageIntent = Intent<PickedFile>;

/** The user's intents for a session. `F` is the type in which files are passed. */
export type Intent<F = Source> =
  /** Files dropped together: one file, several, or everything in a folder. `at` is the place that they were chosen for, if any. */
  | { readonly do: 'add-files'; readonly files: readonly F[]; readonly at?: Range }
  /** Add what was chosen before, with its choices where it was for this board. */
  | { readonly do: 'use-again' }
  /** `id` is that of a file, or of a container, which is removed with its parts. */
  | { readonly do: 'remove-file'; readonly id: number }
  /** Leave a part of a container out (`yes` false), or put it back. */
  | { readonly do: 'use'; readonly id: number; readonly yes: boolean }
  /** `choice` is the id of a place of the file `id`, or of a build of the container `id`. */
  | { readonly do: 'place'; readonly id: number; readonly choice: string }
  /** Write the file `id` to an address that the user typed; null goes back to the places that are offered. */
  | { readonly do: 'place-at'; readonly id: number; readonly address: number | null }
  | PlanRequest
  | LookIntent
  /** Withdraw one edit by its id, or all of a place (`id` null), or all there are (both null). */
  | { readonly do: 'withdraw-edits'; readonly range: ContentsPlace | null; readonly id: number | null }
  /** `ask` is the `askKey` of the question. */
  | { readonly do: 'consent'; readonly ask: string; readonly yes: boolean }
  /** Read more of the board: its apps in full. */
  | { readonly do: 'examine' }
  /**
   * Look closely at everything that a start needs and that is kept, and say what is wrong. `log` is what the board printed when it
   * started, where a person has it; by default what it printed when it was last started here.
   */
  | { readonly do: 'diagnose'; readonly log?: string }
  /** Check what backups would bring back, each a range of one, before they are offered as repairs. */
  | { readonly do: 'check-backups'; readonly ranges: readonly KeptRange[] }
  /** Read everything readable, to save it as a file. */
  | { readonly do: 'read-out' }
  /** Back up the partition with exactly this range, or the whole flash (null), in this browser. */
  | { readonly do: 'back-up'; readonly range: Range | null }
  /** Save the bytes of a range as a file: of a partition, of a whole region, or of any other range. No backup is made. */
  | ({ readonly do: 'save-bytes'; readonly range: Range } & Ticketed)
  /** Compare the flash with a flash image in a file; null for no longer. */
  | { readonly do: 'compare'; readonly file: F | null }
  /**
   * Make a recovery bundle: of partitions of the board, whose whole flash is backed up in this browser first; or of everything
   * that the chosen files write, whatever `parts` says.
   */
  | { readonly do: 'make-bundle'; readonly of: 'board' | 'files'; readonly request: SignedBundleRequest }
  /** Save a flash image as a file: all of it, or only the erase units that differ from the file that was opened. */
  | { readonly do: 'save-image'; readonly what: 'image' | 'changes' }
  /** Plan for the chosen files again, after a plan to restore or to roll back. */
  | { readonly do: 'plan-files' }
  /** Resume an interrupted job; or close it and leave the board as it is. */
  | { readonly do: 'resume'; readonly job: string }
  | { readonly do: 'abandon-job'; readonly job: string }
  /** Carry out the plan on screen: `plan` is its image's digest. No other plan is carried out. */
  | { readonly do: 'flash'; readonly plan: string }
  /** Remove the protection of the whole chip, which erases everything on it; `words` are those that the person typed. */
  | { readonly do: 'unlock'; readonly words: string }
  | { readonly do: 'cancel' }
  /** Enter the loader again and read the board: after a start, a failure or a stop. What is chosen for it stays chosen. */
  | { readonly do: 'reconnect' }
  | { readonly do: 'disconnect' };
