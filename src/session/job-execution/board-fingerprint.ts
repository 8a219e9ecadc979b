/** Tells apart boards without a unique ID by the content of units that the plan does not touch. */
import { blanksOf } from '../../flash/content.ts';
import { unitsOf } from '../../flash/map.ts';
import type { Plan } from '../../flash/plan.ts';
import { plannedUnits } from '../../flash/plan.ts';
import type { RangeDigest } from '../../flash/journal.ts';
import { digestsAgree } from '../../flash/surroundings.ts';
import { unitKey } from '../../flash/survey.ts';
import { digestBy } from '../planning/proof.ts';
import type { BoardWork } from '../session-parts.ts';

/** How many units of each region make up the fingerprint, smallest first because they are read quickly. */
const WITNESSES = 2;

/** How many units are tried for that: most of a large flash may be blank. */
const TRIES = 6;

/**
 * The digests of a few non-blank units of each region that a plan does not touch; empty for a board with a unique ID. A
 * Particle board's DCT, with its own keys, is a region of its own.
 */
export async function takeFingerprint(
  { target, board, md5, cancel }: Pick<BoardWork, 'target' | 'board' | 'md5' | 'cancel'>,
  plan: Plan,
): Promise<readonly RangeDigest[]> {
  if (board.identity.key !== null) return [];
  // By their keys: a map may have tens of thousands of units, and a plan may touch half of them.
  const touched = new Set([...plannedUnits(plan), ...plan.equal].map(unitKey));
  const found: RangeDigest[] = [];
  const blank = blanksOf(board.layout.map, md5);
  for (const region of board.layout.map.regions.filter(({ access }) => access.read)) {
    const free = unitsOf(region).filter((unit) => !touched.has(unitKey(unit)));
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

/** The first range that holds something else than before; null if all are unchanged. */
export async function firstChanged(
  before: readonly RangeDigest[],
  { target, md5, cancel }: Pick<BoardWork, 'target' | 'md5' | 'cancel'>,
): Promise<RangeDigest | null> {
  for (const range of before) {
    const { region, address, size } = range;
    const now = await digestBy(target, { region, address, size }, md5, cancel);
    if (!digestsAgree(now, range.md5)) return range;
  }
  return null;
}
