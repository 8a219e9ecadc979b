/** What of the page follows from the work, without the page. */
import { expect, test } from 'vitest';
import { plan, planned, refusal } from '../gallery/fixtures.ts';
import { endOf } from './sectorwise-app.flash.ts';

const restore = { kind: 'restore', backup: 'b1', name: 'app0: blank', made: 0 } as const;
const erase = { kind: 'erase', range: { region: 'flash', address: 0x9000, size: 0x5000 }, name: 'nvs' } as const;
const rollBack = { kind: 'roll-back', job: 'j1' } as const;
const start = { kind: 'choose-start', choice: { do: 'forget' }, name: 'app0' } as const;

test.each([
  [restore, { files: 'offered', dropsIn: plan.stretches }],
  [erase, { files: 'chosen', dropsIn: plan.stretches }],
  [rollBack, { files: 'offered', dropsIn: [] }],
  [start, { files: 'chosen', dropsIn: [] }],
] as const)('what becomes of files and edits is what the job does to them at its end: $kind', (purpose, end) => {
  expect(endOf({ ...planned, purpose })).toEqual(end);
});

test('without a plan, nothing becomes of what is chosen', () => {
  expect(endOf({ kind: 'refused', purpose: restore, refusals: [refusal] })).toBeNull();
});
