/**
 * Checks that nothing is lost: every virtual board and scenario is interrupted at every moment, and then thousands of runs meet
 * faults of wire, flash and store. `npm run faults -- --short` takes about four minutes on two slow cores; `--seed N`, `--runs N`, `--board id,id`,
 * `--scenario name`, `--moment N`, `--layer name` and `--run N` restrict it or repeat a failure.
 */
import { inProcesses } from './in-processes.ts';
import type { Answer } from '../src/testing/interruptions/task.ts';
import { lineOf, optionsFrom, tasksFor, Totals } from '../src/testing/interruptions/task.ts';

const options = optionsFrom(process.argv.slice(3));
const started = performance.now();
const totals = new Totals();
const work = { entry: 'scripts/faults-worker.ts', outDir: '.results/faults', tasks: tasksFor(options), options };
await inProcesses(work, (answer: Answer) => {
  totals.add(answer);
  const line = lineOf(answer);
  if (line !== null) console.log(line);
});
for (const line of totals.failures) console.log(line);
console.log(`took ${((performance.now() - started) / 1000).toFixed(0)} s`);
for (const line of totals.lines()) console.log(line);
if (!totals.good) process.exitCode = 1;
