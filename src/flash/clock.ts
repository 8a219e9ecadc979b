/** Time as a parameter: what waits is handed a clock, so that a test need not wait for silicon. */

/** A clock in milliseconds that never goes back; 0 is a moment of its own, so that it tells no date. */
export interface Clock {
  now(): number;
  /**
   * Runs `fn` once after `delayMs`; returns what cancels it. Equal times run in the order they were asked for. A
   * negative delay means "was due already": it lets a caller that was woken late catch up without drifting.
   */
  at(delayMs: number, fn: () => void): () => void;
}

/** Resolves after so many ms of the clock. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.at(ms, resolve);
  });
}

/** What work comes to, or what `late` returns or throws if that takes longer than `ms`; the work itself goes on then. */
export async function within<T, L = T>(clock: Clock, ms: number, work: Promise<T>, late: () => L): Promise<T | L> {
  let cancel = (): void => undefined;
  const limit = new Promise<void>((resolve) => {
    cancel = clock.at(ms, resolve);
  });
  try {
    return await Promise.race([work, limit.then(late)]);
  } finally {
    cancel();
  }
}
