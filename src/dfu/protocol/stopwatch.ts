/** How fast work goes, from the work that was done. */
import type { Clock } from '../../flash/clock.ts';

/** Work that is too little to judge by, in ms. */
const ENOUGH_MS = 200;

/** Measures work in bytes per second. */
export class Stopwatch {
  #bytes = 0;
  #ms = 0;

  /** `typical` is the rate in bytes per second until enough was measured. */
  constructor(
    private readonly clock: Clock,
    private readonly typical: number,
  ) {}

  /** Does some work, which is so many bytes. */
  async time<T>(bytes: number, work: () => Promise<T>): Promise<T> {
    const start = this.clock.now();
    const result = await work();
    this.#ms += this.clock.now() - start;
    this.#bytes += bytes;
    return result;
  }

  /** Bytes per second. */
  rate(): number {
    return this.#ms < ENOUGH_MS || this.#bytes === 0 ? this.typical : (this.#bytes / this.#ms) * 1000;
  }
}
