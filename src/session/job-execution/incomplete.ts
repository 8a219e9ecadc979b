/** Partitions that a job which did not end has left with a part of its bytes: neither the old content nor the new. */
import { jobState } from '../../flash/job.ts';
import type { Fact } from '../../flash/journal.ts';
import type { Partition } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { bare } from '../../flash/neighbours.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { JobRecord } from '../../storage/records.ts';

/** A job of the board; `facts` are needed of one that is open or was abandoned, and null of any other. */
export interface KnownJob {
  readonly record: JobRecord;
  readonly facts: readonly Fact[] | null;
}

/** Whether a job may have left something incomplete: it is open, or the user abandoned it. */
export function mayBeIncomplete({ end }: JobRecord): boolean {
  return end === null || end.how === 'left';
}

/** The partitions that hold a part of a job's bytes. Of several jobs the newest that touches a partition counts; newest first. */
export function incompletePartitions(jobs: readonly KnownJob[]): Range[] {
  const decided: Partition[] = [];
  const incomplete: Range[] = [];
  for (const { record, facts } of jobs) {
    const own = record.after.layout.partitions.filter(
      (partition) => touches(record, partition) && !decided.some((other) => overlaps(other, partition)),
    );
    decided.push(...own);
    if (facts === null) continue;
    incomplete.push(...own.filter((partition) => isMixed(partition, record, facts)).map(bare));
  }
  return incomplete;
}

function touches({ plan }: JobRecord, partition: Partition): boolean {
  return [...plannedUnits(plan), ...plan.equal].some((unit) => overlaps(unit, partition));
}

function isMixed(partition: Partition, { plan }: JobRecord, facts: readonly Fact[]): boolean {
  const progress = [...jobState(plan, facts).units.values()];
  const own = plannedUnits(plan).flatMap((unit, i) => (overlaps(unit, partition) ? [progress[i]] : []));
  const changed = own.some((unit) => unit?.begun === true && unit.state !== 'waiting');
  return changed && !own.every((unit) => unit?.state === 'verified' || unit?.state === 'unproved');
}
