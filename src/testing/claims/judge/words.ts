/** Whether sentences contradict what happened: a name that stays where it changed, a number that is not so. */
import { fateLines, nowOnBoard, targets } from '../../../../components/plan-view/plan-view.words.ts';
import { fateOf } from '../../../../components/flash-map/flash-map.words.ts';
import { reasonOf, titleOf } from '../../../../components/backup-library/backup-library.words.ts';
import { restored } from '../../../../components/shared/format.ts';
import type { LibraryItem } from '../../../backups/library-view.ts';
import { summarise } from '../../../flash/describe.ts';
import type { Plan, UnitPlan } from '../../../flash/plan.ts';
import type { Work } from '../../../session/state.ts';
import type { Judge } from './judge.ts';
import type { Cells, Span } from './reader.ts';
import { bytesAt, hex, md5, same, written } from './reader.ts';
import type { Ran } from './start.ts';

type Planned = Extract<Work, { kind: 'planned' }>;
type Ended = Extract<Work, { kind: 'ended' }>;

/** The flash before a plan was carried out, and when it had come to its end. */
export interface Course {
  readonly before: Cells;
  readonly after: Cells;
  readonly ran: Ran | null;
}

/** The same, and what was erased in between. */
export interface Carried extends Course {
  readonly erased: readonly Span[];
}

/** What is said of bytes that stay, and of a partition that goes while its bytes are left alone. */
const STAYS = /\bstays?\b|already has|not written|not erased|it was blank/;
const LEFT = /although its bytes are not erased|it was blank|not used any more|cannot read them/;

/** Compares every line of a plan with what its carrying out has done. */
export function judgePlanWords(judge: Judge, work: Planned, { before, after, ran, erased }: Carried): void {
  const { plan, layout, purpose } = work;
  const changed = (span: Span): boolean => {
    const [old, now] = [bytesAt(before, span), bytesAt(after, span)];
    return old !== null && now !== null && !same(old, now);
  };
  const rewritten = (span: Span): boolean => erased.some((each) => touches(each, span));
  const known = (span: Span): boolean => bytesAt(before, span) !== null;
  for (const { meaning, says, exact, range } of fateLines(plan, work.fates, purpose.kind)) {
    if (!known(range)) continue;
    const line = () => `${says} (${exact})`;
    if (meaning === 'kept' || STAYS.test(says))
      judge.check('words: what stays', !changed(range), line, () => 'it changed');
    if (meaning === 'kept' || LEFT.test(says)) continue;
    judge.check('words: what changes', rewritten(range), line, () => 'nothing of it was rewritten');
    const isBlank = unitsIn(plan, range).every((unit) => written(bytesAt(after, unit) ?? new Uint8Array()) === 0);
    // What a backup holds may be blank too.
    const isErase = /\b(is|are|and) erased$/.test(says);
    judge.check(
      'words: what is erased',
      purpose.kind === 'flash' ? isErase === isBlank : isBlank || !isErase,
      line,
      () => (isBlank ? 'all that was rewritten is blank' : 'it is not blank'),
    );
  }
  const names = targets(plan, layout);
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

/** What is said to be afterwards, sentence by sentence. */
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

/** Compares the numbers of a result with units that are counted anew. */
export function judgeResultWords(
  judge: Judge,
  { plan, units, layout, failure }: Ended,
  { before, after }: Course,
  readable: boolean,
): void {
  const all = unitsIn(plan).filter((unit) => bytesAt(after, unit) !== null);
  if (all.length !== unitsIn(plan).length) return;
  const isEqual = (unit: UnitPlan): boolean => md5(bytesAt(after, unit) ?? new Uint8Array()) === unit.after;
  const says = nowOnBoard(units);
  const said = (words: RegExp): number => Number(words.exec(says)?.[1] ?? 0);
  const equal = all.filter(isEqual).length;
  const old = all.filter((unit) => same(bytesAt(before, unit), bytesAt(after, unit)));
  // Where nothing is known of a unit it may have held already what was planned.
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
    const fate = fateOf(partition, plan, units);
    const own = all.filter(
      (unit) => unit.address < partition.address + partition.size && partition.address < unit.address + unit.size,
    );
    const [, verified] = /^(\d+)(?: of \d+)? units? verified/.exec(fate?.says ?? '') ?? [];
    if (verified !== undefined)
      judge.check(
        'words: a partition on the map',
        Number(verified) <= own.filter(isEqual).length,
        () => `${partition.name}: ${fate?.says ?? ''}`,
        () => `${own.filter(isEqual).length} hold what was planned`,
      );
  }
}

/** What a plan to restore is called: it names what comes back, and no file that goes. `removed`: files that were written over it. */
export function judgeRestoreTitle(judge: Judge, { purpose }: Planned, removed: readonly string[]): void {
  if (purpose.kind !== 'restore') return;
  const title = `Restore ${restored(purpose)}`;
  const named = removed.find((name) => title.includes(name));
  judge.check(
    'words: what a restore is called',
    named === undefined || isSaidToGo(title, named),
    () => title,
    () => `${named ?? ''} is what goes`,
  );
}

/** What a backup is called, and what is said of the job that made it. */
export function judgeBackupWords(judge: Judge, item: LibraryItem, removed: readonly string[], isThere: boolean): void {
  const title = titleOf(item);
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

/** Whether a name is told as that which overwrote what is kept, and not as what is kept. */
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
