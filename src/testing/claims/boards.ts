/** Every virtual board of the catalogue, and all journeys that it allows. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { VIRTUAL_DFU_BOARDS } from '../../virtual-boards/dfu/virtual-dfu-boards.ts';
import { VIRTUAL_BOARDS } from '../../virtual-boards/virtual-boards.ts';
import { dfuKind } from '../interruptions/dfu-pages.ts';
import { espKind } from '../interruptions/esp-pages.ts';
import type { Walked, Way } from './journeys.ts';
import { disturbed, kept, READ, toTheEnd, walk } from './journeys.ts';
import type { Wish } from './plans.ts';
import { dfuWishes, espWishes } from './plans.ts';
import type { BoardFacts, Disturbance } from './walker.ts';

/** A board, and what is asked of it. */
export interface ClaimsBoard extends BoardFacts {
  readonly wishes: readonly Wish[];
  /** A partition that is kept by itself; null where none is. */
  readonly keeps: string | null;
}

/** All boards; their time is that of the clock. */
export function claimsBoards(clock: Clock): ClaimsBoard[] {
  const esp = VIRTUAL_BOARDS.map((entry): ClaimsBoard => {
    const open = entry.protection === 'none';
    const kind = espKind(entry, clock);
    return { kind, hasTable: open, wishes: espWishes(entry), keeps: open ? 'nvs' : null };
  });
  const dfu = VIRTUAL_DFU_BOARDS.map((entry): ClaimsBoard => {
    const kind = dfuKind(entry, clock);
    return { kind, hasTable: false, wishes: dfuWishes(entry), keeps: null };
  });
  return [...esp, ...dfu];
}

/** How much of all that could be walked is. */
export interface Extent {
  /** At how many moments of each wish it is disturbed. */
  readonly moments: number;
  /** Whether each shown board is compared with one that is read anew. */
  readonly again: boolean;
}

const WAYS: readonly Way[] = ['resume', 'roll back', 'abandon', 'again'];

/** Reads a board; backs it up and brings that back, where it can be written. */
export async function* journeysOfBoard(board: ClaimsBoard, { again }: Extent): AsyncGenerator<Walked> {
  yield await walk(board, READ, again);
  const [first] = board.wishes;
  if (first !== undefined) yield await walk(board, kept(first, board.keeps), again);
}

/** Takes one wish to its end, and then disturbs it at some moments. */
export async function* journeysOfWish(
  board: ClaimsBoard,
  wish: Wish,
  { moments, again }: Extent,
): AsyncGenerator<Walked> {
  const sound = await walk(board, toTheEnd(wish), again);
  yield sound;
  for (const [i, at] of momentsOf(sound.operations, moments).entries()) {
    const way = WAYS[i % WAYS.length] ?? 'resume';
    const how: Disturbance['how'] = i % 3 === 2 ? 'pull' : 'stop';
    yield await walk(board, disturbed(wish, { at, how }, way, i % 2 === 0 ? 'at once' : 'connected again'), again);
  }
}

/** So many of all moments, spread over them, the last among them. */
function momentsOf(all: number, wanted: number): number[] {
  const count = Math.min(all, wanted);
  return [
    ...new Set(Array.from({ length: count }, (_, i) => Math.max(1, Math.round(((i + 1) * all) / count) - (i % 2)))),
  ];
}
