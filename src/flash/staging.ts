/** What a journal has to hold before a plan may begin. */
import { assemble, blankDigests, bytesBefore } from './content.ts';
import type { Content } from './journal.ts';
import type { Plan, PlanInput } from './plan.ts';
import { plannedUnits } from './plan.ts';
import { unitContent } from './survey.ts';

/**
 * What a journal has to hold before the first step of a plan: what each unit is to hold, whatever its pieces come from, and
 * what it held where that is at hand. So no step can overwrite a byte that a later one needs, moves included.
 */
export function* contentsFor(plan: Plan, wish: Omit<PlanInput, 'rank' | 'commits' | 'backup'>): Generator<Content> {
  const blank = blankDigests(wish.md5);
  const given = new Set<string>();
  for (const unit of plannedUnits(plan)) {
    if (!given.has(unit.after)) {
      const data = assemble(unit, unit.pieces, wish.image, (range) => bytesBefore(wish, range));
      if (data === null) throw new RangeError(`the bytes that the unit at ${unit.address} is to keep are not at hand`);
      given.add(unit.after);
      yield { md5: unit.after, data };
    }
    if (unit.before === null || unit.backup !== 'stored' || given.has(unit.before)) continue;
    const before = unitContent(wish.survey, unit);
    const data =
      before.kind === 'bytes'
        ? before.data
        : unit.before === blank(unit.size)
          ? new Uint8Array(unit.size).fill(0xff)
          : null;
    if (data === null) continue;
    given.add(unit.before);
    yield { md5: unit.before, data };
  }
}
