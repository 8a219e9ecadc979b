/** A plan being carried out: a pure reducer from a plan and its journal to the next effect. */
import type { FailureFacts } from './failure.ts';
import type { Fact, Neighbour, RangeDigest } from './journal.ts';
import type { EraseUnit, Range } from './map.ts';
import type { Plan, UnitPlan } from './plan.ts';
import { plannedUnits } from './plan.ts';
import { neighbours } from './neighbours.ts';
import type { Surroundings } from './surroundings.ts';
import { isWithinReach, SurroundingsFold } from './surroundings.ts';
import { unitKey } from './survey.ts';

/**
 * How far one unit is. `unknown`: it may have been erased or half written. `held`: all of it is there but what is held back
 * until the end. `unproved`: written, no digest possible.
 */
export type UnitState = 'waiting' | 'unknown' | 'written' | 'awaiting-commit' | 'verified' | 'wrong' | 'unproved';

/** What the runner is to do next. Units of one effect are neighbours in one stretch; `encrypt` is that stretch's. */
export type Effect =
  /** Read what these units hold and keep it: nothing is erased before that is done for all of them. */
  | { readonly do: 'back-up'; readonly units: readonly UnitPlan[] }
  /** Read what lies beside the writes and keep it, before anything is erased. */
  | { readonly do: 'keep-beside'; readonly spans: readonly Neighbour[] }
  /** Make the intent durable, then rewrite these units. */
  | { readonly do: 'rewrite'; readonly run: number; readonly units: readonly UnitPlan[]; readonly encrypt: boolean }
  /** Ask the device what these units hold. */
  | { readonly do: 'digest'; readonly units: readonly UnitPlan[]; readonly encrypt: boolean }
  /** Note it, then program what was held back in this unit. */
  | { readonly do: 'commit'; readonly unit: UnitPlan; readonly range: Range }
  /** Ask the device whether these spans beside the writes hold what they held. */
  | { readonly do: 'compare'; readonly spans: readonly Neighbour[] }
  /** Make the intent durable, then rewrite these units beside the writes with what they held. */
  | { readonly do: 'put-back'; readonly run: number; readonly units: readonly RangeDigest[] }
  /** Note that everything that was verified is to be digested once more. */
  | { readonly do: 'recheck' }
  | { readonly do: 'end'; readonly outcome: Outcome };

/** How a job ended. A job that ended `broken` goes on from its journal when it is started again. */
export type Outcome =
  | { readonly kind: 'verified' }
  | { readonly kind: 'unproved' }
  | { readonly kind: 'wrong'; readonly units: readonly UnitPlan[] }
  /** Beside the writes something changed that could not be put back. */
  | { readonly kind: 'beside'; readonly ranges: readonly Range[] }
  | { readonly kind: 'broken'; readonly failure: FailureFacts };

/** How often a unit may be written and then found wrong before the job gives up. */
export const ATTEMPTS = 2;

/** What is known of one unit. */
export interface UnitProgress {
  readonly state: UnitState;
  /** How often it was written whole and its digest was wrong. */
  readonly misses: number;
  /** Whether the newest write to it was that of the bytes held back. */
  readonly committed: boolean;
  /** Whether the job has ever begun to write it. */
  readonly begun: boolean;
  /** What it held before the job began to write it (MD5, hex), as far as that is known. */
  readonly before: string | null;
  /** Whether the bytes that it held then are kept. */
  readonly saved: boolean;
}

/** The state of a job, folded from its facts. */
export interface JobState {
  readonly units: ReadonlyMap<string, UnitProgress>;
  readonly runs: number;
  /** The failure that ended the newest part of the work, if it was not followed by further work. */
  readonly broken: FailureFacts | null;
  readonly surroundings: Surroundings;
  /** Whether everything was digested once more since the last write. */
  readonly rechecked: boolean;
}

/** Folds facts into the state of every planned unit; the units stand in the order of `plannedUnits`. */
export function jobState(plan: Plan, facts: readonly Fact[]): JobState {
  return new JobFold(plan).after(facts);
}

/** Folds the facts of one job as they come: what was folded before is not folded again. */
export class JobFold {
  readonly #planned: ReadonlyMap<string, UnitPlan>;
  readonly #units: Map<string, UnitProgress>;
  readonly #writing = new Map<number, readonly string[]>();
  readonly #surroundings = new SurroundingsFold();
  #broken: FailureFacts | null = null;
  #rechecked = false;
  #folded = 0;

  constructor(plan: Plan) {
    this.#planned = new Map(plannedUnits(plan).map((unit) => [unitKey(unit), unit]));
    this.#units = new Map(plannedUnits(plan).map((unit) => [unitKey(unit), untouched(unit)]));
  }

  /** The state after some facts: those of the last call, and what came since. It lasts until the next call. */
  after(facts: readonly Fact[]): JobState {
    for (; this.#folded < facts.length; this.#folded++) {
      const fact = facts[this.#folded];
      if (fact !== undefined) this.#fold(fact);
    }
    return {
      units: this.#units,
      runs: this.#writing.size,
      broken: this.#broken,
      surroundings: this.#surroundings.state,
      rechecked: this.#rechecked,
    };
  }

  #fold(fact: Fact): void {
    this.#surroundings.fold(fact);
    switch (fact.fact) {
      case 'fingerprint':
      case 'surroundings':
      case 'compared':
        break;
      case 'recheck':
        this.#doubt(() => true);
        this.#rechecked = true;
        break;
      case 'backed-up':
        for (const unit of fact.units) this.#set(unitKey(unit), { before: unit.md5, saved: true });
        break;
      case 'intent': {
        const keys = fact.units.map(unitKey);
        this.#writing.set(fact.run, keys);
        this.#disturb(fact.units);
        for (const key of keys) this.#set(key, { state: 'unknown', committed: false, begun: true });
        this.#broken = null;
        break;
      }
      case 'written':
        for (const key of this.#writing.get(fact.run) ?? []) this.#set(key, { state: 'written' });
        break;
      case 'committing':
        this.#disturb([fact.unit]);
        this.#set(unitKey(fact.unit), { state: 'unknown', committed: true });
        this.#broken = null;
        break;
      case 'committed':
        this.#set(unitKey(fact.unit), { state: 'written' });
        break;
      case 'digest': {
        const key = unitKey(fact.unit);
        const [unit, progress] = [this.#planned.get(key), this.#units.get(key)];
        if (unit !== undefined && progress !== undefined) this.#set(key, reported(fact.md5, unit, progress));
        break;
      }
      case 'broken':
        this.#broken = fact.failure;
        // What was under way when the link broke is unknown, even if the device had taken the bytes.
        for (const [key, unit] of this.#units) if (unit.state === 'written') this.#set(key, { state: 'unknown' });
        break;
      case 'resumed':
        // A board may have run, or been written by others, since: only what it says from now on counts.
        for (const [key, { begun }] of this.#units)
          this.#set(key, { state: begun ? 'unknown' : 'waiting', misses: 0, committed: false });
        this.#broken = null;
    }
  }

  /** A write takes back what was proved within its reach. */
  #disturb(written: readonly EraseUnit[]): void {
    this.#rechecked = false;
    const { bounds } = this.#surroundings;
    if (bounds !== null) this.#doubt((unit) => written.some((each) => isWithinReach(unit, each, bounds)));
  }

  #doubt(isDoubtful: (unit: UnitPlan) => boolean): void {
    for (const [key, unit] of this.#planned)
      if (this.#units.get(key)?.state === 'verified' && isDoubtful(unit)) this.#set(key, { state: 'written' });
  }

  #set(key: string, change: Partial<UnitProgress>): void {
    const unit = this.#units.get(key);
    if (unit !== undefined) this.#units.set(key, { ...unit, ...change });
  }
}

/** A unit that nothing has happened to yet. */
function untouched({ before, backup }: UnitPlan): UnitProgress {
  return { state: 'waiting', misses: 0, committed: false, begun: false, before, saved: backup === 'stored' };
}

/** What a unit's digest says of it; null is the digest of a device that cannot tell. */
function reported(md5: string | null, unit: UnitPlan, progress: UnitProgress): Partial<UnitProgress> {
  const state = stateBy(md5, unit, progress);
  const changed = !progress.begun && md5 !== null && md5 !== unit.after && md5 !== progress.before;
  return {
    state,
    misses: progress.misses + (state === 'wrong' ? 1 : 0),
    // What is there now, and not what was there when the plan was made, is what would be lost.
    ...(changed && { before: md5, saved: false }),
  };
}

/** The state of a unit once its digest is known; null is the digest of a device that cannot tell. */
function stateBy(md5: string | null, unit: UnitPlan, { state, committed }: UnitProgress): UnitState {
  if (md5 === unit.after) return 'verified';
  const whole = state === 'written';
  const holding = unit.deferred !== undefined && !(whole && committed);
  if (holding && (md5 === unit.deferred.md5 || (md5 === null && whole))) return 'awaiting-commit';
  // A half-written unit that was never finished is neither wrong nor unproved, only waiting again.
  if (!whole) return 'waiting';
  return md5 === null ? 'unproved' : 'wrong';
}

/**
 * The next effect of a job. An empty journal is a fresh start; any other is gone on with, and then whatever the
 * journal left unknown is asked from the device first, because the device is right.
 */
export function nextEffect(plan: Plan, facts: readonly Fact[]): Effect {
  return effectAfter(plan, jobState(plan, facts));
}

/** The same for a job whose facts are folded already. */
export function effectAfter(plan: Plan, job: JobState): Effect {
  // In the order of `plannedUnits`, so that no unit has to be looked up.
  const progress = [...job.units.values()];
  const saving = nextToSave(plan, progress);
  if (saving.length > 0) return { do: 'back-up', units: saving };
  const { surroundings } = job;
  if (surroundings.toKeep.length > 0) return { do: 'keep-beside', spans: surroundings.toKeep };
  let from = 0;
  for (const { units, encrypt } of plan.stretches) {
    const own = progress.slice(from, from + units.length);
    from += units.length;
    const asking = firstRun(units, own, ({ state }) => state === 'written' || state === 'unknown');
    if (asking.length > 0) return { do: 'digest', units: asking, encrypt };
    const writing = firstRun(
      units,
      own,
      ({ state, misses }) => state === 'waiting' || (state === 'wrong' && misses < ATTEMPTS),
    );
    if (writing.length > 0) {
      const near = surroundings.bounds?.eachStretch === true ? surroundings.toCompareNear : [];
      return besideFirst(job, near) ?? { do: 'rewrite', run: job.runs, units: writing, encrypt };
    }
    const wrong = units.filter((_, i) => own[i]?.state === 'wrong');
    // Later stretches make the board boot what this one should hold: they are not written over a wrong one.
    if (wrong.length > 0) return { do: 'end', outcome: { kind: 'wrong', units: wrong } };
  }
  for (const [i, unit] of plannedUnits(plan).entries()) {
    if (progress[i]?.state === 'awaiting-commit' && unit.deferred !== undefined)
      return { do: 'commit', unit, range: unit.deferred };
  }
  const beside = besideFirst(job, surroundings.toCompare);
  if (beside !== null) return beside;
  const verified = progress.some(({ state }) => state === 'verified');
  if (surroundings.bounds?.whole === true && job.runs > 0 && verified && !job.rechecked) return { do: 'recheck' };
  const unproved = progress.some(({ state }) => state === 'unproved');
  return { do: 'end', outcome: { kind: unproved ? 'unproved' : 'verified' } };
}

/** What is to be done about the surroundings before the job goes on: compared, put back, or given up. */
function besideFirst({ surroundings, runs }: JobState, toCompare: readonly Neighbour[]): Effect | null {
  const { changed, toPutBack } = surroundings;
  if (changed.length > 0) return { do: 'end', outcome: { kind: 'beside', ranges: changed } };
  const [units] = neighbours(toPutBack);
  if (units !== undefined) return { do: 'put-back', run: runs, units };
  return toCompare.length > 0 ? { do: 'compare', spans: toCompare } : null;
}

/** The first neighbours whose bytes are to be kept and are not yet. */
function nextToSave(plan: Plan, progress: readonly UnitProgress[]): UnitPlan[] {
  let from = 0;
  for (const { units } of plan.stretches) {
    const own = progress.slice(from, from + units.length);
    from += units.length;
    const asked = own.map(({ state, begun, saved }, i) => {
      const wanted = units[i]?.backup !== 'none' && !begun && !saved;
      return wanted && (state === 'waiting' || state === 'unknown');
    });
    const first = asked.indexOf(true);
    if (first < 0) continue;
    const end = asked.indexOf(false, first);
    return units.slice(first, end < 0 ? units.length : end);
  }
  return [];
}

/** The first unbroken run of neighbouring units whose progress is `wanted`. */
function firstRun(
  units: readonly UnitPlan[],
  progress: readonly UnitProgress[],
  wanted: (one: UnitProgress) => boolean,
): UnitPlan[] {
  const first = progress.findIndex(wanted);
  if (first < 0) return [];
  const end = progress.findIndex((one, i) => i > first && !wanted(one));
  return units.slice(first, end < 0 ? units.length : end);
}
