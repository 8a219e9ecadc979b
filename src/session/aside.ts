/** What becomes of what is chosen, where a plan leaves it out, once that plan is carried out. */
import type { Range } from '../flash/map.ts';
import type { Plan } from '../flash/plan.ts';
import type { Purpose } from '../storage/records.ts';
import { bringsBack } from '../storage/records.ts';

/** What becomes of files, and of edits of what partitions hold. */
export interface AsideEnd {
  /** Files stay chosen, or are let go, and those that a person dropped are offered again. */
  readonly files: 'chosen' | 'offered';
  /** Edits of partitions that have bytes in these ranges are dropped: what they were to change is gone. */
  readonly dropsIn: readonly Range[];
}

/**
 * What becomes of them by a plan with this purpose. Connecting again must not plan files over what was brought back. Edits go with what
 * they were to change, but not by a rollback: it brings back what they were made for.
 */
export function asideEnd(purpose: Purpose['kind'], { stretches }: Pick<Plan, 'stretches'>): AsideEnd {
  return {
    // An app that was flashed before would be planned over the one that no longer starts.
    files: bringsBack(purpose) || purpose === 'choose-start' ? 'offered' : 'chosen',
    dropsIn: purpose === 'restore' || purpose === 'erase' ? stretches : [],
  };
}
