/** The dependencies of a session, supplied by the composition root. */
import type { Clock } from '../flash/clock.ts';
import type { Cancel } from '../flash/failure.ts';
import type { Family, Inspection } from '../flash/family.ts';
import type { Md5 } from '../flash/survey.ts';
import type { Chosen, Target } from '../flash/target.ts';
import type { SettingsStore } from '../storage/settings-store.ts';
import type { SessionState } from './state.ts';
import type { JobLocks } from '../storage/locks.ts';
import type { Backup } from '../storage/records.ts';
import type { Store } from '../storage/store.ts';

/** The connected board and what any work on it needs. */
export interface BoardWork<I extends Inspection, T extends Target> extends Pick<
  SessionParts<I, T>,
  'family' | 'md5' | 'now' | 'clock'
> {
  readonly target: T;
  /** The board as read, with the user's settings applied. */
  readonly board: I;
  readonly cancel: Cancel;
}

/** The dependencies of a session, which knows no chip, no port and no clock of its own. */
export interface SessionParts<I extends Inspection, T extends Target = Target> {
  readonly family: Family<I, T>;
  /** Connects to the device; called again for every reconnect. `chosen` are the settings known before it answers. */
  readonly connect: (cancel: Cancel, onSay: (words: string) => void, chosen: Chosen) => Promise<T>;
  readonly md5: Md5;
  /** The app's version, for reports. */
  readonly version: string;
  /** Where settings are stored; without it they last as long as the session. */
  readonly settings?: SettingsStore;
  /** Where jobs, backups and their bytes are stored; without it they last as long as the session. */
  readonly store?: Store;
  /** Keeps two tabs from working on the same job. */
  readonly locks?: JobLocks;
  /** A unique id for a job or a backup. */
  readonly newId: () => string;
  /** The open backup with this id, made on request or kept by a job; null if there is none. */
  readonly backup?: (id: string) => Promise<Backup | null>;
  /** Called when jobs or backups were added or ended. */
  readonly onKept?: () => void;
  /** The browser's name and version, for reports. */
  readonly browser?: string;
  /** Milliseconds since 1970, for dates that are stored or shown. */
  readonly now: () => number;
  /** The clock for durations and speeds: the computer's date may be set back in the middle of a job. */
  readonly clock: Clock;
  readonly onState: (state: SessionState) => void;
}

/** What work on a board needs, from a session's dependencies. */
export function workOn<I extends Inspection, T extends Target>(
  { family, md5, now, clock }: SessionParts<I, T>,
  target: T,
  board: I,
  cancel: Cancel,
): BoardWork<I, T> {
  return { family, target, board, cancel, md5, now, clock };
}
