/** A row of the benchmark: some work, done by the app and by a peer on the same virtual board, and the least that it needs. */

/** What a row is judged by: the most times the limit, and the most times the peer, that it may take; absent where nothing is asked. */
export interface Goal {
  readonly limit?: number;
  readonly peer?: number;
}

/** Figures of one repetition, in ms or the row's own unit; `peer` and `limit` are null where there is none. */
export interface Times {
  readonly ours: number;
  readonly peer: number | null;
  readonly limit: number | null;
  /** What is counted apart, by name, in ms. */
  readonly apart?: Readonly<Record<string, number>>;
  /** What else belongs to the row: bytes read, erased units, why the peer has no figure. */
  readonly notes?: readonly string[];
}

/** What the table says of a row. `clock` says whose time it is: the board's is exact, the processor's depends on this computer. */
export interface Heading {
  readonly id: string;
  readonly work: string;
  readonly peer: string | null;
  /** Null for what is no time. */
  readonly clock: 'board' | 'processor' | null;
  /** What its figures count; ms if absent. */
  readonly unit?: 'MB';
  readonly goal: Goal;
}

/** One row on the virtual boards. */
export interface Row extends Heading {
  /** How often it is run: more than once where its figure varies. */
  readonly repetitions: number;
  /** How long it takes here, roughly, in s: long ones begin first. */
  readonly cost: number;
  /** Whether the short form runs it, and compares its ratio to the peer with the recorded one. */
  readonly short?: true;
  /** `seed` numbers the repetition, and varies the content where there is any. */
  readonly run: (seed: number) => Promise<Times>;
}

/** What is counted apart from a write. */
export const KEPT = 'keeping what is overwritten';
export const COMPARED = 'comparing what lies beside';
