/** What the verdict says of the problems that are left. */
import { expect, test } from 'vitest';
import type { Finding } from '../../flash/finding.ts';
import type { ProblemsBefore } from '../state.ts';
import { leftWords } from './verdict.ts';

const problem: Finding = {
  kind: 'table-md5-wrong',
  verdict: 'problem',
  place: { in: 'device' },
  values: {},
  says: 'The table is damaged.',
};
const warning: Finding = { ...problem, verdict: 'warning', says: 'Room is unused.' };

test.each<[string, ProblemsBefore | undefined, readonly Finding[], string]>([
  ['the only problem was repaired', 'on-reading', [warning], 'No problem is left.'],
  ['nothing was wrong', 'none', [warning], ''],
  ['another problem is left', 'on-reading', [problem], 'One problem is left: The table is damaged.'],
  ['several are', 'on-reading', [problem, warning, problem], '2 problems are left, first: The table is damaged.'],
  ['one has come up', 'none', [problem], 'One problem is left: The table is damaged.'],
  ['a diagnosis found one', 'on-closer-look', [warning], 'Diagnose again to see whether a problem is left.'],
  [
    'a diagnosis found one, and another is left',
    'on-closer-look',
    [problem],
    'A problem is left: The table is damaged. Diagnose again to see whether there are more.',
  ],
  ['the board was not read again', undefined, [problem], ''],
])('%s', (_, problemsBefore, found, words) => {
  expect(leftWords({ outcome: 'verified', ...(problemsBefore !== undefined && { problemsBefore }) }, found)).toBe(
    words,
  );
});

test.each<[string, ProblemsBefore, readonly Finding[], string]>([
  ['none is found any more', 'on-reading', [], 'No problem is found in what can be read.'],
  ['one is found', 'on-reading', [problem], 'One problem is left: The table is damaged.'],
  ['nothing was wrong', 'none', [], ''],
  ['a diagnosis found one', 'on-closer-look', [], 'Diagnose again to see whether a problem is left.'],
])('where a part of what was written cannot be read, only the rest is known: %s', (_, problemsBefore, found, words) => {
  expect(leftWords({ outcome: 'unproved', problemsBefore }, found)).toBe(words);
});

test('of a job that ended early nothing is said', () => {
  expect(leftWords({ outcome: 'stopped', problemsBefore: 'on-reading' }, [])).toBe('');
});
