/** The proof on boards that take a few seconds: mutants of the runner or the journal must fail it. */
import { testClock } from '../clock.ts';
import { VIRTUAL_DFU_BOARDS } from '../../virtual-boards/dfu/virtual-dfu-boards.ts';
import type { Tally } from './check.ts';
import { emptyTally } from './check.ts';
import { dfuKind } from './dfu-pages.ts';
import { dfuScenarios } from './dfu-scenarios.ts';
import { ALL_OTHERS, interrupt } from './interrupt.ts';
import { plainKind, plainScenarios } from './plain-pages.ts';

const ALL = { seed: 1, moments: Infinity, only: null, others: ALL_OTHERS };
const SOME = { seed: 1, moments: 6, only: null, others: ALL_OTHERS };

/** Every moment of a board that is only bytes; with `photon` some of a Photon's too. `until-noticed` ends with the first wrong case. */
export async function smallProof(photon: boolean, extent: 'all' | 'until-noticed'): Promise<Tally> {
  const clock = testClock();
  const cases = plainScenarios().map((scenario) => ({ kind: plainKind(clock), scenario, extent: ALL }));
  const entry = VIRTUAL_DFU_BOARDS.find(({ id }) => id === 'photon');
  const dfu =
    entry === undefined || !photon
      ? []
      : dfuScenarios(entry).map((scenario) => ({ kind: dfuKind(entry, clock), scenario, extent: SOME }));
  const sum = emptyTally();
  // What only a Photon shows, it shows at once.
  for (const { kind, scenario, extent: moments } of [...dfu, ...cases]) {
    const { tally } = await interrupt({ kind, scenario }, moments, clock);
    sum.interruptions += tally.interruptions;
    sum.wrong += tally.wrong;
    sum.lost += tally.lost;
    sum.says.push(...tally.says);
    if (extent === 'until-noticed' && sum.wrong + sum.lost > 0) break;
  }
  return sum;
}
