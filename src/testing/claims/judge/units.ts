/** Checks the erase units of a plan, a result and an interrupted job. */
import type { Extent } from '../../../flash/job-extent.ts';
import type { Plan, UnitPlan } from '../../../flash/plan.ts';
import type { Work } from '../../../session/state.ts';
import type { Judge } from './judge.ts';
import type { Cells, Span } from './reader.ts';
import { bytesAt, hex, md5, same } from './reader.ts';

type Ended = Extract<Work, { kind: 'ended' }>;

/** Compares the digests that a plan gives for the current content. */
export function judgePlan(judge: Judge, plan: Plan, now: Cells): void {
  for (const unit of unitsOf(plan)) {
    const bytes = bytesAt(now, unit);
    if (bytes === null || unit.before === null) continue;
    judge.check(
      'plan: what a unit holds now',
      md5(bytes) === unit.before,
      () => `${hex(unit.address)} holds ${unit.before ?? ''}`,
      () => md5(bytes),
    );
  }
}

/** The flash before a job, at the start of this run (a board can write to it in between), and at the end. */
export interface FlashStates {
  readonly before: Cells;
  readonly base: Cells;
  readonly after: Cells;
  /** Everything that was erased for the job. */
  readonly erased: readonly Span[];
}

/** Compares a result and its report with the flash before the job and at its end. */
export function judgeResult(judge: Judge, work: Ended, states: FlashStates, readable: boolean): void {
  const { plan, units, report, outcome } = work;
  const { before, base, after } = states;
  const planned = unitsOf(plan);
  const equal = new Set<UnitPlan>();
  for (const [i, unit] of planned.entries()) {
    const [old, now] = [bytesAt(before, unit), bytesAt(after, unit)];
    if (old === null || now === null) continue;
    const digest = md5(now);
    if (digest === unit.after) equal.add(unit);
    const state = units[i] ?? 'waiting';
    const claim = `result: a unit is ${state}`;
    const check = (holds: boolean, is: string): void =>
      judge.check(
        claim,
        holds,
        () => `${hex(unit.address)} is ${state}`,
        () => is,
      );
    if (state === 'verified') check(digest === unit.after, `it does not hold what was planned`);
    if (state === 'waiting') check(same(old, now), 'its content has changed');
    if (state === 'awaiting-commit') check(digest === unit.deferred?.md5, 'it does not hold all but its last bytes');
    if (state === 'wrong') check(digest !== unit.after, 'it holds what was planned');
  }
  if (readable) {
    const verified = report.units.filter(({ state }) => state === 'verified').length;
    const lost = work.failure?.kind === 'lost';
    judge.check(
      'result: the number of verified units',
      // A unit can be complete although the link was lost before it was verified.
      lost ? verified <= equal.size : verified === equal.size,
      () => `${verified} of ${planned.length} units are verified (${outcome})`,
      () => `${equal.size} units hold what was planned`,
    );
  }
  judgeOutside(judge, plan, base, after);
  judgeReport(judge, work, states, readable);
}

/** Nothing outside the plan's units has changed. */
function judgeOutside(judge: Judge, plan: Plan, before: Cells, after: Cells): void {
  const own = unitsOf(plan);
  const old = before.bytes.slice();
  for (const unit of own) {
    const now = bytesAt(after, unit);
    if (now !== null) old.set(now, unit.address - before.start);
  }
  judge.check(
    'plan: nothing else changes',
    same(old, after.bytes),
    () => `${own.length} units change`,
    () => `the byte at ${hex(before.start + old.findIndex((byte, i) => byte !== after.bytes[i]))} changed too`,
  );
  for (const unit of plan.equal) {
    judge.check(
      'plan: a unit is equal already',
      bytesAt(before, unit) === null || same(bytesAt(before, unit), bytesAt(after, unit)),
      () => `${hex(unit.address)} is equal already`,
      () => 'it changed',
    );
  }
}

function judgeReport(
  judge: Judge,
  { report, plan, failure }: Ended,
  { before, after, erased }: FlashStates,
  readable: boolean,
): void {
  const changed = (span: Span): boolean => {
    const [old, now] = [bytesAt(before, span), bytesAt(after, span)];
    return old !== null && now !== null && !same(old, now);
  };
  for (const [claim, ranges] of [
    ['report: bytes beside the file stayed', report.kept],
    ['report: what lies beside is the same', report.surroundings.same],
  ] as const) {
    for (const { address, size, partition } of ranges) {
      const span = { address: Number(address), size };
      judge.check(
        claim,
        !changed(span),
        () => `${address}, ${size} bytes, ${partition}`,
        () => 'they changed',
      );
    }
  }
  for (const { address, size, partition, was } of report.lost) {
    const span = { address: Number(address), size };
    if (bytesAt(before, span) === null || bytesAt(after, span) === null) continue;
    judge.check(
      'report: what was overwritten',
      changed(span),
      () => `overwritten: ${was} (${partition})`,
      () => 'it is as it was',
    );
  }
  for (const { address, size, partition, rewrittenUnits } of report.partitions) {
    const span = { address: Number(address), size };
    const own = unitsOf(plan).filter((unit) => touches(unit, span));
    const really = own.filter((unit) => erased.some((span) => touches(unit, span))).length;
    // A blank unit that was erased and not written is unchanged.
    const least = own.filter(changed).length;
    judge.check(
      'report: how many units of a partition were rewritten',
      bytesAt(before, span) === null ||
        (rewrittenUnits >= least && (rewrittenUnits <= really || !readable || failure?.kind === 'lost')),
      () => `${partition}: ${rewrittenUnits} rewritten`,
      () => `${really} erased`,
    );
  }
}

/** Compares the numbers of an interrupted job. */
export function judgeExtent(judge: Judge, extent: Extent, plan: Plan, before: Cells, now: Cells): void {
  const planned = unitsOf(plan).filter((unit) => bytesAt(now, unit) !== null);
  const equal = planned.filter((unit) => md5(bytesAt(now, unit) ?? new Uint8Array()) === unit.after).length;
  const changed = planned.filter((unit) => !same(bytesAt(before, unit), bytesAt(now, unit))).length;
  judge.check(
    'interrupted: how many units are verified',
    extent.verified <= equal,
    () => `${extent.verified} of ${extent.total} verified`,
    () => `${equal} hold what was planned`,
  );
  judge.check(
    'interrupted: how many units were begun',
    extent.begun >= changed && extent.total === unitsOf(plan).length,
    () => `${extent.begun} of ${extent.total} begun`,
    () => `${changed} of ${unitsOf(plan).length} changed`,
  );
}

function unitsOf(plan: Plan): UnitPlan[] {
  return plan.stretches.flatMap(({ units }) => units);
}

function touches(a: Span, b: Span): boolean {
  return a.address < b.address + b.size && b.address < a.address + a.size;
}
