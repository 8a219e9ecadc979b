/** Runs one task at a time: the next one stops the current one and waits until it has ended. */
import type { Cancel } from '../flash/failure.ts';
import { makeCancel } from '../flash/failure.ts';

/** A queue of tasks for something that only one can use at a time. */
export class SerialQueue {
  #cancel = makeCancel();
  #queue: Promise<void> = Promise.resolve();

  /**
   * `failed` receives whatever a task throws; the next task runs in any case, even if `failed` itself throws. `unbegun` receives the
   * cancel of a task that was stopped or overtaken before it began.
   */
  constructor(
    private readonly failed: (error: unknown) => Promise<void>,
    private readonly unbegun: (cancel: Cancel) => unknown = () => undefined,
  ) {}

  /**
   * Stops the current task and runs `work` after it, unless that is stopped or overtaken before it begins. Rejects with what
   * `failed` throws.
   */
  next(work: (cancel: Cancel) => Promise<void>): Promise<void> {
    this.#cancel.cancel();
    const cancel = makeCancel();
    this.#cancel = cancel;
    const begin = () => (cancel.cancelled ? void this.unbegun(cancel) : work(cancel));
    const turn = this.#queue.then(begin).catch(this.failed);
    this.#queue = turn.catch(() => undefined);
    return turn;
  }

  /** Stops the current task. */
  stop(): void {
    this.#cancel.cancel();
  }

  /** Whether no later task was requested; it does not matter whether this one was stopped. */
  isLast(cancel: Cancel): boolean {
    return this.#cancel === cancel;
  }

  /** Continues in the same turn after a stop, with a new cancel for what follows. */
  goOn(): Cancel {
    this.#cancel = makeCancel();
    return this.#cancel;
  }

  /** Resolves when everything requested so far has ended. */
  get ended(): Promise<void> {
    return this.#queue;
  }
}
