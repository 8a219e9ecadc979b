/** Does one task of `npm run faults`. */
import type { Clock } from '../../virtual-boards/clock.ts';
import type { Case } from './boards.ts';
import { runLayer } from './fault-runs.ts';
import { ALL_OTHERS, interrupt } from './interrupt.ts';
import type { Answer, Options, Task } from './task.ts';

/** Moments of a case: of boards that are like another one but for some bytes, fewer. */
const MOMENTS = { all: Infinity, few: 30, short: 3 } as const;

/** At one in so many moments everything else that a person may do is tried too. */
const OTHERS = { full: 12, short: 4 } as const;

/** Never rejects for what a board or the app does: that is in the answer. */
export async function doTask(
  task: Task,
  { seed, short, moment }: Options,
  clock: Clock,
  cases: readonly Case[],
): Promise<Answer> {
  if (task.do === 'runs') {
    return { did: 'runs', layer: task.layer, tally: await runLayer(task.layer, task.from, task.count, clock) };
  }
  const own = cases.find(({ kind, scenario }) => kind.id === task.board && scenario.name === task.scenario);
  if (own === undefined) throw new RangeError(`no case ${task.board}, ${task.scenario}`);
  const moments = short ? MOMENTS.short : own.kind.few ? MOMENTS.few : MOMENTS.all;
  const others = ALL_OTHERS.map(([way]) => [way, short ? OTHERS.short : OTHERS.full] as const);
  const extent = { seed, moments, only: moment, others };
  return { did: 'interrupt', ...(await interrupt(own, extent, clock)) };
}
