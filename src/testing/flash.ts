/** Small fixtures for the tests of `src/flash` and its users. */
import { assemble, bytesBefore } from '../flash/content.ts';
import type { Image } from '../flash/image.ts';
import { makeImage, segmentRange } from '../flash/image.ts';
import type { KeptBytes } from '../flash/journal.ts';
import type { Layout } from '../flash/layout.ts';
import { touchedUnits } from '../flash/layout.ts';
import type { FlashMap } from '../flash/map.ts';
import { erasedByteOf } from '../flash/map.ts';
import type { Plan, PlanInput } from '../flash/plan.ts';
import { planWrite, plannedUnits } from '../flash/plan.ts';
import type { UnitContent, Md5 } from '../flash/survey.ts';
import { unitKey } from '../flash/survey.ts';

/** A readable stand-in for a digest: equal bytes give equal text, different bytes different text. */
export const plainDigest: Md5 = (bytes) => `${bytes.length}:${bytes.join(',')}`;

/** A map of one region "flash" from 0 with the given unit sizes in bytes. */
export function mapOf(...sizes: readonly number[]): FlashMap {
  const runs = sizes.map((size) => ({ count: 1, size }));
  const access = { read: true, erase: true, write: true };
  return { regions: [{ id: 'flash', name: 'Flash', start: 0, runs, access }] };
}

/** A layout without partitions. */
export function layoutOf(map: FlashMap): Layout {
  return { map, partitions: [], guards: [], ciphered: [] };
}

/** An image of [address, bytes] pairs in region "flash"; throws if they overlap. */
export function imageOf(...parts: readonly (readonly [number, readonly number[]])[]): Image {
  const result = makeImage(
    parts.map(([address, bytes]) => ({ region: 'flash', address, data: Uint8Array.from(bytes) })),
  );
  if (result.kind !== 'image') throw new Error('the parts overlap');
  return result.image;
}

/** The input for planning an image onto a flash, surveyed completely and byte by byte. */
export function inputFor(
  layout: Layout,
  image: Image,
  flash: Uint8Array,
  promised: readonly KeptBytes[] = [],
): PlanInput {
  const ranges = [...image.map(segmentRange), ...promised];
  const survey = new Map<string, UnitContent>();
  const known = layout.map.regions.map((region) => region.id);
  for (const unit of touchedUnits(
    layout,
    ranges.filter((range) => known.includes(range.region)),
  )) {
    survey.set(unitKey(unit), { kind: 'bytes', data: flash.slice(unit.address, unit.address + unit.size) });
  }
  return { layout, image, promised, survey, md5: plainDigest, rank: () => 0 };
}

/** Plans; throws if the plan is refused. */
export function mustPlan(input: PlanInput): Plan {
  const planning = planWrite(input);
  if (planning.kind === 'refused') throw new Error(planning.refusals.map((refusal) => refusal.kind).join());
  return planning.plan;
}

/** The content of a flash after a plan was carried out. */
export function flashAfter(plan: Plan, input: PlanInput, flash: Uint8Array): Uint8Array {
  const after = flash.slice();
  for (const unit of plannedUnits(plan)) {
    const erased = erasedByteOf(input.layout.map, unit.region);
    const content = assemble(unit, unit.pieces, input.image, (range) => bytesBefore(input, range), erased);
    if (content === null) throw new Error('bytes to keep are missing');
    after.set(content, unit.address);
  }
  return after;
}
