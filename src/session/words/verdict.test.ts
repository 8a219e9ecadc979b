/** What the verdict says of the problems that are left. */
import { expect, test } from 'vitest';
import type { Finding } from '../../flash/finding.ts';
import { leftWords } from './verdict.ts';

const problem: Finding = {
  kind: 'table-md5-wrong',
  verdict: 'problem',
  place: { in: 'device' },
  values: {},
  says: 'The table is damaged.',
};
const warning: Finding = { ...problem, verdict: 'warning', says: 'Room is unused.' };

test.each<[string, boolean | undefined, readonly Finding[], string]>([
  ['the only problem was repaired', true, [warning], 'No problem is left.'],
  ['nothing was wrong', false, [warning], ''],
  ['another problem is left', true, [problem], 'One problem is left: The table is damaged.'],
  ['several are', true, [problem, warning, problem], '2 problems are left, first: The table is damaged.'],
  ['one has come up', false, [problem], 'One problem is left: The table is damaged.'],
  ['the board was not read again', undefined, [problem], ''],
])('%s', (_, hadProblem, found, words) => {
  expect(leftWords({ outcome: 'verified', ...(hadProblem !== undefined && { hadProblem }) }, found)).toBe(words);
});

test('of a job that ended early nothing is said', () => {
  expect(leftWords({ outcome: 'stopped', hadProblem: true }, [])).toBe('');
});
