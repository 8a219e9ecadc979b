/**
 * `npm run bench`: the app and its peers side by side on the same virtual boards, against the least time that the work needs; see
 * docs/performance.md. `-- --short` runs a few rows and fails if one is 10 % worse against its peer than recorded; `--record`
 * records this run; `--json` prints JSON; `--row text` narrows it; `--document` writes the tables of the documents. The rows of the
 * page need the built app (`npm run build`) and a browser.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { inProcesses } from './in-processes.ts';
import { pageFigures } from './page-figures.ts';
import type { Figures } from '../src/testing/bench/documents.ts';
import { shortTable, wholeTable, withTable } from '../src/testing/bench/documents.ts';
import { figureOf, PAGE_ROWS } from '../src/testing/bench/page-rows.ts';
import type { Times } from '../src/testing/bench/row.ts';
import type { BenchAnswer, BenchTask } from '../src/testing/bench/rows.ts';
import { ROWS } from '../src/testing/bench/rows.ts';
import { optionValue } from '../src/testing/option-value.ts';
import { notesOf, recordOf, resultOf, tableOf, worseThan } from '../src/testing/bench/table.ts';

/** The recorded ratios, and the results that the documents show. */
const [RECORD, FIGURES] = ['scripts/bench.json', 'scripts/bench-figures.json'];

const given = process.argv.slice(3);
const has = (flag: string) => given.includes(flag);
const narrow = optionValue('--row', given);
if (has('--document') && given.length > 1) throw new Error('the documents show a whole run: give --document alone');
const rows = ROWS.filter(({ id, short }) => id.includes(narrow) && (!has('--short') || short === true));
const pageRows = has('--short') ? [] : PAGE_ROWS.filter(({ id }) => id.includes(narrow));
const started = performance.now();

const tasks: BenchTask[] = rows.flatMap(({ id, repetitions }) =>
  Array.from({ length: has('--short') ? 1 : repetitions }, (_, i) => ({ id, seed: i + 1 })),
);
const found = new Map<string, Times[]>();
const work = {
  entry: 'scripts/bench-worker.ts',
  outDir: '.results/bench',
  options: null,
  bundled: { hashesAtHand: true },
} as const;
const onAnswer = ({ id, seed, seconds, times, error }: BenchAnswer) => {
  if (times === null) throw new Error(`${id}, repetition ${seed}: ${error}`);
  found.set(id, [...(found.get(id) ?? []), times]);
  console.error(`${id}, repetition ${seed}, ${seconds.toFixed(1)} s of the processor: ${JSON.stringify(times)}`);
};
// The longest first, so that neither process is left with one at the end.
const onBoard = tasks.filter(({ id }) => rowOf(id)?.clock === 'board').toSorted((a, b) => costOf(b.id) - costOf(a.id));
if (onBoard.length > 0) await inProcesses({ ...work, tasks: onBoard }, onAnswer);
// Alone, as two at once are in each other's way in the processor's caches.
const onProcessor = tasks.filter(({ id }) => rowOf(id)?.clock === 'processor');
if (onProcessor.length > 0) await inProcesses({ ...work, tasks: onProcessor, processes: 1 }, onAnswer);
const figures = pageFigures(pageRows.map(({ id }) => id));
const results = [
  ...rows.map((row) => resultOf(row, found.get(row.id) ?? [])),
  ...pageRows.map((row) => resultOf(row, [figureOf(row, figures.get(row.id) ?? NaN)])),
];

if (has('--json')) console.log(JSON.stringify({ node: process.version, results }, null, 2));
else {
  console.log(tableOf(results));
  console.log(`\n${notesOf(results)}`);
  console.log(`\ntook ${((performance.now() - started) / 1000).toFixed(0)} s`);
}
if (has('--record')) writeFileSync(RECORD, `${JSON.stringify(recordOf(results), null, 2)}\n`);
if (has('--document')) {
  // Notes vary with the computer, and are in no table.
  const shown: Figures = { date: new Date().toISOString().slice(0, 10), results };
  writeFileSync(FIGURES, `${JSON.stringify(shown, null, 2)}\n`);
  for (const [file, table] of [
    ['README.md', shortTable],
    ['docs/performance.md', wholeTable],
  ] as const)
    writeFileSync(file, withTable(readFileSync(file, 'utf8'), table(shown)));
}
if (has('--short')) {
  const worse = worseThan(JSON.parse(readFileSync(RECORD, 'utf8')), results);
  for (const says of worse) console.error(`worse than recorded: ${says}`);
  if (worse.length > 0) process.exitCode = 1;
}

function rowOf(id: string) {
  return ROWS.find((row) => row.id === id);
}

function costOf(id: string): number {
  return rowOf(id)?.cost ?? 1;
}
