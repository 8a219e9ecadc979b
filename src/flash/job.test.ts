import { describe as group, expect, test } from 'vitest';
import { stopped } from './failure.ts';
import { jobState, nextEffect } from './job.ts';
import type { Fact } from './journal.ts';
import { plannedUnits } from './plan.ts';
import { imageOf, layoutOf, mapOf, mustPlan, inputFor } from '../testing/flash.ts';

const blank = new Uint8Array(16).fill(0xff);
// Units 0 and 1 are neighbours in the first stretch; unit 3 boots the board and is a stretch of its own.
const input = inputFor(layoutOf(mapOf(4, 4, 4, 4)), imageOf([0, [1, 2, 3, 4, 5, 6]], [12, [9]]), blank);
const plan = mustPlan({ ...input, rank: ({ address }) => (address === 12 ? 1 : 0) });
const [first, second, boot] = plannedUnits(plan);
if (first === undefined || second === undefined || boot === undefined) throw new Error('the plan has three units');

const intent = (run: number, ...units: (typeof first)[]): Fact => ({ fact: 'intent', run, units });
const written = (run: number): Fact => ({ fact: 'written', run });
const right = (unit: typeof first): Fact => ({ fact: 'digest', unit, md5: unit.after });
const wrong = (unit: typeof first): Fact => ({ fact: 'digest', unit, md5: 'other' });
const broken: Fact = { fact: 'broken', failure: stopped().facts };
const words = (...facts: Fact[]) => wordsOf(plan, facts);
const wordsOf = (job: typeof plan, facts: Fact[]) => {
  const effect = nextEffect(job, facts);
  switch (effect.do) {
    case 'end':
      return effect.outcome.kind;
    case 'commit':
      return `commit ${effect.range.address}`;
    case 'keep-beside':
    case 'compare':
      return `${effect.do} ${effect.spans.map((span) => span.address).join('+')}`;
    case 'recheck':
      return effect.do;
    default:
      return `${effect.do} ${effect.units.map((unit) => unit.address).join('+')}`;
  }
};

test.each<[string, Fact[], string]>([
  ['an empty journal is a fresh start', [], 'rewrite 0+4'],
  ['what was promised and not finished is asked first', [intent(0, first, second)], 'digest 0+4'],
  ['what was taken is not yet proved', [intent(0, first, second), written(0)], 'digest 0+4'],
  ['a proved unit is not asked again', [intent(0, first, second), written(0), right(first)], 'digest 4'],
  [
    'a proved stretch leads to the next',
    [intent(0, first, second), written(0), right(first), right(second)],
    'rewrite 12',
  ],
  [
    'a wrong unit is written once more, alone',
    [intent(0, first, second), written(0), right(first), wrong(second)],
    'rewrite 4',
  ],
  [
    'a unit that is wrong twice ends the job, and what boots the board is not written',
    [intent(0, first, second), written(0), right(first), wrong(second), intent(1, second), written(1), wrong(second)],
    'wrong',
  ],
  [
    'after a break, what the device had taken is asked again',
    [intent(0, first, second), written(0), broken],
    'digest 0+4',
  ],
  [
    'a half-written unit is waiting again, not wrong',
    [intent(0, first, second), broken, wrong(first), right(second)],
    'rewrite 0',
  ],
  [
    'interruptions are not counted as misses',
    [0, 1, 2, 3].flatMap((run) => [intent(run, first, second), broken, wrong(first), wrong(second)]),
    'rewrite 0+4',
  ],
  [
    'all proved is the end',
    [intent(0, first, second), written(0), right(first), right(second), intent(1, boot), written(1), right(boot)],
    'verified',
  ],
  [
    'what cannot be proved is not called verified',
    [
      intent(0, first, second),
      written(0),
      { fact: 'digest', unit: first, md5: null },
      right(second),
      intent(1, boot),
      written(1),
      right(boot),
    ],
    'unproved',
  ],
  [
    'what was begun and cannot be asked is not taken for written',
    [
      intent(0, first, second),
      broken,
      { fact: 'digest', unit: first, md5: null },
      { fact: 'digest', unit: second, md5: null },
    ],
    'rewrite 0+4',
  ],
])('%s', (_, facts, expected) => {
  expect(words(...facts)).toBe(expected);
});

test('run numbers continue after a resume, so an old answer is never taken for a new one', () => {
  const effect = nextEffect(plan, [intent(0, first, second), broken, wrong(first), right(second)]);
  expect(effect).toMatchObject({ do: 'rewrite', run: 1 });
});

test('each effect says whether the device is to encrypt', () => {
  const whole = imageOf([0, [1, 2, 3, 4, 5, 6, 7, 8]]);
  const ciphered = [{ region: 'flash', address: 4, size: 4 }];
  const mixed = mustPlan(inputFor({ ...layoutOf(mapOf(4, 4, 4, 4)), ciphered }, whole, blank));
  const [plain, secret] = plannedUnits(mixed);
  if (plain === undefined || secret === undefined) throw new Error('the plan has two units');
  const done: Fact[] = [intent(0, plain), written(0), right(plain)];
  const begun: Fact[] = [...done, intent(1, secret), written(1)];
  expect(nextEffect(mixed, [])).toMatchObject({ do: 'rewrite', encrypt: false });
  expect(nextEffect(mixed, done)).toMatchObject({ do: 'rewrite', encrypt: true });
  expect(nextEffect(mixed, begun)).toMatchObject({ do: 'digest', encrypt: true });
});

test('facts about units outside the plan add no units', () => {
  const facts: Fact[] = [{ fact: 'digest', unit: { region: 'flash', address: 8, size: 4 }, md5: 'x' }];
  expect([...jobState(plan, facts).units.keys()]).toEqual(['flash@0', 'flash@4', 'flash@c']);
});

group('bytes held back', () => {
  const commits = [{ region: 'flash', address: 4, size: 2 }];
  const unitContent = mustPlan({ ...input, commits, rank: ({ address }) => (address === 12 ? 1 : 0) });
  const [starts, whole, last] = plannedUnits(unitContent);
  if (whole === undefined || starts?.deferred === undefined || last === undefined)
    throw new Error('held back in unit 4');
  const waits: Fact = { fact: 'digest', unit: starts, md5: starts.deferred.md5 };
  const most: Fact[] = [intent(0, starts), written(0), waits, intent(1, whole), written(1), right(whole)];
  const rest: Fact[] = [...most, intent(2, last), written(2), right(last)];
  const committing: Fact = { fact: 'committing', unit: starts };
  const committed: Fact = { fact: 'committed', unit: starts };

  test.each<[string, Fact[], string]>([
    ['their unit is proved without them, and the rest goes first', most, 'rewrite 12'],
    ['they are programmed when all else is proved', rest, 'commit 4'],
    ['they are proved like all else', [...rest, committing, committed], 'digest 4'],
    ['then the job is verified', [...rest, committing, committed, right(starts)], 'verified'],
    ['what was begun is asked first', [...rest, committing, broken], 'digest 4'],
    ['a commit that never began is made again', [...rest, committing, broken, waits], 'commit 4'],
    ['half a commit is rewritten from the erase on', [...rest, committing, broken, wrong(starts)], 'rewrite 4'],
    ['a commit that did nothing is a wrong unit', [...rest, committing, committed, waits], 'rewrite 4'],
    [
      'a device that cannot tell gets them all the same, and nobody calls it proved',
      [
        ...rest.filter((fact) => fact !== waits),
        { ...waits, md5: null },
        committing,
        committed,
        { ...waits, md5: null },
      ],
      'unproved',
    ],
  ])('%s', (_, facts, expected) => {
    expect(wordsOf(unitContent, facts)).toBe(expected);
  });
});
