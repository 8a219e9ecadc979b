/** What a job was to do, in one line; what lists jobs need not load the words of their verdicts. */
import { capital, list, lowered } from '../../flash/english.ts';
import type { Extent } from '../../flash/job-extent.ts';
import type { JobRecord, Purpose } from '../../storage/records.ts';
import type { Interrupted } from '../state.ts';

/** What a job was to do, as a phrase: behind “Unfinished:”, and where it stands alone. */
export interface JobTitle {
  readonly says: string;
  /** It begins with a capital letter, unless that is the name of a file or a setting. */
  readonly alone: string;
}

/** What a job was to do, in one line: files and their places, or what was asked for. */
export function jobTitle(job: Pick<JobRecord, 'purpose' | 'files' | 'after' | 'about'>): JobTitle {
  const { purpose, about } = job;
  if (purpose.kind !== 'flash') return ours(purposeTitle(purpose));
  // The table of a layout is a file that a person may never have seen.
  if (about?.what === 'layout') return ours('new layout');
  const named = namesIn(job);
  return named === '' ? ours('changes without files') : { says: named, alone: named };
}

function ours(says: string): JobTitle {
  return { says, alone: capital(says) };
}

/** The files and the edits of a job by their names; empty for none. */
function namesIn({ files, after }: Pick<JobRecord, 'files' | 'after'>): string {
  const edited = (after.fates ?? []).flatMap((fate) =>
    fate.edited === undefined || fate.edited.length === 0 || fate.before === null
      ? []
      : [`${list(fate.edited)} in ${fate.before.name}`],
  );
  return [...files.map(({ name, place }) => `${name} to ${place}`), ...edited].join(', ');
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

/** What to resume an interrupted job comes to, as a clause. */
export function resumeClause({ extent, unreadable }: Pick<Interrupted, 'extent' | 'unreadable'>): string {
  if (isWritten(extent)) return 'everything is written, and the last checks are made';
  return unreadable === true
    ? 'the board cannot be read, so all that was begun is written again'
    : 'only what is missing is written';
}
