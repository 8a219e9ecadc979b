/** Begins or resumes a job and carries it out to its end. */
import type { Clock } from '../../flash/clock.ts';
import { factsOf } from '../../flash/failure.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { Target } from '../../flash/target.ts';
import type { ExecutionParts } from './carry-out.ts';
import { executeJob } from './carry-out.ts';
import type { PlannedJob } from '../planning/planned-job.ts';
import type { OpenJobs, OwnJob } from './open-jobs.ts';
import { ProgressMeter } from '../progress.ts';
import { checkResumable } from './resume.ts';
import type { Work } from '../state.ts';
import type { JobRecord } from '../../storage/records.ts';
import { planLayout } from '../../storage/records.ts';

/** What a job needs; `show` updates the state at once, unlike `tell`. */
export interface JobExecution<I extends Inspection, T extends Target> extends ExecutionParts<I, T> {
  readonly jobs: OpenJobs;
  readonly show: (work: Work) => void;
}

type Ended = Extract<Work, { kind: 'ended' }>;

/** Records a job and carries it out; null if stored bytes that it relies on are gone, so it has to be planned again. */
export async function beginJob<I extends Inspection, T extends Target>(
  plannedJob: PlannedJob,
  place: JobExecution<I, T>,
): Promise<Ended | null> {
  place.show(beginning(plannedJob.draft, 'Recording the job', place.clock));
  let own: OwnJob;
  try {
    own = await place.jobs.begin(plannedJob);
  } catch (error) {
    if (factsOf(error).name === 'content-gone') return null;
    throw error;
  }
  return toTheEnd(own, place);
}

/** Resumes a job if the device's current content allows it, which is trusted over the journal; otherwise returns the reason. */
export async function resumeJob<I extends Inspection, T extends Target>(
  own: OwnJob,
  place: JobExecution<I, T>,
): Promise<Ended | Refusal> {
  place.show(beginning(own.record, 'Reading the board’s current content', place.clock));
  let refusal: Refusal | null;
  try {
    refusal = await checkResumable(own, place);
  } catch (error) {
    own.letGo();
    throw error;
  }
  if (refusal === null) return toTheEnd(own, place);
  own.letGo();
  return refusal;
}

async function toTheEnd<I extends Inspection, T extends Target>(
  own: OwnJob,
  place: JobExecution<I, T>,
): Promise<Ended> {
  let outcome: string = 'failed';
  try {
    const ended = await executeJob(own, place);
    outcome = ended.outcome;
    return ended;
  } finally {
    // A job whose end cannot be recorded stays open; resuming it will find that everything is there.
    await place.jobs.close(own, outcome).catch(() => undefined);
  }
}

/** The state while a job begins: from here on intents do not disturb it, although it has not done anything yet. */
function beginning(
  { plan, purpose, ...record }: Pick<JobRecord, 'plan' | 'purpose' | 'board' | 'after'>,
  says: string,
  clock: Clock,
): Work {
  const units = plannedUnits(plan).map(() => 'waiting' as const);
  return {
    kind: 'flashing',
    purpose,
    plan,
    layout: planLayout(record),
    unprovable: 0,
    progress: new ProgressMeter(says, 0, clock).at(0),
    units,
    stopping: false,
  };
}
