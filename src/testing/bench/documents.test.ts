/** The tables in the documents are those of the run that is recorded beside them. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Figures } from './documents.ts';
import { shortTable, wholeTable, withTable } from './documents.ts';
import { ALL_ROWS } from './rows.ts';

const figures: Figures = JSON.parse(readFileSync('scripts/bench-figures.json', 'utf8'));

test.each([
  ['README.md', shortTable(figures)],
  ['docs/performance.md', wholeTable(figures)],
])('%s shows the recorded run', (file, table) => {
  const document = readFileSync(file, 'utf8');
  expect(withTable(document, table)).toBe(document);
});

test('every row is recorded, in the order of the benchmark', () => {
  expect(figures.results.map(({ id }) => id)).toEqual(ALL_ROWS.map(({ id }) => id));
});

test('a document without marks is refused', () => {
  expect(() => withTable('# Nothing\n', '')).toThrow(RangeError);
});
