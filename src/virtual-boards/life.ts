/** One run of a chip, from power-on or reset to whatever ends it. */
import type { Clock } from './clock.ts';

/** The timers of one run of the chip, which are cancelled when it ends; times in ms. */
export class Life {
  private readonly timers = new Set<() => void>();
  private ended = false;

  constructor(private readonly clock: Clock) {}

  /** Whether the run is over: power was lost, or the chip was reset. */
  get over(): boolean {
    return this.ended;
  }

  now(): number {
    return this.clock.now();
  }

  after(ms: number, fn: () => void): void {
    if (this.ended) return;
    const cancel = this.clock.at(ms, () => {
      this.timers.delete(cancel);
      fn();
    });
    this.timers.add(cancel);
  }

  /** Resolves after `ms` milliseconds; never, if this run ends first. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  end(): void {
    this.ended = true;
    for (const cancel of this.timers) cancel();
    this.timers.clear();
  }
}
