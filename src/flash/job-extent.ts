/** What an interrupted job left, and what may be done about it: derived from its plan and its facts alone. */
import type { JobState, UnitProgress } from './job.ts';
import { jobState } from './job.ts';
import type { Fact, RangeDigest } from './journal.ts';
import type { EraseUnit, Range } from './map.ts';
import { overlaps, bare } from './map.ts';
import type { Plan, UnitPlan } from './plan.ts';
import { keptOf, movedOf, plannedUnits } from './plan.ts';
import { digestsAgree } from './surroundings.ts';
import { unitKey } from './survey.ts';

/** How far a job got, in erase units. */
export interface Extent {
  readonly total: number;
  readonly verified: number;
  /** How many were verified before the job was resumed, and not checked again since; absent if there are none. */
  readonly unchecked?: number;
  /** How many units it has begun to write; the device still holds the old content of the others. */
  readonly begun: number;
  /** How many of those hold what they held before: asked after the interruption, and not erased yet. */
  readonly asBefore: number;
  /** How many of those were read since, and hold neither their old nor their new content. */
  readonly incomplete: number;
  /** The first unit that was being written, or was written and not proved. */
  readonly open: EraseUnit | null;
}

/** How far a job got, by its journal alone. */
export function extentOf(plan: Plan, facts: readonly Fact[]): Extent {
  const { units } = jobState(plan, facts);
  const planned = plannedUnits(plan);
  const progress = [...units.values()];
  const unchecked = uncheckedIn(plan, facts, units);
  const open = planned.find((unit, i) => isOpen(progress[i]) && !unchecked.has(unitKey(unit)));
  return {
    total: planned.length,
    verified: progress.filter(({ state }) => state === 'verified').length,
    ...(unchecked.size > 0 && { unchecked: unchecked.size }),
    begun: progress.filter(({ begun }) => begun).length,
    asBefore: progress.filter(({ begun, state }) => begun && state === 'waiting').length,
    incomplete: progress.filter(({ state }) => state === 'incomplete').length,
    open: open === undefined ? null : bare(open),
  };
}

/** The units that were verified when the job was last resumed, and that it has neither asked for nor written since. */
function uncheckedIn(plan: Plan, facts: readonly Fact[], now: JobState['units']): ReadonlySet<string> {
  const at = facts.findLastIndex(({ fact }) => fact === 'resumed');
  if (at < 0) return new Set();
  const earlier = facts.slice(0, at);
  const before = jobState(plan, earlier).units;
  const doubted = uncheckedIn(plan, earlier, before);
  const written = new Set(
    facts.slice(at).flatMap((fact) => (fact.fact === 'intent' ? fact.units.map((unit) => unitKey(unit)) : [])),
  );
  const isUnchecked = (key: string) =>
    now.get(key)?.state === 'unknown' &&
    !written.has(key) &&
    (before.get(key)?.state === 'verified' || doubted.has(key));
  return new Set([...now.keys()].filter(isUnchecked));
}

/** Whether a unit was being written, and does not hold its old or its new content as far as is known. */
function isOpen(progress: UnitProgress | undefined): boolean {
  return progress?.begun === true && progress.state !== 'verified' && progress.state !== 'waiting';
}

/** Units that the job never began, and that were found to hold neither what they held for the plan nor what is wanted. */
export function changedSince(plan: Plan, facts: readonly Fact[]): UnitPlan[] {
  const { units } = jobState(plan, facts);
  return plannedUnits(plan).filter((unit) => {
    const { begun, before } = units.get(unitKey(unit)) ?? {};
    return begun === false && !digestsAgree(before ?? null, unit.before);
  });
}

/** Units that were verified by the first `known` facts, and that the facts behind these found to hold something else. */
export function undoneSince(plan: Plan, facts: readonly Fact[], known: number): UnitPlan[] {
  const { units } = jobState(plan, facts.slice(0, known));
  const found = new Map<string, string>();
  for (const fact of facts.slice(known))
    if (fact.fact === 'digest' && fact.md5 !== null) found.set(unitKey(fact.unit), fact.md5);
  return plannedUnits(plan).filter((unit) => {
    const now = found.get(unitKey(unit));
    return units.get(unitKey(unit))?.state === 'verified' && now !== undefined && !digestsAgree(now, unit.after);
  });
}

/** Those of some units of a plan in which bytes are kept, or from which bytes go elsewhere. */
export function withKept(plan: Plan, units: readonly UnitPlan[]): UnitPlan[] {
  const sources = plannedUnits(plan).flatMap(({ pieces }) =>
    pieces.flatMap(({ source, size }) => (source.from === 'device' ? [{ ...source, size }] : [])),
  );
  return units.filter((unit) => sources.some((source) => overlaps(source, unit)));
}

/** Whether a job has begun to move content and has not ended: what the board holds is then not what it is to hold. */
export function isMoving(plan: Plan, facts: readonly Fact[]): boolean {
  if (plannedUnits(plan).every((unit) => movedOf(unit).length === 0)) return false;
  const { units } = jobState(plan, facts);
  return [...units.values()].some(({ begun }) => begun);
}

/** The units that identify a board without a unique ID. */
export function fingerprintIn(facts: readonly Fact[]): RangeDigest[] {
  return facts.flatMap((fact) => (fact.fact === 'fingerprint' ? fact.units : []));
}

/** What stays of the contents that a job remakes, as it was before. */
export function staysIn(facts: readonly Fact[]): RangeDigest[] {
  return facts.flatMap((fact) => (fact.fact === 'stays' ? fact.spans : []));
}

/**
 * What has to be written to restore the device to its state before the job: the previous content of every unit that was begun
 * and of what changed beside the writes. `lost` are units whose bytes were not kept; without them there is no roll back.
 */
export function bytesToRestore(
  plan: Plan,
  facts: readonly Fact[],
): { readonly back: RangeDigest[]; readonly lost: EraseUnit[] } {
  const { units, surroundings } = jobState(plan, facts);
  const back: RangeDigest[] = [...surroundings.toPutBack, ...surroundings.restoring];
  const lost: EraseUnit[] = [];
  for (const unit of plannedUnits(plan)) {
    const { begun, before, saved } = units.get(unitKey(unit)) ?? {};
    if (begun !== true) continue;
    if (saved === true && typeof before === 'string') back.push({ ...bare(unit), md5: before });
    else lost.push(bare(unit));
  }
  return { back, lost };
}

/** What a job kept of the content that it overwrote or was about to: every unit whose bytes are among its contents. */
export function backedUp(plan: Plan, facts: readonly Fact[]): RangeDigest[] {
  const { units } = jobState(plan, facts);
  return plannedUnits(plan).flatMap((unit) => {
    const { before, saved } = units.get(unitKey(unit)) ?? {};
    return saved === true && typeof before === 'string' ? [{ ...bare(unit), md5: before }] : [];
  });
}

/** Bytes that a job promised to keep in units that it began and did not verify, with the units that hold them. */
export function openPromises(plan: Plan, facts: readonly Fact[]): { readonly range: Range; readonly unit: UnitPlan }[] {
  const { units } = jobState(plan, facts);
  return plannedUnits(plan)
    .filter((unit) => {
      const { begun, state } = units.get(unitKey(unit)) ?? {};
      return begun === true && state !== 'verified';
    })
    .flatMap((unit) => keptOf(unit).map((range) => ({ range, unit })));
}
