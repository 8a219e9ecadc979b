/** What removing the read protection of a chip costs is one fact: one sentence says it wherever a person reads of it. */
import { expect, test } from 'vitest';
import { worded } from '../../flash/finding.ts';
import { UNLOCK_ERASES } from '../../flash/unlock.ts';
import { boardOf, flashOf } from '../../testing/dfu/boards.ts';
import { DFU_REFUSALS } from '../arrange/refusals.ts';
import { DFU_FAILURES } from '../failures.ts';
import { DFU_REPAIRS } from '../repair/rules.ts';
import { DFU_FINDINGS } from './findings.ts';
import { protectionsOf, unlockOf } from './protections.ts';

const finding = DFU_FINDINGS['chip-read-protected'];
const { none } = DFU_REPAIRS['chip-read-protected'];

test.each([
  ['the failure of a link', worded(DFU_FAILURES['dfu-read-protected'].next, {})],
  ['the refusal of a file', worded(DFU_REFUSALS['board-read-protected'].next, {})],
  ['the finding, in ST’s ROM', worded(finding.next, { unlock: 'here' })],
  ['the finding, in another bootloader', worded(finding.next, { unlock: 'no' })],
  ['why nothing repairs it, in ST’s ROM', worded(none, { unlock: 'here' })],
  ['why nothing repairs it, in another bootloader', worded(none, { unlock: 'no' })],
  ['the question', unlockOf({ unlockMs: 1 })?.means[0] ?? ''],
])('%s says what it costs with the same sentence, once', (_, says) => {
  expect(says.split(UNLOCK_ERASES)).toHaveLength(2);
  expect(says.replace(UNLOCK_ERASES, '')).not.toMatch(/\beras(e|es|ed|ing)\b/);
});

test('the protection listed beside the finding does not repeat what the finding says of the cost', async () => {
  const chip = await boardOf('f405', flashOf(), { readProtected: true });
  expect(
    protectionsOf(chip.dfu)
      .map(({ says }) => says)
      .join(' '),
  ).not.toContain(UNLOCK_ERASES);
});
