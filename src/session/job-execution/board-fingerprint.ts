/** What tells a board from others that say the same of themselves: what it holds where nothing is written. */
import { blanksOf } from '../../flash/content.ts';
import { overlaps, unitsOf } from '../../flash/map.ts';
import type { Plan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { RangeDigest } from '../../flash/journal.ts';
import { digestBy } from '../planning/proof.ts';
import type { BoardWork } from '../session-parts.ts';

/** How many units of each region are looked at: the smallest first, since they are quickly read. */
const WITNESSES = 2;

/** How many are looked at for that: most of a large flash may be blank. */
const TRIES = 6;

/**
 * A few units of each region that a plan does not touch and that are not blank, and what they hold; none for a board that
 * says who it is. A Particle board's DCT, with its own keys, is a region of its own.
 */
export async function takeFingerprint(
  { target, board, md5, cancel }: Pick<BoardWork, 'target' | 'board' | 'md5' | 'cancel'>,
  plan: Plan,
): Promise<readonly RangeDigest[]> {
  if (board.identity.key !== null) return [];
  const touched = [...plannedUnits(plan), ...plan.equal];
  const found: RangeDigest[] = [];
  const blank = blanksOf(board.layout.map, md5);
  for (const region of board.layout.map.regions.filter(({ access }) => access.read)) {
    const free = unitsOf(region).filter((unit) => !touched.some((other) => overlaps(other, unit)));
    let own = 0;
    for (const unit of free.toSorted((a, b) => a.size - b.size).slice(0, TRIES)) {
      if (own === WITNESSES) break;
      const digest = await digestBy(target, unit, md5, cancel);
      if (digest === null || digest === blank.digest(unit)) continue;
      found.push({ ...unit, md5: digest });
      own++;
    }
  }
  return found;
}

/** The first unit that holds something else than it did; null if all are as they were. */
export async function changedFingerprint(
  fingerprint: readonly RangeDigest[],
  { target, md5, cancel }: Pick<BoardWork, 'target' | 'md5' | 'cancel'>,
): Promise<RangeDigest | null> {
  for (const unit of fingerprint) {
    const { region, address, size } = unit;
    if ((await digestBy(target, { region, address, size }, md5, cancel)) !== unit.md5) return unit;
  }
  return null;
}
