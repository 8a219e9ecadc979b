/** Counts claims and collects the false ones. */

/** A false claim: what the app said, and what is true. */
export interface Untrue {
  readonly claim: string;
  readonly said: string;
  readonly is: string;
}

/** Collects the claims of one journey. */
export class Judge {
  readonly untrue: Untrue[] = [];
  /** The number of claims of each kind. */
  readonly compared = new Map<string, number>();
  /** The current step, which is put before each false claim. */
  when = '';

  /** Records one claim; `said` and `is` are only called if it is false. */
  check(claim: string, holds: boolean, said: () => string, is: () => string): void {
    this.compared.set(claim, (this.compared.get(claim) ?? 0) + 1);
    if (!holds) this.untrue.push({ claim: `${this.when}: ${claim}`, said: said(), is: is() });
  }
}
