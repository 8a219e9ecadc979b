/** Carries out one task of `npm run faults`. */
import type { Clock } from '../../virtual-boards/clock.ts';
import type { Case } from './boards.ts';
import { runLayer } from './seeded-fault-runs.ts';
import { ALL_OTHERS, interrupt } from './interrupt.ts';
import type { Answer, Options, Task } from './task.ts';

/** Number of moments of a case; fewer for boards that differ from another one only in some bytes. */
const MOMENTS = { all: Infinity, few: 30, short: 3 } as const;

/** Every n-th moment, all other actions of a person are tried too. */
const OTHERS = { full: 12, short: 4 } as const;

/** Carries out a task; never rejects because of a board or the app: their failures are in the answer. */
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
  const others = ALL_OTHERS.map(([recovery]) => [recovery, short ? OTHERS.short : OTHERS.full] as const);
  const extent = { seed, moments, only: moment, others };
  return { did: 'interrupt', ...(await interrupt(own, extent, clock)) };
}
