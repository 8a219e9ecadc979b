/**
 * Drives every virtual board through every journey and compares what the app says with the flash.
 * `npm run claims` takes some minutes; `-- --board id`, `--wish name` and `--moments N` select what is run.
 */
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import { bundle } from './bundle.ts';
import type { ClaimsOptions, ClaimsTask } from '../src/testing/claims/task.ts';
import { claimsOptions, claimsTasks } from '../src/testing/claims/task.ts';

/** For a machine with two cores. */
const WORKERS = 2;
const OUT = '.results/claims';

interface Answer {
  readonly task: ClaimsTask;
  readonly journeys: number;
  readonly compared: number;
  readonly untrue: readonly string[];
  readonly notDone: readonly string[];
}

const options = claimsOptions(process.argv.slice(3));
await bundle('scripts/claims-worker.ts', OUT);
const answers: Answer[] = [];
const tasks = claimsTasks(options);
await Promise.all(Array.from({ length: WORKERS }, () => work(tasks, options)));
const sum = (of: (answer: Answer) => number): number => answers.reduce((all, answer) => all + of(answer), 0);
const untrue = sum((answer) => answer.untrue.length);
console.log(
  `${sum(({ journeys }) => journeys)} journeys, ${sum(({ compared }) => compared)} claims compared, ${untrue} untrue`,
);
if (untrue > 0 || answers.length === 0) process.exitCode = 1;

/** Starts a worker process that runs tasks until none is left. */
function work(left: ClaimsTask[], given: ClaimsOptions): Promise<void> {
  return new Promise((done, fail) => {
    const child = fork(resolve(OUT, 'worker.mjs'), { execArgv: ['--max-old-space-size=1500'] });
    const next = (): void => {
      const task = left.shift();
      if (task === undefined) child.disconnect();
      else child.send({ task, options: given });
    };
    child.on('message', (answer: Answer) => {
      answers.push(answer);
      const { board, wish } = answer.task;
      console.log(`${board}, ${wish ?? 'read'}: ${answer.journeys} journeys, ${answer.untrue.length} untrue`);
      for (const line of answer.notDone) console.log(`not done: ${line}`);
      for (const line of answer.untrue) console.log(`untrue: ${line}`);
      next();
    });
    child.on('error', fail);
    child.on('exit', (code) => (code === 0 ? done() : fail(new Error(`a worker ended with ${code}`))));
    next();
  });
}
