/** Checks the table of rules against itself and against the registers; `muted.long.test.ts` shows that it can fail. */
import { describe, expect, it } from 'vitest';
import { collectRegisters } from '../registers.ts';
import { byLength } from '../long.ts';
import { BOOT_CHOICE_CASES } from './boot-choice.ts';
import { BUNDLE_CASES } from './bundles.ts';
import { DFU_CONTAINER_CASES } from './dfu-containers.ts';
import { DFU_PLACEMENT_CASES } from './dfu-placements.ts';
import { DIAGNOSIS_CASES } from './diagnosis.ts';
import { FILE_CASES } from './files.ts';
import { complaint, RULES } from './table.ts';
import { UNPACK_CASES } from './unpack.ts';

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
const FIRST = RULES.filter(
  ({ kind }, i) => !SLOW.includes(kind) && RULES.findIndex((each) => each.kind === kind) === i,
);
/** Cases that read a whole board or a container, twice: every fourth kind is quick. */
const READING = [
  FILE_CASES,
  UNPACK_CASES,
  BUNDLE_CASES,
  BOOT_CHOICE_CASES,
  DIAGNOSIS_CASES,
  DFU_CONTAINER_CASES,
  DFU_PLACEMENT_CASES,
];
const LARGE = new Set(
  READING.flatMap((cases) => FIRST.filter((each) => cases.includes(each)).filter((_, i) => i % 4 > 0)),
);
const QUICK = new Set(FIRST.filter((each) => !LARGE.has(each)));

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
