/** Interrupts a case at its moments, one after another, or at some that are drawn from a seed. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { Draw } from '../../virtual-boards/faults/random.ts';
import type { Case } from './boards.ts';
import type { Tally, Way } from './check.ts';
import { comeBack, emptyTally } from './check.ts';
import { record } from './record.ts';

/** At how many moments of each case: Resume is pressed at `moments` of them (all if there are fewer). */
export interface Extent {
  readonly seed: number;
  readonly moments: number;
  /** The one moment to be tried, by its index, in all ways; null: as many as told. */
  readonly only: number | null;
  /** What is done besides at one in so many of them. */
  readonly others: readonly (readonly [Way, number])[];
}

/** Everything else that can be done, each time. */
export const ALL_OTHERS: Extent['others'] = [
  ['roll-back', 1],
  ['abandon-job', 1],
  ['again', 1],
  ['changed', 1],
];

/** What came of one case: how many moments it has, and the tally of those that were tried. */
export interface Interrupted {
  readonly board: string;
  readonly scenario: string;
  readonly moments: number;
  readonly tally: Tally;
}

/** Runs one case soundly, then interrupts it. */
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
      const ways: Way[] = ['resume'];
      for (const [way, oneIn] of [...extent.others, ...(only === null ? [] : ALL_OTHERS)]) {
        if (!ways.includes(way) && draw.below(oneIn) === 0) ways.push(way);
      }
      for (const way of ways) await comeBack(recorded, moment, way, tally);
    }
  } catch (error) {
    tally.wrong++;
    tally.says.push(String(error));
  }
  return { board: kind.id, scenario: scenario.name, moments, tally };
}

/** Some of many, each as likely as any other, in their order. */
function drawn<T>(all: readonly T[], count: number, draw: Draw): T[] {
  let wanted = Math.min(count, all.length);
  return all.filter((_, i) => {
    const take = draw.below(all.length - i) < wanted;
    if (take) wanted--;
    return take;
  });
}
