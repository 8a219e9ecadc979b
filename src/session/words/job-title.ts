/** What a job was to do, in one line; what lists jobs need not load the words of their verdicts. */
import { capital, list, lowered } from '../../flash/english.ts';
import type { Extent } from '../../flash/job-extent.ts';
import type { JobRecord, Purpose } from '../../storage/records.ts';
import type { Interrupted } from '../state.ts';

/** What a job was to do, as a phrase that goes on behind “Unfinished:”. */
export interface JobTitle {
  readonly says: string;
  /** True for words of ours where others begin with the name of a file or a setting. */
  readonly nameless?: true;
}

/** What a job was to do, in one line: files and their places, or what was asked for. */
export function jobTitle({
  purpose,
  files,
  after,
  about,
}: Pick<JobRecord, 'purpose' | 'files' | 'after' | 'about'>): JobTitle {
  if (purpose.kind !== 'flash') return { says: purposeTitle(purpose) };
  // The table of a layout is a file that a person may never have seen.
  if (about?.what === 'layout') return { says: 'new layout', nameless: true };
  const edited = (after.fates ?? []).flatMap((fate) =>
    fate.edited === undefined || fate.edited.length === 0 || fate.before === null
      ? []
      : [`${list(fate.edited)} in ${fate.before.name}`],
  );
  const named = [...files.map(({ name, place }) => `${name} to ${place}`), ...edited].join(', ');
  return named === '' ? { says: 'changes without files', nameless: true } : { says: named };
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

/** That where it stands alone; what begins with the name of a file or a setting begins as that does. */
export function jobTitleAlone({ purpose, says, nameless }: JobTitle & { readonly purpose: Purpose['kind'] }): string {
  return purpose === 'flash' && nameless !== true ? says : capital(says);
}
