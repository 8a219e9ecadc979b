/** What an editor shows of the rules: one answer for each cause, and no two buttons that do the same. */
import type {
  Correction,
  EditableTable,
  EditedRow,
  Editing,
  LayoutEdit,
  RuleAnswer,
} from '../../flash/layout-editor.ts';
import type { FitRequest } from '../../flash/layout-fit.ts';
import { edited } from './edit.ts';
import type { EditLimits } from './edit-rules.ts';
import { rulesOf } from './edit-rules.ts';
import { TYPE_APP } from './types.ts';

/** The findings about a partition that has no room at its size. */
const ROOMLESS: ReadonlySet<string> = new Set(['partition-past-flash', 'partitions-overlap']);

/** The answers to show, problems first. Free flash has rows of its own, with who could have it. */
export function answersTo(editing: Editing, table: EditableTable): RuleAnswer[] {
  const { flashSize, tableAddress, secureBoot } = table;
  const limits = { flashSize, tableAddress, secureBoot };
  const all = rulesOf(editing, limits).filter(({ finding }) => finding.kind !== 'flash-unused');
  const causes = withoutConsequences(
    all.map((answer) => ofTheRenamed(answer, editing, table)),
    editing,
    limits,
  );
  return withoutTwins(causes, editing, limits).map((answer) => withRoom(answer, editing, table));
}

/** Of two partitions of one name it is the one that has it anew which is said and renamed, not the board's own. */
function ofTheRenamed(answer: RuleAnswer, { rows }: Editing, table: EditableTable): RuleAnswer {
  const { row: id, finding, correction } = answer;
  if (finding.kind !== 'name-duplicate' || correction?.edit.edit !== 'change') return answer;
  const row = rows.find((each) => each.id === id);
  const isOwn = ({ was, name }: EditedRow) => table.rows.some((each) => each.offset === was && each.name === name);
  const renamed = rows.find((each) => each.id !== id && each.name === row?.name && !isOwn(each));
  if (row === undefined || renamed === undefined || !isOwn(row)) return answer;
  return { ...answer, row: renamed.id, correction: { ...correction, edit: { ...correction.edit, id: renamed.id } } };
}

/** What tells two answers apart through an edit. */
function keyOf({ row, finding }: RuleAnswer): string {
  return `${row ?? ''} ${finding.kind}`;
}

/** The rules' answers once an edit is made. */
function answersAfter(edit: LayoutEdit, editing: Editing, limits: EditLimits): readonly RuleAnswer[] {
  return rulesOf(edited(editing, edit), limits);
}

/** Without the problems that go as soon as one before them is corrected. */
function withoutConsequences(answers: readonly RuleAnswer[], editing: Editing, limits: EditLimits): RuleAnswer[] {
  let left = [...answers];
  for (const cause of answers) {
    const { finding, correction } = cause;
    if (finding.verdict !== 'problem' || correction === null || !left.includes(cause)) continue;
    const stay = new Set(answersAfter(correction.edit, editing, limits).map(keyOf));
    // What stands before it in the list is a cause of its own.
    const at = left.indexOf(cause);
    left = left.filter((each, i) => i <= at || each.finding.verdict !== 'problem' || stay.has(keyOf(each)));
  }
  return left;
}

/** Of two corrections of one finding, both only if they leave as little to correct; of two that come to the same layout, the first. */
function withoutTwins(answers: readonly RuleAnswer[], editing: Editing, limits: EditLimits): RuleAnswer[] {
  const done = new Set<string>();
  const isNew = ({ edit }: Correction): boolean => {
    const rows = JSON.stringify(edited(editing, edit).rows);
    return done.has(rows) ? false : done.add(rows).has(rows);
  };
  return answers.map(({ correction, also, ...answer }) => {
    const ways = [correction ?? [], also ?? []].flat();
    const left = ({ edit }: Correction) =>
      answersAfter(edit, editing, limits).filter(({ finding }) => finding.verdict === 'problem').length;
    const least = ways.length < 2 ? null : Math.min(...ways.map(left));
    const [first = null, second] = ways.filter((each) => least === null || left(each) === least).filter(isNew);
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
