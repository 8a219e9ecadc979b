/** What may help where a piece of work failed, and how often it is tried. */
import type { LoaderMode } from './device.ts';
import type { Sign } from './loader-errors.ts';

/** `again`: the same over the same link; `slower` and `anew`: after a reset, at a lower rate or at the same. */
export type Remedy = 'again' | 'slower' | 'anew';

/** How often a piece of work is sent again as it was, and after how many resets at the same rate. */
const MOST_AGAIN = 1;
const MOST_ANEW = 2;

/** What counts about a link. */
export interface Condition {
  readonly mode: LoaderMode;
  /** Whether there is a lower rate that nobody has to be asked about. */
  readonly canSlow: boolean;
}

/** The remedies of one piece of work, the mildest first. */
export class Remedies {
  #again = 0;
  #anew = 0;

  /** What to try next; null where nothing is left, or the link is not the cause. */
  next(sign: Sign, { mode, canSlow }: Condition): Remedy | null {
    if (sign === 'none') return null;
    if (sign === 'noise' && this.#again++ < MOST_AGAIN) return 'again';
    if (canSlow) return 'slower';
    // A ROM's rate is the lowest there is, or a person's choice.
    if (mode === 'rom' && this.#anew++ < MOST_ANEW) return 'anew';
    return null;
  }
}
