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

/** How long one step of `withTimeoutWhileAwake` is, in ms. */
const STEP_MS = 1000;

/** The result of `work`, or what `late` returns or throws if `work` takes longer than `ms`; `work` is not stopped. */
export function withTimeout<T, L = T>(clock: Clock, ms: number, work: Promise<T>, late: () => L): Promise<T | L> {
  return limited(clock, [ms], work, late);
}

/**
 * The same for a limit that counts only while this thread runs: once a frozen page or a computer that slept goes on, what has
 * happened meanwhile comes before the limit.
 */
export function withTimeoutWhileAwake<T, L = T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  late: () => L,
): Promise<T | L> {
  const steps = Array.from({ length: Math.ceil(ms / STEP_MS) }, (_, i) => Math.min(STEP_MS, ms - i * STEP_MS));
  return limited(clock, steps, work, late);
}

/** Limits work to some steps of time, each of which begins when the one before has ended. */
async function limited<T, L>(clock: Clock, steps: readonly number[], work: Promise<T>, late: () => L): Promise<T | L> {
  let cancel = (): void => undefined;
  const limit = new Promise<void>((resolve) => {
    const step = ([ms, ...rest]: readonly number[]): void => {
      if (ms === undefined) resolve();
      else cancel = clock.at(ms, () => step(rest));
    };
    step(steps);
  });
  try {
    return await Promise.race([work, limit.then(late)]);
  } finally {
    cancel();
  }
}
