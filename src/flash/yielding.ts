/** Long computations: they let other tasks run in between, and a stop ends them. */
import type { Clock } from './clock.ts';
import type { Cancel } from './failure.ts';

/** After how many ms a computation lets other tasks run. With a piece of work on top, nobody waits for more than 50 ms. */
const YIELD_AFTER_MS = 20;

/** Called after each piece of a long computation: rejects with the failure `stopped` once that is requested. */
export type YieldNow = () => Promise<void>;

/** The time, and a way to let other tasks run: `turn` resolves after those that wait now. */
export interface Scheduler {
  readonly clock: Pick<Clock, 'now'>;
  readonly turn: () => Promise<void>;
}

/** Lets other tasks run whenever `YIELD_AFTER_MS` have passed since they last could, and obeys `cancel`. */
export function yielding({ clock, turn }: Scheduler, cancel: Cancel): YieldNow {
  let since = clock.now();
  return async () => {
    cancel.check();
    if (clock.now() - since < YIELD_AFTER_MS) return;
    await turn();
    since = clock.now();
    cancel.check();
  };
}

/** For computations that nobody waits beside. */
export const NEVER_YIELD: YieldNow = () => Promise.resolve();

/** Runs a computation that is given in pieces. */
export async function inPieces<T>(pieces: Generator<void, T>, yieldNow: YieldNow): Promise<T> {
  for (;;) {
    const next = pieces.next();
    if (next.done === true) return next.value;
    await yieldNow();
  }
}

/** Runs a computation that is given in pieces without letting anything else run. */
export function atOnce<T>(pieces: Generator<void, T>): T {
  for (;;) {
    const next = pieces.next();
    if (next.done === true) return next.value;
  }
}
