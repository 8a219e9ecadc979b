/** What a person wants of a board, and what is owed if they are interrupted. */
import type { Clock } from '../../virtual-boards/clock.ts';
import type { Purpose } from '../../storage/records.ts';
import type { MemoryStore } from '../../storage/memory-store.ts';
import type { Cells } from './cells.ts';
import type { Boot, BoardKind, Page } from './page.ts';

/** A file, and the id of the place that a person chooses for it. */
export interface Bytes {
  readonly name: string;
  readonly data: Uint8Array;
  readonly place?: string;
}

/** Something that is done to a board. */
export interface Scenario {
  readonly name: string;
  readonly purpose: Purpose['kind'];
  /** Brings a page whose board is connected to a plan; again after an interruption that nothing was begun before. */
  readonly plan: (page: Page) => Promise<void>;
  /** What was done before: the board as it was left, and what the browser kept. */
  readonly from?: (kind: BoardKind, clock: Clock) => Promise<Left>;
  /** What a sound run leaves, worked out without the app. */
  readonly owed?: Owed;
  /** Null for what a board may start at a moment in between; else what is wrong with it. */
  readonly mayBoot: (boot: Boot, now: Cells, ends: Ends) => string | null;
}

/** What is written to a board's first memory: all else stays. */
export interface Owed {
  readonly writes: readonly { readonly offset: number; readonly data: Uint8Array }[];
  /** Bytes that the app works out by itself: what they are is another test's matter. */
  readonly besides?: readonly { readonly offset: number; readonly size: number }[];
}

/** What is left of what was done before; `owed` is what the board has to hold in the end, where that is known. */
export interface Left {
  readonly cells: Cells;
  readonly store: MemoryStore;
  readonly owed: Cells;
}

/** A board before and after a sound run, and what it starts then. */
export interface Ends {
  readonly before: Cells;
  readonly after: Cells;
  readonly bootBefore: Boot;
  readonly bootAfter: Boot;
}
