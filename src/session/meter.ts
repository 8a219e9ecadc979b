/** How far long work is: bytes, units, speed and time left, from what was done so far. */
import { hex } from '../flash/finding.ts';
import { jobState } from '../flash/job.ts';
import type { Journal } from '../flash/journal.ts';
import type { Plan, UnitPlan } from '../flash/plan.ts';
import { plannedUnits } from '../flash/plan.ts';
import { unitKey } from '../flash/survey.ts';
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
export function unitStates(plan: Plan, journal: Journal): UnitStates {
  const { units } = jobState(plan, journal.facts());
  return plannedUnits(plan).map((unit) => units.get(unitKey(unit))?.state ?? 'waiting');
}

/** What is being written now: the first unit and the bytes that the device took; null while units are proved. */
export type Writing = { readonly units: readonly UnitPlan[]; readonly bytes: number } | null;

/** How far a job is, measured in bytes that the device took. */
export function jobProgress(plan: Plan, journal: Journal, writing: Writing, meter: Meter): Progress {
  const states = unitStates(plan, journal);
  const taken = plannedUnits(plan).filter((_, i) => !['waiting', 'unknown'].includes(states[i] ?? 'waiting'));
  const [first] = writing?.units ?? [];
  const says = first === undefined ? 'Checking what was written' : `Writing from ${hex(first.address)}`;
  return { ...meter.at(taken.reduce((sum, unit) => sum + unit.size, writing?.bytes ?? 0)), says };
}
