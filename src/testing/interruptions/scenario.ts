/** What a person does to a board, and what must hold if they are interrupted. */
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

/** One operation on a board. */
export interface Scenario {
  readonly name: string;
  readonly purpose: Purpose['kind'];
  /** Takes a page whose board is connected to a plan; called again if nothing had begun before an interruption. */
  readonly plan: (page: Page) => Promise<void>;
  /** What happened before: the board as it was left, and what the browser kept. */
  readonly from?: (kind: BoardKind, clock: Clock) => Promise<Left>;
  /** What an uninterrupted run leaves, computed without the app. */
  readonly owed?: Owed;
  /** Null if a board may start this at an intermediate moment, otherwise what is wrong with it. */
  readonly mayBoot: (boot: Boot, now: Cells, ends: Ends) => string | null;
}

/** What is written to a board's first memory: everything else is unchanged. */
export interface Owed {
  readonly writes: readonly { readonly offset: number; readonly data: Uint8Array }[];
  /** Ranges whose bytes the app computes; other tests check them. */
  readonly besides?: readonly { readonly offset: number; readonly size: number }[];
}

/** What an earlier operation left; `owed` is what the board must hold in the end, but for `besides`, whose bytes the app computes. */
interface Left {
  readonly cells: Cells;
  readonly store: MemoryStore;
  readonly owed: Cells;
  readonly besides?: Owed['besides'];
}

/** A board before and after an uninterrupted run, and what it starts each time. */
export interface Ends {
  readonly before: Cells;
  readonly after: Cells;
  readonly bootBefore: Boot;
  readonly bootAfter: Boot;
}
