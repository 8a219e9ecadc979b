/** A hostile input: how it is made, what it attacks, and what must come of it within which limits. */

/** What one input may cost: milliseconds of processor time, and MiB of resident memory above what the process had. */
export interface Limits {
  readonly cpuMs: number;
  readonly mib: number;
}

/** One hostile input against the app's own code. */
export interface HostileCase {
  /** What the input is; unique within its kind. */
  readonly name: string;
  /** The code that it attacks, and what happens where that code is wrong. */
  readonly attacks: string;
  /** What must come of it: the named failure, refusal or finding, or the true answer. */
  readonly comes: string | RegExp;
  /** Makes the input beforehand, where that costs something: it is no cost of the app. */
  readonly prepare?: () => void;
  /** Gives the input to the app, and returns what came of it. */
  readonly run: () => Promise<string>;
  /** Where they differ from {@link LIMITS}. */
  readonly limits?: Partial<Limits>;
  /** Left out of the short form: it takes seconds, or differs from another one only in what its bytes are. */
  readonly long?: true;
}

/** A kind of hostile input, as the last line of `npm run hostile` names it, and its cases. */
export interface HostileKind {
  readonly kind: string;
  /** Fewer cases are a failure of the command: the table was cut. */
  readonly least: number;
  readonly cases: readonly HostileCase[];
}

/** Every drop is to be answered within these, and so is everything else (docs/security.md). */
export const LIMITS: Limits = { cpuMs: 3000, mib: 300 };
