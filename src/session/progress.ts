/** The progress of long work: bytes, speed and time left. */
import type { Clock } from '../flash/clock.ts';
import type { Target } from '../flash/target.ts';
import type { Progress, Work } from './state.ts';

/** No speed is reported before this many ms: the first values are always wrong. */
const WARM_UP_MS = 400;

/** No time left is reported before this share is done: what is shown as 0 % says nothing about the rest. */
export const WARM_UP_SHARE = 0.01;

/**
 * Measures one piece of work from its start. `total` and the argument of `at` are bytes; a total of 0 is unknown. `from` bytes
 * were done before, and do not count towards the speed. `atMost`: the total is the most that it may come to.
 */
export class ProgressMeter {
  readonly #started: number;

  constructor(
    private readonly says: string,
    private readonly total: number,
    private readonly clock: Clock,
    private readonly from = 0,
    private readonly atMost = false,
  ) {
    this.#started = clock.now();
  }

  /**
   * The progress when this many bytes are done; of `total` where that has become known since. `share` is the share of its time, where
   * bytes differ in that.
   */
  at(done: number, total = this.total, share?: number): Progress {
    const elapsed = this.clock.now() - this.#started;
    const bytesPerSecond = elapsed < WARM_UP_MS || done <= this.from ? null : ((done - this.from) * 1000) / elapsed;
    if (share !== undefined) {
      const isKnown = elapsed >= WARM_UP_MS && share >= WARM_UP_SHARE;
      const leftMs = isKnown ? (elapsed * (1 - share)) / share : null;
      return { says: this.says, done, total, bytesPerSecond, leftMs, ofJob: share };
    }
    const isEarly = total === 0 || done - this.from < WARM_UP_SHARE * (total - this.from);
    const leftMs = bytesPerSecond === null || isEarly ? null : (Math.max(0, total - done) * 1000) / bytesPerSecond;
    return { says: this.says, done, total, bytesPerSecond, leftMs, ...(this.atMost && { atMost: true as const }) };
  }
}

/** How much is done: of the whole job where it is one, or else of what is done now; 0 to 1, null while that is not known. */
export function shareDone({ done, total, atMost, ofJob }: Progress): number | null {
  if (ofJob === undefined) return total === 0 || atMost === true ? null : Math.min(1, done / total);
  return ofJob === null ? null : Math.min(1, ofJob);
}

/** Reading whose end is not known yet. */
export function readingWork(says: string, clock: Clock): Work {
  return readingParts({ says, total: 0 }, clock)(0);
}

/** Reading as it goes on, by the number of bytes that are done; of `total`, 0 if that is not known before. */
export function readingParts(
  {
    says,
    total,
    backup,
    atMost = false,
  }: { readonly says: string; readonly total: number; readonly backup?: boolean; readonly atMost?: boolean },
  clock: Clock,
): (...part: readonly [done: number, total?: number, share?: number]) => Work {
  const meter = new ProgressMeter(says, total, clock, 0, atMost && total > 0);
  return (...part) => ({ kind: 'surveying', progress: meter.at(...part), ...(backup !== undefined && { backup }) });
}

/** What holds the flash that is read, as its progress calls it: a board, or the image that was opened. */
export function sourceWord(target: Target | null): string {
  return target?.file === undefined ? 'board' : 'image';
}
