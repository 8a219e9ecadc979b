/** Counts claims, and keeps those that are not so. */

/** A claim that is not so: what was said, and what is. */
export interface Untrue {
  readonly claim: string;
  readonly said: string;
  readonly is: string;
}

/** Hears claims. */
export class Judge {
  readonly untrue: Untrue[] = [];
  /** How many claims of each kind were compared. */
  readonly compared = new Map<string, number>();
  /** What was just done: stands before each claim that is not so. */
  when = '';

  /** Compares one claim; `said` and `is` are only worked out for one that is not so. */
  check(claim: string, holds: boolean, said: () => string, is: () => string): void {
    this.compared.set(claim, (this.compared.get(claim) ?? 0) + 1);
    if (!holds) this.untrue.push({ claim: `${this.when}: ${claim}`, said: said(), is: is() });
  }
}
