/** Speed and time left of long work, from what was done so far. */
import type { Progress } from './state.ts';

/** Nothing is said about speed before this many ms: the first numbers are always wrong. */
const WARM_UP_MS = 400;

/** Measures one piece of work from its start. `total` and what `at` is told are bytes; a total of 0 is unknown. */
export class Meter {
  readonly #started: number;

  constructor(
    private readonly says: string,
    private readonly total: number,
    private readonly now: () => number,
  ) {
    this.#started = now();
  }

  /** The progress when so many bytes are done. */
  at(done: number): Progress {
    const elapsed = this.now() - this.#started;
    const bytesPerSecond = elapsed < WARM_UP_MS || done === 0 ? null : (done * 1000) / elapsed;
    const leftMs = bytesPerSecond === null || this.total === 0 ? null : ((this.total - done) * 1000) / bytesPerSecond;
    return { says: this.says, done, total: this.total, bytesPerSecond, leftMs };
  }
}
