/** The progress of a job, of all of it: what is read to be kept, written, verified, and compared beside the writes. */
import { sizeOf } from '../flash/map.ts';
import type { Clock } from '../flash/clock.ts';
import { hex } from '../flash/finding.ts';
import type { JobState, UnitState } from '../flash/job.ts';
import { JobFold } from '../flash/job.ts';
import type { Fact, Neighbour } from '../flash/journal.ts';
import type { Plan, UnitPlan } from '../flash/plan.ts';
import { bytesToRead, msPerByte, plannedUnits } from '../flash/plan.ts';
import type { Target } from '../flash/target.ts';
import type { Step } from './job-execution/runner.ts';
import { canShow } from './planning/proof.ts';
import { ProgressMeter, WARM_UP_SHARE } from './progress.ts';
import type { Progress, UnitStates } from './state.ts';

/** The state of each planned unit, in the order of `plannedUnits(plan)`. */
export function unitStates(job: JobState): UnitStates {
  return Array.from(job.units.values(), ({ state }) => state);
}

/** Nobody knows how long a job takes before it has gone on for so many ms, and has done this share of what there is to do. */
const LEARN_MS = 1000;
const LEARN_SHARE = 0.02;

/** What was known before counts as much as this many ms of what is measured: the first values alone are always wrong. */
const PRIOR_MS = 250;

const BACKING_UP = 'Backing up the current content';
const PREPARING = 'Preparing to write';

/** What a job is measured by: its plan, and how fast its device works. */
interface Measured {
  readonly plan: Plan;
  /** What is compared beside the writes, and kept before them where a span has units. */
  readonly beside: readonly Neighbour[];
  /** Whether everything that was verified is digested once more at the end. */
  readonly rechecks: boolean;
  readonly target: Target;
  /** The size of its content after compression as a share of that before; null if nobody worked that out. */
  readonly packed: number | null;
  /** The facts so far: a job that is resumed goes on from where it stood. */
  readonly facts: readonly Fact[];
  readonly clock: Clock;
}

/** How much of a job is done: in bytes read to be kept and taken by the device, and in ms at its pace. */
interface Done {
  readonly kept: number;
  readonly taken: number;
  readonly isBegun: boolean;
  /** Of the reading, and of everything that follows it. */
  readonly readMs: number;
  readonly restMs: number;
}

/** When a part of a job began, in ms of the clock, and how much of it was done then, in ms at the device's pace. */
interface Begun {
  readonly at: number;
  readonly doneMs: number;
}

/** How many ms something takes that takes one at the device's pace; `isLearned` once that was measured and is not assumed. */
interface Slowness {
  readonly factor: number;
  readonly isLearned: boolean;
}

/** What a busy computer makes of the pace of a device, at most. */
const MOST_SLOW = 5;
/** What is assumed before anything was measured. */
const TYPICAL: Slowness = { factor: 1, isLearned: false };

/**
 * The progress of a job. `done` and `total` are the bytes that are read to be kept, then those that the device accepted. `ofJob`
 * and the time left are of the whole job: every step counts for the time that it takes at the device's pace. While a job is carried
 * out `ofJob` never falls, also where something is read or written again; where it is resumed, only for what the flash has lost.
 */
export class JobProgressMeter {
  readonly #measured: Measured;
  readonly #planned: readonly UnitPlan[];
  readonly #total: number;
  readonly #beside: number;
  readonly #compared: number;
  readonly #toKeep: number;
  readonly #ms: { readonly read: number; readonly digest: number; readonly write: number };
  /** How long it takes to write each planned unit, and to verify it, in ms. */
  readonly #unitMs: readonly { readonly write: number; readonly verify: number }[];
  readonly #restMs: number;
  readonly #reading: ProgressMeter;
  #writing: ProgressMeter | null = null;
  #readingBegun: Begun | null = null;
  #restBegun: Begun | null = null;
  /** How slow the reading was, which is all that is known when the writes begin. */
  #readSlowness = TYPICAL;
  #slowness = TYPICAL;
  #ofJob: number | null;

  constructor(measured: Measured) {
    const { plan, beside, rechecks, target, packed, clock } = measured;
    const pace = target.pace();
    const ms = msPerByte(pace, packed);
    this.#measured = measured;
    this.#ms = ms;
    this.#planned = plannedUnits(plan);
    this.#total = sizeOf(this.#planned);
    this.#beside = sizeOf(beside.flatMap(({ units }) => units));
    this.#compared = sizeOf(beside);
    this.#toKeep = bytesToRead(plan) + this.#beside;
    this.#unitMs = plan.stretches.flatMap(({ units, encrypt }) =>
      units.map(({ size }) => ({
        write: size * ms.write + pace.stretchMs / units.length,
        verify: encrypt || !canShow(target) ? 0 : size * ms.digest,
      })),
    );
    const unitsMs = this.#unitMs.reduce((sum, { write, verify }) => sum + (write + verify * (rechecks ? 2 : 1)), 0);
    this.#restMs = unitsMs + this.#compared * ms.digest;
    this.#reading = new ProgressMeter(BACKING_UP, this.#toKeep, clock);
    this.#ofJob = this.#before(measured.facts);
  }

  /** The progress before the board was asked for anything. */
  first(says: string): Progress {
    return { says, done: 0, total: 0, bytesPerSecond: null, leftMs: null, ofJob: this.#ofJob };
  }

  /** The progress of a job in this state, during a long command or between two. */
  at(job: JobState, step: Step | null): Progress {
    const done = this.#done(job, step);
    const bytes = this.#bytes(job, done, step);
    const now = this.#measured.clock.now();
    this.#readingBegun ??= { at: now, doneMs: done.readMs };
    if (done.isBegun) this.#restBegun ??= { at: now, doneMs: done.restMs };
    const toReadMs = this.#toKeep * this.#ms.read;
    if (!done.isBegun) this.#readSlowness = this.#slownessOf(this.#readingBegun, done.readMs, toReadMs, TYPICAL);
    this.#slowness =
      this.#restBegun === null
        ? this.#readSlowness
        : this.#slownessOf(this.#restBegun, done.restMs, this.#restMs, this.#readSlowness);
    const left = (done.isBegun ? 0 : toReadMs - done.readMs) + this.#restMs - done.restMs;
    // While the board is asked what it holds, the journal is all that is known.
    if (this.#ofJob !== null || isAnswered(job)) this.#ofJob = Math.max(this.#ofJob ?? 0, this.#shareOf(done));
    const isKnown = this.slowness !== null && (this.#ofJob ?? 0) >= WARM_UP_SHARE;
    return { ...bytes, leftMs: isKnown ? left * this.#slowness.factor : null, ofJob: this.#ofJob };
  }

  /**
   * How many times as long as at the device's pace the job takes; null before that is known. Of a computer that slept it says nothing:
   * no job is taken for more than `MOST_SLOW` times as long.
   */
  get slowness(): number | null {
    return this.#slowness.isLearned ? Math.min(MOST_SLOW, this.#slowness.factor) : null;
  }

  /** How slow a part of the job goes, from what it has done so far: on a busy computer, longer than the device takes. */
  #slownessOf({ at, doneMs: before }: Begun, doneMs: number, allMs: number, prior: Slowness): Slowness {
    const elapsed = this.#measured.clock.now() - at;
    // What was done may have to be done again.
    const sinceMs = Math.max(0, doneMs - before);
    const isMeasured = elapsed >= LEARN_MS && sinceMs >= LEARN_SHARE * (allMs - before);
    return {
      factor: (elapsed + PRIOR_MS * prior.factor) / (sinceMs + PRIOR_MS),
      isLearned: prior.isLearned || isMeasured,
    };
  }

  #shareOf({ isBegun, readMs, restMs }: Done): number {
    const toRead = this.#toKeep * this.#ms.read;
    const all = toRead + this.#restMs;
    return all === 0 ? 0 : ((isBegun ? toRead : readMs) + restMs) / all;
  }

  /**
   * How much was done before this part of the job. Once the board has said what it holds, that counts; but what is only to be asked or
   * compared again, with nothing lost, does not make it less than it was at the stop. Before that the journal counts, unless it does not
   * know of everything whether it was written: then null.
   */
  #before(facts: readonly Fact[]): number | null {
    const { plan } = this.#measured;
    const now = new JobFold(plan).after(facts);
    const share = (job: JobState) => this.#shareOf(this.#done(job, null));
    if (!isAnswered(now)) {
      const recorded = asRecorded(plan, facts);
      return isAnswered(recorded) ? share(recorded) : null;
    }
    const resumed = facts.findLastIndex(({ fact }) => fact === 'resumed');
    if (resumed < 0) return share(now);
    const recorded = asRecorded(plan, facts.slice(0, resumed));
    return hasLost(recorded, now) ? share(now) : Math.max(share(recorded), share(now));
  }

  #done({ units, surroundings, rechecked }: JobState, step: Step | null): Done {
    const within = step?.bytes ?? 0;
    // Before they are in the journal, nothing says of the surroundings that it is still to be kept.
    let kept = surroundings.bounds === null ? 0 : Math.max(0, this.#beside - sizeOf(surroundings.toKeep));
    let [taken, restMs] = [0, 0];
    let [isBegun, isAllWritten] = [false, true];
    for (const [i, { state, saved, begun }] of Array.from(units.values()).entries()) {
      const [unit, ms] = [this.#planned[i], this.#unitMs[i]];
      if (unit === undefined || ms === undefined) continue;
      isBegun ||= begun;
      if (unit.backup === 'read' && (saved || begun)) kept += unit.size;
      if (!isWritten(state)) isAllWritten = false;
      else {
        taken += unit.size;
        const isVerified = state !== 'written' && state !== 'wrong';
        restMs += ms.write + ms.verify * (Number(isVerified) + Number(rechecked));
      }
    }
    if (step?.doing === 'backing up') kept += within;
    if (step?.doing === 'writing' && !isPuttingBack(surroundings)) {
      taken += within;
      restMs += within * this.#ms.write;
    }
    // What is compared between two writes is compared again after the last one.
    if (isAllWritten) restMs += Math.max(0, this.#compared - sizeOf(surroundings.toCompare)) * this.#ms.digest;
    const readMs = Math.min(kept, this.#toKeep) * this.#ms.read;
    return { kept, taken, isBegun, readMs, restMs: Math.min(restMs, this.#restMs) };
  }

  /** What is done now, and its bytes. */
  #bytes({ surroundings }: JobState, { kept, taken, isBegun }: Done, step: Step | null): Progress {
    const [first] = step?.units ?? [];
    // Between two reads, before the first write, nothing is written that could be counted.
    if (step?.doing === 'backing up' || (step === null && !isBegun && kept < this.#toKeep)) {
      // What is read before the first of them tells the board from others.
      const says =
        first !== undefined ? `${BACKING_UP} from ${hex(first.address)}` : kept === 0 ? PREPARING : BACKING_UP;
      return { ...this.#reading.at(kept), says, phase: 'backing-up' };
    }
    // Its speed counts from the first write.
    if (step === null && !isBegun)
      return { says: PREPARING, done: 0, total: this.#total, bytesPerSecond: null, leftMs: null };
    const within = step?.doing === 'writing' ? step.bytes : 0;
    this.#writing ??= new ProgressMeter('Writing', this.#total, this.#measured.clock, taken - within);
    const rewrites = step?.doing === 'erasing' || step?.doing === 'writing';
    if (rewrites && isPuttingBack(surroundings))
      return { ...this.#writing.at(taken), says: 'Putting back what changed beside the writes', phase: 'putting-back' };
    const says =
      step?.doing === 'comparing'
        ? 'Verifying that the rest is unchanged'
        : first !== undefined
          ? `${step?.doing === 'erasing' ? 'Erasing' : 'Writing'} from ${hex(first.address)}`
          : taken === 0
            ? 'Reading what was written so far'
            : 'Verifying the writes';
    return { ...this.#writing.at(taken), says };
  }
}

/** What a journal knows, as if the job had neither been interrupted nor resumed: what it was told last of each unit. */
function asRecorded(plan: Plan, facts: readonly Fact[]): JobState {
  return new JobFold(plan).after(facts.filter(({ fact }) => fact !== 'broken' && fact !== 'resumed'));
}

/** Whether it is known of each unit how far it is. */
function isAnswered({ units }: JobState): boolean {
  return [...units.values()].every(({ state }) => state !== 'unknown');
}

/** Whether a unit that was written has to be written again. */
function hasLost(before: JobState, now: JobState): boolean {
  return [...before.units].some(([key, { state }]) => isWritten(state) && !isWritten(now.units.get(key)?.state));
}

/** Whether the device has taken all bytes of a unit. */
function isWritten(state: UnitState | undefined): boolean {
  return state !== undefined && !['waiting', 'unknown', 'incomplete'].includes(state);
}

function isPuttingBack({ toPutBack, restoring }: JobState['surroundings']): boolean {
  return toPutBack.length + restoring.length > 0;
}
