/** Clocks for virtual boards, so that tests need not run at the speed of silicon. */

import type { Clock } from '../flash/clock.ts';

/** A board's clock; times in milliseconds of silicon time. */
export type { Clock };

/** The speeds that an address may ask for: slow enough to watch one command, and twice as fast as the tests need. */
const SPEEDS = { least: 0.1, most: 100 };

/** The speed of virtual boards that an address asks for, as text; 1 if it asks for none or for one out of range. */
export function speedFrom(text: string | null): number {
  const speed = text === null ? 1 : Number(text);
  return speed >= SPEEDS.least && speed <= SPEEDS.most ? speed : 1;
}

/** A clock that runs `speed` times faster than silicon; 1 is real time. Throws a `RangeError` unless `speed` is positive. */
export function realClock(speed = 1): Clock {
  if (!(speed > 0)) throw new RangeError(`a clock cannot run ${speed} times faster`);
  const start = performance.now();
  const queue = new EventQueue();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let dueOfTimer = Infinity;
  let stepping = false;
  const turn = eventLoopTurns();
  let latest = 0;
  const wall = (): number => (performance.now() - start) * speed;
  // While a coarse timer lags, board time stays at the latest event. Otherwise whatever that event schedules would come
  // after the events that follow it.
  const now = (): number => {
    const time = wall();
    if (queue.nextTime() > time) latest = time;
    return latest;
  };
  // One event per turn of the event loop, so that the reader of the board's bytes keeps up.
  const step = (): void => {
    const due = queue.nextTime();
    const event = queue.take(wall());
    if (event !== undefined) latest = Math.max(latest, due);
    event?.();
    if (queue.nextTime() <= wall()) return turn(step);
    stepping = false;
    arm();
  };
  const arm = (): void => {
    const due = queue.nextTime();
    if (stepping || (timer !== undefined && dueOfTimer <= due)) return;
    clearTimeout(timer);
    timer = undefined;
    dueOfTimer = due;
    if (due === Infinity) return;
    const fire = () => {
      timer = undefined;
      stepping = true;
      step();
    };
    timer = setTimeout(fire, Math.max(0, (due - wall()) / speed));
  };
  return {
    now,
    at(delayMs, fn) {
      const cancel = queue.add(now() + delayMs, fn);
      arm();
      return cancel;
    },
  };
}

/**
 * A clock that jumps to the next event as soon as the event loop is free: one event per turn, so that streams and
 * promises make progress between two events. Time stands still while nothing is due.
 */
export function instantClock(): Clock {
  const queue = new EventQueue();
  const turn = eventLoopTurns();
  let time = 0;
  let running = false;
  const step = (): void => {
    const due = queue.nextTime();
    if (due === Infinity) {
      running = false;
      return;
    }
    time = Math.max(time, due);
    queue.take(time)?.();
    turn(step);
  };
  return {
    now: () => time,
    at(delayMs, fn) {
      const cancel = queue.add(time + delayMs, fn);
      if (!running) {
        running = true;
        turn(step);
      }
      return cancel;
    },
  };
}

/** Events sorted by time, then by the order in which they were added. */
class EventQueue {
  private readonly events: { time: number; fn: () => void }[] = [];

  add(time: number, fn: () => void): () => void {
    const event = { time, fn };
    let index = this.events.length;
    while (index > 0 && (this.events[index - 1]?.time ?? -Infinity) > time) index--;
    this.events.splice(index, 0, event);
    return () => {
      const at = this.events.indexOf(event);
      if (at >= 0) this.events.splice(at, 1);
    };
  }

  /** When the next event is due; `Infinity` if there is none. */
  nextTime(): number {
    return this.events[0]?.time ?? Infinity;
  }

  /** Removes and returns the first event if it is due by `time`. */
  take(time: number): (() => void) | undefined {
    const first = this.events[0];
    if (first === undefined || first.time > time) return undefined;
    this.events.shift();
    return first.fn;
  }
}

/** Runs each `fn` in a macrotask of its own, without timers, because browsers clamp nested timers to 4 ms. */
function eventLoopTurns(): (fn: () => void) => void {
  const immediate: unknown = Reflect.get(globalThis, 'setImmediate');
  // Node: an open message port would keep a finished test run alive.
  if (typeof immediate === 'function') {
    return (fn) => {
      Reflect.apply(immediate, undefined, [fn]);
    };
  }
  const waiting: (() => void)[] = [];
  const channel = new MessageChannel();
  channel.port1.addEventListener('message', () => waiting.shift()?.());
  channel.port1.start();
  return (fn) => {
    waiting.push(fn);
    channel.port2.postMessage(0);
  };
}
