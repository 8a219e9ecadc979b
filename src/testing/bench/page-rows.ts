/** The rows of the page while it flashes: tests of the built app in a browser measure them (`e2e/figures.ts`). */
import type { Heading, Times } from './row.ts';

/** A row of the page, and the most that is asked for. */
interface PageRow extends Heading {
  readonly most: number;
}

/** The most of the processor's time that a task on the page's main thread may take, and a frame of 60 a second, in ms. */
export const [LONGEST_TASK, FRAME] = [50, 1000 / 60];

/** Every row of the page, in the order of the table. */
export const PAGE_ROWS: readonly PageRow[] = [
  {
    id: 'page-task',
    work: 'the page while it flashes: its longest task',
    peer: null,
    clock: 'processor',
    goal: { limit: 1 },
    most: LONGEST_TASK,
  },
  {
    id: 'page-frame',
    work: 'the page while it flashes: one change of a map of 4096 erase units',
    peer: null,
    clock: 'processor',
    goal: { limit: 1 },
    most: FRAME,
  },
  {
    id: 'page-memory',
    work: 'the page while it flashes 16 MB: memory of the tab',
    peer: null,
    clock: null,
    unit: 'MB',
    goal: { limit: 1 },
    most: 150,
  },
];

/** What a row's figure comes to beside what is asked for. */
export function figureOf({ most }: PageRow, ours: number): Times {
  return { ours, peer: null, limit: most };
}
