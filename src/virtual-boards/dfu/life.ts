/** The time between power-on or a reset and whatever ends it. */
import type { Clock } from '../clock.ts';

/** Timers that die with the run of the chip they belong to. */
export class Life {
  private readonly timers = new Set<() => void>();
  private ended = false;

  constructor(private readonly clock: Clock) {}

  /** Power is gone, or the chip was reset. */
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

  /** Resolves after so many milliseconds, or never if this life ends before. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  end(): void {
    this.ended = true;
    for (const cancel of this.timers) cancel();
    this.timers.clear();
  }
}
