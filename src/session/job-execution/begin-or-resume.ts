/** A job in a session's hands: from the yes, or from Resume, to its end. */
import type { Clock } from '../../flash/clock.ts';
import { factsOf } from '../../flash/failure.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { Target } from '../../flash/target.ts';
import type { EndedJob, ExecutionParts } from './carry-out.ts';
import { executeJob } from './carry-out.ts';
import type { PlannedJob } from '../planning/planned-job.ts';
import type { OpenJobs, OwnJob } from './open-jobs.ts';
import { ProgressMeter } from '../progress.ts';
import { checkResumable } from './resume.ts';
import type { Work } from '../state.ts';
import type { JobRecord } from '../../storage/records.ts';
import { planLayout } from '../../storage/records.ts';

/** What a job is done with; `show` shows it at once, unlike `tell`. */
export interface JobExecution<I extends Inspection, T extends Target> extends ExecutionParts<I, T> {
  readonly jobs: OpenJobs;
  readonly show: (work: Work) => void;
}

/** Writes a job down and carries it out; null if bytes that it took for kept are gone, and it has to be planned anew. */
export async function beginJob<I extends Inspection, T extends Target>(
  plannedJob: PlannedJob,
  place: JobExecution<I, T>,
): Promise<EndedJob<I> | null> {
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

/** Goes on with a job, if that is earned: the device is asked, and trusted over the journal. Else the reason why not. */
export async function resumeJob<I extends Inspection, T extends Target>(
  own: OwnJob,
  place: JobExecution<I, T>,
): Promise<EndedJob<I> | Refusal> {
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
): Promise<EndedJob<I>> {
  let outcome: string = 'failed';
  try {
    const job = await executeJob(own, place);
    outcome = job.ended.outcome;
    return job;
  } finally {
    // A job whose end cannot be noted stays open: gone on with, it finds that everything is there.
    await place.jobs.close(own, outcome).catch(() => undefined);
  }
}

/** From here on the job is not disturbed by what is dropped or pressed, although it has not done anything yet. */
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
