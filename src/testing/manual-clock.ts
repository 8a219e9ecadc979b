/** A clock that a test moves on by hand, for limits of things that answer in real time, such as a browser's database. */
import type { Clock } from '../flash/clock.ts';

/** A clock that stands still until `pass` is called. */
export interface ManualClock extends Clock {
  /** Moves the time on by `ms`, and does what is due by then, in order. */
  pass(ms: number): void;
  /** How many callbacks are waiting. */
  waiting(): number;
}

/** Makes such a clock; it starts at 0. */
export function manualClock(): ManualClock {
  let time = 0;
  const due: { readonly at: number; readonly fn: () => void }[] = [];
  return {
    now: () => time,
    at(delayMs, fn) {
      const event = { at: time + delayMs, fn };
      due.push(event);
      return () => {
        if (due.includes(event)) due.splice(due.indexOf(event), 1);
      };
    },
    pass(ms) {
      const end = time + ms;
      for (;;) {
        const [next] = due.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        due.splice(due.indexOf(next), 1);
        time = Math.max(time, next.at);
        next.fn();
      }
      time = end;
    },
    waiting: () => due.length,
  };
}
