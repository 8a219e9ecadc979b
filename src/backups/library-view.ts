/** The backups in this browser as the page shows them, and the intents for them. */
import type { FailureFacts } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import type { Layout } from '../flash/layout.ts';
import type { Range } from '../flash/map.ts';
import type { Identity } from '../flash/target.ts';
import type { SignedBundleRequest } from '../bundle/make.ts';
import type { KeyIntent, KeyView } from './make-bundles.ts';
import type { BinaryPart } from './binary-file.ts';
import { markKey } from '../session/board-key.ts';
import type { Ticketed } from '../session/contents/contents-viewer.ts';
import type { JobTitle } from '../session/words/job-title.ts';
import type { BackupKind, JobEnd, Purpose } from '../storage/records.ts';
import { isSameCipher, isSameKind } from '../storage/records.ts';
import type { Foreign, StorageState } from '../storage/store.ts';

/** All backups, newest first, and the storage they use. Sizes in bytes. */
export interface LibraryView {
  /** Where all this is kept, and what is wrong with that; null before the browser has said so. */
  readonly storage: StorageState | null;
  /** Why the list could not be read: what is listed is then what was read before, or nothing. Null if it was read. */
  readonly unread: FailureFacts | null;
  readonly items: readonly LibraryItem[];
  /** The keys that bundles are signed with, and those of others that are known by name; newest first. */
  readonly keys: readonly KeyView[];
  /** The open jobs that no tab is working on, newest first. */
  readonly unfinished: readonly Unfinished[];
  /** Damaged, or written by another version of the app; this one neither shows nor changes them. */
  readonly foreign: readonly Foreign[];
  /** Bytes that this page stores and may store; null if the browser does not say. */
  readonly usage: { readonly used: number; readonly quota: number } | null;
  /** What is being done now, if anything. */
  readonly busy: string | null;
  /** Why the last intent failed. */
  readonly failure: FailureFacts | null;
  /** The files that were imported last, in order; empty once something else was asked for. */
  readonly imported: readonly Imported[];
}

/**
 * What came of a file: a `new` backup, one that was `there` already and has all that the file has, or bytes `added` to one that
 * lacked them.
 */
export interface Imported {
  readonly id: string;
  readonly was: 'new' | 'there' | 'added';
}

/** A library without backups, of which nothing was read yet. */
export const EMPTY_LIBRARY: LibraryView = {
  storage: null,
  unread: null,
  items: [],
  keys: [],
  unfinished: [],
  foreign: [],
  usage: null,
  busy: null,
  failure: null,
  imported: [],
};

/** A job that did not end: its board has to be connected to continue it. */
export interface Unfinished extends JobTitle {
  readonly job: string;
  readonly purpose: Purpose['kind'];
  /** The key of its board, as `markKey` gives it, and its name, as `boardName` does. */
  readonly key: string;
  readonly board: string;
  /** How many of its erase units are verified. */
  readonly verified: number;
  readonly total: number;
  /** How many were verified before it was resumed, and not checked again since; absent if there are none. */
  readonly unchecked?: number;
}

/** One backup in the library. */
export interface LibraryItem {
  readonly id: string;
  readonly kind: BackupKind;
  /** What it holds, as its title begins. */
  readonly name: string;
  /** The name of its board, as `boardName` gives it. */
  readonly board: string;
  /** Milliseconds since 1970. */
  readonly made: number;
  /** Bytes of flash in it, and bytes that should be in it but are not. */
  readonly size: number;
  readonly missing: number;
  /** How many of its bytes are in blank erase units, as far as that is known. */
  readonly blank: number;
  /**
   * The job that overwrote these bytes: how it ended (null: it is open and still needs them; `unknown`: not written down with
   * a backup that stands alone), and what it did, `Flashing app1` (null: not written down, as by earlier versions); null for a backup made on request.
   */
  readonly job: { readonly end: JobEnd | 'unknown' | null; readonly doing: string | null } | null;
  /** What of it can be saved as a plain binary file, the largest first; empty while it is encrypted. */
  readonly plain: readonly BinaryPart[];
  /** What decides which boards it fits, and whether its layout comes back with it; null while it is encrypted. */
  readonly fits: {
    readonly key: string;
    readonly identity: Identity;
    readonly layout: Layout;
    readonly hasTable: boolean;
  } | null;
}

/**
 * Whether a backup fits a board: `same` board as far as this can be known, an `equal` one, or `none` (a different kind, or
 * encrypted).
 */
export function fitOf({ fits }: LibraryItem, board: Inspection): 'same' | 'equal' | 'none' {
  if (fits === null || !isSameKind(fits, board) || !isSameCipher(fits, board)) return 'none';
  return fits.key === markKey(board.identity) ? 'same' : 'equal';
}

/** The intents for the library. `F` is the type in which a file is passed. */
export type LibraryIntent<F = Blob> =
  | KeyIntent<F>
  /** Makes a recovery bundle of it, and saves that as a file. */
  | { readonly do: 'make-bundle'; readonly id: string; readonly request: SignedBundleRequest }
  | { readonly do: 'delete-backup'; readonly id: string }
  /** Exports it as one file; with a passphrase the file is encrypted. */
  | ({ readonly do: 'export-backup'; readonly id: string; readonly passphrase: string | null } & Ticketed)
  /** Saves the bytes of a range as one plain file, as esptool and dfu-util read and write them. */
  | ({ readonly do: 'save-bytes'; readonly id: string; readonly range: Range } & Ticketed)
  | { readonly do: 'import-backup'; readonly file: F }
  /** Encrypts it in this browser too, or decrypts it again. */
  | { readonly do: 'encrypt-backup'; readonly id: string; readonly passphrase: string }
  | { readonly do: 'open-backup'; readonly id: string; readonly passphrase: string };
