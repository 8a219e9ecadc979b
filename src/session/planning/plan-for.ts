/** Plans for the current purpose: chosen files, a partition to erase, what should start, a backup, or the roll back of an unfinished job. */
import { isSameChoice } from '../../flash/boot-choice.ts';
import type { Inspection } from '../../flash/family.ts';
import type { FailureFacts } from '../../flash/failure.ts';
import { list } from '../../flash/english.ts';
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { KeptBytes } from '../../flash/journal.ts';
import { partitionAt } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps, sizeOf } from '../../flash/map.ts';
import type { Target } from '../../flash/target.ts';
import { yielding } from '../../flash/yielding.ts';
import { asideEnd } from '../aside.ts';
import type { ChosenFiles } from '../chosen-files.ts';
import type { OpenJobs } from '../job-execution/open-jobs.ts';
import type { Planning } from './planning.ts';
import { planFiles } from './planning.ts';
import { readingParts } from '../progress.ts';
import { sessionRefusal } from '../refusals.ts';
import { planErase } from './erasing.ts';
import { planRestore, planRollBack } from './restoring.ts';
import type { BoardWork } from '../session-parts.ts';
import type { PlanIntent } from '../choice-intents.ts';
import type { Purpose } from '../../storage/records.ts';
import { leavesBoardUsable } from './survey.ts';

/** The purpose of putting the chosen files on the board. */
export const FILES: Purpose = { kind: 'flash' };

/** What an intent asks to plan for; names are filled in with the plan. */
export function purposeOf(intent: PlanIntent): Purpose {
  switch (intent.do) {
    case 'erase':
      return { kind: 'erase', range: intent.range, name: '' };
    case 'choose-start':
      return { kind: 'choose-start', choice: intent.choice, name: '' };
    case 'restore': {
      const { backup, range, oldPlaces } = intent;
      return {
        kind: 'restore',
        backup,
        name: '',
        ...(range !== undefined && { range }),
        ...(oldPlaces !== undefined && { oldPlaces }),
      };
    }
    case 'roll-back':
      return { kind: 'roll-back', job: intent.job };
    case 'plan-files':
      return FILES;
  }
}

/** A plan for a purpose, and the purpose as updated by it. Throws the `Failure`s of the device and the store. */
export async function planFor<I extends Inspection, T extends Target>(
  aim: Purpose,
  work: BoardWork<I, T>,
  files: ChosenFiles<I>,
  jobs: OpenJobs,
): Promise<{ readonly planning: Planning; readonly aim: Purpose }> {
  const refused = (...refusals: readonly Refusal[]) => ({ planning: { kind: 'refused', refusals }, aim }) as const;
  if (jobs.isElsewhere) return refused(sessionRefusal('job-elsewhere', { in: 'device' }));
  // A plan beside what an unfinished job owes or moves would take what is there now for what was to be kept.
  const unfinished = jobs.loss ?? jobs.moving;
  switch (aim.kind) {
    case 'flash': {
      const blocked = jobs.loss ?? (files.isEmpty ? null : jobs.moving) ?? jobs.unfinishedIn(files.edited);
      // Where nothing else was asked for, there is nothing to refuse: the job itself says what can be done about it.
      if (blocked !== null)
        return files.isEmpty || files.isInJob ? { planning: { kind: 'idle', inJob: true }, aim } : refused(blocked);
      await applyEdits(work, files);
      const { refusals } = files;
      if (refusals.length > 0) return refused(...refusals);
      files.keepPlaces(work.board, (file) => jobs.placeOf(file));
      return { planning: await planFiles(work, files.arrangement(work.board), jobs.promised), aim };
    }
    case 'roll-back': {
      const job = jobs.find(aim.job);
      return { planning: job === null ? { kind: 'idle' } : await planRollBack(work, job), aim };
    }
    case 'erase':
      if (unfinished !== null) return refused(unfinished);
      return withDropped(await planErase(work, aim, jobs.promised), work, files);
    case 'choose-start':
      if (unfinished !== null) return refused(unfinished);
      return planStart(work, aim, jobs.promised);
    case 'restore': {
      const backup = await work.backup(aim.backup);
      if (backup === null) return { planning: { kind: 'idle' }, aim: FILES };
      return withDropped(
        { planning: await planRestore(work, backup, aim), aim: { ...aim, name: backup.name } },
        work,
        files,
      );
    }
  }
}

/** A plan that gives up what partitions hold, and says which edits of them it drops. */
function withDropped<P extends { readonly planning: Planning }, I extends Inspection, T extends Target>(
  made: P,
  { board }: BoardWork<I, T>,
  { edited }: ChosenFiles<I>,
): P {
  const { planning } = made;
  if (planning.kind !== 'planned-job') return made;
  const { planned } = planning.plannedJob;
  const { dropsIn } = asideEnd(planned.purpose.kind, planned.plan);
  const places = edited.filter((range) => dropsIn.some((each) => overlaps(each, range)));
  if (places.length === 0) return made;
  const names = list(places.map((range) => partitionAt(board.layout, range)?.name ?? hex(range.address)));
  const afterwards = `${planned.afterwards} Your changes to ${names} that are not written yet are dropped.`;
  return {
    ...made,
    planning: { ...planning, plannedJob: { ...planning.plannedJob, planned: { ...planned, afterwards } } },
  };
}

/** Applies the chosen edits to what the board holds now, which is read for it. Throws the `Failure`s of that. */
async function applyEdits<I extends Inspection, T extends Target>(
  work: BoardWork<I, T>,
  files: ChosenFiles<I>,
): Promise<void> {
  const total = sizeOf(files.toRead(work.board));
  const part = readingParts({ says: 'Reading what is to be changed', total }, work.clock);
  let done = 0;
  const onMore = (bytes: number) => {
    const read = part((done += bytes));
    if (!work.cancel.cancelled) work.tell(() => read);
  };
  const bytesOf = (range: Range) => work.bytesOf(range, onMore);
  await files.applyEdits(work.board, bytesOf, yielding(work, work.cancel));
}

/** A refusal for a failure that leaves the board usable; null for any other failure. */
export function asRefusal(failure: FailureFacts): Refusal | null {
  const { name, values, says, next, place } = failure;
  return leavesBoardUsable(failure) ? { kind: name, place: place ?? { in: 'device' }, values, says, next } : null;
}

/** Plans a change of what starts, and the purpose with its words. Throws the `Failure`s of the device and the store. */
async function planStart<I extends Inspection, T extends Target>(
  work: BoardWork<I, T>,
  aim: Extract<Purpose, { kind: 'choose-start' }>,
  promised: readonly KeptBytes[],
): Promise<{ readonly planning: Planning; readonly aim: Purpose }> {
  const { board, family } = work;
  const offer = board.selection?.offers.find(({ choice }) => isSameChoice(choice, aim.choice));
  // Where no app starts, nothing is offered, and yet the entries can be erased from the command line.
  const { label = aim.name === '' ? 'Change what starts' : aim.name, marks = aim.marks } = offer ?? {};
  const named = { ...aim, name: label, ...(marks !== undefined && { marks }) };
  const arrangement = family.arrange({ files: [], boot: aim.choice }, board);
  return { planning: await planFiles(work, arrangement, promised, named), aim: named };
}
