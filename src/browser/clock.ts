/** The app's only real clock; composition roots pass it to whatever waits. */
import type { Clock } from '../flash/clock.ts';

/** The time since this page or worker started, unaffected by changes of the system clock. */
export const browserClock: Clock = {
  now: () => performance.now(),
  at(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};
