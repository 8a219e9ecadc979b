/** Runs hostile cases and judges what came of them, and what it took. */
import { withTimeout } from '../../flash/clock.ts';
import { factsOf } from '../../flash/failure.ts';
import { browserClock } from '../../browser/clock.ts';
import { cpuTimer, memoryMeter } from '../cpu.ts';
import type { HostileCase, HostileKind } from './case.ts';
import { LIMITS } from './case.ts';

/** How one case ended. `wrong` says why it failed; null if it passed. */
export interface Verdict {
  readonly kind: string;
  readonly name: string;
  readonly wrong: string | null;
  readonly cpuMs: number;
  readonly mib: number;
}

/** How long a case may wait without an answer, in ms of real time: nothing here waits for anything real that takes longer. */
const ANSWERS_MS = 30_000;

/** Runs one case; never rejects. */
export async function judge(kind: string, { name, comes, prepare, run, limits }: HostileCase): Promise<Verdict> {
  const { cpuMs, mib } = { ...LIMITS, ...limits };
  const threw = (error: unknown) => `threw ${factsOf(error).name}: ${factsOf(error).says}`;
  let unmade: string | null = null;
  try {
    prepare?.();
  } catch (error) {
    unmade = threw(error);
  }
  const [spent, grown] = [cpuTimer(), memoryMeter()];
  const ran = unmade === null ? run().catch(threw) : Promise.resolve(unmade);
  const came = await withTimeout(browserClock, ANSWERS_MS, ran, () => 'no answer');
  const used = { cpuMs: spent(), mib: grown() };
  const wrong = [
    ...(isRight(came, comes) ? [] : [`came: ${came}, and not: ${String(comes)}`]),
    ...(used.cpuMs > cpuMs ? [`took ${used.cpuMs.toFixed(0)} ms of ${cpuMs} ms`] : []),
    ...(used.mib > mib ? [`took ${used.mib.toFixed(0)} MiB of ${mib} MiB`] : []),
  ];
  return { kind, name, wrong: wrong.length === 0 ? null : wrong.join('; '), ...used };
}

function isRight(came: string, comes: string | RegExp): boolean {
  return typeof comes === 'string' ? came === comes : comes.test(came);
}

/** The case that a task names. Throws a `RangeError` if there is none. */
export function caseNamed(kinds: readonly HostileKind[], kind: string, name: string): HostileCase {
  const found = kinds.find((each) => each.kind === kind)?.cases.find((each) => each.name === name);
  if (found === undefined) throw new RangeError(`no case ${kind}, ${name}`);
  return found;
}
