/** The words of the job bar that follow from the work alone. */
import { html } from 'lit';
import type { Inspection } from '../../src/flash/family.ts';
import { overlaps } from '../../src/flash/map.ts';
import { plannedUnits } from '../../src/flash/plan.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import type { FileView, Interrupted, Planned, UnitStates, Work } from '../../src/session/state.ts';
import { isChosenByHand, isReadingAgain } from '../../src/session/state.ts';
import type { About } from '../../src/storage/records.ts';
import { carryOutLabel, carryingOut } from '../../src/session/words/carry-out.ts';
import type { UnderWay } from '../shared/under-way.ts';
import { percentOf, renderLeft, renderPercent } from '../shared/under-way.ts';

type Flashing = Extract<Work, { kind: 'flashing' }>;

/** The button that resumes an unfinished job. */
export const RESUME = 'Resume';

/** While a step ends after a stop. */
const STOPPING = 'Stopping: finishing the current step …';

/** What a running job does now. */
export function nowWords(work: Flashing): string {
  const { stopping, progress } = work;
  if (isReadingAgain(work)) return `${progress.says}. Nothing more is written.`;
  return stopping ? STOPPING : progress.says;
}

/** A running job. */
export function flashingShown(work: Flashing): UnderWay {
  const { stopping, progress, units } = work;
  if (isReadingAgain(work))
    return { headline: html`${writesWords(units)}`, below: html`${nowWords(work)}`, percent: null };
  const percent = percentOf(work);
  return {
    headline: html`${carryingOut(work, work.about)} ${renderPercent(percent)}`,
    below: html`${renderLeft(stopping ? null : progress.leftMs)}${nowWords(work)}`,
    percent,
  };
}

/** What happens between the last proof and the verdict. */
export function startingWords({ bootLog }: Extract<Work, { kind: 'starting' }>): string {
  return bootLog === null ? 'The board restarts.' : 'The board restarts, and Sectorwise reads its output.';
}

/** What became of the writes, once nothing more is written. */
export function writesWords(units: UnitStates): string {
  if (units.some((unit) => unit !== 'verified' && unit !== 'unproved')) return 'Writing has stopped';
  return units.includes('unproved') ? 'Written, not verifiable' : 'Every erase unit is verified';
}

/** What to resume an unfinished job comes to: what that writes is said at the job. */
export const RESUMES = `${RESUME} finishes it.`;

/** The unfinished job that can be resumed before, or in place of, a plan for what is chosen; null if there is none. */
export function resumableBefore({ purpose, plan }: Planned, unfinished: Interrupted | null): Interrupted | null {
  const comesFirst = purpose.kind === 'flash' && plan.stretches.length > 0;
  return comesFirst && unfinished?.noResume === null ? unfinished : null;
}

/** Whether a plan leads to what that job leads to: it is resumed, and there is nothing to choose between. */
export function isOfJob({ plan }: Planned, resumable: Interrupted | null): boolean {
  return resumable?.image === plan.image.md5;
}

/** The name of the button that carries a plan out, by its headline; `resumable` is the job that can be resumed instead. */
export function planButton(work: Planned, about: About, resumable: Interrupted | null): string {
  if (isOfJob(work, resumable)) return RESUME;
  return `${carryOutLabel(work, about)}${resumable === null ? '' : ' instead'}`;
}

/** The unfinished job that comes before files are flashed: its name, and what its next step does or why it has none. */
export function unfinishedWords(job: Interrupted): {
  readonly headline: string;
  readonly below: string;
} {
  const { says, noResume, noRollBack } = job;
  const next =
    noResume === null
      ? RESUMES
      : noRollBack === null
        ? `It cannot be resumed. ${noResume.says} Roll back restores what was overwritten; you see the plan first.`
        : `It cannot be resumed. ${noResume.says} ${noResume.next}`;
  return { headline: `Unfinished: ${says}`, below: next };
}

/**
 * What stands in the way: a place to choose is a question, and nothing is wrong. Files that are still chosen, or a layout, are no
 * request where an unfinished job comes first, and can be resumed.
 */
export function refusedWords(
  { refusals, purpose, ofResume }: Extract<Work, { kind: 'refused' }>,
  isImage: boolean,
  unfinished: Interrupted | null,
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
  if (unfinished?.noResume === null && purpose.kind === 'flash' && ofResume !== true) {
    const { headline, below } = unfinishedWords(unfinished);
    return { headline, below: `${below} What you chose cannot be written now: see “Show why”.` };
  }
  const written = `${unfinished === null ? 'Nothing' : 'Nothing more'} was written${isImage ? '' : ' to the board'}.`;
  const others =
    more.length === 0
      ? ''
      : ` ${more.length === 1 ? 'One more reason is' : `${more.length} more reasons are`} under “Show why”.`;
  return {
    headline: 'This cannot be written',
    below: `${first?.says ?? ''}${others} ${written}`,
  };
}

/** Refusals that are not caused by the request: lack of browser storage, or reads that differed on a noisy link. */
const PASSING = ['storage-full', 'storage-failed', 'storage-hung', 'storage-blocked', 'read-unsure'];

/** Whether what stands in the way may be gone when it is tried again: that is then offered, and not to discard it. */
export function isPassing(work: Planned | Extract<Work, { kind: 'refused' }>): boolean {
  return work.kind === 'refused' && work.refusals.some(({ kind }) => PASSING.includes(kind));
}

/**
 * What takes back a plan that is made of nothing but what repairs and editors make: files, such as a corrected partition table, and
 * values of the bootloader's header where a bootloader is written. None for any other: files are let go where they are listed, and
 * edits where they were made. Values that the plan does not write stay as a person set them.
 */
export function madeIn(
  work: Planned | Extract<Work, { kind: 'refused' }>,
  { files, board }: { readonly files: readonly FileView[]; readonly board: Inspection | null },
): readonly PageIntent[] {
  const isEdited = work.kind === 'planned' && work.fates.some(({ edited }) => edited !== undefined);
  if (isEdited || files.some(isChosenByHand)) return [];
  const set = (board?.settings ?? []).filter(({ group, value, usual }) => group !== 'link' && value !== usual);
  // How to erase is chosen by a person.
  if (set.some(({ group }) => group === 'flash')) return [];
  // What is refused may be so for such a value: where there is nothing else to take back, they are taken back.
  const hasHeader = work.kind === 'planned' ? writesBootloader(work) : files.length === 0;
  return [
    ...files.map(({ id }) => ({ do: 'remove-file', id }) as const),
    ...(hasHeader ? set : []).map(({ id, usual }) => ({ do: 'set', id, value: usual }) as const),
  ];
}

function writesBootloader({ plan, layout }: Planned): boolean {
  const bootloaders = layout.partitions.filter(({ role }) => role === 'boot');
  return plannedUnits(plan).some((unit) => bootloaders.some((own) => overlaps(own, unit)));
}

/** What the one partition that a job wrote holds now, as it was read again afterwards; empty where that is not one thing. */
export function briefNow(place: string, board: Inspection | null): string {
  const partition = board?.layout.partitions.find(({ name }) => name === place);
  const found = board?.contents.find(
    ({ region, address }) => region === partition?.region && address === partition?.address,
  );
  return found?.brief ?? '';
}

/** What a plan waits for: the number of consents that are not given. */
export const toConfirm = (open: number): string => `${open === 1 ? 'One thing' : `${open} things`} to confirm first.`;

/** That all is confirmed, about as long as what was said before: the line keeps its place. */
export const confirmed = (all: number): string =>
  all === 1 ? 'One thing is confirmed.' : `${all} things are confirmed.`;
