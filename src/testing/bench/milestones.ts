/** When a job got how far: read off the facts that it stores, each as soon as it is so. */
import type { Clock } from '../../flash/clock.ts';
import type { Fact } from '../../flash/journal.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { Store } from '../../storage/store.ts';

/** The times of the first and the last fact of each kind, in ms of a clock. */
export class Milestones {
  readonly first = new Map<Fact['fact'], number>();
  readonly last = new Map<Fact['fact'], number>();
  /** A store in memory that takes these times. */
  readonly store: Store;

  constructor(clock: Clock) {
    const own = memoryStore();
    this.store = {
      ...own,
      append: async (job, from, facts, contents) => {
        await own.append(job, from, facts, contents);
        for (const { fact } of facts) {
          if (!this.first.has(fact)) this.first.set(fact, clock.now());
          this.last.set(fact, clock.now());
        }
      },
    };
  }

  /** The phases of a job that was agreed to at `from`: what it kept first, what it wrote and verified, what it compared. */
  since(from: number) {
    const begun = this.first.get('intent') ?? from;
    const verified = this.last.get('digest') ?? Number.NaN;
    return {
      keepMs: begun - from,
      writeMs: verified - begun,
      compareMs: (this.last.get('compared') ?? verified) - verified,
    };
  }
}
