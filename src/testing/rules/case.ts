/** Test support: a case of the rule table. Nothing of the app imports it. */

/** The reported kinds; a promise if a board has to be read first. */
type Told = readonly string[] | Promise<readonly string[]>;

/** One rule: the smallest input that breaks it, and the nearest one that keeps it. */
export interface RuleCase {
  /** The kind of finding or refusal. */
  readonly kind: string;
  /** Other kinds reported for the same input, each once: a broken rule often breaks another. */
  readonly also?: readonly string[];
  /** All bytes of a partition that breaks it; absent where it takes more than one. */
  readonly image?: () => Uint8Array | Promise<Uint8Array>;
  /** Builds the broken input, checks it and returns the reported kinds. */
  readonly broken: () => Told;
  /** The same for the input repaired. */
  readonly mended: () => Told;
}

/** The kinds of reported findings. */
export function kindsOf(reported: readonly { readonly kind: string }[]): string[] {
  return reported.map(({ kind }) => kind);
}

/** A copy of the data with other bytes at an offset. */
export function patched(data: Uint8Array, offset: number, ...bytes: readonly number[]): Uint8Array {
  const copy = data.slice();
  copy.set(bytes, offset);
  return copy;
}
