/** The contents that a journal has to hold before a plan may start. */
import { assemble, blanksOf, bytesBefore } from './content.ts';
import type { Content } from './journal.ts';
import type { Range } from './map.ts';
import { erasedByteOf } from './map.ts';
import type { Plan, PlanInput } from './plan.ts';
import { plannedUnits } from './plan.ts';
import { unitContent } from './survey.ts';

/**
 * Yields what a journal has to hold before the first step of a plan: the new content of each unit, whatever its sources, and
 * its previous content if that is at hand. No step, moves included, can then overwrite a byte that a later one needs. Throws a
 * `RangeError` if bytes to keep are missing.
 */
export function* contentsFor(plan: Plan, wish: Omit<PlanInput, 'rank' | 'commits' | 'backup'>): Generator<Content> {
  const { map } = wish.layout;
  const blank = blanksOf(map, wish.md5);
  const given = new Set<string>();
  for (const unit of plannedUnits(plan)) {
    if (!given.has(unit.after)) {
      const before = (range: Range) => bytesBefore(wish, range);
      const data = assemble(unit, unit.pieces, wish.image, before, erasedByteOf(map, unit.region));
      if (data === null) throw new RangeError(`the bytes that the unit at ${unit.address} is to keep are not at hand`);
      given.add(unit.after);
      yield { md5: unit.after, data };
    }
    if (unit.before === null || unit.backup !== 'stored' || given.has(unit.before)) continue;
    const before = unitContent(wish.survey, unit);
    const data = before.kind === 'bytes' ? before.data : unit.before === blank.digest(unit) ? blank.bytes(unit) : null;
    if (data === null) continue;
    given.add(unit.before);
    yield { md5: unit.before, data };
  }
}
