/**
 * Checks that nothing is lost: every virtual board and scenario is interrupted at every moment, and then thousands of runs meet
 * faults of wire, flash and store. `npm run faults -- --short` takes about a minute; `--seed N`, `--runs N`, `--board id`,
 * `--scenario name`, `--moment N`, `--layer name` and `--run N` restrict it or repeat a failure.
 */
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { bundle } from './bundle.ts';
import type { Answer, Options, Task } from '../src/testing/interruptions/task.ts';
import { lineOf, optionsFrom, tasksFor, Totals } from '../src/testing/interruptions/task.ts';

/** A small machine has two cores. */
const WORKERS = 2;
const OUT = '.results/faults';

const options = optionsFrom(process.argv.slice(3));
const started = performance.now();
await bundle('scripts/faults-worker.ts', OUT);
const totals = new Totals();
const tasks = tasksFor(options);
await Promise.all(Array.from({ length: WORKERS }, () => work(tasks, options)));
for (const line of totals.failures) console.log(line);
console.log(`took ${((performance.now() - started) / 1000).toFixed(0)} s`);
for (const line of totals.lines()) console.log(line);
if (!totals.good) process.exitCode = 1;

/** Makes one process carry out tasks until none is left. */
function work(left: Task[], given: Options): Promise<void> {
  return new Promise((done, fail) => {
    const child = fork(resolve(OUT, 'worker.mjs'), { execArgv: ['--max-old-space-size=1500'] });
    const next = (): void => {
      const task = left.shift();
      if (task === undefined) child.disconnect();
      else child.send({ task, options: given });
    };
    child.on('message', (answer: Answer) => {
      totals.add(answer);
      const line = lineOf(answer);
      if (line !== null) console.log(line);
      next();
    });
    child.on('error', fail);
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`a worker ended with ${code}`))));
    next();
  });
}
