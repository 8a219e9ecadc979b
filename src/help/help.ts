/** The parts of a help text. */

/** Help on one failure: what it means, likely causes, and what to do, in order. */
export interface Help {
  readonly what: string;
  readonly why: readonly string[];
  readonly todo: readonly string[];
}
