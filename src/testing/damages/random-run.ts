/** Takes a randomly damaged board through diagnosis and repairs: nothing may crash, and nothing said may be disproved by the board. */
import type { Diagnosis } from '../../flash/diagnosis.ts';
import type { Repair } from '../../flash/repair.ts';
import { connectedOf } from '../plain-world.ts';
import { dfuBench } from './dfu-bench.ts';
import { espBench } from './esp-bench.ts';
import { damageDfu, damageEsp, isDfuDamage, randomDamage } from './random.ts';
import type { Bench, Outcome } from './run.ts';
import { diagnosed, flashed, judgeClaim, outcomeOf } from './run.ts';

/** How many repairs one board is given, one after another. */
const ROUNDS = 2;

/** Runs the damage of a seed; never rejects. */
export function runRandom(seed: number): Promise<Outcome> {
  const damage = randomDamage(seed);
  const { board, words } = damage;
  return outcomeOf(`seed ${seed}: ${board}, ${words.join('; ')}`, async (complain) => {
    const bench = isDfuDamage(damage)
      ? dfuBench({ board, happens: (made) => damageDfu(damage, made) })
      : espBench({ board, happens: (made) => damageEsp(damage, made) });
    return through(bench, complain);
  });
}

async function through(bench: Bench, complain: (line: string) => void): Promise<string> {
  const { session } = bench;
  await session.connect();
  const taken: string[] = [];
  const tried = new Set<string>();
  for (let round = 0; ; round++) {
    const diagnosis = await diagnosed(session);
    const real = await bench.start();
    judgeClaim(real, connectedOf(session).board, (line) => complain(`after ${taken.length} repairs: ${line}`));
    const repair = nextRepair(diagnosis, tried);
    if (repair === null || round === ROUNDS)
      return `${taken.join(', ') || 'nothing to take'}; starts ${real.at === null ? 'nothing' : 'something'}`;
    tried.add(repair.label);
    if (repair.request.do === 'open') continue;
    await session.dispatch(repair.request);
    const { state } = session;
    if (state.kind !== 'connected') throw new Error(`disconnected: ${JSON.stringify(state)}`);
    // A refusal says why, and so does a plan that would change nothing.
    if (state.work.kind !== 'planned') {
      await session.dispatch({ do: 'plan-files' });
      continue;
    }
    const ended = await flashed(session);
    taken.push(repair.label);
    if (ended.outcome === 'wrong' || ended.outcome === 'beside' || ended.outcome === 'failed')
      complain(`"${repair.label}" ended ${ended.outcome}: ${ended.failure?.says ?? ''}`);
    const after = await bench.start();
    const verdict = ended.start?.verdict;
    if (verdict?.good === true && after.at === null) complain(`said: ${verdict.says} The board starts nothing.`);
    bench.again();
    await session.dispatch({ do: 'reconnect' });
  }
}

/** The first repair of the most urgent finding that can be planned at once and was not tried. */
function nextRepair({ found }: Diagnosis, tried: ReadonlySet<string>): Repair | null {
  const all = found.flatMap(({ repairs = [] }) => repairs);
  return all.find(({ label, request }) => request.do !== 'open' && !tried.has(label)) ?? null;
}
