/** The words of the layout editor. */
import { list } from '../../src/flash/english.ts';
import { bytes, hex, roughly } from '../../src/flash/finding.ts';
import type { OfferedTemplate, RuleAnswer } from '../../src/flash/layout-editor.ts';
import { count } from '../shared/format.ts';

/** A size as the field shows it: `1728 KiB`, or hex where it is no multiple of 1 KiB. */
export function shownSize(size: number): string {
  return size > 0 && size % 1024 === 0 ? bytes(size) : hex(size);
}

/** Why a typed number is not taken. */
export function notANumber(text: string): string {
  const typed = text.trim() === '' ? 'Nothing was typed' : `“${text.trim().slice(0, 24)}” is not a number`;
  return `${typed}. Type an address or a size such as 0x9000, 64K, 1728 KiB or 1.5 MiB.`;
}

/** Below the name of a partition that the board does not have. */
export const NEW_PARTITION = 'new';

/** Below a name that the board does not have, of a partition that may be one of the board's: the plan says which one. */
export const NEW_NAME = 'new name';

/** What the board has in place of a changed value. */
export function wasWords(value: string): string {
  return `was ${value}`;
}

/** The name of the button that corrects a finding: `Use 0x1E0000`. */
export function correctionLabel(says: string): string {
  return says.charAt(0).toUpperCase() + says.slice(1);
}

/** What a template is, in one line. */
export function templateWords({ rows, source }: OfferedTemplate): string {
  return `${list(rows.map(({ name, size }) => `${name} ${roughly(size)}`))}. From ${source}.`;
}

/** Where the layout stands, from the answers of the rules and whether it was changed and planned. */
export function layoutStatus(answers: readonly RuleAnswer[], changed: boolean, planned: boolean): string {
  if (!changed) return 'This is the layout on the board.';
  if (planned) return 'The plan for this layout is below. Nothing is written before you flash it.';
  const problems = problemsIn(answers);
  return problems === 0
    ? 'Changed, not planned yet. Nothing is written before you flash a plan.'
    : `Changed. ${count(problems, 'problem')} must be corrected before it can be planned.`;
}

/** The number of problems, which stand in the way of a plan. */
export function problemsIn(answers: readonly RuleAnswer[]): number {
  return answers.filter(({ finding }) => finding.verdict === 'problem').length;
}
