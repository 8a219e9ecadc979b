/** What selects the app that a board starts, and how a person changes that: plain data, which the family works out. */
import type { Range } from './map.ts';

/** What should start, or what should be said of an app: a change of the entries that select what starts, and of nothing else. */
export type BootChoice =
  /** Start the app in the partition with exactly this range. */
  | { readonly do: 'start'; readonly range: Range }
  /** Mark the app that an entry selects as working or as not working; `entry` is the entry's index. */
  | { readonly do: 'mark'; readonly entry: number; readonly as: 'valid' | 'invalid' }
  /** Erase all entries: the board starts what it starts without a choice. */
  | { readonly do: 'forget' };

/** One entry that selects an app; the range is the erase unit that it lies in. */
export interface BootEntry extends Range {
  /** `Entry 1`. */
  readonly name: string;
  /** Its fields in the family's words, in the order of the entry: sequence number, state, CRC. */
  readonly fields: readonly { readonly name: string; readonly value: string }[];
  /** The name of the partition that it selects; null if it selects none. */
  readonly selects: string | null;
  /** Whether the bootloader goes by it. */
  readonly counts: boolean;
  /** Why it does, or why not, as a sentence. */
  readonly says: string;
}

/** Something that can be changed about what starts, as a button; its plan is shown before anything is written. */
export interface BootOffer {
  /** `Start app1`. */
  readonly label: string;
  /** What it does, as a sentence. */
  readonly does: string;
  readonly choice: BootChoice;
  /** The partition of the app that it marks as working or not; absent where it marks none. */
  readonly marks?: string;
  /** True of an app that the board starts already: only an entry for it is written. Absent otherwise. */
  readonly startsAlready?: true;
  /** The partition that it is offered for: the app's, or the one with the entries. */
  readonly at: Range;
}

/** What selects the app that starts: all entries, the reason for what starts, and what can be changed. */
export interface BootSelection {
  /** The partition with the entries. */
  readonly place: Range;
  readonly entries: readonly BootEntry[];
  /** Which app is chosen and why, as sentences. */
  readonly why: string;
  readonly offers: readonly BootOffer[];
  /** Which apps cannot be chosen and why, as a sentence; absent where all can. */
  readonly lacks?: string;
}

/** Whether two choices are one. */
export function isSameChoice(a: BootChoice, b: BootChoice): boolean {
  switch (a.do) {
    case 'start':
      return b.do === 'start' && a.range.region === b.range.region && a.range.address === b.range.address;
    case 'mark':
      return b.do === 'mark' && a.entry === b.entry && a.as === b.as;
    case 'forget':
      return b.do === 'forget';
  }
}
