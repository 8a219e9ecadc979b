/** One thing at a time: what is asked for next stops what is under way, and waits until that has ended. */
import type { Cancel } from '../flash/failure.ts';
import { makeCancel } from '../flash/failure.ts';

/** Turns at something that only one can have. */
export class SerialQueue {
  #cancel = makeCancel();
  #queue: Promise<void> = Promise.resolve();

  /** `failed` hears what a turn throws; the next one is taken all the same, also where `failed` throws itself. */
  constructor(private readonly failed: (error: unknown) => Promise<void>) {}

  /**
   * Stops what is under way, and does `work` after it, unless that is overtaken itself before it begins. Rejects with
   * what `failed` throws.
   */
  next(work: (cancel: Cancel) => Promise<void>): Promise<void> {
    this.#cancel.cancel();
    const cancel = makeCancel();
    this.#cancel = cancel;
    const turn = this.#queue.then(() => (cancel.cancelled ? undefined : work(cancel))).catch(this.failed);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Stops what is under way. */
  stop(): void {
    this.#cancel.cancel();
  }

  /** Whether nothing was asked for after this turn; that it was stopped does not matter. */
  isLast(cancel: Cancel): boolean {
    return this.#cancel === cancel;
  }

  /** Goes on in the same turn after it was stopped: with another cancel, which stops what comes now. */
  goOn(): Cancel {
    this.#cancel = makeCancel();
    return this.#cancel;
  }

  /** Resolves when all that was asked for so far has ended. */
  get ended(): Promise<void> {
    return this.#queue;
  }
}
