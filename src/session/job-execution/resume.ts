/** Whether an interrupted job may be resumed: that depends on what the board holds now, and is never taken on trust. */
import { blanksOf } from '../../flash/content.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import { jobState } from '../../flash/job.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps, bare } from '../../flash/map.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { changedSince, fingerprintIn, staysIn, undoneSince, withKept } from '../../flash/job-extent.ts';
import type { Target } from '../../flash/target.ts';
import { jobRunOf } from './carry-out.ts';
import type { OwnJob } from './open-jobs.ts';
import { sessionRefusal } from '../refusals.ts';
import type { BoardWork } from '../session-parts.ts';
import { rereadPlannedUnits } from './runner.ts';
import { firstChanged } from './board-fingerprint.ts';
import { rewrittenContents, rewrittenPartitions } from './rewritten-contents.ts';

/**
 * Digests every unit of the job's plan and records that in the journal; returns the reason why the job cannot be resumed, or
 * null. Throws the `Failure`s of the device and of the journal.
 */
export async function checkResumable<I extends Inspection, T extends Target>(
  own: OwnJob,
  work: BoardWork<I, T>,
): Promise<Refusal | null> {
  const { plan } = own.record;
  const fingerprint = fingerprintIn(own.journal.facts());
  const named = work.board.identity.key !== null;
  const strange = await firstChanged(fingerprint, work);
  if (strange !== null) return refuse('not-that-board', strange);
  const known = own.journal.facts().length;
  const rewritten = await firstChanged(staysIn(own.journal.facts()), work);
  if (rewritten !== null) return refuse('kept-changed', rewritten);
  const run = jobRunOf(own, work);
  await rereadPlannedUnits({ ...run, onStep: run.onRereading });
  const changed = changedSince(plan, own.journal.facts());
  const [first] = changed;
  if (!named && first !== undefined) return refuse('not-that-board', first);
  if (!named && fingerprint.length === 0 && !isRecognised(own, work))
    return sessionRefusal('cannot-tell', { in: 'device' });
  // Bytes that were to be kept and have changed cannot be in the plan, which was made with the old ones.
  const undone = undoneSince(plan, own.journal.facts(), known);
  const [lost] = [
    ...withKept(plan, changed),
    ...touching(changed, rewrittenPartitions(own.record)),
    ...touching(undone, rewrittenContents(own.record)),
  ];
  if (lost !== undefined) return refuse('kept-changed', lost);
  // The job does not write what its file had in common with the flash.
  const equal = plan.equal.flatMap(({ md5, ...unit }) => (md5 === undefined ? [] : [{ ...unit, md5 }]));
  const unequal = await firstChanged(equal, work);
  return unequal === null ? null : refuse('equal-changed', unequal);
}

function touching<T extends Range>(units: readonly T[], places: readonly Range[]): T[] {
  return units.filter((unit) => places.some((place) => overlaps(place, unit)));
}

function refuse(kind: 'not-that-board' | 'kept-changed' | 'equal-changed', unit: Range): Refusal {
  return sessionRefusal(kind, { in: 'flash', range: bare(unit) }, { address: hex(unit.address) });
}

/** Whether a non-blank unit that the job never began is unchanged, which also identifies the board. */
function isRecognised({ record, journal }: OwnJob, { md5, board }: Pick<BoardWork, 'md5' | 'board'>): boolean {
  const { units } = jobState(record.plan, journal.facts());
  const progress = [...units.values()];
  const blank = blanksOf(board.layout.map, md5);
  return plannedUnits(record.plan).some((unit, i) => {
    const { begun, before } = progress[i] ?? {};
    return begun === false && typeof before === 'string' && before !== blank.digest(unit);
  });
}
