/** Which problems a job counts as repaired: those whose repair was asked for, at whose place it verified something. */
import { expect, test } from 'vitest';
import type { Finding } from '../flash/finding.ts';
import { PlannedRepairs } from './planned-repairs.ts';
import type { Intent } from './intents.ts';

const app = { region: 'flash', address: 0x20000, size: 0x4000 };
const damage = { region: 'flash', address: 0x21000, size: 0x1000 };
const otadata = { region: 'flash', address: 0x1e000, size: 0x2000 };
const other = { do: 'choose-start', choice: { do: 'forget' } } as const;
const problem: Finding = {
  kind: 'image-hash-wrong',
  verdict: 'problem',
  place: { in: 'flash', range: damage },
  values: {},
  says: 'The app is damaged.',
  repairs: [{ label: 'Start another app', reason: '', request: other }],
  restores: [app],
};
const back: Intent = { do: 'restore', backup: 'b', range: app };
const sound = { backup: 'b', range: app, wrong: null };

const repaired = (intents: readonly Intent[], verified: readonly (typeof app)[], checked = [sound]) => {
  const repairs = new PlannedRepairs();
  for (const intent of intents) repairs.follow(intent, [problem], checked);
  return repairs.takeRepaired(verified).length;
};

test('what a backup brings back repairs it if the backup was found to be sound there', () => {
  expect(repaired([back], [damage])).toBe(1);
  expect(repaired([back], [damage], [])).toBe(0);
});

test('a way round a problem does not repair it: nothing is written at its place', () => {
  expect(repaired([other], [otadata])).toBe(0);
});

test('what is chosen afterwards may undo it', () => {
  expect(repaired([back, { do: 'remove-file', id: 1 }], [damage])).toBe(0);
  expect(repaired([back, { do: 'consent', ask: '', yes: true }], [damage])).toBe(1);
});
