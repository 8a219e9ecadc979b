/** What a session is made of, by whoever composes the app. */
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

/** The board at hand, and what any work on it takes. */
export interface BoardWork<I extends Inspection, T extends Target> extends Pick<
  SessionParts<I, T>,
  'family' | 'md5' | 'now' | 'clock'
> {
  readonly target: T;
  /** The board as it was read, seen with what the person chose. */
  readonly board: I;
  readonly cancel: Cancel;
}

/** What a session is given: it knows no chip, no port and no clock of its own. */
export interface SessionParts<I extends Inspection, T extends Target = Target> {
  readonly family: Family<I, T>;
  /** Connects to the device; called again for every reconnect. `chosen`: what is known by then to be chosen for it. */
  readonly connect: (cancel: Cancel, onSay: (words: string) => void, chosen: Chosen) => Promise<T>;
  readonly md5: Md5;
  /** Version of the app, for reports. */
  readonly version: string;
  /** Where choices are kept; without it they last as long as the session. */
  readonly settings?: SettingsStore;
  /** Where jobs, backups and their bytes are kept; without it they last as long as the session. */
  readonly store?: Store;
  /** What keeps two tabs off one job. */
  readonly locks?: JobLocks;
  /** A name for a job or a backup that no other has. */
  readonly newId: () => string;
  /** The backup with this id, wherever it comes from; null if there is none that is open. */
  readonly backup?: (id: string) => Promise<Backup | null>;
  /** Hears that jobs or backups were added or ended. */
  readonly onKept?: () => void;
  /** The browser it runs in, in its own words, for reports. */
  readonly browser?: string;
  /** Milliseconds since 1970, for what is kept and told as a date. */
  readonly now: () => number;
  /** What durations and speeds go by: the computer's date may be set back in the middle of a job. */
  readonly clock: Clock;
  readonly onState: (state: SessionState) => void;
}

/** What work on a board takes, from what the session is given. */
export function workOn<I extends Inspection, T extends Target>(
  { family, md5, now, clock }: SessionParts<I, T>,
  target: T,
  board: I,
  cancel: Cancel,
): BoardWork<I, T> {
  return { family, target, board, cancel, md5, now, clock };
}
