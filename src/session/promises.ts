/** What interrupted jobs promised to keep, for as long as the tab is open. */
import { jobState } from '../flash/job.ts';
import type { Journal, KeptBytes } from '../flash/journal.ts';
import type { EraseUnit } from '../flash/map.ts';
import { contains } from '../flash/map.ts';
import type { Plan } from '../flash/plan.ts';
import { plannedUnits } from '../flash/plan.ts';
import { unitKey } from '../flash/survey.ts';
import type { Identity } from '../flash/target.ts';
import { openPromises } from './runner.ts';

/** Bytes owed to boards: what a job that did not end well promised to keep, whatever is flashed next. */
export class Promises {
  readonly #owed = new Map<string, readonly KeptBytes[]>();

  /** What is owed to a board; nothing to one that cannot be told from others. */
  to(identity: Identity): readonly KeptBytes[] {
    return (identity.key && this.#owed.get(identity.key.value)) ?? [];
  }

  /** Takes note of units that a survey found as they should be: what was promised in them is there. */
  fulfil(identity: Identity, units: readonly EraseUnit[]): void {
    if (identity.key === null) return;
    const open = this.to(identity).filter((kept) => !units.some((unit) => contains(unit, kept)));
    this.#owed.set(identity.key.value, open);
  }

  /** Takes note of how a job ended: what it proved is no longer owed, what it left open is. */
  remember(identity: Identity, plan: Plan, journal: Journal): void {
    if (identity.key === null) return;
    const { units } = jobState(plan, journal.facts());
    const untouched = (kept: KeptBytes) =>
      !plannedUnits(plan).some((unit) => contains(unit, kept) && units.get(unitKey(unit))?.state !== 'waiting');
    this.#owed.set(identity.key.value, [...this.to(identity).filter(untouched), ...openPromises(plan, journal)]);
  }
}
