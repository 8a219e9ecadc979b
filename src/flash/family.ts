/** The second port: what a kind of board knows about itself, its files and its way of starting. */
import type { Arrangement, Request, Restoration } from './arrangement.ts';
import type { Cancel } from './failure.ts';
import type { Finding, Verdict } from './finding.ts';
import type { Image } from './image.ts';
import type { Layout, Partition } from './layout.ts';
import type { Range } from './map.ts';
import type { Chosen, Identity, Target, Watch } from './target.ts';

/** What was found inside a partition or a gap: one sentence, and the family's word for the kind; `blank` is every family's. */
export interface Content extends Range {
  readonly kind: string;
  readonly says: string;
  /** The same in a few words for a title: `raft-demo 1.4.0`; absent where `says` is as short as it gets. */
  readonly brief?: string;
  /** True where the firmware reads it only in a partition of exactly this size, as SPIFFS and wear-levelled FAT are. */
  readonly tiedToSize?: true;
  /** For flash that belongs to no partition: what its first bytes are, and a clause that says so. */
  readonly gap?: { readonly holds: 'data' | 'blank' | 'unread'; readonly words: string };
}

/** What a board is, as read from it. */
export interface Inspection {
  readonly identity: Identity;
  readonly layout: Layout;
  readonly contents: readonly Content[];
  readonly findings: readonly Finding[];
  /** Which partition starts at the next reset and why, where that can be told. */
  readonly boot: { readonly partition: string | null; readonly says: string } | null;
  /** How many bytes `Family.examine` may have to read, at most; null where there is nothing more to learn. */
  readonly examinable: number | null;
  /** What the board's own protection means for work on it: secure boot, encryption, locked downloads. Empty if it has none. */
  readonly protections: readonly Protection[];
  /** What a person may choose about the way of working on this board, as it stands. */
  readonly settings: readonly Setting[];
  /** What of the board can be kept as a file without reading more: its partition table, say. */
  readonly saves: readonly SavedFile[];
  /** Where an application can go that is larger than its usual place, and what people wish for and cannot have. */
  readonly rooms?: readonly AppRoom[];
  /** How many bytes `Family.readOut` reads; absent where there is nothing more to be read out. */
  readonly readable?: number;
}

/** A way to lay an application out, or a wish that a board cannot fulfil: then `ranges` is empty and `why` says why. */
export interface AppRoom {
  readonly name: string;
  readonly why: string;
  readonly ranges: readonly Range[];
  /** What comes with it later: what is erased, what no longer works. */
  readonly consequences: readonly string[];
  /** What a linker has to be told for it; the same file is among the inspection's `saves`. */
  readonly save: SavedFile | null;
}

/** One protection of a board: `state` is the exact word for it, `says` what it means for what someone is about to do. */
export interface Protection {
  readonly name: string;
  readonly state: string;
  readonly says: string;
  readonly verdict: Verdict;
}

/** A choice about the way of working: `value` is the `id` of the option that stands. */
export interface Setting {
  readonly id: string;
  readonly name: string;
  readonly help: string;
  readonly options: readonly { readonly id: string; readonly name: string; readonly help?: string }[];
  readonly value: string;
  readonly usual: string;
  /** Why this board leaves no choice; then `value` stands. */
  readonly fixed?: string;
  /** True for a choice that counts until the board is read again, and is not remembered for the next time. */
  readonly passing?: boolean;
}

/** A file that is offered for saving; `label` says what it is. */
export interface SavedFile {
  readonly name: string;
  readonly label: string;
  readonly data: Uint8Array | string;
}

/** Bytes that can be read piece by piece: a dropped file, before anyone knows what it is. `path` has `/` between folders. */
export interface Source {
  readonly path: string;
  readonly size: number;
  /** Bytes from one offset up to another. Rejects if the file is gone or has changed meanwhile. */
  read(from: number, to: number): Promise<Uint8Array>;
  /**
   * All bytes, read slice by slice straight into one place, where slices put together would be a second copy; absent
   * where `read` makes none. Rejects as `read` does.
   */
  readonly whole?: () => Promise<Uint8Array>;
}

/** A file to be put on a board: dropped as it is, or taken out of a container. */
export interface DroppedFile {
  readonly name: string;
  readonly data: Uint8Array;
  /** Where the container that it comes from puts it; absent for what was dropped as it is. */
  readonly at?: number;
}

/** What was in something dropped. A plain file is its own only part. */
export interface Unpacked {
  /** The family's word for the container (`ESP-IDF build`, `ZIP archive` …), or null for a plain file. */
  readonly container: string | null;
  readonly says: string;
  readonly parts: readonly DroppedFile[];
  /** What is not used, and why: another chip's parts, files that are no firmware. */
  readonly left: readonly { readonly name: string; readonly why: string }[];
  readonly findings: readonly Finding[];
}

/** What a file is, told by its content. `kind` is the family's word (`app`, `partition table` …). */
export interface Recognised {
  readonly kind: string;
  readonly says: string;
  readonly findings: readonly Finding[];
}

/** A place that a file could be put, best first. `why` says what speaks for or against it. */
export interface Choice extends Range {
  readonly id: string;
  readonly name: string;
  readonly why: string;
  readonly fits: boolean;
  /** True for a place that is only taken when a person chooses it, never by itself. */
  readonly byHand?: boolean;
  /** All that it fills, where that is more than one range; the choice's own is the first. */
  readonly ranges?: readonly Range[];
  /** The units of a `Picking` that it is made of, by their ids. */
  readonly picked?: readonly string[];
}

/** Erase units that a person may pick one by one for a file, in place of what is listed. The file fills them in this order. */
export interface Picking {
  /** The id of the choice of some units: this, and their ids in order with a `+` between them. */
  readonly prefix: string;
  /** The bytes that need room. */
  readonly need: number;
  readonly units: readonly PickUnit[];
}

/** An erase unit to be picked; `holds` says what is there now. */
export interface PickUnit extends Range {
  readonly id: string;
  readonly name: string;
  readonly holds: string;
}

/** A file and where it is to go; null if there is no place for it. */
export interface Placement {
  readonly file: DroppedFile;
  readonly choice: Choice | null;
}

/** What a kind of board knows; `I` is what it finds out about a board. All pure but `inspect`, `examine`, `readOut` and `unpack`. */
export interface Family<I extends Inspection = Inspection, T extends Target = Target> {
  inspect(target: T, cancel: Cancel, onSay: (words: string) => void): Promise<I>;
  /** Reads more than `inspect` does at once: apps whole, to check them. */
  examine?(target: T, inspection: I, watch: Watch): Promise<I>;
  /** Reads all that can be read as one file, which is then among the `saves` of the inspection. */
  readOut?(target: T, inspection: I, watch: Watch): Promise<I>;
  /** The board seen with what a person chose; unknown ids and values are passed over. */
  choose(inspection: I, chosen: Chosen): I;
  /**
   * What is in something dropped: one file, or all files of a folder. Reads of them no more than it needs. Rejects with
   * a `Failure` where that cannot be read; what is damaged or foreign is in the result.
   */
  unpack(sources: readonly Source[], inspection: I): Promise<Unpacked>;
  /** What a file is. Never throws. */
  identify(file: DroppedFile, inspection: I): Recognised;
  /**
   * What a request comes to. Files are judged together: a partition table among them decides where all others may go, a
   * bootloader what fits. Never throws: what stands against it is among the refusals.
   */
  arrange(request: Request, inspection: I): Arrangement;
  /** What bytes that were on a board before, those of a backup, come to: the order of writing, and what the board then starts. */
  restore(image: Image, inspection: I): Restoration;
  /**
   * What a start of the board printed, understood; null while it has not said enough. Good is a start of the
   * partition called `expected`, or of any that the layout knows if that is null. Neither good nor bad (`good` null) is
   * a board that never says what it starts. The text is as it came, colours and all. `inspection` is given once nobody
   * listens any more: then also what the board did not say counts.
   */
  bootVerdict(text: string, layout: Layout, expected: string | null, inspection?: I): BootVerdict | null;
}

/** What a board said while it started; `says` ends with a next step where the start is not good. */
export interface BootVerdict {
  readonly partition: Partition | null;
  readonly good: boolean | null;
  readonly says: string;
}
