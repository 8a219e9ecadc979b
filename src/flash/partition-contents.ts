/** What partitions hold as a person sees and edits it: settings and files, as plain data. Formats are the family's. */
import type { Finding, Refusal } from './finding.ts';
import type { Range } from './map.ts';
import { isSameRange } from './map.ts';

/** What holds bytes beside the board: a dropped file or a backup, by its id. */
export type Holder = { readonly in: 'file'; readonly id: number } | { readonly in: 'backup'; readonly id: string };

/**
 * What is looked into: a partition of the board, or with `within` one of a backup, or a whole dropped file, whose address is 0 and
 * whose region has no name.
 */
export interface ContentsPlace extends Range {
  readonly within?: Holder;
}

/** Whether two places are the same bytes of the same holder. */
export function isSamePlace(a: ContentsPlace, b: ContentsPlace): boolean {
  return isSameRange(a, b) && a.within?.in === b.within?.in && a.within?.id === b.within?.id;
}

/** The place that a dropped file of this size is. */
export function placeOfFile(id: number, size: number): ContentsPlace {
  return { region: '', address: 0, size, within: { in: 'file', id } };
}

/** The bytes of one partition or image, read piece by piece; offsets in bytes from its start. Rejects with a `Failure`. */
export interface PartitionBytes {
  readonly size: number;
  read(offset: number, size: number): Promise<Uint8Array>;
}

/**
 * A file or folder of a file system. `path` begins with `/` and has `/` between folders, as the firmware names it below its mount
 * point; a SPIFFS name is given as it stands. `size` in bytes, 0 for folders; `modified` in ms since 1970, null where the
 * format keeps no date or none was set.
 */
export interface FileEntry {
  readonly path: string;
  readonly kind: 'file' | 'folder';
  readonly size: number;
  readonly modified: number | null;
}

/** A file system's tree; `entries` in the order of their paths. `usedBytes` and `totalBytes` count whole allocation units. */
export interface FileTree {
  readonly kind: 'files';
  /** The format's own name: `LittleFS`, `SPIFFS`, `FAT`. */
  readonly format: string;
  /** Version and geometry, as a short phrase: `version 2.1, 128 blocks of 4 KiB`. */
  readonly details: string;
  readonly entries: readonly FileEntry[];
  readonly usedBytes: number;
  readonly totalBytes: number;
  /** What is damaged, with its place, and what the firmware does about it. */
  readonly findings: readonly Finding[];
}

/**
 * One setting. `type` is the format's word (`u8`, `string`, `blob`); `value` is a number in decimal, the text, or a blob's bytes
 * in hex; null where it cannot be read. `size` in bytes. `secret`: the name or the value looks like a password, key, token or
 * certificate, so it is hidden until asked for and never part of a report.
 */
export interface StoredSetting {
  readonly namespace: string;
  readonly key: string;
  readonly type: string;
  readonly value: string | null;
  readonly size: number;
  readonly secret: boolean;
}

/** All settings of a partition, in the order of namespace and key. */
export interface SettingsList {
  readonly kind: 'settings';
  /** The format's own name: `NVS`. */
  readonly format: string;
  /** Version and state, as a short phrase: `5 pages: 1 active, 3 full, 1 blank; 87 entries free`. */
  readonly details: string;
  readonly settings: readonly StoredSetting[];
  /** The types that a new setting can have. */
  readonly types: readonly string[];
  readonly findings: readonly Finding[];
}

/** Content that is explained rather than edited: a core dump, otadata, certificates. `saves` are files made from it. */
export interface ExplainedContent {
  readonly kind: 'explained';
  /** What it is: `Core dump`. */
  readonly format: string;
  /** In one sentence: which task crashed and why. */
  readonly says: string;
  readonly facts: readonly { readonly name: string; readonly value: string }[];
  readonly saves: readonly { readonly name: string; readonly label: string; readonly data: Uint8Array }[];
  readonly findings: readonly Finding[];
}

/** What a partition holds; `unknown` can only be looked at byte by byte. */
export type PartitionListing = FileTree | SettingsList | ExplainedContent | { readonly kind: 'unknown' };

/** A change to what a partition holds. Paths as in `FileEntry`; values as in `StoredSetting`. */
export type ContentEdit =
  /** Adds a file or replaces its content; missing folders are made. `modified` in ms since 1970, null for none. */
  | { readonly edit: 'write-file'; readonly path: string; readonly data: Uint8Array; readonly modified: number | null }
  | { readonly edit: 'make-folder'; readonly path: string }
  /** Deletes a file, or a folder with everything in it. */
  | { readonly edit: 'delete-file'; readonly path: string }
  | { readonly edit: 'rename-file'; readonly path: string; readonly to: string }
  /** Adds a setting or replaces its value and type. */
  | {
      readonly edit: 'set';
      readonly namespace: string;
      readonly key: string;
      readonly type: string;
      readonly value: string;
    }
  | { readonly edit: 'delete-setting'; readonly namespace: string; readonly key: string }
  /** Rewrites what is valid, without what was deleted: NVS pages, file system blocks. */
  | { readonly edit: 'compact' }
  /** Rewrites what can be read, and gives up what is damaged. */
  | { readonly edit: 'salvage' }
  /** Replaces everything by an empty content of this format: `nvs`, `littlefs`, `spiffs`, `fat`, `fat-wl`. */
  | { readonly edit: 'make'; readonly format: string };

/** The edits of one partition, in order. */
export interface EditedContent {
  readonly range: Range;
  readonly edits: readonly ContentEdit[];
}

/** An opened partition: what it holds, and its files' bytes on demand. */
export interface OpenedPartition {
  readonly listing: PartitionListing;
  /** A file's bytes. Rejects with a `Failure` if there is no such file, or its bytes cannot be trusted. */
  readFile(path: string): Promise<Uint8Array>;
  /** All settings as a file, and those that it cannot hold, with the reasons; absent where there are none. */
  readonly exportAs?: (as: SettingsFile) => {
    readonly text: string;
    readonly leftOut: readonly { readonly name: string; readonly why: string }[];
  };
}

/** The kinds of files that settings are saved as: the CSV of ESP-IDF's generator, and JSON. */
export type SettingsFile = 'csv' | 'json';

/** Bytes that are not on the board: those of a dropped file, or of a partition in a backup. */
export interface StoredBytes {
  readonly bytes: PartitionBytes;
  /** The type of the partition that they are of, such as `data, nvs`; null for a file, which may be for any. */
  readonly type: string | null;
  /** The bytes of the partition with the keys of NVS beside it; null where there is none. */
  readonly keys: Uint8Array | null;
}

/** What edits made of bytes that are not on the board: names as in `RewrittenContent.changes`. */
export type StoredEdit =
  { readonly data: Uint8Array; readonly changes: readonly string[] } | { readonly refusal: Refusal };

/** A part of a partition's bytes, by its offset; whole erase units. */
export interface ChangedPart {
  readonly offset: number;
  readonly size: number;
}

/** Content that a new layout keeps only if it is rewritten: for another size in bytes, or in another format. */
export interface Rebuild {
  /** The partition that holds it now. */
  readonly before: Range;
  readonly after: { readonly size: number; readonly format: string };
}

/**
 * Which content of a file system that stays in its place firmware mounts in the partition before and in the one afterwards, also
 * while single units of it are written: the rewritten one, or the one that it replaces.
 */
export type MountsUnderBoth = 'rewritten' | 'replaced';

/** What a codec made of it: all bytes of the new partition, or why there are none. */
export interface RebuiltContent extends Rebuild {
  /** `mountsUnderBoth` is absent where either content mounts only in its own partition. */
  readonly result:
    { readonly data: Uint8Array; readonly mountsUnderBoth?: MountsUnderBoth } | { readonly refusal: Refusal };
  /** True if a format was recognised in it. */
  readonly known?: true;
}

/** The content of a partition with edits applied, or why it cannot be. */
export interface RewrittenContent extends Rebuild {
  /** All its bytes afterwards, and the parts in which they differ from those of `before`, in order. */
  readonly result:
    { readonly data: Uint8Array; readonly differs: readonly ChangedPart[] } | { readonly refusal: Refusal };
  /** What of it changes, by name: `wifi/ssid`, `/index.html`. Never a value; empty where only its form does. */
  readonly changes: readonly string[];
  /** Those of `changes` that are deleted; absent where none is. */
  readonly deleted?: readonly string[];
  /** Whether it still holds what `before` does, apart from the changes; false for one that is recreated. */
  readonly keeps: boolean;
  /** True if `before` was read whole and is blank. */
  readonly wasBlank?: true;
}

/** A format in which empty contents and images are made, as `ContentEdit` names it, and its name for people. */
export interface MadeFormat {
  readonly id: string;
  readonly name: string;
}

/** What files need in a file system and what it has for them, in bytes; `each` in the order of the files. */
export interface FileCosts {
  readonly needed: number;
  readonly available: number;
  readonly each: readonly number[];
}

/** What the view of contents works out before anything is asked of the board: pure, and handed to the page. */
export interface ContentsTools {
  /** The formats that can be made in a partition of this type, such as `data, littlefs`; the usual one first. */
  formatsFor(type: string): readonly MadeFormat[];
  /** What files cost in a new file system of `size` bytes; null for a format without files. */
  costOf(format: string, files: readonly Pick<FileEntry, 'path' | 'size'>[], size: number): FileCosts | null;
  /** The edits that set everything in a file of settings, CSV or JSON, or what is wrong with it, as a sentence. */
  importSettings(
    name: string,
    data: Uint8Array,
  ): { readonly edits: readonly ContentEdit[] } | { readonly refused: string };
}

/** The bytes of an image as those of a partition; what lies outside of it does not count, as in a partition. */
export function imageBytes(image: Uint8Array): PartitionBytes {
  return {
    size: image.length,
    read: (offset, size) => {
      const from = Math.max(0, offset);
      return Promise.resolve(image.subarray(from, Math.max(from, from + size)));
    },
  };
}
