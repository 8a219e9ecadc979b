import { expect, test } from 'vitest';
import { jobState } from '../flash/job.ts';
import type { Fact } from '../flash/journal.ts';
import type { Plan, UnitPlan } from '../flash/plan.ts';
import { unitStates } from './progress.ts';

const unit: UnitPlan = {
  region: 'flash',
  address: 0x1000,
  size: 0x1000,
  pieces: [],
  before: 'old',
  after: 'new',
  why: '',
  backup: 'read',
};
const plan: Plan = {
  version: 1,
  image: { size: 0x1000, md5: '' },
  stretches: [{ region: 'flash', address: 0x1000, size: 0x1000, units: [unit], rank: 0, encrypt: false }],
  equal: [],
};
const intent: Fact = { fact: 'intent', run: 0, units: [unit] };

test.each<[string, string | null | undefined, string]>([
  ['that was begun and not asked for', undefined, 'unknown'],
  ['that holds what it held', 'old', 'waiting'],
  ['that is half written', 'half', 'unknown'],
  ['that a board cannot tell of', null, 'unknown'],
  ['that holds what was wanted', 'new', 'verified'],
])('after a stop a unit %s is only said to be as before where the board says so', (_, md5, state) => {
  const facts: Fact[] = md5 === undefined ? [intent] : [intent, { fact: 'digest', unit, md5 }];
  expect(unitStates(jobState(plan, facts))).toEqual([state]);
});

test('a unit that nothing was done to waits', () => {
  expect(unitStates(jobState(plan, []))).toEqual(['waiting']);
});
