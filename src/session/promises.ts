/** What interrupted jobs promised to keep, for as long as the tab is open. */
import { jobState } from '../flash/job.ts';
import type { Journal, KeptBytes } from '../flash/journal.ts';
import type { EraseUnit } from '../flash/map.ts';
import { contains } from '../flash/map.ts';
import type { Plan } from '../flash/plan.ts';
import { plannedUnits } from '../flash/plan.ts';
import { unitKey } from '../flash/survey.ts';
import type { Identity } from '../flash/target.ts';
import { boardKey } from './board-key.ts';
import { openPromises } from './runner.ts';

/**
 * Bytes owed to boards: what a job that did not end well promised to keep, whatever is flashed next. A board that does
 * not say which it is is taken for the one before of its kind, and the person is asked (`same-board`).
 */
export class Promises {
  readonly #owed = new Map<string, readonly KeptBytes[]>();

  /** What is owed to a board. */
  to(identity: Identity): readonly KeptBytes[] {
    return this.#owed.get(candidateKey(identity)) ?? [];
  }

  /** Takes note of units that a survey found as they should be: what was promised in them is there. */
  fulfil(identity: Identity, units: readonly EraseUnit[]): void {
    const open = this.to(identity).filter((kept) => !units.some((unit) => contains(unit, kept)));
    this.#owed.set(candidateKey(identity), open);
  }

  /** Takes note of how a job ended: what it proved is no longer owed, what it left open is. */
  remember(identity: Identity, plan: Plan, journal: Journal): void {
    const { units } = jobState(plan, journal.facts());
    const untouched = (kept: KeptBytes) =>
      !plannedUnits(plan).some((unit) => contains(unit, kept) && units.get(unitKey(unit))?.state !== 'waiting');
    this.#owed.set(candidateKey(identity), [...this.to(identity).filter(untouched), ...openPromises(plan, journal)]);
  }
}

/** What a board may be known by: all that it tells of itself where that is no name of its own. */
function candidateKey(identity: Identity): string {
  const facts = identity.key === null ? identity.facts.map(({ name, value }) => `${name}=${value}`) : [];
  return [boardKey(identity), ...facts].join(' ');
}
