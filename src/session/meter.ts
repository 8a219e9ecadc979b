/** How far long work is: bytes, units, speed and time left, from what was done so far. */
import { hex } from '../flash/finding.ts';
import type { JobState } from '../flash/job.ts';
import type { Plan, UnitPlan } from '../flash/plan.ts';
import type { Progress, UnitStates } from './state.ts';

/** Nothing is said about speed before this many ms: the first numbers are always wrong. */
const WARM_UP_MS = 400;

/** Measures one piece of work from its start. `total` and what `at` is told are bytes; a total of 0 is unknown. */
export class Meter {
  readonly #started: number;

  constructor(
    private readonly says: string,
    private readonly total: number,
    private readonly now: () => number,
  ) {
    this.#started = now();
  }

  /** The progress when so many bytes are done. */
  at(done: number): Progress {
    const elapsed = this.now() - this.#started;
    const bytesPerSecond = elapsed < WARM_UP_MS || done === 0 ? null : (done * 1000) / elapsed;
    const leftMs = bytesPerSecond === null || this.total === 0 ? null : ((this.total - done) * 1000) / bytesPerSecond;
    return { says: this.says, done, total: this.total, bytesPerSecond, leftMs };
  }
}

/** The state of each planned unit, in the order of `plannedUnits(plan)`. */
export function unitStates(job: JobState): UnitStates {
  return Array.from(job.units.values(), ({ state }) => state);
}

/** What is being written now: the first unit and the bytes that the device took; null while units are proved. */
export type Writing = { readonly units: readonly UnitPlan[]; readonly bytes: number } | null;

/** How far a job is, measured in bytes that the device took. `states` are those of all its units. */
export function jobProgress(plan: Plan, states: UnitStates, writing: Writing, meter: Meter): Progress {
  let taken = writing?.bytes ?? 0;
  let i = 0;
  for (const { units } of plan.stretches) {
    for (const { size } of units) {
      const state = states[i++] ?? 'waiting';
      if (state !== 'waiting' && state !== 'unknown') taken += size;
    }
  }
  const [first] = writing?.units ?? [];
  const says = first === undefined ? 'Checking what was written' : `Writing from ${hex(first.address)}`;
  return { ...meter.at(taken), says };
}
