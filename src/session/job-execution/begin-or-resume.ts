/** Begins or resumes a job and carries it out to its end. */
import { factsOf } from '../../flash/failure.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { Layout } from '../../flash/layout.ts';
import type { Target } from '../../flash/target.ts';
import type { EndedJob, JobBeside } from './carry-out.ts';
import { executeJob, meterOf } from './carry-out.ts';
import type { PlannedJob } from '../planning/planning.ts';
import type { OpenJobs, OwnJob } from './open-jobs.ts';
import { ProgressMeter } from '../progress.ts';
import { checkResumable } from './resume.ts';
import type { BoardWork } from '../session-parts.ts';
import type { Progress, Work } from '../state.ts';
import type { JobRecord } from '../../storage/records.ts';

/** Writes a job down and carries it out; null if bytes that it took for kept are gone, and it has to be planned again. */
export async function beginJob<I extends Inspection, T extends Target>(
  plannedJob: PlannedJob,
  jobs: OpenJobs,
  work: BoardWork<I, T>,
): Promise<EndedJob<I> | null> {
  const first = { ...new ProgressMeter('Recording the job', 0, work.clock).at(0), ofJob: 0 };
  work.show(beginning(plannedJob.draft, plannedJob.planned.layout, first));
  let own: OwnJob;
  try {
    own = await jobs.begin(plannedJob);
  } catch (error) {
    if (factsOf(error).name === 'content-gone') return null;
    throw error;
  }
  const { estimateMs: estimatedMs, equalFilled } = plannedJob.planned;
  return toTheEnd(own, jobs, work, { estimatedMs, equalFilled });
}

/** Resumes a job if the device's current content allows it, which is trusted over the journal; otherwise returns the reason. */
export async function resumeJob<I extends Inspection, T extends Target>(
  own: OwnJob,
  jobs: OpenJobs,
  work: BoardWork<I, T>,
): Promise<EndedJob<I> | Refusal> {
  const first = meterOf(own, work).first('Reading the board’s current content');
  work.show(beginning(own.record, own.layout, first));
  let refusal: Refusal | null;
  try {
    refusal = await checkResumable(own, work);
  } catch (error) {
    own.letGo();
    throw error;
  }
  if (refusal === null) return toTheEnd(own, jobs, work, { estimatedMs: null });
  own.letGo();
  return refusal;
}

async function toTheEnd<I extends Inspection, T extends Target>(
  own: OwnJob,
  jobs: OpenJobs,
  work: BoardWork<I, T>,
  known: Omit<JobBeside, 'leftovers'>,
): Promise<EndedJob<I>> {
  let outcome: string = 'failed';
  try {
    const job = await executeJob(own, work, {
      ...known,
      leftovers: (facts) => jobs.leftoversAfter(own.record, facts),
    });
    outcome = job.ended.outcome;
    return job;
  } finally {
    // A job whose end cannot be recorded stays open; resuming it will find that everything is there.
    await jobs.close(own, outcome).catch(() => undefined);
  }
}

/** The state while a job begins: from here on intents do not disturb it, although it has not done anything yet. */
function beginning(
  { plan, purpose, about }: Pick<JobRecord, 'plan' | 'purpose' | 'about'>,
  layout: Layout,
  progress: Progress,
): Work {
  const units = plannedUnits(plan).map(() => 'waiting' as const);
  return {
    kind: 'flashing',
    purpose,
    ...(about !== undefined && { about }),
    plan,
    layout,
    unprovable: 0,
    progress,
    units,
    stopping: false,
  };
}
