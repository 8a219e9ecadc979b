/** Random draws from a seed, for scripts that must be reproducible. */
import { randomWords } from '../esp/firmware/random.ts';

/** A stream of random draws (Marsaglia's xorshift32); the same seeds always give the same draws. */
export class Draw {
  private readonly next: () => number;

  constructor(...seeds: readonly number[]) {
    // A second round separates the streams of consecutive seeds.
    this.next = randomWords(...seeds, 0x5eed);
  }

  /** A whole number from 0 to `count` - 1. */
  below(count: number): number {
    return Math.floor((this.next() / 2 ** 32) * count);
  }

  /** A whole number from `least` to `most`, both included. */
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }

  /** One of several. */
  pick<T>(several: readonly [T, ...T[]]): T {
    return several[this.below(several.length)] ?? several[0];
  }

  /** A mask of one to eight bits. */
  bits(): number {
    return this.pick([1 << this.below(8), this.between(1, 255)]);
  }
}
