/** The port to layouts that give something more room: the request, and ranked layouts with what each of them costs. */
import type { TableEntry } from './layout-editor.ts';

/** What needs more room, sizes in bytes. */
export type FitRequest =
  /** An app: in every slot that updates use, or in at least one slot. */
  | { readonly for: 'app'; readonly size: number; readonly slots: 'every' | 'one' }
  /** Data: the partition that starts at `at` on the board, or else the largest file system. */
  | { readonly for: 'data'; readonly size: number; readonly at?: number };

/** What a layout costs, in the order in which layouts are compared; sizes in bytes. */
export interface FitCosts {
  /** The partitions whose content is given up, by name. */
  readonly lost: readonly string[];
  /** Whether the board was updated over the air before, and cannot be afterwards. */
  readonly endsUpdates: boolean;
  /** Whether the bootloader's header is changed. */
  readonly changesBootloader: boolean;
  /** How much content is moved. */
  readonly moved: number;
}

/** A layout that grants the request. */
export interface FittingLayout {
  /** Stays the same for the same board and request. */
  readonly id: string;
  readonly rows: readonly TableEntry[];
  readonly costs: FitCosts;
  /** What it does, as a headline. */
  readonly says: string;
  /** Where the room comes from and what that costs, as sentences. */
  readonly details: readonly string[];
}

/** What a build's error says in words that a person can check, and what needs more room; null if no layout helps. */
export interface BuildErrorReading {
  readonly says: string;
  readonly room: FitRequest | null;
}

/** The layouts for a request, best first; `says` is the request in words, `why` the reason if there are none. */
export interface FittingLayouts {
  readonly room: FitRequest;
  readonly says: string;
  readonly layouts: readonly FittingLayout[];
  readonly why: string | null;
}
