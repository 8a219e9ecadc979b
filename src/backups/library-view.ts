/** The backups that this browser keeps, as the page shows them, and what a person may wish of them. */
import type { FailureFacts } from '../flash/failure.ts';
import type { Inspection } from '../flash/family.ts';
import type { Layout } from '../flash/layout.ts';
import type { Identity } from '../flash/target.ts';
import { markKey } from '../session/board-key.ts';
import type { BackupKind, JobEnd } from '../storage/records.ts';
import { isSameCipher, isSameKind } from '../storage/records.ts';
import type { Foreign } from '../storage/store.ts';

/** All backups, newest first, and what they cost. Sizes in bytes. */
export interface LibraryView {
  /** False where everything is gone with the tab: this browser denies storage. */
  readonly lasting: boolean;
  readonly items: readonly LibraryItem[];
  /** Kept by another version of the app: neither shown nor touched by this one. */
  readonly foreign: readonly Foreign[];
  /** All that this page keeps, and may; null where the browser does not say. */
  readonly usage: { readonly used: number; readonly quota: number } | null;
  /** What is being done with them now, if anything. */
  readonly busy: string | null;
  /** Why the last wish was not fulfilled. */
  readonly failure: FailureFacts | null;
}

/** A library without anything on it. */
export const EMPTY_LIBRARY: LibraryView = {
  lasting: true,
  items: [],
  foreign: [],
  usage: null,
  busy: null,
  failure: null,
};

/** One backup. */
export interface LibraryItem {
  readonly id: string;
  readonly kind: BackupKind;
  readonly name: string;
  /** The board that it is of, as a person tells it from others. */
  readonly board: string;
  /** Milliseconds since 1970. */
  readonly made: number;
  /** Bytes of flash in it, and bytes that should have been and are not. */
  readonly size: number;
  readonly missing: number;
  /** The job that overwrote these bytes, how it ended (null: it is open); null for a backup that was asked for. */
  readonly job: { readonly end: JobEnd | null } | null;
  /** What decides which boards it fits; null while it is sealed. */
  readonly fits: { readonly key: string; readonly identity: Identity; readonly layout: Layout } | null;
}

/** Whether a backup can go onto a board: it is of this very board as far as that says, of an equal one, or of another kind or sealed. */
export function fitOf({ fits }: LibraryItem, board: Inspection): 'same' | 'equal' | 'none' {
  if (fits === null || !isSameKind(fits, board) || !isSameCipher(fits, board)) return 'none';
  return fits.key === markKey(board.identity) ? 'same' : 'equal';
}

/** What a person may wish of the library. `F` is how a file is handed over. */
export type LibraryIntent<F = Blob> =
  | { readonly do: 'delete-backup'; readonly id: string }
  /** As one file; with a passphrase only who knows it can read it. */
  | { readonly do: 'export-backup'; readonly id: string; readonly passphrase: string | null }
  | { readonly do: 'import-backup'; readonly file: F }
  /** From now on only who knows the passphrase can read it in this browser either; and the way back. */
  | { readonly do: 'seal-backup'; readonly id: string; readonly passphrase: string }
  | { readonly do: 'open-backup'; readonly id: string; readonly passphrase: string };
