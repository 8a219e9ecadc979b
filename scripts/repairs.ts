/**
 * Damages virtual boards and repairs them by what the app offers, judged by the boards' own boot code: twenty damages, or with
 * `--random 1000` that many drawn from seeds. `--short` takes some of each; `--damage text` and `--seed N` repeat a failure.
 */
import { inProcesses } from './in-processes.ts';
import type { RepairAnswer, RepairTask } from '../src/testing/damages/task.ts';
import { commandFor, repairOptions, repairSummary, repairTasks } from '../src/testing/damages/task.ts';

/** A board that is not answered in this time hangs. */
const STUCK_MS = 300_000;

const options = repairOptions(process.argv.slice(3));
const started = performance.now();
const answers: RepairAnswer[] = [];
const onAnswer = (answer: RepairAnswer): void => {
  answers.push(answer);
  const { task, outcome } = answer;
  for (const line of outcome.wrong) console.log(`failed: ${outcome.name}: ${line}`);
  if (outcome.wrong.length > 0) console.log(`  again: ${commandFor(task)}`);
  else if (options.random === 0) console.log(`${outcome.name}: ${outcome.end}`);
  else if (answers.length % 100 === 0) console.log(`${answers.length} random damages`);
};
await inProcesses(
  {
    entry: 'scripts/repairs-worker.ts',
    outDir: '.results/repairs',
    tasks: repairTasks(options),
    options,
    stuckMs: STUCK_MS,
  },
  onAnswer,
  (task: RepairTask) =>
    onAnswer({ task, outcome: { name: commandFor(task), end: '', wrong: ['its process ended or never answered'] } }),
);
console.log(`took ${((performance.now() - started) / 1000).toFixed(0)} s`);
console.log(repairSummary(answers));
if (answers.length === 0 || answers.some(({ outcome }) => outcome.wrong.length > 0)) process.exitCode = 1;
