/** The dependencies of a session, supplied by the composition root. */
import type { BundleSource, SignedBundleRequest } from '../bundle/make.ts';
import type { Clock } from '../flash/clock.ts';
import type { Cancel } from '../flash/failure.ts';
import type { Family, Inspection } from '../flash/family.ts';
import type { Finding } from '../flash/finding.ts';
import type { Range } from '../flash/map.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Chosen, Target } from '../flash/target.ts';
import type { OpenImage } from './compare-flash.ts';
import type { SettingsStore } from '../storage/settings-store.ts';
import { memorySettings } from '../storage/settings-store.ts';
import { nextTurn } from './next-turn.ts';
import type { SessionState, Work } from './state.ts';
import type { JobLocks } from '../storage/locks.ts';
import { memoryLocks } from '../storage/locks.ts';
import type { Backup, BoardMark } from '../storage/records.ts';
import { memoryStore } from '../storage/memory-store.ts';
import type { Store } from '../storage/store.ts';

/** What a recovery bundle is made of: the backup with this id, or what the chosen files come to on the board. */
export type BundleFrom = { readonly backup: string } | BundleSource;

/** What every part of a session gets, with or without a board. */
export interface SessionContext {
  readonly md5: Md5;
  /** The app's version, for reports. */
  readonly version: string;
  /** Where settings are stored. */
  readonly settings: SettingsStore;
  /** Where jobs, backups and their bytes are stored. */
  readonly store: Store;
  /** Keeps two tabs from working on the same job. */
  readonly locks: JobLocks;
  /** A unique id for a job or a backup. */
  readonly newId: () => string;
  /** The open backup with this id, made on request or kept by a job; null if there is none. */
  readonly backup: (id: string) => Promise<Backup | null>;
  /** Called when jobs or backups were added or ended. What it promises is that they are listed: the verdict on a job comes after that. */
  readonly onKept: () => void | Promise<void>;
  /** Called with the bytes of a range of a board, which the user wants as a file; `ticket` is that of the intent. */
  readonly onSave: (bytes: SavedBytes, ticket?: number) => void;
  /** Called with a file made of what a board holds, which the user wants to save; `ticket` is that of the intent. */
  readonly onFile: (file: { readonly name: string; readonly data: Uint8Array }, ticket?: number) => void;
  /** Called with what a recovery bundle is to be made of, and what its maker wants. */
  readonly onBundle: (from: BundleFrom, request: SignedBundleRequest) => void;
  /** The browser's name and version, for reports. */
  readonly browser?: string;
  /** Milliseconds since 1970, for dates that are stored or shown. */
  readonly now: () => number;
  /** The clock for durations and speeds: the computer's date may be set back in the middle of a job. */
  readonly clock: Clock;
  /** Lets other tasks run in the middle of a long computation. */
  readonly turn: () => Promise<void>;
}

/** The bytes of a partition or of a whole region. */
export interface SavedBytes {
  readonly board: BoardMark;
  readonly range: Range;
  readonly data: Uint8Array;
}

/** One piece of work on the connected board, from an intent to its end. */
export interface BoardWork<I extends Inspection = Inspection, T extends Target = Target> extends SessionContext {
  readonly family: Family<I, T>;
  readonly target: T;
  /** The board as read, with the user's settings applied. */
  readonly board: I;
  /** The board as records of jobs and backups name it. */
  readonly mark: BoardMark;
  /** The problems and warnings that only a closer look has found. */
  readonly foundCloser: readonly Finding[];
  /** How long it took to read the board, in ms; it is read once more at the end of a job. */
  readonly readMs: number;
  /** How many times as long as at the device's pace the last job took that was long enough to tell; 1 before that. */
  readonly slowness: number;
  /** A partition's bytes, confirmed by the board and read once for each reading of it; `onMore` hears how many were just read. */
  readonly bytesOf: (range: Range, onMore?: (bytes: number) => void) => Promise<Uint8Array>;
  /**
   * Reads again what is open to look into, of the board as it was read once more after a job that changed these ranges. Never rejects:
   * what cannot be read is closed.
   */
  lookAgain(now: I, changed: readonly Range[], onBytes: () => void): Promise<void>;
  /** Ends this work and no other. */
  readonly cancel: Cancel;
  /** Updates the session's state at once. */
  readonly show: (work: Work) => void;
  /** Reports progress in the session's state, a few times a second at most. */
  readonly tell: (work: () => Work) => void;
}

/** Dependencies that a session can do without: it then keeps everything in memory, for as long as it lasts. */
type Optional = 'settings' | 'store' | 'locks' | 'backup' | 'onKept' | 'onSave' | 'onFile' | 'onBundle' | 'turn';

/** The dependencies of a session, which knows no chip, no port and no clock of its own. */
export interface SessionParts<I extends Inspection, T extends Target = Target>
  extends Omit<SessionContext, Optional>, Partial<Pick<SessionContext, Optional>> {
  readonly family: Family<I, T>;
  /** Connects to the device; called again for every reconnect. `chosen` are the settings known before it answers. */
  readonly connect: (cancel: Cancel, onSay: (words: string) => void, chosen: Chosen) => Promise<T>;
  /** Opens a file to compare the flash with; absent where that is not offered. */
  readonly openImage?: OpenImage;
  /** What is said while connecting; by default that of a board. */
  readonly connecting?: string;
  readonly onState: (state: SessionState) => void;
}

/** The context of a session with these dependencies. */
export function contextOf<I extends Inspection, T extends Target>(parts: SessionParts<I, T>): SessionContext {
  const {
    family: _family,
    connect: _connect,
    connecting: _connecting,
    openImage: _openImage,
    onState: _onState,
    ...given
  } = parts;
  return {
    settings: memorySettings(),
    store: memoryStore(),
    locks: memoryLocks(),
    backup: () => Promise.resolve(null),
    onKept: () => undefined,
    onSave: () => undefined,
    onFile: () => undefined,
    onBundle: () => undefined,
    turn: nextTurn,
    ...given,
  };
}
