/** What the verdict says of the problems that are left. */
import { expect, test } from 'vitest';
import type { Finding } from '../../flash/finding.ts';
import type { ProblemsBefore, Repaired } from '../state.ts';
import { afterwardsWords, leftWords } from './verdict.ts';

const problem: Finding = {
  kind: 'table-md5-wrong',
  verdict: 'problem',
  place: { in: 'device' },
  values: {},
  says: 'The table is damaged.',
};
const warning: Finding = { ...problem, verdict: 'warning', says: 'Room is unused.' };

test.each<[string, ProblemsBefore | undefined, readonly Finding[], string]>([
  ['the only problem was repaired', 'on-reading', [warning], 'Reading the board shows no problem any more.'],
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

test.each<[string, Repaired, readonly Finding[], string]>([
  ['it', { problems: 1, all: true }, [warning], 'The problem is repaired. No other is known.'],
  ['all of them', { problems: 2, all: true }, [], '2 problems are repaired. No other is known.'],
  [
    'one of them',
    { problems: 1, all: false },
    [],
    'The problem is repaired. Diagnose again to see whether another is left.',
  ],
  [
    'it, and reading finds another',
    { problems: 1, all: true },
    [problem],
    'The problem is repaired. One problem is left: The table is damaged.',
  ],
])('a diagnosis alone knew of what was wrong, and the job repaired %s', (_, repaired, found, words) => {
  expect(leftWords({ outcome: 'verified', problemsBefore: 'on-closer-look', repaired }, found)).toBe(words);
  // Only what is verified is repaired.
  expect(leftWords({ outcome: 'unproved', problemsBefore: 'on-closer-look', repaired }, [])).toMatch(/^Diagnose again/);
});

test.each<[string, ProblemsBefore, readonly Finding[], string]>([
  ['none is found any more', 'on-reading', [], 'No problem is found in what can be read.'],
  ['one is found', 'on-reading', [problem], 'One problem is left: The table is damaged.'],
  ['nothing was wrong', 'none', [], ''],
  ['a diagnosis found one', 'on-closer-look', [], 'Diagnose again to see whether a problem is left.'],
])('where a part of what was written cannot be read, only the rest is known: %s', (_, problemsBefore, found, words) => {
  expect(leftWords({ outcome: 'unproved', problemsBefore }, found)).toBe(words);
});

test('what the plan said of the start is not repeated beside the problem that is the reason for it', () => {
  const left = {
    partition: null,
    good: null,
    says: 'The board left DFU mode.',
    planned: 'Afterwards: safe mode: no header.',
  };
  const ended = {
    outcome: 'verified',
    failure: null,
    problemsBefore: 'none',
    start: { log: '', verdict: left },
  } as const;
  const boot = { partition: null, says: 'Safe mode: no header.' };
  const reason = { ...boot, beside: { kind: problem.kind, says: 'Safe mode.' } };
  const said = (findings: readonly Finding[], now: typeof boot) =>
    afterwardsWords(ended, { findings, boot: now }).start;
  expect(said([problem], reason)).toBe('The board left DFU mode.');
  const all = 'The board left DFU mode. The plan said: “Afterwards: safe mode: no header.”';
  expect(said([problem], boot)).toBe(all);
  expect(said([warning], reason)).toBe(all);
  const repaired = { ...ended, problemsBefore: 'on-reading' } as const;
  expect(afterwardsWords(repaired, { findings: [], boot }).start).toBe(all);
  expect(afterwardsWords(ended, { findings: [problem], boot: reason }).left).toBe(
    'One problem is left: The table is damaged.',
  );
});

test('of a job that ended early nothing is said', () => {
  expect(leftWords({ outcome: 'stopped', problemsBefore: 'on-reading' }, [])).toBe('');
});
