/** The words of the job bar that follow from the work alone. */
import type { Inspection } from '../../src/flash/family.ts';
import { count, list } from '../../src/flash/english.ts';
import { plannedUnits } from '../../src/flash/plan.ts';
import type { Interrupted, Planned, Work } from '../../src/session/state.ts';
import type { Headline } from '../../src/session/words/headline.ts';
import { targetNames } from '../../src/session/words/plan.ts';
import type { Purpose } from '../../src/storage/records.ts';

/** What is done, by what it is for. */
export const BUSY: Readonly<Record<Purpose['kind'], string>> = {
  flash: 'Flashing',
  erase: 'Erasing',
  'choose-start': 'Changing',
  restore: 'Restoring',
  'roll-back': 'Rolling back',
};

/** What happens between the last proof and the verdict. */
export const STARTING = 'The board restarts, and Sectorwise reads its output.';

/** More places than this are counted on a button: the headline names them. */
const MOST_PLACES = 2;

/** What is done to what a person chose: only files are flashed, and what is of several kinds has no place of its own. */
const VERBS: Readonly<Record<Exclude<Headline['what'], 'mixed'>, string>> = {
  files: 'Flash',
  layout: 'Change',
  edits: 'Change',
  erase: 'Erase',
  else: 'Change',
};

/** The button that carries a plan out: what is done, then to what, in few words. */
export function carryOutLabel(work: Planned, { what, changes }: Headline): string {
  const { plan, layout, purpose } = work;
  const places = targetNames(plan, layout, purpose.kind).map((name) => inSentence(name, layout));
  const where = places.length > MOST_PLACES ? count(places.length, 'place') : list(places);
  switch (purpose.kind) {
    case 'flash':
      if (what === 'layout') return 'Change the layout';
      if (what === 'mixed') return `Make ${count(changes, 'change')}`;
      return `${VERBS[what]} ${what === 'files' && changes > 1 ? count(changes, 'change') : where}`;
    case 'erase':
      return `Erase ${purpose.name}`;
    case 'choose-start':
      return `${purpose.choice.do === 'forget' ? 'Erase' : 'Change'} ${where}`;
    case 'restore':
      return `Restore ${where}`;
    case 'roll-back':
      return `Roll back ${count(plannedUnits(plan).length, 'erase unit')}`;
  }
}

/** What a board has one of is named by what it is: `the partition table`. The others have names of their own. */
function inSentence(name: string, { partitions }: Planned['layout']): string {
  const role = partitions.find((each) => each.name === name)?.role;
  return role === 'boot' || role === 'table' ? `the ${name}` : name;
}

/** The unfinished job that comes before files are flashed: its name, and what its next step does or why it has none. */
export function unfinishedWords({ says, noResume, noRollBack }: Interrupted): {
  readonly headline: string;
  readonly below: string;
} {
  const next =
    noResume === null
      ? 'Resume writes only what is missing.'
      : noRollBack === null
        ? `It cannot be resumed. ${noResume.says} Roll back restores what was overwritten; you see the plan first.`
        : `It cannot be resumed. ${noResume.says} ${noResume.next}`;
  return { headline: `Unfinished: ${says}`, below: next };
}

/** What stands in the way: a place to choose is a question, and nothing is wrong. */
export function refusedWords(
  { refusals }: Extract<Work, { kind: 'refused' }>,
  isImage: boolean,
): {
  readonly headline: string;
  readonly below: string;
} {
  if (refusals.every(({ needs }) => needs === 'place')) {
    const files = [...new Set(refusals.map(({ values }) => values['file']))].join(', ');
    return { headline: `Choose a place for ${files}`, below: 'Nothing is written before that.' };
  }
  // What is wrong comes before a question that is open, too.
  const [first, ...more] = refusals.toSorted((a, b) => Number(a.needs === 'place') - Number(b.needs === 'place'));
  const others =
    more.length === 0
      ? ''
      : ` ${more.length === 1 ? 'One more reason is' : `${more.length} more reasons are`} under “Show why”.`;
  return {
    headline: 'This cannot be written',
    below: `${first?.says ?? ''}${others} Nothing was written${isImage ? '' : ' to the board'}.`,
  };
}

/** What the one partition that a job wrote holds now, as it was read again afterwards; empty where that is not one thing. */
export function briefNow(place: string, board: Inspection | null): string {
  const partition = board?.layout.partitions.find(({ name }) => name === place);
  const found = board?.contents.find(
    ({ region, address }) => region === partition?.region && address === partition?.address,
  );
  return found?.brief ?? '';
}
