/** Test support: what a case of the rule table is. Nothing of the app imports it. */

/** The kinds that were reported; in time, where a board has to be read first. */
export type Told = readonly string[] | Promise<readonly string[]>;

/** One rule: the smallest input that breaks it, and the nearest one that keeps it. */
export interface RuleCase {
  /** The kind of finding or refusal. */
  readonly kind: string;
  /** What the same input is told besides, each kind once: a broken rule often breaks another. */
  readonly also?: readonly string[];
  /** Builds the broken input, has it checked and returns the kinds that were reported. */
  readonly broken: () => Told;
  /** The same for the input repaired. */
  readonly mended: () => Told;
}

/** The kinds of what was reported. */
export function kindsOf(reported: readonly { readonly kind: string }[]): string[] {
  return reported.map(({ kind }) => kind);
}

/** The bytes with others at an offset. */
export function patched(data: Uint8Array, offset: number, ...bytes: readonly number[]): Uint8Array {
  const copy = data.slice();
  copy.set(bytes, offset);
  return copy;
}
