/** Checks the table of rules against itself and against the registers; `muted.long.test.ts` shows that it can fail. */
import { describe, expect, it } from 'vitest';
import { collectRegisters } from '../registers.ts';
import { complaint, RULES } from './table.ts';
import { byLength } from '../long.ts';

/** Kinds that need what is as large as a flash, or a board whose protection is removed. */
const SLOW: readonly string[] = [
  'app-too-large',
  'board-table-past-header',
  'chip-unlocked',
  'contents-unreadable',
  'contents-recreated',
  'bundle-signed',
  'data-replaced',
  'drop-too-much',
  'edits-overwritten',
  'file-too-large',
  'merged-past-flash',
  'merged-refused',
  'noise-on-open-chip',
  'unlock-not-blank',
  'unlock-unfinished',
  'unlock-unproved',
];
/** The first case of each kind of refusal and finding, but for those. */
const QUICK = new Set(
  RULES.filter(({ kind }, i) => !SLOW.includes(kind) && RULES.findIndex((each) => each.kind === kind) === i),
);

const { registers } = await collectRegisters();

describe('the table of rules', () => {
  it('has a case for each kind in the registers, and no others', () => {
    const rules = registers.filter((register) => register.of === 'rules');
    const registered = rules.flatMap(({ entries }) => Object.keys(entries));
    expect([...new Set(RULES.map(({ kind }) => kind))].toSorted()).toEqual(registered.toSorted());
  });

  for (const [options, rules] of byLength(RULES, (rule) => QUICK.has(rule))) {
    it.each(rules)('$kind is reported for what breaks it, and for nothing that keeps it', options, async (rule) => {
      expect(await complaint(rule)).toBeNull();
    });
  }
});
