/** What a job was to do, in one line; what lists jobs need not load the words of their verdicts. */
import { capital, list } from '../../flash/english.ts';
import type { Extent } from '../../flash/job-extent.ts';
import type { JobRecord, Purpose } from '../../storage/records.ts';
import type { Interrupted } from '../state.ts';

/** What a job was to do, in one line: files and their places, or what it restored. */
export function jobTitle({
  purpose,
  files,
  after,
  about,
}: Pick<JobRecord, 'purpose' | 'files' | 'after' | 'about'>): string {
  if (purpose.kind === 'restore') return `restoring ${purpose.name}`;
  if (purpose.kind === 'roll-back') return 'the previous content';
  if (purpose.kind === 'erase') return `erasing ${purpose.name}`;
  if (purpose.kind === 'choose-start') return `what starts: ${purpose.name}`;
  // The table of a layout is a file that a person may never have seen.
  if (about?.what === 'layout') return 'New layout';
  const edited = (after.fates ?? []).flatMap((fate) =>
    fate.edited === undefined || fate.edited.length === 0 || fate.before === null
      ? []
      : [`${list(fate.edited)} in ${fate.before.name}`],
  );
  return [...files.map(({ name, place }) => `${name} to ${place}`), ...edited].join(', ') || 'Changes without files';
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

/** That where it stands alone; what begins with the name of a file or a setting begins as that does. */
export function jobTitleAlone({ purpose, says }: { readonly purpose: Purpose['kind']; readonly says: string }): string {
  return purpose === 'flash' ? says : capital(says);
}
