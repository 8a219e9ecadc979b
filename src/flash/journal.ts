/** Facts of a job that outlive the tab: append-only, and enough to go on from. */
import type { FailureFacts } from './failure.ts';
import type { EraseUnit, Range } from './map.ts';

/** Bytes of the device that a plan promised to keep, safe before the erase that would lose them. */
export interface KeptBytes extends Range {
  readonly data: Uint8Array;
}

/** One thing that happened. `run` numbers the rewrites of a job from 0. */
export type Fact =
  /** From here on the content of these units is unknown, until a digest says otherwise. */
  | {
      readonly fact: 'intent';
      readonly run: number;
      readonly units: readonly EraseUnit[];
      readonly kept: readonly KeptBytes[];
    }
  /** The device took all bytes of the run. That is not yet proof. */
  | { readonly fact: 'written'; readonly run: number }
  /** From here on the bytes that were held back in this unit are unknown, until a digest says otherwise. */
  | { readonly fact: 'committing'; readonly unit: EraseUnit }
  /** The device took the bytes that were held back. That is not yet proof. */
  | { readonly fact: 'committed'; readonly unit: EraseUnit }
  /** What a unit holds now, by the device's own digest (MD5, hex); null where the device cannot tell. */
  | { readonly fact: 'digest'; readonly unit: EraseUnit; readonly md5: string | null }
  /** A rewrite or a digest ended early: by a failure of any kind, the person's wish included. */
  | { readonly fact: 'broken'; readonly failure: FailureFacts };

/** Where facts are kept. `append` resolves only when the fact would survive. */
export interface Journal {
  append(fact: Fact): Promise<void>;
  facts(): readonly Fact[];
}

/** A journal in memory: it outlives an unplugged cable, not a closed tab. */
export function memoryJournal(): Journal {
  const facts: Fact[] = [];
  return {
    append(fact) {
      facts.push(fact);
      return Promise.resolve();
    },
    facts: () => facts,
  };
}
