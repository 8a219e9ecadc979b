/** What a job was to do, in one line; what lists jobs need not load the words of their verdicts. */
import { briefList, capital, list, lowered } from '../../flash/english.ts';
import type { Extent } from '../../flash/job-extent.ts';
import type { Partition } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { isSameRange, overlaps } from '../../flash/map.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { JobRecord, Purpose } from '../../storage/records.ts';
import type { Interrupted } from '../state.ts';
import { layoutPhrase } from './layout-change.ts';

/** What a job was to do, as a phrase: behind “Unfinished:”, and where it stands alone. */
export interface JobTitle {
  readonly says: string;
  /** It begins with a capital letter, unless that is the name of a file or a setting. */
  readonly alone: string;
}

/** What a job was to do, in one line: files and their places, what was asked for, or what changes where no file is written. */
export function jobTitle(job: Pick<JobRecord, 'purpose' | 'files' | 'after' | 'about' | 'plan'>): JobTitle {
  const { purpose, about } = job;
  if (purpose.kind !== 'flash') return ours(purposeTitle(purpose));
  // The table of a layout is a file that a person may never have seen.
  if (about?.what === 'layout') return ours(layoutPhrase(job.after.fates ?? []));
  // Files that the board has already are no part of what changes.
  const named = about?.what === 'else' ? onlyEdits(job) : namesIn(job);
  return named === '' ? ours(changesIn(job, about?.what === 'erase')) : { says: named, alone: named };
}

/** What changes on the flash, by what it is, as a phrase: `change the bootloader’s header`. */
function changesIn(job: Changes, erases: boolean): string {
  const { files } = job;
  const changed = changedIn(job);
  if (changed.length === 0) return erases ? 'erase flash' : 'change flash outside the partitions';
  if (erases) return `erase ${briefList(changed.map(({ name }) => name))}`;
  const isWritten = ({ name }: Partition) => files.some(({ place }) => place === name);
  const others = changed.filter((place) => !isEdited(place, job));
  return `change ${briefList([
    ...others.map((place) => (isWritten(place) ? place.name : changedWords(place))),
    ...editsIn(job),
  ])}`;
}

type Changes = Pick<JobRecord, 'plan' | 'after' | 'files'>;

function changedIn({ plan, after }: Pick<JobRecord, 'plan' | 'after'>): readonly Partition[] {
  const units = plannedUnits(plan);
  return after.layout.partitions.filter((place) => units.some((unit) => overlaps(unit, place)));
}

/** Whether what changes of a partition are edits, which are named. */
function isEdited(place: Partition, { after }: Pick<JobRecord, 'after'>): boolean {
  return editedIn(after).some(({ now }) => now !== null && isSameRange(now, place));
}

/** The edits of a job, where it changes nothing else; empty if it does. */
function onlyEdits(job: Changes): string {
  return changedIn(job).every((place) => isEdited(place, job)) ? editsIn(job).join(', ') : '';
}

/** What changes of a partition without a file for it. */
function changedWords({ name, role }: Partition): string {
  if (role === 'boot') return 'the bootloader’s header';
  if (role === 'boot-choice') return 'what starts';
  return role === 'table' ? 'the partition table' : name;
}

function ours(says: string): JobTitle {
  return { says, alone: capital(says) };
}

/** The files and the edits of a job by their names; empty for none. */
function namesIn(job: Pick<JobRecord, 'files' | 'after'>): string {
  return [...job.files.map(({ name, place }) => `${name} to ${place}`), ...editsIn(job)].join(', ');
}

/** The edits of a job, those of each partition together. */
function editsIn({ after }: Pick<JobRecord, 'after'>): string[] {
  return editedIn(after).map(({ says }) => says);
}

/** The partitions whose content is edited: what of it, and where that is then. */
function editedIn({
  fates = [],
}: JobRecord['after']): readonly { readonly says: string; readonly now: Range | null }[] {
  return fates.flatMap(({ edited = [], before, after: now }) =>
    edited.length === 0 || before === null ? [] : [{ says: `${list(edited)} in ${before.name}`, now }],
  );
}

/** What was asked for where that is not to write files, as the same phrase. */
export function purposeTitle(purpose: Exclude<Purpose, { kind: 'flash' }>): string {
  switch (purpose.kind) {
    case 'restore':
      return `restore ${purpose.name}`;
    case 'roll-back':
      return 'restore the previous content';
    case 'erase':
      return `erase ${purpose.name}`;
    case 'choose-start':
      // It is named as its button: `Start app1`.
      return lowered(purpose.name);
  }
}

/** Whether every erase unit of a job is verified. */
export function isWritten({ total, verified }: Extent): boolean {
  return verified === total;
}

/** What to resume an interrupted job comes to, as a sentence. */
export function resumeWords({ extent, unreadable }: Pick<Interrupted, 'extent' | 'unreadable'>): string {
  if (isWritten(extent)) return 'Everything is written, and the last checks are made.';
  return unreadable === true
    ? 'The board cannot be read, so all that was begun is written again.'
    : 'Only what is missing is written.';
}
