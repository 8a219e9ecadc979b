/** What a block of the strip has room for beside the name of its partition. */
import type { RangeState } from '../flash-map/flash-map.words.ts';

/** A narrower block, in CSS pixels, has no room for its size and for what was found. */
const ROOMY = 120;
/** A narrower block, in CSS pixels, has no room for its size below its name. */
const SIZED = 64;
/** A narrower block, in CSS pixels, has no room for `39 % verified`. */
const COUNTED = 92;
/** On a narrower strip, in CSS pixels, most blocks have no room for their sizes, and no mouse points at them to read these. */
export const PHONE = 480;

/** What is known of a block's partition; `nameless` where its name stands beside the strip, `brief` is what was found, in a few words. */
export interface BlockFacts {
  readonly nameless: boolean;
  readonly isApp: boolean;
  readonly state: RangeState | null;
  readonly brief: string | undefined;
}

/** The lines that a block shows. */
export interface BlockLines {
  /** Whether a plan changes the partition. */
  readonly marked: boolean;
  /** Whether there is room for one line only. */
  readonly small: boolean;
  /** Whether that line is what was found, or what a job does there. */
  readonly named: boolean;
  readonly counted: boolean;
  /** Whether the size of the partition is shown. */
  readonly sized: boolean;
}

/** The lines of a block that is so wide, in CSS pixels. */
export function linesOf(width: number, { nameless, isApp, state, brief }: BlockFacts): BlockLines {
  const marked = state !== null && state.state !== 'kept' && state.state !== 'equal';
  const small = width < ROOMY;
  // Where there is room for one of them, the name of an app says more than the size of its slot.
  const named = small && isApp && width >= SIZED && !nameless && !marked && brief !== undefined;
  // What a job does there says more than either.
  const counted = small && width >= COUNTED && !nameless && marked;
  return { marked, small, named, counted, sized: width >= SIZED && !nameless && !named && !counted };
}
