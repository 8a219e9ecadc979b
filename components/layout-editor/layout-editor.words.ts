/** The words of the layout editor. */
import { list } from '../../src/flash/english.ts';
import { bytes, hex, roughly } from '../../src/flash/finding.ts';
import type { EditedRow, OfferedTemplate, RuleAnswer, TableEntry } from '../../src/flash/layout-editor.ts';
import { placeChanges } from '../../src/session/words/layout-change.ts';
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

/** Flash that no partition has, among the rows. */
export function freeWords(offset: number, size: number): string {
  return `${roughly(size)} free from ${hex(offset)}`;
}

/** What a template is, in one line. */
export function templateWords({ rows, source }: OfferedTemplate): string {
  return `${list(rows.map(({ name, size }) => `${name} ${roughly(size)}`))}. From ${source}.`;
}

/**
 * How far the plan for the edited layout is: `none` also where planning was stopped or something else is planned, `nothing` where
 * it writes nothing, `unfinished` where its job was interrupted. `writing`, `other-unfinished` and `done` are of any job that changes
 * the layout: what is edited waits for it. After `done`, the board was lost before its new table was read.
 */
export type LayoutPlanStage =
  'none' | 'awaited' | 'there' | 'nothing' | 'refused' | 'writing' | 'unfinished' | 'other-unfinished' | 'done';

/** What an unfinished job that changes the layout means. */
const BETWEEN =
  'the flash is between two layouts. Resume it, roll it back or abandon it; then the layout can be edited again.';
const DECIDE = 'Resume, roll back or abandon the unfinished job first.';

/** Whether a job has changed the layout since its table was read, in part or all of it: what is edited is not compared with that. */
export function isTableOfBefore(stage: LayoutPlanStage): boolean {
  return stage === 'unfinished' || stage === 'other-unfinished' || stage === 'done';
}

/** What is said of each stage, and why the button does not plan again. */
const STAGES: Readonly<Record<Exclude<LayoutPlanStage, 'none'>, { readonly status: string; readonly why: string }>> = {
  awaited: {
    status: 'The plan for this layout is being worked out.',
    why: 'The plan is being worked out.',
  },
  there: {
    status: 'The plan for this layout is below.',
    why: 'The plan is below.',
  },
  nothing: {
    status: 'Nothing has to be written for this layout.',
    why: 'Nothing has to be written.',
  },
  refused: {
    status: 'This layout cannot be flashed yet: the reasons are below.',
    why: 'The reasons against it are below.',
  },
  writing: {
    status: 'A job that changes the layout is running.',
    why: 'Wait until the job has ended.',
  },
  unfinished: {
    status: `The job for this layout is unfinished: ${BETWEEN}`,
    why: DECIDE,
  },
  'other-unfinished': {
    status: `A job that changes the layout is unfinished: ${BETWEEN}`,
    why: DECIDE,
  },
  done: {
    status: 'The last job changed the layout of the board.',
    why: 'Connect the board again first.',
  },
};

/** What an edited table is compared with, and what the rules say of it. */
interface Edited {
  readonly rows: readonly EditedRow[];
  /** The partitions on the board. */
  readonly now: readonly TableEntry[];
  /** How many problems stand in the way of a plan. */
  readonly problems: number;
  readonly changed: boolean;
  /** Whether edits were undone, and can be redone. */
  readonly undone: boolean;
  readonly stage: LayoutPlanStage;
  /** The name of the button that carries its plan out; empty where there is none. */
  readonly button: string;
}

/** Where the layout stands: what the change comes to, what is wrong with it, and how far its plan is. */
export function layoutStatus({ rows, now, problems, changed, undone, stage, button }: Edited): string {
  // An interrupted job may have written the table already, and has still content to move.
  if (stage !== 'none' && (changed || stage !== 'nothing')) {
    const first = stage === 'there' && button !== '' ? ` Nothing is written before you press “${button}”.` : '';
    return `${STAGES[stage].status}${first}`;
  }
  const correct = problems === 0 ? '' : `${count(problems, 'problem')} must be corrected before this can be planned.`;
  const again = undone ? ' “Redo” brings your edits back.' : '';
  if (!changed) return correct === '' ? `This is the layout on the board.${again}` : correct;
  const what = changesOf(rows, now) ?? 'Changed';
  return correct === '' ? `${what}; not planned yet. Planning writes nothing.` : `${what}. ${correct}`;
}

/**
 * The problem to say beside what is wrong in all: what was typed last and is no number, or else the first one that the layout before,
 * with the answers `before`, did not have; empty if there is none.
 */
export function problemToSay(
  answers: readonly RuleAnswer[],
  before: readonly RuleAnswer[],
  typed: readonly string[],
): string {
  const last = typed.at(-1);
  if (last !== undefined) return notANumber(last);
  const says = (all: readonly RuleAnswer[]) => all.filter(isProblem).map(({ finding }) => finding.says);
  const [known, now] = [says(before), says(answers)];
  return now.find((each) => !known.includes(each)) ?? now[0] ?? '';
}

/** What becomes of the places of partitions; null where it is not that which changes, or nobody knows which partition is which. */
function changesOf(rows: readonly EditedRow[], now: readonly TableEntry[]): string | null {
  if (rows.some(({ was, imported }) => was === null && imported === true)) return null;
  const place = (entry: TableEntry | undefined) =>
    entry === undefined ? null : { address: entry.offset, size: entry.size };
  const kept = rows.map((row) => ({
    name: row.name,
    before: place(now.find(({ offset }) => offset === row.was)),
    after: place(row),
  }));
  const removed = now
    .filter(({ offset }) => !rows.some(({ was }) => was === offset))
    .map((entry) => ({ name: entry.name, before: place(entry), after: null }));
  return placeChanges([...kept, ...removed]);
}

/** Why the layout cannot be planned again at this stage; empty if it can. */
export function stageHold(stage: LayoutPlanStage): string {
  return stage === 'none' ? '' : STAGES[stage].why;
}

/** The number of problems, which stand in the way of a plan. */
export function problemsIn(answers: readonly RuleAnswer[]): number {
  return answers.filter(isProblem).length;
}

function isProblem({ finding }: RuleAnswer): boolean {
  return finding.verdict === 'problem';
}
