/** Runs foreign code on a board's clock: its timers and dates are the process' own, which a board's clock knows nothing of. */
import type { Clock } from '../../flash/clock.ts';

/** What such code reads the time by and waits with. */
const TIMERS = ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] as const;

/**
 * Runs `work` while timers and dates of this process are those of `clock`, and puts the process' own back afterwards. A timer
 * of under 1 ms waits 1 ms, as in Node and in a browser; a browser also makes nested ones wait 4 ms, which is not done here.
 */
export async function onBoardTime<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const own = TIMERS.map((name) => [name, Reflect.get(globalThis, name)] as const);
  const date = Reflect.get(Date, 'now');
  const waiting = new Map<number, () => void>();
  let last = 0;
  const set = (fn: () => void, ms = 0): number => {
    const id = ++last;
    const cancel = clock.at(Math.max(1, ms), () => {
      waiting.delete(id);
      fn();
    });
    waiting.set(id, cancel);
    return id;
  };
  const clear = (id: number): void => {
    waiting.get(id)?.();
    waiting.delete(id);
  };
  const none = (): never => {
    throw new Error('no interval runs on a board’s clock');
  };
  for (const [name, value] of [
    ['setTimeout', set],
    ['clearTimeout', clear],
    ['setInterval', none],
    ['clearInterval', none],
  ] as const)
    Reflect.set(globalThis, name, value);
  Reflect.set(Date, 'now', () => clock.now());
  try {
    return await work();
  } finally {
    for (const [name, value] of own) Reflect.set(globalThis, name, value);
    Reflect.set(Date, 'now', date);
  }
}
