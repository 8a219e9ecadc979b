/** What an editor shows of the rules: one answer for each cause, and no two buttons that do the same. */
import type { Correction, EditableTable, EditedRow, Editing, RuleAnswer } from '../../flash/layout-editor.ts';
import type { FitRequest } from '../../flash/layout-fit.ts';
import { limitsOf } from './corrections.ts';
import { edited } from './edit.ts';
import { rowPlace, rulesOf } from './edit-rules.ts';
import { TYPE_APP } from './types.ts';

/** The findings about a partition that has no room at its size. */
const ROOMLESS: ReadonlySet<string> = new Set(['partition-past-flash', 'partitions-overlap']);

/** The answers to show, problems first. Free flash has rows of its own, with who could have it. */
export function answersTo(editing: Editing, table: EditableTable): RuleAnswer[] {
  const rulesIn: Rules = (of) =>
    rulesOf(of, limitsOf(table))
      .filter(({ finding }) => finding.kind !== 'flash-unused')
      .map((answer) => ofTheRenamed(answer, of, table));
  const causes = withoutConsequences(rulesIn(editing), editing, rulesIn);
  return withoutTwins(causes, editing, rulesIn).map((answer) => withRoom(answer, editing, table));
}

/** The answers to a layout, before and after an edit by the same rules. */
type Rules = (editing: Editing) => readonly RuleAnswer[];

/** Of two partitions of one name, the one that got it by an edit is said and renamed, not the one that has it on the board. */
function ofTheRenamed(answer: RuleAnswer, { rows }: Editing, table: EditableTable): RuleAnswer {
  const { row: id, finding, correction } = answer;
  if (finding.kind !== 'name-duplicate' || correction?.edit.edit !== 'change') return answer;
  const row = rows.find((each) => each.id === id);
  const isOwn = ({ was, name }: EditedRow) => table.rows.some((each) => each.offset === was && each.name === name);
  const renamed = rows.find((each) => each.id !== id && each.name === row?.name && !isOwn(each));
  if (row === undefined || renamed === undefined || !isOwn(row)) return answer;
  return {
    ...answer,
    row: renamed.id,
    finding: { ...finding, place: rowPlace(renamed) },
    correction: { ...correction, edit: { ...correction.edit, id: renamed.id } },
  };
}

/** What tells two answers apart through an edit. */
function keyOf({ row, finding }: RuleAnswer): string {
  return `${row ?? ''} ${finding.kind}`;
}

/** Without the problems that go as soon as one before them is corrected. */
function withoutConsequences(answers: readonly RuleAnswer[], editing: Editing, rulesIn: Rules): RuleAnswer[] {
  let left = [...answers];
  for (const cause of answers) {
    const { finding, correction } = cause;
    if (finding.verdict !== 'problem' || correction === null || !left.includes(cause)) continue;
    const stay = new Set(rulesIn(edited(editing, correction.edit)).map(keyOf));
    // What stands before it in the list is a cause of its own.
    const at = left.indexOf(cause);
    left = left.filter((each, i) => i <= at || each.finding.verdict !== 'problem' || stay.has(keyOf(each)));
  }
  return left;
}

/** Of two corrections of one finding, both only if they leave as little to correct; of two that come to the same layout, the first. */
function withoutTwins(answers: readonly RuleAnswer[], editing: Editing, rulesIn: Rules): RuleAnswer[] {
  const done = new Set<string>();
  const isNew = ({ edit }: Correction): boolean => {
    const rows = JSON.stringify(edited(editing, edit).rows);
    return done.has(rows) ? false : done.add(rows).has(rows);
  };
  return answers.map(({ correction, also, ...answer }) => {
    const choices = [correction ?? [], also ?? []].flat();
    const left = ({ edit }: Correction) =>
      rulesIn(edited(editing, edit)).filter(({ finding }) => finding.verdict === 'problem').length;
    const least = choices.length < 2 ? null : Math.min(...choices.map(left));
    const [first = null, second] = choices.filter((each) => least === null || left(each) === least).filter(isNew);
    return { ...answer, correction: first, ...(second !== undefined && { also: second }) };
  });
}

/** Other layouts may have the room that a partition was given in vain: they are looked for from the board's own. */
function withRoom(answer: RuleAnswer, { rows }: Editing, table: EditableTable): RuleAnswer {
  const row = rows.find(({ id }) => id === answer.row);
  const before = table.rows.find(({ offset }) => offset === row?.was);
  if (row === undefined || before === undefined || !ROOMLESS.has(answer.finding.kind) || row.size <= before.size)
    return answer;
  const { size, type } = row;
  const room: FitRequest =
    type === TYPE_APP ? { for: 'app', size, slots: 'every' } : { for: 'data', size, at: before.offset };
  return { ...answer, room };
}
