/** Unfinished jobs that leave the flash between two layouts: what partitions hold is then partly for the one, partly for the other. */
import { jobState } from '../../flash/job.ts';
import { extentOf, isMoving } from '../../flash/job-extent.ts';
import type { Fact } from '../../flash/journal.ts';
import { isSameLayout } from '../../flash/layout.ts';
import type { EraseUnit, Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { unitKey } from '../../flash/survey.ts';
import type { JobRecord } from '../../storage/records.ts';

/** Whether a job has begun to move content, or to rewrite it for a new layout. */
export function isMovingContent(record: JobRecord, facts: readonly Fact[]): boolean {
  return isMoving(record.plan, facts) || isRewriting(record, facts);
}

/** Whether a job that changes the layout, or moves content, has begun to write. */
export function isBetweenLayouts(record: JobRecord, facts: readonly Fact[]): boolean {
  if (isMovingContent(record, facts)) return true;
  return extentOf(record.plan, facts).begun > 0 && !isSameLayout(record.board.layout, record.after.layout);
}

/** The units that a job has begun to write. */
export function begunUnits({ plan }: Pick<JobRecord, 'plan'>, facts: readonly Fact[]): EraseUnit[] {
  const { units } = jobState(plan, facts);
  return plannedUnits(plan).filter((unit) => units.get(unitKey(unit))?.begun === true);
}

/**
 * Whether a job has begun to rewrite content for a new layout: the board may hold a part of it, or all of the old one in a
 * partition that has its new size already.
 */
function isRewriting(record: JobRecord, facts: readonly Fact[]): boolean {
  const places = (record.after.fates ?? []).flatMap(({ fate, after }) =>
    after !== null && (fate === 'moved' || fate === 'grown' || fate === 'shrunk' || fate === 'converted')
      ? [after]
      : [],
  );
  const isIn = (ranges: readonly Range[]) => (unit: Range) => ranges.some((range) => overlaps(range, unit));
  if (!plannedUnits(record.plan).some(isIn(places))) return false;
  const tables = record.after.layout.partitions.filter(({ role }) => role === 'table');
  return begunUnits(record, facts).some(isIn([...places, ...tables]));
}
