/**
 * Drives every virtual board through every journey and compares what the app says with the flash.
 * `npm run claims` takes some minutes; `-- --board id`, `--change name` and `--moments N` select what is run.
 */
import { inProcesses } from './in-processes.ts';
import type { ClaimsTask } from '../src/testing/claims/task.ts';
import { claimsOptions, claimsTasks } from '../src/testing/claims/task.ts';

interface Answer {
  readonly task: ClaimsTask;
  readonly journeys: number;
  readonly compared: number;
  readonly untrue: readonly string[];
  readonly notDone: readonly string[];
}

const options = claimsOptions(process.argv.slice(3));
const answers: Answer[] = [];
const work = { entry: 'scripts/claims-worker.ts', outDir: '.results/claims', tasks: claimsTasks(options), options };
await inProcesses(work, (answer: Answer) => {
  answers.push(answer);
  const { board, change } = answer.task;
  console.log(`${board}, ${change ?? 'read'}: ${answer.journeys} journeys, ${answer.untrue.length} untrue`);
  for (const line of answer.notDone) console.log(`not done: ${line}`);
  for (const line of answer.untrue) console.log(`untrue: ${line}`);
});
const sum = (of: (answer: Answer) => number): number => answers.reduce((all, answer) => all + of(answer), 0);
const untrue = sum((answer) => answer.untrue.length);
console.log(
  `${sum(({ journeys }) => journeys)} journeys, ${sum(({ compared }) => compared)} claims compared, ${untrue} untrue`,
);
if (untrue > 0 || answers.length === 0) process.exitCode = 1;
