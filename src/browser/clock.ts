/** The only clock of the app that runs by itself; composition roots hand it to whatever waits. */
import type { Clock } from '../flash/clock.ts';

/** The time since this page or worker began, which no setting of the computer's clock changes. */
export const browserClock: Clock = {
  now: () => performance.now(),
  at(delayMs, fn) {
    const timer = setTimeout(fn, delayMs);
    return () => clearTimeout(timer);
  },
};
