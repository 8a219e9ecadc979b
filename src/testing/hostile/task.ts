/** The tasks of `npm run hostile`, one for each case, and the sum of their verdicts. */
import { optionValue } from '../option-value.ts';
import type { HostileKind } from './case.ts';
import type { Verdict } from './judge.ts';

/** What the command line narrows: `--short`, `--kind text`, `--case text`. */
export interface HostileOptions {
  readonly short: boolean;
  readonly kind: string;
  readonly case: string;
}

/** Of how many cases the short form runs one; the tests of each room run most of the others. */
const SHARE = 3;

/** One case, by its kind and its name. */
export interface HostileTask {
  readonly kind: string;
  readonly name: string;
}

/** Reads the command line. */
export function hostileOptions(words: readonly string[]): HostileOptions {
  const after = (option: string) => optionValue(option, words);
  return { short: words.includes('--short'), kind: after('--kind'), case: after('--case') };
}

/** The cases to run, in the order of the kinds. Throws a `RangeError` if a kind lost cases or names one twice. */
export function hostileTasks(kinds: readonly HostileKind[], options: HostileOptions): HostileTask[] {
  for (const { kind, least, cases } of kinds) {
    if (cases.length < least) throw new RangeError(`${cases.length} ${kind}, and there were ${least}`);
    if (new Set(cases.map(({ name }) => name)).size < cases.length) throw new RangeError(`${kind}: two of one name`);
  }
  return kinds
    .filter(({ kind }) => kind.includes(options.kind))
    .flatMap(({ kind, cases }) =>
      cases
        .filter(
          ({ name, long }, i) => name.includes(options.case) && !(options.short && (long === true || i % SHARE > 0)),
        )
        .map(({ name }) => ({ kind, name })),
    );
}

/** The last line: how many of each kind were run, and how they ended. */
export function summary(kinds: readonly HostileKind[], verdicts: readonly Verdict[]): string {
  const counts = kinds.flatMap(({ kind }) => {
    const count = verdicts.filter((verdict) => verdict.kind === kind).length;
    return count === 0 ? [] : [`${count} ${kind}`];
  });
  const failed = verdicts.filter(({ wrong }) => wrong !== null).length;
  return `hostile: ${counts.join(', ')}: ${verdicts.length - failed} passed, ${failed} failed`;
}
