/** Plans for the current purpose: chosen files, a partition to erase, what should start, a backup, or the roll back of an unfinished job. */
import type { Inspection } from '../../flash/family.ts';
import type { FailureFacts } from '../../flash/failure.ts';
import type { Refusal } from '../../flash/finding.ts';
import type { Target } from '../../flash/target.ts';
import type { ChosenFiles } from '../chosen-files.ts';
import type { OpenJobs } from '../job-execution/open-jobs.ts';
import type { Planning } from './planning.ts';
import { planFiles } from './planning.ts';
import { sessionRefusal } from '../refusals.ts';
import { planStart } from './choosing-start.ts';
import { planErase } from './erasing.ts';
import { planRestore, planRollBack } from './restoring.ts';
import type { BoardWork } from '../session-parts.ts';
import type { Purpose } from '../../storage/records.ts';
import { STORE_FAILURES } from '../../storage/store.ts';
import { isPlaceRefused, SURVEY_FAILURES } from './survey.ts';

/** The purpose of putting the chosen files on the board. */
export const FILES: Purpose = { kind: 'flash' };

/** A plan for a purpose, and the purpose as updated by it. Throws the `Failure`s of the device and the store. */
export async function planFor<I extends Inspection, T extends Target>(
  aim: Purpose,
  work: BoardWork<I, T>,
  files: ChosenFiles<I>,
  jobs: OpenJobs,
): Promise<{ readonly planning: Planning; readonly aim: Purpose }> {
  if (jobs.isElsewhere) {
    return { planning: { kind: 'refused', refusals: [sessionRefusal('job-elsewhere', { in: 'device' })] }, aim };
  }
  switch (aim.kind) {
    case 'flash':
      if (jobs.loss !== null) return { planning: { kind: 'refused', refusals: [jobs.loss] }, aim };
      if (jobs.moving !== null && !files.isEmpty)
        return { planning: { kind: 'refused', refusals: [jobs.moving] }, aim };
      files.keepPlaces(work.board, (file) => jobs.placeOf(file));
      return { planning: await planFiles(work, files.arrangement(work.board), jobs.promised), aim };
    case 'roll-back': {
      const job = jobs.find(aim.job);
      return { planning: job === null ? { kind: 'idle' } : await planRollBack(work, job), aim };
    }
    case 'erase':
      return planErase(work, aim);
    case 'choose-start':
      return planStart(work, aim);
    case 'restore': {
      const backup = await work.backup(aim.backup);
      if (backup === null) return { planning: { kind: 'idle' }, aim: FILES };
      return { planning: await planRestore(work, backup), aim: { ...aim, name: backup.name } };
    }
  }
}

/**
 * A refusal for a failure that leaves the board usable; null for any other failure. A board that refuses to show a place of its
 * flash still answers, and may show the others.
 */
export function asRefusal(failure: FailureFacts): Refusal | null {
  const { name, kind, values, says, next, place } = failure;
  const harmless = name in STORE_FAILURES || name in SURVEY_FAILURES || isPlaceRefused(failure);
  return kind === 'refused' && harmless ? { kind: name, place: place ?? { in: 'device' }, values, says, next } : null;
}
