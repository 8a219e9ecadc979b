/** Checks sentences against what happened: names of partitions that stay or change, and numbers. */
import { purposeTitle } from '../../../session/words/job-title.ts';
import { fateLines, targets } from '../../../session/words/plan.ts';
import { unitsOnBoardWords } from '../../../session/words/units.ts';
import { mapStateOf } from '../../../../components/flash-map/flash-map.words.ts';
import { reasonOf } from '../../../../components/backup-library/backup-library.words.ts';
import type { LibraryItem } from '../../../backups/library-view.ts';
import { summarise } from '../../../flash/describe.ts';
import type { Plan, UnitPlan } from '../../../flash/plan.ts';
import { keptRanges } from '../../../flash/plan.ts';
import type { Planned, Work } from '../../../session/state.ts';
import { contentDifference } from './content.ts';
import type { Judge } from './judge.ts';
import type { Cells, Span } from './reader.ts';
import { bytesAt, hex, md5, same, written } from './reader.ts';
import type { Ran } from './start.ts';

type Ended = Extract<Work, { kind: 'ended' }>;

/** The flash before and after a plan was carried out, and what then ran; null if the board was not started. */
export interface FlashStates {
  readonly before: Cells;
  readonly after: Cells;
  readonly ran: Ran | null;
}

/** The same, and everything that was erased. */
export interface Carried extends FlashStates {
  readonly erased: readonly Span[];
}

/** Words for bytes that stay, and for a partition that is removed without being erased. */
const STAYS = /\bstays?\b|already has|not written|not erased|it was blank|it held no app/;
const LEFT = /although its bytes are not erased|it was blank|it held no app|not used any more|cannot read them/;

/** Compares every line of a plan with what the job did. */
export function judgePlanWords(judge: Judge, work: Planned, { before, after, ran, erased }: Carried): void {
  const { plan, layout, purpose } = work;
  const changed = (span: Span): boolean => {
    // Files that stay may be rewritten, also in another place.
    const fate = work.fates.find((each) => each.after?.address === span.address && each.after.size === span.size);
    const [old, now] = [bytesAt(before, fate?.before ?? span), bytesAt(after, span)];
    return old !== null && now !== null && contentDifference(old, now) !== null;
  };
  const rewritten = (span: Span): boolean => erased.some((each) => touches(each, span));
  const known = (span: Span): boolean => bytesAt(before, span) !== null;
  for (const { meaning, says, exact, range } of fateLines(plan, work.fates, purpose.kind)) {
    if (!known(range)) continue;
    const line = () => `${says} (${exact})`;
    if (meaning !== 'changes' || STAYS.test(says))
      judge.check('words: what stays', !changed(range), line, () => 'it changed');
    if (meaning !== 'changes' || LEFT.test(says)) continue;
    judge.check('words: what changes', rewritten(range), line, () => 'nothing of it was rewritten');
    const isBlank = unitsIn(plan, range).every((unit) => written(bytesAt(after, unit) ?? new Uint8Array()) === 0);
    // A backup can hold blank units.
    const isErase = /\b(is|are|and) erased$/.test(says);
    judge.check(
      'words: what is erased',
      purpose.kind === 'flash' ? isErase === isBlank : isBlank || !isErase,
      line,
      () => (isBlank ? 'all that was rewritten is blank' : 'it is not blank'),
    );
  }
  // One line is about all of them.
  for (const range of keptRanges(plan).filter(known))
    judge.check(
      'words: what stays',
      !changed(range),
      () => `${range.size} bytes at ${range.address} stay`,
      () => 'they changed',
    );
  const names = targets(plan, layout, purpose);
  for (const { name } of layout.partitions.filter((each) => known(each) && !rewritten(each))) {
    judge.check(
      'words: where it goes',
      !names.split(/, | and /).includes(name),
      () => `to ${names}`,
      () => `nothing of ${name} was rewritten`,
    );
  }
  const number = Number(/^(\d+) erase units? change/.exec(summarise(plan))?.[1] ?? 0);
  judge.check(
    'words: how many units change',
    number === unitsIn(plan).length,
    () => summarise(plan),
    () => `${unitsIn(plan).length}`,
  );
  judgeAfterwards(judge, work, ran, changed);
}

/** Compares the sentences about the start afterwards. */
function judgeAfterwards(
  judge: Judge,
  { afterwards, layout }: Planned,
  ran: Ran | null,
  changed: (span: Span) => boolean,
): void {
  const [, stays] = /(\S+), which it starts now, stays/.exec(afterwards) ?? [];
  const fallback = layout.partitions.find(({ name }) => name === stays);
  if (fallback !== undefined)
    judge.check(
      'words: what stays as a fallback',
      !changed(fallback),
      () => afterwards,
      () => 'it changed',
    );
  if (ran === null) return;
  const is = () => (ran.at === null ? `nothing ran (${ran.says})` : `the app at ${hex(ran.at)} ran`);
  const [, named] = /will (?:start the new app from|keep starting|start) ([\w-]+)/.exec(afterwards) ?? [];
  const place = layout.partitions.find(({ name }) => name === named);
  if (place !== undefined) {
    const there = ran.at !== null && ran.at >= place.address && ran.at < place.address + place.size;
    judge.check('words: what starts afterwards', there, () => afterwards, is);
  }
  if (/nothing starts/i.test(afterwards))
    judge.check('words: that nothing starts', ran.at === null, () => afterwards, is);
}

/** Compares the numbers of a result with the flash. */
export function judgeResultWords(
  judge: Judge,
  { plan, units, layout, failure }: Ended,
  { before, after }: FlashStates,
  readable: boolean,
): void {
  const all = unitsIn(plan).filter((unit) => bytesAt(after, unit) !== null);
  if (all.length !== unitsIn(plan).length) return;
  const isEqual = (unit: UnitPlan): boolean => md5(bytesAt(after, unit) ?? new Uint8Array()) === unit.after;
  const says = unitsOnBoardWords(units);
  const said = (words: RegExp): number => Number(words.exec(says)?.[1] ?? 0);
  const equal = all.filter(isEqual).length;
  const old = all.filter((unit) => same(bytesAt(before, unit), bytesAt(after, unit)));
  // A unit that could not be read may have had the planned content before.
  const least = old.filter((unit) => !isEqual(unit)).length;
  const surely = readable && failure?.kind !== 'lost' && !says.includes('unknown');
  const [verified, waiting] = [said(/(\d+) verified/), said(/(\d+) as before/)];
  judge.check(
    'words: how many units are verified',
    surely ? verified === equal : verified <= equal,
    () => says,
    () => `${equal} hold what was planned`,
  );
  judge.check(
    'words: how many units are as before',
    waiting <= old.length && (!surely || waiting >= least),
    () => says,
    () => `${old.length} are as they were`,
  );
  for (const partition of layout.partitions) {
    const state = mapStateOf(partition, plan, units);
    const own = all.filter(
      (unit) => unit.address < partition.address + partition.size && partition.address < unit.address + unit.size,
    );
    const [, verified] = /^(\d+)(?: of \d+)? units? verified/.exec(state?.says ?? '') ?? [];
    if (verified !== undefined)
      judge.check(
        'words: a partition on the map',
        Number(verified) <= own.filter(isEqual).length,
        () => `${partition.name}: ${state?.says ?? ''}`,
        () => `${own.filter(isEqual).length} hold what was planned`,
      );
  }
}

/** Checks that the title of a restore names what comes back. `removed` are the files that it removes. */
export function judgeRestoreTitle(judge: Judge, { purpose }: Planned, removed: readonly string[]): void {
  if (purpose.kind !== 'restore') return;
  const title = purposeTitle(purpose);
  const named = removed.find((name) => title.includes(name));
  judge.check(
    'words: what a restore is called',
    named === undefined || isSaidToGo(title, named),
    () => title,
    () => `${named ?? ''} is what goes`,
  );
}

/** Checks the title of a backup and the sentence about its job. */
export function judgeBackupWords(judge: Judge, item: LibraryItem, removed: readonly string[], isThere: boolean): void {
  const title = item.name;
  const named = removed.find((name) => title.includes(name));
  judge.check(
    'words: what a backup is called',
    named === undefined || isSaidToGo(title, named),
    () => title,
    () => `it does not hold ${named ?? ''}`,
  );
  const reason = reasonOf(item);
  if (/has this content again/.test(reason))
    judge.check(
      'words: that a board has it again',
      isThere,
      () => reason,
      () => 'the flash holds something else',
    );
}

/** Whether a title names a file as the one that overwrote the content. */
function isSaidToGo(title: string, name: string): boolean {
  const before = title.slice(0, title.indexOf(name));
  return /\b(overwritten|replaced|before|by)\b[^.]*$/i.test(before);
}

function unitsIn(plan: Plan, span?: Span): UnitPlan[] {
  const all = plan.stretches.flatMap(({ units }) => units);
  return span === undefined
    ? all
    : all.filter(({ address, size }) => address < span.address + span.size && span.address < address + size);
}

function touches(a: Span, b: Span): boolean {
  return a.address < b.address + b.size && b.address < a.address + a.size;
}
