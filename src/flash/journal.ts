/** Facts of a job that outlive the tab: append-only, and with the contents they refer to, enough to resume from. */
import type { FailureFacts } from './failure.ts';
import type { EraseUnit, Range } from './map.ts';
import type { Bounds } from './target.ts';

/** Bytes of the device that a plan promised to keep, and where they belong. */
export interface KeptBytes extends Range {
  readonly data: Uint8Array;
}

/** Bytes, identified by their MD5 (hex), which a device can compute too. */
export interface Content {
  readonly md5: string;
  readonly data: Uint8Array;
}

/** A range of flash and the MD5 (hex) of its content. */
export interface RangeDigest extends Range {
  readonly md5: string;
}

/** A span beside the writes and its digest; `units` are the erase units whose bytes are kept before anything is erased. */
export interface Neighbour extends RangeDigest {
  readonly units: readonly EraseUnit[];
}

/** One event of a job. `run` numbers its rewrites from 0. */
export type Fact =
  /** Units outside the plan and their digests, which identify a board without a unique ID. */
  | { readonly fact: 'fingerprint'; readonly units: readonly RangeDigest[] }
  /** What stays of the partitions whose content is edited or rewritten: what is written was made for it. */
  | { readonly fact: 'stays'; readonly spans: readonly RangeDigest[] }
  /** The previous content of these units is among the journal's contents, under the digest that the device gave. */
  | { readonly fact: 'backed-up'; readonly units: readonly RangeDigest[] }
  /** From here on the content of these units is unknown until a digest says otherwise. */
  | { readonly fact: 'intent'; readonly run: number; readonly units: readonly EraseUnit[] }
  /** The device accepted all bytes of the run. That does not prove that they were written. */
  | { readonly fact: 'written'; readonly run: number }
  /** From here on the deferred bytes of this unit are unknown until a digest says otherwise. */
  | { readonly fact: 'committing'; readonly unit: EraseUnit }
  /** The device accepted the deferred bytes. That does not prove that they were written. */
  | { readonly fact: 'committed'; readonly unit: EraseUnit }
  /** What a unit holds now (MD5, hex), by a digest of the device or by reading it; null where it shows neither. */
  | { readonly fact: 'digest'; readonly unit: EraseUnit; readonly md5: string | null }
  /** What lies beside the writes and must be unchanged at the end; taken again when a job is resumed. */
  | { readonly fact: 'surroundings'; readonly spans: readonly Neighbour[]; readonly bounds: Bounds }
  /** What lies beside the writes holds this now; includes each unit of a changed span that is kept. */
  | { readonly fact: 'compared'; readonly spans: readonly RangeDigest[] }
  /** Everything verified is to be digested once more: a loader that is not watched closely may have overwritten it. */
  | { readonly fact: 'recheck' }
  /**
   * A rewrite or digest ended early, by a failure of any kind or because the user stopped it. `unsent`: nothing of the last intent, or
   * of the last commit, had been sent, so that its units hold what they held before.
   */
  | { readonly fact: 'broken'; readonly failure: FailureFacts; readonly unsent?: true }
  /** The job was resumed, by whatever page: what was known of its units counts only once the device confirms it. */
  | { readonly fact: 'resumed' };

/**
 * The facts of one job, and the bytes that it must not lose: what its units are to hold, stored before the first fact, and what
 * they held. A promise resolves only when its data would survive a closed tab and a killed browser; contents, intents and
 * commits also survive a power cut. What rejects did not happen.
 */
export interface Journal {
  append(...facts: readonly Fact[]): Promise<void>;
  facts(): readonly Fact[];
  /** The bytes with this MD5; rejects with a `Failure` if they are missing or damaged. */
  content(md5: string): Promise<Uint8Array>;
  /** Stores bytes and appends the fact that they are kept, atomically: a clean-up sees both or neither. */
  keep(fact: Extract<Fact, { fact: 'backed-up' }>, contents: readonly Content[]): Promise<void>;
}
