/** The partitions whose content a job edits or rewrites: what is written there was made from all that they held. */
import type { Partition } from '../../flash/layout.ts';
import { regionEnd, regionOf, splitRange, without } from '../../flash/map.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { RangeDigest } from '../../flash/journal.ts';
import { DIGEST_SPAN } from '../../flash/surroundings.ts';
import { digestBy } from '../planning/proof.ts';
import type { BoardWork } from '../session-parts.ts';
import type { JobRecord } from '../../storage/records.ts';

/** The places, as they were before the job, of contents that it remakes from what they held. */
export function rewrittenPartitions({ after }: Pick<JobRecord, 'after'>): Partition[] {
  return (after.fates ?? []).flatMap(({ fate, before, edited, recreated }) => {
    const isRemade =
      edited !== undefined ? recreated !== true : fate === 'grown' || fate === 'shrunk' || fate === 'converted';
    return before !== null && isRemade ? [before] : [];
  });
}

/** Those of settings and files, which firmware writes. An app goes along as it is: nothing of it is made from the rest. */
export function rewrittenContents(record: Pick<JobRecord, 'after'>): Partition[] {
  return rewrittenPartitions(record).filter(({ role }) => role !== 'app');
}

/** The digests of what stays of these, in spans; empty where the board computes none. Throws the `Failure`s of the target. */
export async function digestUnwritten(
  { target, board, md5, cancel }: Pick<BoardWork, 'target' | 'board' | 'md5' | 'cancel'>,
  record: Pick<JobRecord, 'after' | 'plan'>,
): Promise<readonly RangeDigest[]> {
  const spans: RangeDigest[] = [];
  if (target.digest === undefined) return spans;
  const units = plannedUnits(record.plan);
  for (const { region, address, size } of rewrittenContents(record)) {
    // The row of a damaged table may lie, or end, behind the flash.
    const end = Math.min(address + size, regionEnd(regionOf(board.layout.map, region)));
    if (address >= end) continue;
    const written = units.filter((unit) => unit.region === region);
    for (const rest of without({ region, address, size: end - address }, written))
      for (const span of splitRange(rest, DIGEST_SPAN)) {
        cancel.check();
        const digest = await digestBy(target, span, md5, cancel);
        if (digest !== null) spans.push({ ...span, md5: digest });
      }
  }
  return spans;
}
