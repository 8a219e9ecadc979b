/** The contents that a journal has to hold before a plan may start. */
import { assemble, blanksOf, bytesBefore } from './content.ts';
import type { Content } from './journal.ts';
import type { Range } from './map.ts';
import { erasedByteOf, sizeOf } from './map.ts';
import type { Plan, PlanInput, UnitPlan } from './plan.ts';
import { plannedUnits } from './plan.ts';
import { unitContent } from './survey.ts';

/** What contents are worked out from. */
type ContentInput = Omit<PlanInput, 'rank' | 'commits' | 'backup'>;

/** How much of a plan is compressed to estimate the rest by, and in which pieces: both in bytes. */
const SAMPLED = 0x40000;
const SAMPLE = 0x4000;

/**
 * Pieces of the new content of a plan's stretches, each as the units that it is made of, evenly spread; all of it where it is
 * small. Throws as `contentsFor` does.
 */
export function* samplesOf(plan: Plan, input: ContentInput): Generator<readonly Uint8Array[]> {
  const units = plannedUnits(plan);
  const size = sizeOf(units);
  const every = Math.max(1, size / SAMPLED);
  let [at, next, has] = [0, 0, 0];
  let piece: Uint8Array[] = [];
  for (const unit of units) {
    if (at >= next) {
      piece.push(contentOf(unit, input));
      has += unit.size;
    }
    at += unit.size;
    if (has < SAMPLE) continue;
    yield piece;
    next += has * every;
    [piece, has] = [[], 0];
  }
  if (has > 0) yield piece;
}

/** The bytes that a unit is to have. */
function contentOf(unit: UnitPlan, input: ContentInput): Uint8Array {
  const before = (range: Range) => bytesBefore(input, range);
  const data = assemble(unit, unit.pieces, input.image, before, erasedByteOf(input.layout.map, unit.region));
  if (data === null) throw new RangeError(`the bytes that the unit at ${unit.address} is to keep are not known`);
  return data;
}

/**
 * Yields what a journal has to hold before the first step of a plan: the new content of each unit, whatever its sources, and
 * its previous content if that is known. No step, moves included, can then overwrite a byte that a later one needs. Throws a
 * `RangeError` if bytes to keep are missing.
 */
export function* contentsFor(plan: Plan, input: ContentInput): Generator<Content> {
  const { map } = input.layout;
  const blank = blanksOf(map, input.md5);
  const given = new Set<string>();
  for (const unit of plannedUnits(plan)) {
    if (!given.has(unit.after)) {
      given.add(unit.after);
      yield { md5: unit.after, data: contentOf(unit, input) };
    }
    if (unit.before === null || unit.backup !== 'stored' || given.has(unit.before)) continue;
    const before = unitContent(input.survey, unit);
    const data = before.kind === 'bytes' ? before.data : unit.before === blank.digest(unit) ? blank.bytes(unit) : null;
    if (data === null) continue;
    given.add(unit.before);
    yield { md5: unit.before, data };
  }
}
