/** For how long a board does not start its app while a plan is carried out. */
import type { StartGap } from '../../flash/arrangement.ts';
import { estimateMs } from '../../flash/plan.ts';
import type { Plan } from '../../flash/plan.ts';
import type { Pace } from '../../flash/target.ts';

/** A time in ms during which the board would start another partition than before, by name, or nothing (null). */
export interface StartPause {
  readonly ms: number;
  readonly starts: string | null;
}

/**
 * The pauses of a plan, in order of time; empty if the board starts its app at every moment, null if nobody worked that out.
 * Reading and backups come before the first erase, so they take no part in it.
 */
export function startGaps(
  plan: Plan,
  gaps: readonly StartGap[] | undefined,
  pace: Pace,
  packed: number | null = null,
): readonly StartPause[] | null {
  if (gaps === undefined) return null;
  return gaps.flatMap(({ rank, starts }) => {
    const stretches = plan.stretches
      .filter((stretch) => stretch.rank === rank)
      .map((stretch) => ({ ...stretch, units: stretch.units.map((unit) => ({ ...unit, backup: 'none' as const })) }));
    return stretches.length === 0
      ? []
      : [{ ms: estimateMs({ ...plan, stretches }, pace, packed), starts: starts?.name ?? null }];
  });
}
