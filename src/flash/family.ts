/** The second port: what a kind of board knows about itself, its files and its way of starting. */
import type { Arrangement, Request, Restoration } from './arrangement.ts';
import type { BootSelection } from './boot-choice.ts';
import type { TextPlace } from './bounded-log.ts';
import type { Cancel } from './failure.ts';
import type { Diagnosis } from './diagnosis.ts';
import type { DroppedFile, Recognised, Source, UnpackOptions, Unpacked } from './dropped-file.ts';
import type { Finding, Verdict } from './finding.ts';
import type { Image } from './image.ts';
import type { Layout, Partition, StartPlace } from './layout.ts';
import type { EditableTable } from './layout-editor.ts';
import type { FittingLayouts, FitRequest } from './layout-fit.ts';
import type { Range } from './map.ts';
import type {
  ContentEdit,
  OpenedPartition,
  PartitionBytes,
  Rebuild,
  RebuiltContent,
  RewrittenContent,
  StoredBytes,
  StoredEdit,
} from './partition-contents.ts';
import type { OnProgress, Chosen, Identity, Target, Watch } from './target.ts';
import type { UnlockOffer } from './unlock.ts';
import type { YieldNow } from './yielding.ts';

/**
 * What was found in a partition or a gap: one sentence, and the family's word for the kind; `blank` is shared by all families.
 */
export interface Content extends Range {
  readonly kind: string;
  readonly says: string;
  /** The same in a few words for a title: `raft-demo 1.4.0`; absent where its place says it, as of a bootloader. */
  readonly brief?: string;
  /**
   * MD5 (hex) of the bytes by which an app was recognised, the same ones whenever it is read: its build is named there. Absent for
   * what is no app.
   */
  readonly digest?: string;
  /** For what was found blank, also in a gap: the parts that were read, by offset in bytes; absent where that is all of it. */
  readonly blankIn?: readonly { readonly from: number; readonly size: number }[];
  /** True for what was found blank as far as it was read, where content may begin behind that. */
  readonly partly?: true;
  /** True where the firmware reads it only in a partition of exactly this size, as SPIFFS and wear-levelled FAT are. */
  readonly tiedToSize?: true;
  /** How many bytes from its start it uses, where the rest means nothing: it is read in any partition that holds them. */
  readonly usedBytes?: number;
  /** The erase units in use, by offset in bytes, where their order means nothing, as that of NVS pages. */
  readonly usedUnits?: readonly number[];
  /** True where it is encrypted for its place in the partition, as NVS entries are: no part of it can be moved by itself. */
  readonly tiedToPlace?: true;
  /** For flash that belongs to no partition: what its first bytes are, and a clause that says so. */
  readonly gap?: { readonly holds: 'data' | 'blank' | 'unread'; readonly words: string };
  /** What an unfinished job is still to do here, where it has changed nothing yet, as a sentence; absent where none is. */
  readonly awaits?: string;
}

/**
 * Which partition starts at the next reset, null if none does, and why. `unsure`: nothing is known to keep it from starting, and
 * nothing shows that it starts.
 */
export interface BootState {
  readonly partition: StartPlace | null;
  readonly says: string;
  readonly unsure?: true;
  /** The two of which one starts, where it is not known which: `says` names what decides it. Absent everywhere else. */
  readonly either?: readonly [StartPlace, StartPlace];
  /** Apps that are on the board although nothing starts: what `says` names keeps them from it. Absent where there are none. */
  readonly apps?: readonly KeptApp[];
  /** What is left to say beside the problem of this kind, which gives the reason as well; absent where none does. */
  readonly beside?: { readonly kind: string; readonly says: string };
}

/** An app that something else keeps from starting; `app` names it for a sentence: `the app raft-demo 1.4.2`. */
export interface KeptApp extends StartPlace {
  readonly app: string;
}

/** What was read from a board. */
export interface Inspection {
  readonly identity: Identity;
  readonly layout: Layout;
  readonly contents: readonly Content[];
  readonly findings: readonly Finding[];
  /** What starts at the next reset; null where this cannot be determined. */
  readonly boot: BootState | null;
  /** What selects the app that starts, and how that can be changed; absent where nothing does, or it cannot be read. */
  readonly selection?: BootSelection;
  /** The most bytes that `Family.examine` may have to read; null if there is nothing more to learn. */
  readonly examinable: number | null;
  /**
   * The board's protections and what they mean for work on it: secure boot, encryption, locked downloads. Empty if it has none.
   */
  readonly protections: readonly Protection[];
  /** The settings that the user can change for this board, with their current values. */
  readonly settings: readonly Setting[];
  /** What can be saved as a file without reading more from the board, such as its partition table. */
  readonly saves: readonly SavedFile[];
  /** Places for an application larger than its usual place, and layouts that people ask for but this board cannot have. */
  readonly appLayouts?: readonly AppLayoutOffer[];
  /** Partitions that hold only a part of what a job was to write, as the journals say; absent where nobody has looked. */
  readonly incomplete?: readonly Range[];
  /**
   * Erase units of which every byte was verified when a job of this session wrote them or found them equal, and where no other app
   * has been read since; absent where there are none.
   */
  readonly verified?: readonly Range[];
  /** The partition table, where it was read whole and can be changed; absent otherwise. */
  readonly table?: EditableTable;
  /** How many bytes `Family.readOut` reads; absent where there is nothing more to read. */
  readonly readable?: number;
  /** How the protection of the whole chip can be removed; absent where there is none, or it cannot be removed from here. */
  readonly unlock?: UnlockOffer;
  /** The most bytes that `Family.diagnose` reads; absent where the family has no closer look. */
  readonly diagnosable?: number;
  /** What a closer look came to; absent before one was taken. */
  readonly diagnosis?: Diagnosis;
}

/** A way to lay out an application, or one that the board cannot offer: then `ranges` is empty and `why` gives the reason. */
export interface AppLayoutOffer {
  readonly name: string;
  readonly why: string;
  readonly ranges: readonly Range[];
  /** The consequences: what is erased, what no longer works. */
  readonly consequences: readonly string[];
  /** Why this is the one to take, as sentences; null for the others. At most one of a board's layouts has it, and it comes first. */
  readonly recommended: string | null;
  /** Who forbids it, for one that the board cannot offer: `the chip`; absent for the others. */
  readonly forbiddenBy?: string;
  /** The linker file for it, which is also among the inspection's `saves`. */
  readonly save: SavedFile | null;
}

/** One protection of a board: `state` is the exact term, `says` explains what it means for what is being done. */
export interface Protection {
  readonly name: string;
  readonly state: string;
  readonly says: string;
  readonly verdict: Verdict;
  /** The kind of the finding that says the same as well; absent where none does. */
  readonly beside?: string;
}

/** What a setting is about: how the board is talked to, what happens to the flash, or what its bootloader's header says. */
export type SettingGroup = 'link' | 'flash' | 'header';

/** A setting: `value` is the `id` of the current option, `usual` that of the default. */
export interface Setting {
  readonly id: string;
  readonly group: SettingGroup;
  readonly name: string;
  readonly help: string;
  readonly options: readonly { readonly id: string; readonly name: string; readonly help?: string }[];
  readonly value: string;
  readonly usual: string;
  /** Why this board leaves no choice; `value` then applies. */
  readonly fixed?: string;
  /** True for a choice that lasts until the board is read again and is not remembered. */
  readonly passing?: boolean;
  /** True for what only a plan takes up: an unfinished job is resumed as it was planned, without it. */
  readonly planned?: true;
}

/** A file offered for saving; `label` names it as the words after “Save” do: `the partition table as CSV`. */
export interface SavedFile {
  readonly name: string;
  readonly label: string;
  readonly data: Uint8Array | string;
  /** The flash that it was made of, as that was read: once that is written, it is of before. Absent for what is of no board. */
  readonly of?: readonly Range[];
}

/** What a diagnosis reads with. */
export interface DiagnosisReads {
  readonly watch: Watch;
  /** The bytes of any range, read as they are asked for, and each only once. */
  readonly bytesOf: (range: Range) => PartitionBytes;
  /** What the board printed when it started, of one start or several; empty if nobody has listened. */
  readonly log: string;
  /** The dropped files: a table among them may be the one that is missing. */
  readonly files: readonly DroppedFile[];
}

/**
 * What a kind of board knows; `I` is its inspection of a board. Everything is pure except `glance`, `inspect`, `examine`, `readOut`,
 * `unpack`, and what reads contents.
 */
export interface Family<I extends Inspection = Inspection, T extends Target = Target> {
  /**
   * Reads what is seen of a board first, in little time: what it leaves out is of the kind `unread`. Nothing is planned from it, so
   * `inspect` follows. Absent where `inspect` takes no longer.
   */
  glance?(target: T, cancel: Cancel, onSay: (words: string) => void): Promise<I>;
  /**
   * Reads a board. `before` is the layout that it had before an interrupted job cut its own layout short: where the board no
   * longer says where things are, they are looked for there. `onProgress` hears how far it is, where that is known.
   */
  inspect(
    target: T,
    cancel: Cancel,
    onSay: (words: string) => void,
    before?: Layout,
    onProgress?: OnProgress,
  ): Promise<I>;
  /** Reads more than `inspect` does by itself: whole apps, to check them. */
  examine?(target: T, inspection: I, watch: Watch): Promise<I>;
  /**
   * Checks the apps of which `written`, what jobs wrote or found equal in app partitions, is only a part: reads them as
   * `examine` does, and nothing where it is a whole app.
   */
  checkMixed?(target: T, inspection: I, written: readonly Range[], watch: Watch): Promise<I>;
  /** Takes over that partitions were read whole since and are blank: `inspect` may have read only their first bytes. */
  noteBlank?(inspection: I, blank: readonly Range[]): I;
  /**
   * Looks at everything that matters for a start and for what is kept: reads what `examine` does, and checks contents. The result
   * has a `diagnosis`. Rejects with the `Failure`s of `bytesOf` and the target.
   */
  diagnose?(target: T, inspection: I, how: DiagnosisReads): Promise<I>;
  /**
   * What a diagnosis would find wrong in a range, if its bytes were those that `bytesOf` gives, as a sentence: those of a backup. Null
   * where it would find nothing. Rejects with the `Failure`s of `bytesOf`.
   */
  checkKept?(inspection: I, range: Range, how: Pick<DiagnosisReads, 'watch' | 'bytesOf'>): Promise<string | null>;
  /** Reads everything readable into one file, which is then among the inspection's `saves`. */
  readOut?(target: T, inspection: I, watch: Watch): Promise<I>;
  /** The inspection with the user's settings applied; unknown ids and values are ignored. */
  choose(inspection: I, chosen: Chosen): I;
  /**
   * The contents of a dropped item: one file, or all files of a folder. Reads no more of them than it needs. Rejects with a
   * `Failure` if they cannot be read; damaged or foreign content is reported in the result.
   */
  unpack(sources: readonly Source[], inspection: I, how?: UnpackOptions): Promise<Unpacked>;
  /** What a file is. Never throws. */
  identify(file: DroppedFile, inspection: I): Recognised;
  /**
   * What a request comes to. Files are judged together: a partition table among them decides where the others may go, a
   * bootloader decides what fits. Never throws: obstacles are among the refusals.
   */
  arrange(request: Request, inspection: I): Arrangement;
  /**
   * Layouts that give the room that is asked for, with the files of the request in them, or why there are none; `read` gives the
   * bytes of a partition. Absent where layouts are not changed. Rejects with the `Failure`s of `read` and `yieldNow`.
   */
  fit?(
    request: Request,
    room: FitRequest,
    inspection: I,
    read: (range: Range) => Promise<Uint8Array>,
    yieldNow: YieldNow,
  ): Promise<FittingLayouts>;
  /**
   * What the partition with exactly this range holds; `bytesOf` gives the bytes of any partition, such as the one with its keys.
   * Rejects with the `Failure`s of these and no others.
   */
  openContents?(
    inspection: I,
    range: Range,
    bytesOf: (range: Range) => PartitionBytes,
    yieldNow?: YieldNow,
  ): Promise<OpenedPartition>;
  /** What bytes hold that are not on the board. Rejects with the `Failure`s of reading them and no others. */
  openStored?(stored: StoredBytes, yieldNow?: YieldNow): Promise<OpenedPartition>;
  /** Bytes that are not on the board with edits applied. Rejects with the `Failure`s of `yieldNow`. */
  editStored?(
    stored: Omit<StoredBytes, 'bytes'> & { readonly data: Uint8Array },
    edits: readonly ContentEdit[],
    yieldNow: YieldNow,
  ): Promise<StoredEdit>;
  /**
   * The contents that a request changes, rewritten: `read` gives the bytes of a partition. Has to come before `arrange`, which
   * takes the result as part of the request. Rejects with the `Failure`s of `read` and `yieldNow`; what cannot be changed is a
   * refusal in the result.
   */
  rewriteContents?(
    request: Request,
    inspection: I,
    read: (range: Range) => Promise<Uint8Array>,
    yieldNow: YieldNow,
  ): Promise<readonly RewrittenContent[]>;
  /**
   * What a new layout asks to be rewritten, see `Arrangement.rebuilds`; otherwise as `rewriteContents`. The arrangement is then
   * made again, with the result.
   */
  rebuildContents?(
    rebuilds: readonly Rebuild[],
    inspection: I,
    read: (range: Range) => Promise<Uint8Array>,
    yieldNow: YieldNow,
  ): Promise<readonly RebuiltContent[]>;
  /** What bytes that were on a board before, those of a backup, come to: the order of writing, and what the board then starts. */
  restore(image: Image, inspection: I): Restoration;
  /**
   * A judge of one boot. Good means that the partition at `expected` started (older records of jobs know only its name), or any
   * known partition if that is null. `good` is null for a board that never reports what it starts.
   */
  bootJudge(layout: Layout, expected: StartPlace | string | null): BootJudge<I>;
}

/** Judges the output of one boot as it arrives, colour codes included, in memory and time that its length does not raise. */
export interface BootJudge<I extends Inspection = Inspection> {
  /** Takes the next piece of output. The verdict, or null until there was enough; it stays what it was once given. */
  hear(text: string): BootVerdict | null;
  /** The verdict once nobody is listening any more: from then on silence counts too. */
  end(inspection: I): BootVerdict | null;
}

/** What a board reported while starting; `says` ends with a next step unless the start is good. */
export interface BootVerdict {
  readonly partition: Partition | null;
  readonly good: boolean | null;
  readonly says: string;
  /** What the plan said that it starts; absent where the board reports that. */
  readonly planned?: string;
  /** Where in its output the line is that decided; absent where none did. */
  readonly line?: TextPlace;
}
