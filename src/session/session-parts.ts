/** What a session is made of, by whoever composes the app. */
import type { Clock } from '../flash/clock.ts';
import type { Cancel } from '../flash/failure.ts';
import type { Family, Inspection } from '../flash/family.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Chosen, Target } from '../flash/target.ts';
import type { SettingsStore } from '../storage/settings-store.ts';
import { memorySettings } from '../storage/settings-store.ts';
import type { SessionState, Work } from './state.ts';
import type { JobLocks } from '../storage/locks.ts';
import { memoryLocks } from '../storage/locks.ts';
import type { Backup, BoardMark } from '../storage/records.ts';
import { memoryStore } from '../storage/memory-store.ts';
import type { Store } from '../storage/store.ts';

/** What every part of a session gets, with or without a board. */
export interface SessionContext {
  readonly md5: Md5;
  /** Version of the app, for reports. */
  readonly version: string;
  /** Where choices are kept. */
  readonly settings: SettingsStore;
  /** Where jobs, backups and their bytes are kept. */
  readonly store: Store;
  /** What keeps two tabs off one job. */
  readonly locks: JobLocks;
  /** A name for a job or a backup that no other has. */
  readonly newId: () => string;
  /** The backup with this id, wherever it comes from; null if there is none that is open. */
  readonly backup: (id: string) => Promise<Backup | null>;
  /** Hears that jobs or backups were added or ended. */
  readonly onKept: () => void;
  /** The browser it runs in, in its own words, for reports. */
  readonly browser?: string;
  /** Milliseconds since 1970, for what is kept and told as a date. */
  readonly now: () => number;
  /** What durations and speeds go by: the computer's date may be set back in the middle of a job. */
  readonly clock: Clock;
}

/** One piece of work on the connected board, from an intent to its end. */
export interface BoardWork<I extends Inspection = Inspection, T extends Target = Target> extends SessionContext {
  readonly family: Family<I, T>;
  readonly target: T;
  /** The board as it was read, seen with what the person chose. */
  readonly board: I;
  /** The board as records of jobs and backups name it. */
  readonly mark: BoardMark;
  /** Ends this work and no other. */
  readonly cancel: Cancel;
  /** Puts the work into the session's state at once. */
  readonly show: (work: Work) => void;
  /** Puts progress into the session's state, a few times a second at most. */
  readonly tell: (work: () => Work) => void;
}

/** What a session can do without: then it keeps everything in memory, for as long as it lasts. */
type Optional = 'settings' | 'store' | 'locks' | 'backup' | 'onKept';

/** What a session is given: it knows no chip, no port and no clock of its own. */
export interface SessionParts<I extends Inspection, T extends Target = Target>
  extends Omit<SessionContext, Optional>, Partial<Pick<SessionContext, Optional>> {
  readonly family: Family<I, T>;
  /** Connects to the device; called again for every reconnect. `chosen`: what is known by then to be chosen for it. */
  readonly connect: (cancel: Cancel, onSay: (words: string) => void, chosen: Chosen) => Promise<T>;
  readonly onState: (state: SessionState) => void;
}

/** The context of a session that is given these parts. */
export function contextOf<I extends Inspection, T extends Target>(parts: SessionParts<I, T>): SessionContext {
  const { family: _family, connect: _connect, onState: _onState, ...given } = parts;
  return {
    settings: memorySettings(),
    store: memoryStore(),
    locks: memoryLocks(),
    backup: () => Promise.resolve(null),
    onKept: () => undefined,
    ...given,
  };
}
