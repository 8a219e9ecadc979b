/** What the composition root hands to the commands: files, boards, images, and the tools of the families. */
import type { BundleRequest } from '../bundle/make.ts';
import type { Bundle, BundleReading } from '../bundle/read.ts';
import type { Source } from '../flash/dropped-file.ts';
import type { Inspection } from '../flash/family.ts';
import type { Finding, Refusal } from '../flash/finding.ts';
import type { Range } from '../flash/map.ts';
import type { TableEntry } from '../flash/layout-editor.ts';
import type { ContentEdit, ContentsTools } from '../flash/partition-contents.ts';
import type { Session } from '../session/session.ts';
import type { SessionState } from '../session/state.ts';

/** The files of this computer. Every call rejects with a `Failure` that names the path. */
export interface Files {
  /** A file's bytes, if there are at most `most` of them. */
  read(path: string, most: number): Promise<Uint8Array>;
  /** The sources of an operand: a file, or everything in a folder, with paths that begin with the folder's name. */
  sources(path: string): Promise<readonly Source[]>;
  /** Writes a file whole or not at all. */
  write(path: string, data: Uint8Array): Promise<void>;
}

/** A virtual board in the list of them. */
export interface BoardWords {
  readonly id: string;
  readonly name: string;
  readonly summary: string;
}

/** A flash behind a session that is not connected yet: a virtual board, or an image. */
export interface Opened {
  readonly session: Pick<Session<Inspection>, 'state' | 'dispatch' | 'connect'>;
  /** Called with every state. */
  onState: (state: SessionState) => void;
  /** Called with a file that was made of what the flash holds. */
  onFile: (data: Uint8Array) => void;
  /**
   * Makes a recovery bundle of the flash, or of what the files of the session come to on it, signed with a private key if there
   * is one; null if the session refused. Rejects with the `Failure`s of making one.
   */
  readonly bundle: (
    of: 'board' | 'files',
    request: BundleRequest,
    seed: Uint8Array | null,
  ) => Promise<Uint8Array | null>;
  /** The whole flash as it is now. */
  readonly bytes: () => Promise<Uint8Array>;
  /** The MD5 of a range in hex; null if this flash has no such range, or does not show it. Rejects with the target's `Failure`s. */
  readonly digest: (range: Range) => Promise<string | null>;
}

/** A file that is to be opened as a flash, and what is known of it besides: its chip or board, and its size in bytes. */
export interface ImageToOpen {
  readonly name: string;
  readonly data: Uint8Array;
  /** A chip (`esp32s3`) or a board (`photon`); null where the file says it. */
  readonly chip: string | null;
  readonly flashSize?: number;
}

/** A content that was made, or why it cannot be. */
export type Made = { readonly data: Uint8Array } | { readonly refusal: Refusal };

/** Sizes in bytes that a table is read for; absent where nobody knows them. */
export interface TableLimits {
  readonly flashSize?: number;
  readonly tableOffset?: number;
}

/** A partition table from a file. Its rows are what is meant only if no finding is a problem. */
export interface ReadTable {
  readonly form: 'csv' | 'bin';
  readonly rows: readonly TableEntry[];
  readonly findings: readonly Finding[];
}

/** Partition tables as CSV and as bytes. Writing throws a `Failure` for what a form cannot express. */
export interface TableTools {
  read(name: string, data: Uint8Array, limits: TableLimits): ReadTable;
  csvOf(rows: readonly TableEntry[]): string;
  binaryOf(rows: readonly TableEntry[]): Uint8Array;
  /** The type of a row in the words of a CSV: `app, ota_0`. */
  typeOf(row: TableEntry): string;
}

/** Recovery bundles that are files. */
export interface BundleTools {
  /** Null for a file that is no bundle. Rejects with the `Failure`s of reading it. */
  read(source: Source): Promise<BundleReading | null>;
  /** The same bundle with a signature, and the fingerprint of the key; `seed` is its private half. */
  sign(bundle: Bundle, seed: Uint8Array): Promise<{ readonly data: Uint8Array; readonly fingerprint: string }>;
}

/** Everything that commands need from outside. */
export interface CommandHost {
  /** The program's version. */
  readonly version: string;
  readonly files: Files;
  readonly boards: readonly BoardWords[];
  readonly openBoard: (id: string) => Opened;
  /** Opens a flash image. Rejects with a `Failure`, also where the file does not say which chip or board it is of. */
  readonly openImage: (image: ImageToOpen) => Promise<Opened>;
  readonly md5: (data: Uint8Array) => string;
  readonly tables: TableTools;
  readonly bundles: BundleTools;
  readonly contents: ContentsTools;
  /** A file system of `size` bytes in a format of `ContentsTools.formatsFor`, with edits applied. */
  readonly makeContents: (format: string, size: number, edits: readonly ContentEdit[]) => Promise<Made>;
}
