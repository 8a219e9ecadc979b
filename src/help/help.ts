/** What a section of the help page is made of. */

/** What someone needs to know about one failure: what happened, why it can be, and what to do, in order. */
export interface Help {
  readonly what: string;
  readonly why: readonly string[];
  readonly todo: readonly string[];
}
