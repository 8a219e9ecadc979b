/** One time for a whole test: what the app waits for passes on the board's clock, and that jumps. */
import type { Clock } from '../virtual-boards/clock.ts';
import { instantClock } from '../virtual-boards/clock.ts';

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  today: Date.now,
  now: performance.now,
};

/** A timer on a clock. */
class Timer {
  constructor(readonly cancel: () => void) {}
}

/**
 * A clock for virtual boards that `setTimeout`, `Date.now` and `performance.now` go by too, from now on. So a test of
 * what takes seconds takes none, and app and board see one order of events: a time limit ends exactly what is slower.
 * What is really asynchronous (a file, a thread) takes no time on it.
 */
export function sharedClock(): Clock {
  const clock = instantClock();
  const from = Reflect.apply(real.today, Date, []);
  const later = (work: (...given: unknown[]) => void, ms = 0, ...given: unknown[]): Timer =>
    new Timer(clock.at(Math.max(0, ms), () => work(...given)));
  const never = (timer: unknown): void => {
    if (timer instanceof Timer) timer.cancel();
    else Reflect.apply(real.clearTimeout, globalThis, [timer]);
  };
  Reflect.set(globalThis, 'setTimeout', later);
  Reflect.set(globalThis, 'clearTimeout', never);
  Date.now = () => from + clock.now();
  performance.now = () => clock.now();
  return clock;
}

/** Ends what `sharedClock` began: from now on time passes by itself again. */
export function realTime(): void {
  Reflect.set(globalThis, 'setTimeout', real.setTimeout);
  Reflect.set(globalThis, 'clearTimeout', real.clearTimeout);
  Date.now = real.today;
  performance.now = real.now;
}
