/** A plan being carried out: a pure reducer from a plan and its journal to the next effect. */
import type { FailureFacts } from './failure.ts';
import type { Fact, Neighbour, RangeDigest } from './journal.ts';
import type { EraseUnit, Range } from './map.ts';
import type { Plan, UnitPlan } from './plan.ts';
import { plannedUnits } from './plan.ts';
import { neighbours } from './map.ts';
import type { Surroundings } from './surroundings.ts';
import { isWithinReach, SurroundingsFold } from './surroundings.ts';
import { unitKey } from './survey.ts';

/**
 * How far one unit is. `waiting`: it holds what it held before. `unknown`: it may have been erased or half written, and was not
 * read since. `incomplete`: it was read and holds neither its old nor its new content, or the device cannot tell.
 * `awaiting-commit`: all of it is there but the bytes that are deferred. `unproved`: written, no digest possible.
 */
export type UnitState =
  'waiting' | 'unknown' | 'incomplete' | 'written' | 'awaiting-commit' | 'verified' | 'wrong' | 'unproved';

/** What the runner is to do next. The units of one effect are neighbours in one stretch; `encrypt` is that stretch's. */
export type Effect =
  /** Read these units and keep their content; nothing is erased until all of it is kept. */
  | { readonly do: 'back-up'; readonly units: readonly UnitPlan[] }
  /** Read what lies beside the writes and keep it, before anything is erased. */
  | { readonly do: 'keep-beside'; readonly spans: readonly Neighbour[] }
  /** Record the intent durably, then rewrite these units. */
  | { readonly do: 'rewrite'; readonly run: number; readonly units: readonly UnitPlan[]; readonly encrypt: boolean }
  /** Ask the device for the digests of these units. */
  | { readonly do: 'digest'; readonly units: readonly UnitPlan[]; readonly encrypt: boolean }
  /** Record it, then program the deferred bytes of this unit. */
  | { readonly do: 'commit'; readonly unit: UnitPlan; readonly range: Range }
  /** Ask the device whether these spans beside the writes are unchanged. */
  | { readonly do: 'compare'; readonly spans: readonly Neighbour[] }
  /** Record the intent durably, then rewrite these units beside the writes with their previous content. */
  | { readonly do: 'put-back'; readonly run: number; readonly units: readonly RangeDigest[] }
  /** Record that everything verified is to be digested once more. */
  | { readonly do: 'recheck' }
  | { readonly do: 'end'; readonly outcome: Outcome };

/** How a job ended. A job that ended `broken` continues from its journal when it is started again. */
export type Outcome =
  | { readonly kind: 'verified' }
  | { readonly kind: 'unproved' }
  | { readonly kind: 'wrong'; readonly units: readonly UnitPlan[] }
  /** Something beside the writes changed and could not be restored. */
  | { readonly kind: 'beside'; readonly ranges: readonly Range[] }
  | { readonly kind: 'broken'; readonly failure: FailureFacts };

/** How often a unit may be written and then found wrong before the job gives up. */
export const ATTEMPTS = 2;

/** The progress of one unit. */
export interface UnitProgress {
  readonly state: UnitState;
  /** How often it was written whole and then had the wrong digest. */
  readonly misses: number;
  /** Whether its latest write was that of the deferred bytes. */
  readonly committed: boolean;
  /** Whether the job has ever begun to write it. */
  readonly begun: boolean;
  /** The MD5 (hex) of its content before the job began to write it; null if unknown. */
  readonly before: string | null;
  /** Whether that content is kept. */
  readonly saved: boolean;
}

/** The state of a job, folded from its facts. */
export interface JobState {
  readonly units: ReadonlyMap<string, UnitProgress>;
  readonly runs: number;
  readonly surroundings: Surroundings;
  /** Whether everything was digested once more since the last write. */
  readonly rechecked: boolean;
}

/** Folds facts into the state of every planned unit; units are in the order of `plannedUnits`. */
export function jobState(plan: Plan, facts: readonly Fact[]): JobState {
  return new JobFold(plan).after(facts);
}

/** Folds a job's facts incrementally: each fact is folded once. */
export class JobFold {
  readonly #planned: ReadonlyMap<string, UnitPlan>;
  readonly #units: Map<string, UnitProgress>;
  readonly #writing = new Map<number, readonly string[]>();
  readonly #surroundings = new SurroundingsFold();
  #rechecked = false;
  /** The units as they were before the rewrite or commit that is under way, as far as it has changed them; null between two. */
  #before: Map<string, UnitProgress> | null = null;
  #folded = 0;

  constructor(plan: Plan) {
    this.#planned = new Map(plannedUnits(plan).map((unit) => [unitKey(unit), unit]));
    this.#units = new Map(plannedUnits(plan).map((unit) => [unitKey(unit), untouched(unit)]));
  }

  /** The state after these facts, which must begin with those of the previous call. Valid until the next call. */
  after(facts: readonly Fact[]): JobState {
    for (; this.#folded < facts.length; this.#folded++) {
      const fact = facts[this.#folded];
      if (fact !== undefined) this.#fold(fact);
    }
    return {
      units: this.#units,
      runs: this.#writing.size,
      surroundings: this.#surroundings.state,
      rechecked: this.#rechecked,
    };
  }

  #fold(fact: Fact): void {
    this.#surroundings.fold(fact);
    switch (fact.fact) {
      case 'fingerprint':
      case 'stays':
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
        this.#before = new Map();
        this.#writing.set(fact.run, keys);
        this.#disturb(fact.units);
        for (const key of keys) this.#set(key, { state: 'unknown', committed: false, begun: true });
        break;
      }
      case 'written':
        this.#before = null;
        for (const key of this.#writing.get(fact.run) ?? []) this.#set(key, { state: 'written' });
        break;
      case 'committing':
        this.#before = new Map();
        this.#disturb([fact.unit]);
        this.#set(unitKey(fact.unit), { state: 'unknown', committed: true });
        break;
      case 'committed':
        this.#before = null;
        this.#set(unitKey(fact.unit), { state: 'written' });
        break;
      case 'digest': {
        const key = unitKey(fact.unit);
        const [unit, progress] = [this.#planned.get(key), this.#units.get(key)];
        if (unit !== undefined && progress !== undefined) this.#set(key, reported(fact.md5, unit, progress));
        break;
      }
      case 'broken':
        if (fact.unsent === true) for (const [key, unit] of this.#before ?? []) this.#units.set(key, unit);
        this.#before = null;
        // The state of anything in progress when the link broke is unknown, even if the device had accepted the bytes.
        for (const [key, unit] of this.#units) if (unit.state === 'written') this.#set(key, { state: 'unknown' });
        break;
      case 'resumed':
        this.#before = null;
        // The board may have run or been written since: only what it reports from now on counts.
        for (const [key, { begun }] of this.#units)
          this.#set(key, { state: begun ? 'unknown' : 'waiting', misses: 0, committed: false });
    }
  }

  /** A write invalidates what was verified within its reach. */
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
    if (unit === undefined) return;
    if (this.#before?.has(key) === false) this.#before.set(key, unit);
    this.#units.set(key, { ...unit, ...change });
  }
}

/** A unit that nothing has happened to yet. */
function untouched({ before, backup }: UnitPlan): UnitProgress {
  return { state: 'waiting', misses: 0, committed: false, begun: false, before, saved: backup === 'stored' };
}

/** The change in a unit's progress from its digest; null is the digest of a unit that cannot be verified. */
function reported(md5: string | null, unit: UnitPlan, progress: UnitProgress): Partial<UnitProgress> {
  const state = stateBy(md5, unit, progress);
  const changed = !progress.begun && md5 !== null && md5 !== unit.after && md5 !== progress.before;
  return {
    state,
    misses: progress.misses + (state === 'wrong' ? 1 : 0),
    // What would be lost is the content that is there now, not the one that the plan was made from.
    ...(changed && { before: md5, saved: false }),
  };
}

/** The state of a unit once its digest is known; null is the digest of a device that cannot tell. */
function stateBy(md5: string | null, unit: UnitPlan, { state, committed, begun, before }: UnitProgress): UnitState {
  if (md5 === unit.after) return 'verified';
  const whole = state === 'written';
  const holding = unit.deferred !== undefined && !(whole && committed);
  if (holding && (md5 === unit.deferred.md5 || (md5 === null && whole))) return 'awaiting-commit';
  // A half-written unit that was never finished is neither wrong nor unproved: it is written again.
  if (!whole) return begun && (md5 === null || md5 !== before) ? 'incomplete' : 'waiting';
  return md5 === null ? 'unproved' : 'wrong';
}

/**
 * The next effect of a job. An empty journal is a fresh start; with any other, whatever the journal left unknown is first read
 * from the device, because the device is right.
 */
export function nextEffect(plan: Plan, facts: readonly Fact[]): Effect {
  return effectAfter(plan, jobState(plan, facts));
}

/** The next effect of a job whose facts are folded already. */
export function effectAfter(plan: Plan, job: JobState): Effect {
  // In the order of `plannedUnits`, which saves looking units up.
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
      ({ state, misses }) => state === 'waiting' || state === 'incomplete' || (state === 'wrong' && misses < ATTEMPTS),
    );
    if (writing.length > 0) {
      const near = surroundings.bounds?.eachStretch === true ? surroundings.toCompareNear : [];
      return besideFirst(job, near) ?? { do: 'rewrite', run: job.runs, units: writing, encrypt };
    }
    const wrong = units.filter((_, i) => own[i]?.state === 'wrong');
    // Later stretches make the board boot what this one should hold, so they are not written after it turned out wrong.
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

/** What to do about the surroundings before the job continues: compare, restore or give up; null if nothing. */
function besideFirst({ surroundings, runs }: JobState, toCompare: readonly Neighbour[]): Effect | null {
  const { changed, toPutBack } = surroundings;
  if (changed.length > 0) return { do: 'end', outcome: { kind: 'beside', ranges: changed } };
  const [units] = neighbours(toPutBack);
  if (units !== undefined) return { do: 'put-back', run: runs, units };
  return toCompare.length > 0 ? { do: 'compare', spans: toCompare } : null;
}

/** The first run of neighbouring units whose bytes are still to be kept. */
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

/** The first contiguous run of units whose progress is `wanted`. */
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
