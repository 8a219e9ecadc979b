/** Reads metadata pairs: of the two blocks the one that was written last counts, if it has a valid commit. */
import { viewOf } from '../../../formats/binary.ts';
import type { MetadataLog, Pair } from './log.ts';
import { parseLog } from './log.ts';
import type { Reading } from './reading.ts';
import { piece } from './reading.ts';
import { NO_BLOCK } from './tags.ts';

/** How many bytes of a log are read at a time: most logs are short, and a read costs as much as a few hundred bytes. */
const STEP = 1024;

/** A pair as it is read: `active` is the block that counts, `spare` the one that is written next. */
export interface MetadataPair {
  readonly active: number;
  readonly spare: number;
  readonly log: MetadataLog;
  /** The spare block is newer, but has no valid commit. */
  readonly fellBack: boolean;
}

/** Why a pair cannot be read. */
export type PairDefect = 'outside' | 'damaged';

/** Whether two pairs share a block, which makes them the same pair, one of them perhaps before a relocation. */
export function sharesBlock(a: Pair, b: Pair): boolean {
  return a[0] === b[0] || a[1] === b[1] || a[0] === b[1] || a[1] === b[0];
}

/** Whether two pairs have the same blocks, in whichever order. */
export function samePair(a: Pair, b: Pair): boolean {
  return (a[0] === b[0] && a[1] === b[1]) || (a[0] === b[1] && a[1] === b[0]);
}

/** Whether a pointer to a pair points nowhere. */
export function isNullPair(pair: Pair): boolean {
  return pair[0] === NO_BLOCK || pair[1] === NO_BLOCK;
}

/** Whether revision `a` is newer than `b`; revisions wrap around (SPEC.md, “sequence comparison”). */
export function isNewer(a: number, b: number): boolean {
  return ((a - b) | 0) > 0;
}

/** A key for maps by pair: both orders have the same. */
export function pairKey(pair: Pair): string {
  return pair[0] < pair[1] ? `${pair[0]},${pair[1]}` : `${pair[1]},${pair[0]}`;
}

/** Metadata pairs of a partition of `size` bytes with blocks of `blockSize` bytes; each is read once. */
export class PairReader {
  readonly #known = new Map<string, MetadataPair | PairDefect>();
  readonly blockSize: number;
  /** How many whole blocks the partition has. */
  readonly blocks: number;

  constructor(size: number, blockSize: number) {
    this.blocks = Math.floor(size / blockSize);
    this.blockSize = blockSize;
  }

  /** Whether a whole block of the partition has this number. */
  holds(block: number): boolean {
    return block < this.blocks;
  }

  /** The pair, or why it cannot be read. */
  *read(pair: Pair): Reading<MetadataPair | PairDefect> {
    const key = pairKey(pair);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const read = yield* this.#read(pair);
    this.#known.set(key, read);
    return read;
  }

  *#read(pair: Pair): Reading<MetadataPair | PairDefect> {
    if (!this.holds(pair[0]) || !this.holds(pair[1])) return 'outside';
    const [first, second] = [yield* this.#revision(pair[0]), yield* this.#revision(pair[1])];
    const [newer, older]: Pair = isNewer(second, first) ? [pair[1], pair[0]] : pair;
    for (const [active, spare] of [
      [newer, older],
      [older, newer],
    ] as const) {
      const log = yield* this.#log(active);
      if (log !== null) return { active, spare, log, fellBack: active === older && active !== spare };
    }
    return 'damaged';
  }

  *#revision(block: number): Reading<number> {
    return viewOf(yield* piece(block * this.blockSize, 4)).getUint32(0, true);
  }

  *#log(block: number): Reading<MetadataLog | null> {
    let data = new Uint8Array(0);
    while (data.length < this.blockSize) {
      const size = Math.min(STEP, this.blockSize - data.length);
      const longer = new Uint8Array(data.length + size);
      longer.set(data);
      longer.set(yield* piece(block * this.blockSize + data.length, size), data.length);
      data = longer;
      const { log, more } = parseLog(data, this.blockSize);
      if (!more) return log;
    }
    return null;
  }
}
