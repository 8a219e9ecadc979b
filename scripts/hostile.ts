/**
 * Gives the app's own code hostile boards, files, backups, storage and machines, and judges what comes of each, in how much
 * processor time and memory. `npm run hostile -- --short` leaves out what takes long; `--kind text` and `--case text` narrow it.
 */
import { inProcesses } from './in-processes.ts';
import type { Verdict } from '../src/testing/hostile/judge.ts';
import { KINDS } from '../src/testing/hostile/kinds.ts';
import type { HostileTask } from '../src/testing/hostile/task.ts';
import { hostileOptions, hostileTasks, summary } from '../src/testing/hostile/task.ts';

/** A case that does not even answer to its own time limit holds its process: it is ended after this long. */
const STUCK_MS = 90_000;

const options = hostileOptions(process.argv.slice(3));
const started = performance.now();
const verdicts: Verdict[] = [];
const onVerdict = (verdict: Verdict): void => {
  verdicts.push(verdict);
  if (verdict.wrong !== null) console.log(`failed: ${verdict.kind} | ${verdict.name} | ${verdict.wrong}`);
};
const work = { entry: 'scripts/hostile-worker.ts', outDir: '.results/hostile', options };
await inProcesses(
  { ...work, tasks: hostileTasks(KINDS, options), stuckMs: STUCK_MS },
  onVerdict,
  ({ kind, name }: HostileTask) =>
    onVerdict({ kind, name, wrong: 'its process ended or never answered', cpuMs: 0, mib: 0 }),
);
const dearest = (of: 'cpuMs' | 'mib', unit: string): string => {
  const [most] = verdicts.toSorted((a, b) => b[of] - a[of]);
  return most === undefined ? 'none' : `${most[of].toFixed(0)} ${unit} (${most.kind}, ${most.name})`;
};
console.log(`most processor time: ${dearest('cpuMs', 'ms')}; most memory: ${dearest('mib', 'MiB')}`);
console.log(`took ${((performance.now() - started) / 1000).toFixed(0)} s`);
console.log(summary(KINDS, verdicts));
if (verdicts.length === 0 || verdicts.some(({ wrong }) => wrong !== null)) process.exitCode = 1;
