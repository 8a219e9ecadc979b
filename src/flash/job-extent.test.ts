/** How far an interrupted job got, by its journal alone. */
import { expect, test } from 'vitest';
import { imageOf, inputFor, layoutOf, mapOf, mustPlan } from '../testing/flash.ts';
import { extentOf } from './job-extent.ts';
import type { Fact } from './journal.ts';
import { plannedUnits } from './plan.ts';

const blank = new Uint8Array(16).fill(0xff);
const plan = mustPlan(inputFor(layoutOf(mapOf(4, 4, 4, 4)), imageOf([0, [1, 2, 3, 4, 5, 6, 7, 8, 9]]), blank));
const [first, second, third] = plannedUnits(plan);
if (first === undefined || second === undefined || third === undefined) throw new Error('the plan has three units');

const resumed: Fact = { fact: 'resumed' };
const intent = (run: number, ...units: (typeof first)[]): Fact => ({ fact: 'intent', run, units });
const digest = (unit: typeof first, md5 = unit.after): Fact => ({ fact: 'digest', unit, md5 });
const pulled: readonly Fact[] = [
  intent(0, first, second),
  { fact: 'written', run: 0 },
  digest(first),
  digest(second),
  intent(1, third),
];

/** What is said of these facts: how many units are verified, and were; and where the one is that was being written. */
const said = (...facts: readonly Fact[]) => {
  const { verified, unchecked, open } = extentOf(plan, facts);
  return [verified, unchecked, open?.address];
};

test.each<[string, readonly Fact[], readonly (number | undefined)[]]>([
  ['before it is resumed, what is verified counts', [], [2, undefined, 8]],
  ['resumed and pulled at once: not checked again, and not called half written', [resumed], [0, 2, 8]],
  ['the same twice', [resumed, resumed], [0, 2, 8]],
  ['one was checked', [resumed, digest(first)], [1, 1, 8]],
  ['one was checked and is wrong', [resumed, digest(first, 'other')], [0, 1, 0]],
  ['one is written again since', [resumed, digest(first, 'other'), intent(2, first)], [0, 1, 0]],
])('%s', (_, facts, expected) => {
  expect(said(...pulled, ...facts)).toEqual(expected);
});
