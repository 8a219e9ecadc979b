/** The tables of the benchmark in the documents: written by `npm run bench -- --document`, from one whole run. */
import type { Result } from './table.ts';
import { tableOf, timeText } from './table.ts';

/** What of a run the documents are made of: what is recorded in `scripts/bench-figures.json`. */
export interface Figures {
  /** When the run ended, as a date. */
  readonly date: string;
  readonly results: readonly Result[];
}

/** The rows that the README names. */
const SHORT = [
  'connect',
  'write-620k',
  'same-again',
  'update-1-percent',
  'backup-half',
  'photon-256k',
  'migration',
  'plan-moves',
  'processor-read',
  'processor-write',
];

const MARK = 'made by npm run bench -- --document';

/** The short table of the README: a row each, with what it is measured by. */
export function shortTable({ date, results }: Figures): string {
  const lines = SHORT.flatMap((id) => results.filter((result) => result.id === id)).map(
    ({ work, ours, peer, limit }) => `| ${work} | ${timeText(ours)} | ${timeText(peer)} | ${timeText(limit)} |`,
  );
  return [
    `| measured on ${date} | Sectorwise | esptool-js | at least, or asked |`,
    '| --- | --- | --- | --- |',
    ...lines,
  ].join('\n');
}

/** The whole table, for docs/performance.md. */
export function wholeTable({ date, results }: Figures): string {
  return `One run, ${date}:\n\n${tableOf(results)}`;
}

/** A document with another table between its marks; throws a `RangeError` for one without marks. */
export function withTable(document: string, table: string): string {
  const [from, to] = [`<!-- ${MARK} -->`, '<!-- end of it -->'];
  const [start, end] = [document.indexOf(from), document.indexOf(to)];
  if (start < 0 || end < start) throw new RangeError('the document has no marks for the table');
  return `${document.slice(0, start)}${from}\n\n${table}\n\n${document.slice(end)}`;
}
