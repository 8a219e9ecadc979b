/** Interrupts a case at each of its moments, or at some drawn from a seed. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { Draw } from '../../virtual-boards/faults/random.ts';
import type { Case } from './boards.ts';
import type { Tally, Recovery } from './check.ts';
import { comeBack, emptyTally } from './check.ts';
import { record } from './record.ts';

/** How much of each case is tried: Resume is pressed at `moments` of its moments (all if there are fewer). */
export interface Extent {
  readonly seed: number;
  readonly moments: number;
  /** The index of the only moment to try, in all ways; null for the usual number. */
  readonly only: number | null;
  /** The other ways, each at every n-th of them. */
  readonly others: readonly (readonly [Recovery, number])[];
}

/** All other ways, at every moment. */
export const ALL_OTHERS: Extent['others'] = [
  ['roll-back', 1],
  ['abandon-job', 1],
  ['again', 1],
  ['changed', 1],
];

/** The result of one case: its number of moments, and the tally of those that were tried. */
export interface Interrupted {
  readonly board: string;
  readonly scenario: string;
  readonly moments: number;
  readonly tally: Tally;
}

/** Runs one case without interruption, then interrupts it. */
export async function interrupt({ kind, scenario }: Case, extent: Extent, clock: Clock): Promise<Interrupted> {
  const tally = emptyTally();
  let moments = 0;
  try {
    const recorded = await record(kind, scenario, clock);
    moments = recorded.moments.length;
    const draw = new Draw(extent.seed, moments);
    const { only } = extent;
    const wanted =
      only === null ? drawn(recorded.moments, extent.moments, draw) : recorded.moments.slice(only, only + 1);
    for (const moment of wanted) {
      const recoveries: Recovery[] = ['resume'];
      for (const [recovery, oneIn] of [...extent.others, ...(only === null ? [] : ALL_OTHERS)]) {
        if (!recoveries.includes(recovery) && draw.below(oneIn) === 0) recoveries.push(recovery);
      }
      for (const recovery of recoveries) await comeBack(recorded, moment, recovery, tally);
    }
  } catch (error) {
    tally.wrong++;
    tally.says.push(String(error));
  }
  return { board: kind.id, scenario: scenario.name, moments, tally };
}

/** `count` of `all`, uniformly drawn, in their order. */
function drawn<T>(all: readonly T[], count: number, draw: Draw): T[] {
  let wanted = Math.min(count, all.length);
  return all.filter((_, i) => {
    const take = draw.below(all.length - i) < wanted;
    if (take) wanted--;
    return take;
  });
}
