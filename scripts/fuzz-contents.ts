/**
 * Reads, edits and resizes damaged images of partition contents: `npm run fuzz-contents -- --inputs 100000`, for each format that
 * many, cuts at every block first. `--format text` and `--from number` narrow it, `--processes 1` leaves the machine a processor; what
 * falls out is named with its number.
 */
import { inProcesses } from './in-processes.ts';
import type { DamagedFormat } from '../src/testing/contents/damage.ts';
import { optionValue } from '../src/testing/option-value.ts';
import { cutsOf, DAMAGED_FORMATS } from '../src/testing/contents/damage.ts';

/** A part of the inputs of a format: those from `from` on. */
export interface DamageTask {
  readonly format: DamagedFormat;
  readonly from: number;
  readonly count: number;
}

/** What came of it: the inputs with something wrong. */
export interface DamageAnswer {
  readonly task: DamageTask;
  readonly wrong: readonly { readonly number: number; readonly name: string; readonly faults: readonly string[] }[];
  readonly cpuMs: number;
}

/** How many inputs a process takes at once. */
const PIECE = 250;
/** After how many inputs it says how far it got; a multiple of a piece. */
const PROGRESS = 20 * PIECE;
/** What holds its process longer has an endless loop in it. */
const STUCK_MS = 600_000;

const words = process.argv.slice(3);
const after = (option: string) => optionValue(option, words);
const inputs = Number(after('--inputs') || 2000);
const first = Number(after('--from') || 0);
const processes = Number(after('--processes') || 2);
let failed = 0;

for (const format of DAMAGED_FORMATS.filter((each) => each.includes(after('--format')))) {
  const started = performance.now();
  const pieces = Math.ceil(inputs / PIECE);
  const tasks = Array.from({ length: pieces }, (_, i): DamageTask => ({
    format,
    from: first + i * PIECE,
    count: Math.min(PIECE, inputs - i * PIECE),
  }));
  let [wrong, cpuMs, answered] = [0, 0, 0];
  const onAnswer = (answer: DamageAnswer): void => {
    wrong += answer.wrong.length;
    cpuMs += answer.cpuMs;
    answered += answer.task.count;
    // Whoever ends it early knows how far it got.
    if (answered % PROGRESS === 0) console.error(`${format}: ${answered} of ${inputs} inputs`);
    for (const { number, name, faults } of answer.wrong)
      console.log(
        `failed: --format ${format} --from ${number} --inputs 1 | ${name} | ${faults.slice(0, 3).join('; ')}`,
      );
  };
  const work = { entry: 'scripts/fuzz-contents-worker.ts', outDir: '.results/fuzz-contents', options: null, processes };
  await inProcesses({ ...work, tasks, stuckMs: STUCK_MS }, onAnswer, (task: DamageTask) => {
    wrong++;
    console.log(`failed: --format ${format} --from ${task.from} --inputs ${task.count} | never answered`);
  });
  failed += wrong;
  const seconds = (ms: number) => `${(ms / 1000).toFixed(0)} s`;
  const took = `${seconds(cpuMs)} of processor time, ${seconds(performance.now() - started)}`;
  console.log(
    `${format}: ${inputs} inputs, ${Math.max(0, Math.min(inputs, cutsOf(format) - first))} of them cuts: ${wrong} wrong; ${took}`,
  );
}
if (failed > 0) process.exitCode = 1;
