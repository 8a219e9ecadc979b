/** The clock interface: whatever waits is given a clock, so that tests do not wait in real time. */

/** A monotonic clock in milliseconds with an arbitrary origin, so it gives no date. */
export interface Clock {
  now(): number;
  /**
   * Runs `fn` once after `delayMs` and returns a function that cancels it. Callbacks due at the same time run in the order they
   * were requested. A negative delay means "already overdue" and lets a caller that woke late catch up without drift.
   */
  at(delayMs: number, fn: () => void): () => void;
}

/** Resolves after `ms` milliseconds of the clock. */
export function sleep(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.at(ms, resolve);
  });
}

/** The result of `work`, or what `late` returns or throws if `work` takes longer than `ms`; `work` is not stopped. */
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
