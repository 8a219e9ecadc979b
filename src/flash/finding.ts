/** Observations about a board or a file, and reasons not to write: each with a place, exact values and a next step. */
import type { Range } from './map.ts';
import type { AnyRules, Repair } from './repair.ts';
import { BY_COMMAND, ON_PAGE } from './steps.ts';
import type { Steps } from './steps.ts';

/** A place on the device or in a dropped file. Offsets and sizes are in bytes. */
export type Place =
  | { readonly in: 'flash'; readonly range: Range }
  | { readonly in: 'file'; readonly name: string; readonly offset?: number; readonly line?: number }
  | { readonly in: 'device' };

/** The exact values behind a sentence, by name; shown beside it and included in reports. */
export type Values = Readonly<Record<string, string | number>>;

/** How good or bad a finding is, from `good` to `problem`. */
export type Verdict = 'good' | 'note' | 'warning' | 'problem';

/** Each verdict in a word. */
export const VERDICTS: Readonly<Record<Verdict, string>> = {
  good: 'Good',
  note: 'Note',
  warning: 'Warning',
  problem: 'Problem',
};

/** Verdicts that need attention, the worst first. */
export const URGENT: readonly Verdict[] = ['problem', 'warning'];

/** Whether a finding, or a protection, needs attention. */
export function isUrgent({ verdict }: Pick<Finding, 'verdict'>): boolean {
  return URGENT.includes(verdict);
}

const WORST_FIRST: readonly Verdict[] = [...URGENT, 'note', 'good'];

/** Findings, the worst first; those of one verdict stay in their order. */
export function worstFirst<F extends Pick<Finding, 'verdict'>>(findings: readonly F[]): F[] {
  return findings.toSorted((a, b) => WORST_FIRST.indexOf(a.verdict) - WORST_FIRST.indexOf(b.verdict));
}

/** One observation: its kind, place and verdict, a sentence with its exact values, and what to do. */
export interface Finding {
  readonly kind: string;
  readonly verdict: Verdict;
  readonly place: Place;
  readonly values: Values;
  readonly says: string;
  readonly next?: string;
  /** The same on the command line, where that has other words for it. */
  readonly nextByCommand?: string;
  /** What repairs it, best first; absent where nothing is known to. */
  readonly repairs?: readonly Repair[];
  /** The ranges whose content of before would repair it, each by itself: a backup may have it; absent where none would. */
  readonly restores?: readonly Range[];
  /** Why nothing here repairs it, and what does; absent where there are repairs, or where nobody has worked them out. */
  readonly unrepaired?: string;
  /** The same on the command line, where that has other words for it. */
  readonly unrepairedByCommand?: string;
}

/**
 * What lifts a refusal. With `consent` it is a question that the user can accept; with `needs` one that is answered by choosing a
 * place for the file in its value `file`. Without either, only a different request removes it.
 */
export type RefusalResolution =
  { readonly consent?: string; readonly needs?: never } | { readonly consent?: never; readonly needs: 'place' };

/** A guide on the help page, by the name of its section. */
export type Guide = 'extension';

/** A reason not to carry out a plan, or a question to answer first. */
export type Refusal = RefusalResolution & {
  readonly kind: string;
  readonly place: Place;
  readonly values: Values;
  readonly says: string;
  readonly next: string;
  /** The same on the command line, where that has other words for it. */
  readonly nextByCommand?: string;
  /** True where nothing has to be done, because what was asked for is so already; absent otherwise. */
  readonly already?: true;
  /** For a question about content: the ranges that hold it. It is not asked where the flash already holds what is to be written. */
  readonly changes?: readonly Range[];
  /** The request that lifts it; absent where there is none. */
  readonly repair?: Repair;
  /** What a person can do instead of accepting a question, or in spite of a refusal, best first; absent where there is nothing. */
  readonly offers?: readonly Repair[];
  /** The guide on the help page that explains the thing it speaks of; absent where its own words do. */
  readonly guide?: Guide;
  /** True of a question whether to go another way than the one that is planned: nothing waits for its answer. */
  readonly optional?: true;
};

/** Identifies one question: consent to it does not extend to another of its kind, or to another board. */
export function askKey({ kind, place, values }: Refusal): string {
  return `${kind} ${JSON.stringify([place, values])}`;
}

/** Words that are fixed for a kind, or that depend on the values, and on where the steps lead that they name. */
export type Words = string | ((values: Values, steps: Steps) => string);

/** Words with the values filled in, for the page or for another face. */
export function worded(words: Words, values: Values, steps: Steps = ON_PAGE): string {
  return typeof words === 'string' ? words : words(values, steps);
}

/** A next step, and its words on the command line where they are others. */
export function nextOf(words: Words, values: Values): { readonly next: string; readonly nextByCommand?: string } {
  const [next, nextByCommand] = [worded(words, values), worded(words, values, BY_COMMAND)];
  return nextByCommand === next ? { next } : { next, nextByCommand };
}

function unrepairedOf(words: Words, values: Values): Pick<Finding, 'unrepaired' | 'unrepairedByCommand'> {
  const { next: unrepaired, nextByCommand: unrepairedByCommand } = nextOf(words, values);
  return { unrepaired, ...(unrepairedByCommand !== undefined && { unrepairedByCommand }) };
}

/** Verdict and wording shared by all findings of one kind: a problem always has a next step. */
export type FindingKind = (
  | { readonly verdict: 'problem'; readonly next: Words }
  | { readonly verdict: Exclude<Verdict, 'problem'>; readonly next?: Words }
) & {
  readonly says: (values: Values) => string;
  /** The repair that follows from these values alone; null where they name none. */
  readonly repair?: (values: Values) => Repair | null;
};

/** Wording shared by all refusals of one kind, and what lifts them. */
export type RefusalKind = RefusalResolution & {
  readonly says: (values: Values) => string;
  readonly next: Words;
  /** True of what refuses only because what was asked for is so already. */
  readonly already?: true;
  /** As in the refusal. */
  readonly guide?: Guide;
  /** The request that lifts it; null where these values name none. */
  readonly repair?: (values: Values) => Repair | null;
};

/** Makes the findings of a register. Findings are worded nowhere else, so each kind has one wording. */
export function findings<K extends string>(register: Readonly<Record<K, FindingKind>>) {
  return (kind: K, place: Place, values: Values = {}): Finding => {
    const { verdict, says, next, repair } = register[kind];
    const own = repair?.(values) ?? null;
    return {
      kind,
      verdict,
      place,
      values,
      says: says(values),
      ...(next !== undefined && nextOf(next, values)),
      ...(own !== null && { repairs: [own] }),
    };
  };
}

/** The findings with their repairs, or the reason why there are none; those without a rule are left as they are. */
export function repaired<C>(
  found: readonly Finding[],
  rules: AnyRules<C>,
  contextOf: (finding: Finding) => C,
): Finding[] {
  return found.map((finding) => {
    const rule = rules[finding.kind];
    if (rule === undefined) return finding;
    const context = contextOf(finding);
    const repairs = [...(finding.repairs ?? []), ...(rule.repairs?.(finding, context) ?? [])];
    const restores = rule.restores?.(finding, context) ?? [];
    return {
      ...finding,
      ...(repairs.length > 0 ? { repairs } : unrepairedOf(rule.none, finding.values)),
      ...(restores.length > 0 && { restores }),
    };
  });
}

/** Makes the refusals of a register. Refusals are worded nowhere else, so each kind has one wording. */
export function refusals<K extends string>(register: Readonly<Record<K, RefusalKind>>) {
  return (kind: K, place: Place, values: Values = {}): Refusal => {
    const { says, next, consent, needs, repair, already, guide } = register[kind];
    const lifts = repair?.(values) ?? null;
    const own = { kind, place, values, says: says(values), ...nextOf(next, values) };
    const words = {
      ...own,
      ...(lifts !== null && { repair: lifts }),
      ...(already === true && { already }),
      ...(guide !== undefined && { guide }),
    };
    if (needs !== undefined) return { ...words, needs };
    return { ...words, ...(consent !== undefined && { consent }) };
  };
}

/** A number as an address is usually written: `0x9000`, and with all eight digits where it needs seven: `0x080A0000`, as ST writes it. */
export function hex(value: number): string {
  const digits = value.toString(16).toUpperCase();
  return `0x${digits.length === 7 ? `0${digits}` : digits}`;
}

/** The first and the last address of a range: `0x9000–0x1DFFF`. */
export function span({ address, size }: Range): string {
  return `${hex(address)}–${hex(address + size - 1)}`;
}

/** A size in bytes for display: `84 KiB`, `1792 KiB`, `4 MiB`, `1,234 bytes`. Sizes that are compared have one unit, unless they are round. */
export function bytes(size: number): string {
  if (size >= 1 << 20 && size % (1 << 20) === 0) return `${size / (1 << 20)} MiB`;
  if (size >= 1024 && size % 1024 === 0) return `${size / 1024} KiB`;
  return size === 1 ? '1 byte' : `${size.toLocaleString('en')} bytes`;
}

/** A size at a glance: `1.7 MiB`, `290 KiB`, `12 bytes`; exact if that is as short. */
export function roughly(size: number): string {
  const exact = bytes(size);
  if (exact.length <= 8) return exact;
  return size >= 1 << 20 ? `${(size / (1 << 20)).toFixed(2)} MiB` : `${(size / 1024).toFixed(1)} KiB`;
}
