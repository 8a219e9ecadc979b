/** The end of a job in words, and what is on the board now. */
import type { BootVerdict, Inspection } from '../../flash/family.ts';
import type { Finding } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import { partitionAt } from '../../flash/layout.ts';
import type { Ended, ProblemsBefore } from '../state.ts';
import { isUntouched } from '../state.ts';
import { briefList, capital, count, opening } from '../../flash/english.ts';
import { clock, duration } from './values.ts';
import { editsDoneWords } from './edits.ts';
import { emptiedBy, emptiedWords } from './emptied.ts';
import { placesOf } from './how-far.ts';
import { targetNames, targets } from './plan.ts';
import { unitCounts, unitsOnBoardWords } from './units.ts';

/** The title of an outcome, what colours it, and the sentences below it. */
export interface Verdict {
  readonly mood: 'verified' | 'unproved' | 'stopped' | 'failed';
  readonly title: string;
  readonly says: string;
}

/** The verdict on a job; `brief` is what it wrote in a few words, empty if that is not one thing. */
export function verdictOf(work: Ended, brief = ''): Verdict {
  const { verified } = unitCounts(work.units);
  const units = count(work.units.length, 'erase unit');
  const place = targets(work.plan, work.layout, work.purpose);
  const { says: around } = work.report.surroundings;
  const image = work.report.identity.file !== undefined;
  const { ms, estimatedMs } = work.report.timings;
  // What a job took before it was interrupted was not counted.
  const took = `Took ${duration(ms)}${estimatedMs === null ? ' after it was resumed' : ''}.`;
  switch (work.outcome) {
    case 'verified':
      return { mood: 'verified', ...proved(work, place, brief, `${units}.${spaced(around)} ${took}`) };
    case 'unproved': {
      const seen =
        verified === 0
          ? `The board accepted ${units} but cannot be read.`
          : `Verified: ${verified} of ${units}. The board accepted the others, but they cannot be read.`;
      const says = `${seen} Only starting the board shows whether it works.${spaced(around)} ${took}`;
      return { mood: 'unproved', title: 'Written, not verifiable', says };
    }
    case 'nothing-to-do': {
      const { purpose } = work;
      const equal = count(work.plan.equal.length, 'erase unit');
      return {
        mood: 'verified',
        title:
          purpose.kind === 'roll-back'
            ? rolledBackTitle(purpose)
            : `Already ${image ? 'in the image' : 'on the board'}`,
        says: `The flash already has this content (${equal}). Nothing was erased or written.`,
      };
    }
    case 'wrong':
      return { mood: 'failed', title: 'Write failed', says: stateOf(work) };
    case 'beside':
      return {
        mood: 'failed',
        title: 'Flash outside the plan changed',
        says: `${stateOf(work)}${image ? '' : ' The board was not restarted.'}`,
      };
    case 'stopped':
      return { mood: 'stopped', title: 'Stopped before the end', says: stateOf(work) };
    case 'failed':
      return { mood: 'failed', title: 'Not finished', says: stateOf(work) };
  }
}

/** What a board reported of its start; for one that reports nothing, with what the plan had said. */
export function startedWords({ says, planned }: BootVerdict): string {
  return planned === undefined ? says : `${says} The plan said: “${planned}”`;
}

/**
 * What is said of a board after a job: of its start, and of the problems that are left as `leftWords` has them. What the plan said is
 * not repeated where the first of these is why it starts nothing.
 */
export function afterwardsWords(
  work: Pick<Ended, 'outcome' | 'failure' | 'problemsBefore' | 'repaired' | 'start'>,
  board: Pick<Inspection, 'findings' | 'boot'> | null,
): { readonly start: string; readonly left: string } {
  const { start } = work;
  const found = board?.findings ?? [];
  const verdict = start?.verdict ?? null;
  // A board that starts something else than planned has a problem that no finding names.
  const left = verdict?.good === false ? '' : leftWords(work, found);
  if (start === null) return { start: wasLostAfter(work) ? 'Nothing is left to write.' : '', left };
  if (verdict === null)
    return {
      start: 'The board was restarted. Its output, as far as it was heard, does not say what it started.',
      left,
    };
  const beside = board?.boot?.beside;
  const isReason = left !== '' && beside !== undefined && found.find(isProblem)?.kind === beside.kind;
  return { start: isReason ? verdict.says : startedWords(verdict), left };
}

/** Whether the board was lost once everything was written, before it was restarted. */
function wasLostAfter({ outcome, failure }: Pick<Ended, 'outcome' | 'failure'>): boolean {
  return failure?.kind === 'lost' && (outcome === 'verified' || outcome === 'unproved');
}

function isProblem({ verdict }: Finding): boolean {
  return verdict === 'problem';
}

/**
 * Which problems are repaired and which are left once everything is written, as sentences: none where there was one before and what
 * found it has looked again, or where the job was its repair. Empty where nothing was wrong, or the board was not read again.
 */
export function leftWords(
  { outcome, problemsBefore, repaired }: Pick<Ended, 'outcome' | 'problemsBefore' | 'repaired'>,
  found: readonly Finding[],
): string {
  if (problemsBefore === undefined || (outcome !== 'verified' && outcome !== 'unproved')) return '';
  const [first, ...more] = found.filter(isProblem);
  // Only a diagnosis finds its problems, so reading the board again does not tell whether they are left.
  const done = outcome === 'verified' ? repaired : undefined;
  const again = problemsBefore === 'on-closer-look' && done?.all !== true;
  const good =
    done === undefined ? '' : `${done.problems === 1 ? 'The problem is' : `${done.problems} problems are`} repaired. `;
  if (first === undefined) {
    if (done !== undefined)
      return `${good}${done.all ? 'No other is known.' : 'Diagnose again to see whether another is left.'}`;
    // What cannot be read is not known to be free of them.
    return (outcome === 'unproved' ? LEFT_UNPROVED : LEFT)[problemsBefore];
  }
  const left =
    more.length === 0
      ? `${again ? 'A' : 'One'} problem is left: ${first.says}`
      : `${again ? 'At least ' : ''}${count(more.length + 1, 'problem')} are left, first: ${first.says}`;
  return `${good}${again ? `${left} ${DIAGNOSE_FOR_MORE}` : left}`;
}

const DIAGNOSE_FOR_MORE = 'Diagnose again to see whether there are more.';
/** What is said where reading the board again finds no problem. */
const LEFT: Readonly<Record<ProblemsBefore, string>> = {
  none: '',
  'on-reading': 'Reading the board shows no problem any more.',
  'on-closer-look': 'Diagnose again to see whether a problem is left.',
};

/** The same where a part of what was written cannot be read. */
const LEFT_UNPROVED: Readonly<Record<ProblemsBefore, string>> = {
  ...LEFT,
  'on-reading': 'No problem is found in what can be read.',
};

/** What is on the board after a job that ended early. */
function stateOf(work: Ended): string {
  const what = work.report.identity.file === undefined ? 'board' : 'image';
  if (isUntouched(work)) return `Nothing was overwritten: the ${what} is unchanged.`;
  const counts = unitsOnBoardWords(work.units);
  if (work.outcome === 'wrong' || work.outcome === 'beside') return counts;
  if (work.units.every((unit) => unit === 'verified' || unit === 'unproved'))
    return `${counts} Only the last checks were not finished.`;
  return `${counts} ${openWords(work)}`;
}

/** Which places are left: not verified where it is only unknown whether they are complete. */
function openWords(work: Ended): string {
  const placesAt = placesOf(work);
  const said = (word: string, places: readonly string[]) =>
    places.length === 0 ? [] : [`${word}: ${briefList(places)}.`];
  return [
    ...said('Incomplete', placesAt('part')),
    ...said('Not verified', placesAt('open', 'written')),
    ...said('Not begun', placesAt('waiting')),
  ].join(' ');
}

/** The wording of a verification: what was written or restored. */
function proved(work: Ended, place: string, brief: string, rest: string): Pick<Verdict, 'title' | 'says'> {
  const { purpose, report, readBack = false } = work;
  const isImage = report.identity.file !== undefined;
  const by = isImage
    ? 'compared byte for byte in memory:'
    : readBack
      ? 'read back and compared byte for byte:'
      : 'verified by the board’s MD5 digests:';
  const written = capital(by);
  switch (purpose.kind) {
    case 'flash': {
      const alone = targetNames(work.plan, work.layout).length === 1;
      const what = editsDoneWords(report.partitions, alone) || brief;
      const title = tableTitle(work) ?? `${opening(place)} verified${what === '' ? '' : `: ${what}`}`;
      return { title, says: `${written} ${rest}` };
    }
    case 'erase':
      return {
        title: `${opening(purpose.name)} erased`,
        says: `${isImage ? 'Blank in memory' : readBack ? 'Read back and found blank' : 'Verified blank by the board’s MD5 digests'}: ${rest}`,
      };
    case 'choose-start':
      return { title: startTitle(work, purpose, place), says: `${written} ${rest}` };
    case 'restore':
      return { title: restoredTitle(work, purpose), says: `Equal to the backup${madeOn(purpose)}, ${by} ${rest}` };
    case 'roll-back':
      return { title: rolledBackTitle(purpose), says: `Equal to the previous content, ${by} ${rest}` };
  }
}

/** The title of a verified restore: what is blank now as it was then is not called restored. */
export function restoredTitle(
  { plan, layout, equalFilled = plan.equal }: Pick<Ended, 'plan' | 'layout' | 'equalFilled'>,
  purpose: Extract<Ended['purpose'], { kind: 'restore' }>,
): string {
  // What is not there any more is not anything again.
  const partitions = layout.partitions.filter(({ former }) => former !== true);
  const emptied = emptiedBy(plan, equalFilled, partitions);
  const again = emptiedWords(emptied);
  const gone = [...emptied.blank, ...emptied.apps].map((place) => place.name);
  const former = layout.partitions.filter((place) => !partitions.includes(place));
  const left = targetNames(plan, layout, purpose).filter((name) => !former.some((place) => place.name === name));
  const isAll = left.every((each) => gone.includes(each));
  return [...(isAll && gone.length > 0 ? [] : [`Restored ${purpose.name}`]), ...again].join('; ');
}

/** The title of a verified roll back: the layout, if that had to come back, is more than content. */
function rolledBackTitle({ layout }: Extract<Ended['purpose'], { kind: 'roll-back' }>): string {
  return `Previous ${layout === undefined ? '' : 'layout and '}content restored`;
}

/** When a backup was made, for a sentence; empty where that is not known. */
function madeOn({ made }: { readonly made?: number }): string {
  return made === undefined ? '' : ` of ${clock(made)}`;
}

type StartPurpose = Extract<Ended['purpose'], { kind: 'choose-start' }>;

/** The title of a verified change of what starts. */
function startTitle({ layout }: Ended, { choice, marks = 'The app' }: StartPurpose, place: string): string {
  switch (choice.do) {
    case 'start':
      return `${partitionAt(layout, choice.range)?.name ?? 'The app'} is selected to start`;
    case 'mark':
      // To mark the app of the entry that counts as valid, the other entry is written.
      return choice.as === 'valid'
        ? `${marks} is marked valid in ${place}`
        : `Entry ${choice.entry + 1} of ${place} is marked ${choice.as}`;
    case 'forget':
      return `${place} is erased`;
  }
}

/** The title where a partition table was all that was to be written, with what moved for it; null where it was not. */
function tableTitle({ layout, report, units, about }: Ended): string | null {
  const table = layout.partitions.find(({ role }) => role === 'table');
  const isTable = ({ address }: { readonly address: string }) => table !== undefined && address === hex(table.address);
  if (report.files.length === 0 || !report.files.every(isTable)) return null;
  if (about?.what !== 'layout' && units.length === 1) return 'Partition table verified';
  return about?.keepsAll === true ? 'New layout verified: all content kept' : 'New layout verified';
}

/** A sentence with a space in front, or nothing. */
function spaced(says: string): string {
  return says === '' ? '' : ` ${says}`;
}
