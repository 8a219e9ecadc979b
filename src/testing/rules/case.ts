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

/** Dropped files by their paths. */
export type Drop = Readonly<Record<string, Uint8Array | string>>;

/** A rule, where the finding points, and containers that break and keep the rule. */
export interface BrokenDrop {
  readonly kind: string;
  /** Where the finding points: a line, an offset, or the file as a whole. */
  readonly place: { readonly name: string; readonly line?: number; readonly offset?: number };
  /** What is reported of the broken one besides. */
  readonly also?: readonly string[];
  readonly broken: () => Drop;
  readonly mended: () => Drop;
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
