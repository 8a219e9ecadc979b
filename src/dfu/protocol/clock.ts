/** Time for the DFU link, so that tests need not wait for silicon. */

/** A clock in milliseconds; `at` runs `fn` once after a delay and returns what calls that off. */
export interface DfuClock {
  now(): number;
  at(delayMs: number, fn: () => void): () => void;
}

/** The time of day. */
export const wallClock: DfuClock = {
  now: () => performance.now(),
  at(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};

/** Resolves after some milliseconds. */
export function pause(clock: DfuClock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    clock.at(ms, resolve);
  });
}
