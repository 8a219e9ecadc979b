/** Checks the table of rules against itself and against the registers; `muted.long.test.ts` shows that it can fail. */
import { describe, expect, it } from 'vitest';
import { collectRegisters } from '../registers.ts';
import { complaint, RULES } from './table.ts';
import { byLength } from '../long.ts';

/** The rules that read contents, unlock chips, or need what is as large as a flash. */
const SLOW = [
  'bootloader-broken',
  'chip-unlocked',
  'contents-recreated',
  'contents-unreadable',
  'drop-too-much',
  'edits-overwritten',
  'file-too-large',
  'unlock-not-blank',
  'unlock-unfinished',
  'unlock-unproved',
];
const { registers } = await collectRegisters();

describe('the table of rules', () => {
  it('has a case for each kind in the registers, and no others', () => {
    const rules = registers.filter((register) => register.of === 'rules');
    const registered = rules.flatMap(({ entries }) => Object.keys(entries));
    expect([...new Set(RULES.map(({ kind }) => kind))].toSorted()).toEqual(registered.toSorted());
  });

  for (const [options, rules] of byLength(RULES, ({ kind }) => !SLOW.includes(kind))) {
    it.each(rules)('$kind is reported for what breaks it, and for nothing that keeps it', options, async (rule) => {
      expect(await complaint(rule)).toBeNull();
    });
  }
});
