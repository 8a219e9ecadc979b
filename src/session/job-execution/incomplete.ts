/** What jobs have left of partitions of which they wrote only a part: neither the old content nor the new, or not known. */
import { jobState } from '../../flash/job.ts';
import type { Fact } from '../../flash/journal.ts';
import type { Partition } from '../../flash/layout.ts';
import { endGivenUp } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { bare, overlaps, without } from '../../flash/map.ts';
import type { UnitPlan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { JobRecord } from '../../storage/records.ts';
import { planLayout } from '../../storage/records.ts';
import type { Awaited } from './awaited.ts';
import { awaitedIn } from './awaited.ts';

/** A job of the board; `facts` are needed of one that is open or was abandoned, and null of any other. */
export interface KnownJob {
  readonly record: JobRecord;
  readonly facts: readonly Fact[] | null;
}

/** What jobs have left on a board. */
export interface Leftovers {
  /** The partitions that hold a part of what a job was to write. */
  readonly incomplete: readonly Range[];
  /**
   * What the newest job of each app partition wrote there or found equal, and nothing undid: where it is not a whole app, the
   * app is a mixture of old and new bytes.
   */
  readonly inApps: readonly Range[];
  /** The partitions in which an unfinished job is to write and has changed nothing yet. */
  readonly awaited: readonly Awaited[];
}

/** What is left on a board by no job. */
export const NO_LEFTOVERS: Leftovers = { incomplete: [], inApps: [], awaited: [] };

/** Whether a job may have left something incomplete: it is open, or the user abandoned it. */
export function mayBeIncomplete({ end }: JobRecord): boolean {
  return end === null || end.how === 'left';
}

/** What these jobs have left, newest first: of several the newest that changed a partition counts. */
export function leftoversOf(jobs: readonly KnownJob[]): Leftovers {
  const decided: Range[] = [];
  const undone: { readonly by: string; readonly partition: Range }[] = [];
  const [incomplete, inApps]: [Range[], Range[]] = [[], []];
  for (const [i, job] of jobs.entries()) {
    const { record } = job;
    if (isOvertaken(record)) continue;
    for (const partition of planLayout(record).partitions) {
      const isKnown = [...decided, ...undone.flatMap((each) => (each.by === record.id ? [each.partition] : []))].some(
        (other) => overlaps(other, partition),
      );
      if (isKnown || !hasChanged(job, partition)) continue;
      const former = formerOf(job, jobs.slice(i + 1), partition);
      if (former !== null) {
        undone.push({ by: former.id, partition });
        continue;
      }
      decided.push(partition);
      if (isMixed(partition, job)) incomplete.push(...besideWhole(partition, job));
      else if (partition.role === 'app') inApps.push(...unitsIn(record, partition).map(bare));
    }
  }
  return { incomplete, inApps, awaited: awaitedIn(jobs) };
}

/**
 * A partition without what is still whole in others, as long as the board has its old layout: one of which nothing was begun, and of any
 * other the end that it gives up, into which the next one is moved. All of it where it lies in such an end.
 */
function besideWhole(partition: Partition, job: KnownJob): readonly Range[] {
  const { board, after } = job.record;
  const begun = begunOf(job);
  const others = board.layout.partitions.filter(({ address }) => address !== partition.address);
  const whole = others.flatMap((each) => {
    if (begun.some((unit) => overlaps(unit, each))) return endGivenUp(each, after.layout);
    // The old place of what is moved is a part of it.
    return each.name === partition.name ? [] : [bare(each)];
  });
  const rest = without(bare(partition), whole);
  return rest.length === 0 ? [bare(partition)] : rest;
}

/** Whether the content of a job was undone, or written again by a later one, which is known itself. */
function isOvertaken({ end }: JobRecord): boolean {
  return end?.how === 'replaced' || end?.how === 'rolled-back';
}

/** Everything that a job wrote in a partition, or found equal. */
function unitsIn({ plan }: JobRecord, partition: Range): Range[] {
  return [...plannedUnits(plan), ...plan.equal].filter((unit) => overlaps(unit, partition));
}

/** The planned units that a job has begun; all of them if it came to its end. */
function begunOf({ record, facts }: KnownJob): readonly UnitPlan[] {
  const planned = plannedUnits(record.plan);
  if (facts === null) return planned;
  const progress = [...jobState(record.plan, facts).units.values()];
  return planned.filter((_, i) => progress[i]?.begun === true && progress[i].state !== 'waiting');
}

/** Those of them in a partition. */
function begunIn(job: KnownJob, partition: Range): UnitPlan[] {
  return begunOf(job).filter((unit) => overlaps(unit, partition));
}

function hasChanged(job: KnownJob, partition: Range): boolean {
  return begunIn(job, partition).length > 0 || (job.facts === null && unitsIn(job.record, partition).length > 0);
}

/** The job whose changes of a partition this one undid completely, so that it is as it was before both; null if none. */
function formerOf({ record, facts }: KnownJob, older: readonly KnownJob[], partition: Range): JobRecord | null {
  const { purpose } = record;
  const id = purpose.kind === 'restore' ? purpose.backup : purpose.kind === 'roll-back' ? purpose.job : null;
  const former = older.find((job) => (job.record.id === id || !isOvertaken(job.record)) && hasChanged(job, partition));
  if (facts !== null || former === undefined || former.record.id !== id) return null;
  const back = unitsIn(record, partition);
  const isBack = (unit: UnitPlan) =>
    back.some((other) => other.region === unit.region && other.address === unit.address);
  return begunIn(former, partition).every(isBack) ? former.record : null;
}

function isMixed(partition: Partition, { record: { plan }, facts }: KnownJob): boolean {
  if (facts === null) return false;
  const progress = [...jobState(plan, facts).units.values()];
  const own = plannedUnits(plan).flatMap((unit, i) => (overlaps(unit, partition) ? [progress[i]] : []));
  return !own.every((unit) => unit?.state === 'verified' || unit?.state === 'unproved');
}
