/** Facts of a job that outlive the tab: append-only, and with the bytes that they need enough to go on from. */
import type { FailureFacts } from './failure.ts';
import type { EraseUnit, Range } from './map.ts';
import type { Bounds } from './target.ts';

/** Bytes of the device that a plan promised to keep, and where they belong. */
export interface KeptBytes extends Range {
  readonly data: Uint8Array;
}

/** Bytes under the name that a device can tell too: their MD5, hex. */
export interface Content {
  readonly md5: string;
  readonly data: Uint8Array;
}

/** A range of flash and the MD5 (hex) of bytes for it. */
export interface RangeDigest extends Range {
  readonly md5: string;
}

/** A span beside the writes that the plan leaves alone, and what it holds; `units` are those whose bytes are kept first. */
export interface Neighbour extends RangeDigest {
  readonly units: readonly EraseUnit[];
}

/** One thing that happened. `run` numbers the rewrites of a job from 0. */
export type Fact =
  /** Units outside of the plan and what they held: what tells a board apart that does not say which one it is. */
  | { readonly fact: 'fingerprint'; readonly units: readonly RangeDigest[] }
  /** What these units held is among the journal's contents, under the digest that the device gave it. */
  | { readonly fact: 'backed-up'; readonly units: readonly RangeDigest[] }
  /** From here on the content of these units is unknown, until a digest says otherwise. */
  | { readonly fact: 'intent'; readonly run: number; readonly units: readonly EraseUnit[] }
  /** The device took all bytes of the run. That is not yet proof. */
  | { readonly fact: 'written'; readonly run: number }
  /** From here on the bytes that were held back in this unit are unknown, until a digest says otherwise. */
  | { readonly fact: 'committing'; readonly unit: EraseUnit }
  /** The device took the bytes that were held back. That is not yet proof. */
  | { readonly fact: 'committed'; readonly unit: EraseUnit }
  /** What a unit holds now, by the device's own digest (MD5, hex); null where the device cannot tell. */
  | { readonly fact: 'digest'; readonly unit: EraseUnit; readonly md5: string | null }
  /** What lies beside the plan's writes and has to be there afterwards as it is now; taken anew when a job is resumed. */
  | { readonly fact: 'surroundings'; readonly spans: readonly Neighbour[]; readonly bounds: Bounds }
  /** What lies beside the writes holds this now; of a span that changed and is kept, each unit too. */
  | { readonly fact: 'compared'; readonly spans: readonly RangeDigest[] }
  /** All that was verified is to be digested once more: a loader that is not watched closely may have written over it. */
  | { readonly fact: 'recheck' }
  /** A rewrite or a digest ended early: by a failure of any kind, the person's wish included. */
  | { readonly fact: 'broken'; readonly failure: FailureFacts }
  /** The job was taken up again, by whoever: what was known of its units counts only once the device says it anew. */
  | { readonly fact: 'resumed' };

/**
 * Where the facts of one job are kept, and the bytes that it may not lose: what its units are to hold, from before the
 * first fact on, and what they held. Every promise resolves only when that would survive: a closed tab and a killed
 * browser for all of it, a power cut of the computer too for contents, intents and commits. What rejects did not happen.
 */
export interface Journal {
  append(...facts: readonly Fact[]): Promise<void>;
  facts(): readonly Fact[];
  /** The bytes with this MD5; rejects with a `Failure` if they are not there or are not these bytes any more. */
  content(md5: string): Promise<Uint8Array>;
  /** Takes bytes in and appends the fact that they are kept, all or nothing: whatever cleans up sees both or neither. */
  keep(fact: Extract<Fact, { fact: 'backed-up' }>, contents: readonly Content[]): Promise<void>;
}
