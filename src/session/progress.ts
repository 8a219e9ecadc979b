/** The progress of long work: bytes, speed and time left. */
import type { Clock } from '../flash/clock.ts';
import { hex } from '../flash/finding.ts';
import type { JobState } from '../flash/job.ts';
import type { Neighbour } from '../flash/journal.ts';
import type { Range } from '../flash/map.ts';
import type { Plan, UnitPlan } from '../flash/plan.ts';
import { bytesToRead, plannedUnits } from '../flash/plan.ts';
import type { Target } from '../flash/target.ts';
import type { Step } from './job-execution/runner.ts';
import type { Progress, UnitStates, Work } from './state.ts';

/** No speed is reported before this many ms: the first values are always wrong. */
const WARM_UP_MS = 400;

/**
 * Measures one piece of work from its start. `total` and the argument of `at` are bytes; a total of 0 is unknown. `from` bytes
 * were done before, and do not count towards the speed.
 */
export class ProgressMeter {
  readonly #started: number;

  constructor(
    private readonly says: string,
    private readonly total: number,
    private readonly clock: Clock,
    private readonly from = 0,
  ) {
    this.#started = clock.now();
  }

  /** The progress when this many bytes are done. */
  at(done: number): Progress {
    const elapsed = this.clock.now() - this.#started;
    const bytesPerSecond = elapsed < WARM_UP_MS || done <= this.from ? null : ((done - this.from) * 1000) / elapsed;
    const leftMs = bytesPerSecond === null || this.total === 0 ? null : ((this.total - done) * 1000) / bytesPerSecond;
    return { says: this.says, done, total: this.total, bytesPerSecond, leftMs };
  }
}

/** The state of each planned unit, in the order of `plannedUnits(plan)`. */
export function unitStates(job: JobState): UnitStates {
  return Array.from(job.units.values(), ({ state }) => state);
}

/** The progress of a job: first the bytes that are read to be kept, then those that the device accepted. */
export class JobProgressMeter {
  readonly #planned: readonly UnitPlan[];
  readonly #total: number;
  readonly #beside: number;
  readonly #toKeep: number;
  readonly #reading: ProgressMeter;
  #writing: ProgressMeter | null = null;

  /** `beside` is what the job keeps of its surroundings before it writes. */
  constructor(
    plan: Plan,
    beside: readonly Neighbour[],
    private readonly clock: Clock,
  ) {
    this.#planned = plannedUnits(plan);
    this.#total = sizeOf(this.#planned);
    this.#beside = sizeOf(beside.flatMap(({ units }) => units));
    this.#toKeep = bytesToRead(plan) + this.#beside;
    this.#reading = new ProgressMeter('Backing up the current content', this.#toKeep, clock);
  }

  /** The progress of a job in this state, during a long command or between two. */
  at({ units, surroundings }: JobState, step: Step | null): Progress {
    const [first] = step?.units ?? [];
    const within = step?.bytes ?? 0;
    let kept = this.#beside - sizeOf(surroundings.toKeep);
    let taken = 0;
    let isBegun = false;
    for (const [i, { state, saved, begun }] of Array.from(units.values()).entries()) {
      const unit = this.#planned[i];
      if (unit === undefined) continue;
      isBegun ||= begun;
      if (unit.backup === 'read' && (saved || begun)) kept += unit.size;
      if (!['waiting', 'unknown', 'incomplete'].includes(state)) taken += unit.size;
    }
    // Between two reads, before the first write, nothing is written that could be counted.
    if (step?.doing === 'backing up' || (step === null && !isBegun && kept < this.#toKeep)) {
      const says =
        first === undefined
          ? 'Backing up the current content'
          : `Backing up the current content from ${hex(first.address)}`;
      return { ...this.#reading.at(kept + within), says, phase: 'backing-up' };
    }
    // Its speed counts from the first write.
    if (step === null && !isBegun)
      return { says: 'Preparing to write', done: 0, total: this.#total, bytesPerSecond: null, leftMs: null };
    this.#writing ??= new ProgressMeter('Writing', this.#total, this.clock, taken);
    if (step?.doing === 'writing' && surroundings.toPutBack.length + surroundings.restoring.length > 0)
      return { ...this.#writing.at(taken), says: 'Putting back what changed beside the writes', phase: 'putting-back' };
    const says =
      step?.doing === 'comparing'
        ? 'Verifying that the rest is unchanged'
        : first !== undefined
          ? `Writing from ${hex(first.address)}`
          : taken === 0
            ? 'Reading what was written so far'
            : 'Verifying the writes';
    return { ...this.#writing.at(taken + (step?.doing === 'writing' ? within : 0)), says };
  }
}

/** How many bytes ranges have together. */
export function sizeOf(ranges: readonly Range[]): number {
  return ranges.reduce((sum, { size }) => sum + size, 0);
}

/** Reading whose end is not known yet. */
export function readingWork(says: string, clock: Clock): Work {
  return { kind: 'surveying', progress: new ProgressMeter(says, 0, clock).at(0) };
}

/** What holds the flash that is read, as its progress calls it: a board, or the image that was opened. */
export function sourceWord(target: Target | null): string {
  return target?.file === undefined ? 'board' : 'image';
}
