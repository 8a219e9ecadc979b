/** Dropped files: their bytes, what they contain, what each of them is, and the places that it could go to. */
import type { BundleFacts } from './bundle-facts.ts';
import type { Finding } from './finding.ts';
import type { Range } from './map.ts';
import type { YieldNow } from './yielding.ts';

/** Bytes that can be read in pieces: a dropped file before it is recognised. `path` uses `/` between folders. */
export interface Source {
  readonly path: string;
  readonly size: number;
  /** The bytes in [from, to). Rejects if the file is gone or has changed since. */
  read(from: number, to: number): Promise<Uint8Array>;
  /**
   * All bytes, read slice by slice into one buffer, because joining slices would need a second copy; absent where `read` makes
   * no copy. Rejects as `read` does.
   */
  readonly whole?: () => Promise<Uint8Array>;
}

/** A file to put on a board: dropped as it is, or taken from a container. */
export interface DroppedFile {
  readonly name: string;
  readonly data: Uint8Array;
  /** The address that its container gives it, or that the user typed; absent for a file dropped as it is. */
  readonly at?: number;
  /** Whether the user typed `at`. */
  readonly typed?: true;
  /** What the user changed of its content before it is written, by name and never by value; absent where nothing was. */
  readonly changes?: readonly string[];
}

/** What a dropped item contains. A plain file is its own only part. */
export interface Unpacked {
  /** The family's word for the container (`ESP-IDF build`, `ZIP archive` …), or null for a plain file. */
  readonly container: string | null;
  readonly says: string;
  readonly parts: readonly DroppedFile[];
  /** What is not used, and why: parts for another chip, files that are not firmware. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
  readonly findings: readonly Finding[];
  /** The builds of which the user has to choose one; absent where at most one may be for the board. */
  readonly builds?: BuildChoice;
  /** What a recovery bundle says; absent for everything else, and for a bundle that is damaged. */
  readonly bundle?: BundleFacts;
}

/** Builds that may all be for one board. `chosen` is the id of the one that is used; null until the user has chosen. */
export interface BuildChoice {
  readonly options: readonly { readonly id: string; readonly name: string; readonly why: string }[];
  readonly chosen: string | null;
}

/** What a file is, judged by its content. `kind` is the family's word (`app`, `partition table` …). */
export interface Recognised {
  readonly kind: string;
  readonly says: string;
  /** The same in a few words for a headline: `raft-demo 1.5.0`; absent where the file's name says more. */
  readonly brief?: string;
  readonly findings: readonly Finding[];
  /** True where `openStored` shows more of it: settings, files, or an explanation. */
  readonly opens?: true;
}

/** A place for a file. `why` says what speaks for or against it. */
export interface Choice extends Range {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly fits: boolean;
  /** True for a place that is taken only if the user chooses it. */
  readonly byHand?: boolean;
  /** Everything that it fills, where that is more than one range; the first is the choice's own. */
  readonly ranges?: readonly Range[];
  /** The units of a `Picking` that it is made of, by their ids. */
  readonly picked?: readonly string[];
}

/** Erase units that the user can pick one by one for a file instead of a listed place. The file fills them in this order. */
export interface Picking {
  /** The id of a choice made of picked units: this prefix, then their ids in order, joined by `+`. */
  readonly prefix: string;
  /** The number of bytes to place. */
  readonly need: number;
  readonly units: readonly PickUnit[];
}

/** An erase unit that can be picked; `holds` says what it holds now. */
export interface PickUnit extends Range {
  readonly id: string;
  readonly name: string;
  readonly holds: string;
}

/** A file and its place; null if there is none. */
export interface Placement {
  readonly file: DroppedFile;
  readonly choice: Choice | null;
}

/** How a dropped item is unpacked: the id of the build that the user chose of several, and what is called between pieces of work. */
export interface UnpackOptions {
  readonly build?: string | null;
  readonly yieldNow?: YieldNow;
}
