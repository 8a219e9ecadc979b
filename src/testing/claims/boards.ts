/** All virtual boards and their journeys. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { VIRTUAL_DFU_BOARDS } from '../../virtual-boards/dfu/virtual-dfu-boards.ts';
import { VIRTUAL_BOARDS } from '../../virtual-boards/virtual-boards.ts';
import { dfuKind } from '../interruptions/dfu-pages.ts';
import { espKind } from '../interruptions/esp-pages.ts';
import type { Walked, Recovery } from './journeys.ts';
import { disturbed, kept, READ, toTheEnd, walk } from './journeys.ts';
import type { RequestedChange } from './plans.ts';
import { dfuChanges, espChanges } from './plans.ts';
import type { BoardFacts, Disturbance } from './walker.ts';

/** A board with the changes it is given. */
export interface ClaimsBoard extends BoardFacts {
  readonly changes: readonly RequestedChange[];
  /** The partition that is backed up on its own; null for none. */
  readonly keeps: string | null;
}

/** All boards, running on this clock. */
export function claimsBoards(clock: Clock): ClaimsBoard[] {
  const esp = VIRTUAL_BOARDS.map((entry): ClaimsBoard => {
    const open = entry.protection === 'none';
    const kind = espKind(entry, clock);
    return { kind, hasTable: open, changes: espChanges(entry), keeps: open ? 'nvs' : null };
  });
  const dfu = VIRTUAL_DFU_BOARDS.map((entry): ClaimsBoard => {
    const kind = dfuKind(entry, clock);
    return { kind, hasTable: false, changes: dfuChanges(entry), keeps: null };
  });
  return [...esp, ...dfu];
}

/** The board with this id, and its change of this name. Throws an `Error` if there is no such board or change. */
export function boardAndChange(
  boards: readonly ClaimsBoard[],
  id: string,
  name: string,
): readonly [ClaimsBoard, RequestedChange] {
  const board = boards.find(({ kind }) => kind.id === id);
  const change = board?.changes.find((each) => each.name === name);
  if (board === undefined || change === undefined) throw new Error(`no board ${id}, or no change ${name}`);
  return [board, change];
}

/** How many journeys to run. */
export interface Extent {
  /** How many times each change is stopped or loses its board. */
  readonly moments: number;
  /** Whether each displayed board is also compared with a fresh read of the same flash. */
  readonly again: boolean;
}

const RECOVERIES: readonly Recovery[] = ['resume', 'roll back', 'abandon', 'again'];

/** Reads a board, then backs it up and restores it if it can be written. */
export async function* journeysOfBoard(board: ClaimsBoard, { again }: Extent): AsyncGenerator<Walked> {
  yield await walk(board, READ, again);
  const [first] = board.changes;
  if (first !== undefined) yield await walk(board, kept(first, board.keeps), again);
}

/** Runs one change to its end, then interrupts it at several operations. */
export async function* journeysOfChange(
  board: ClaimsBoard,
  change: RequestedChange,
  { moments, again }: Extent,
): AsyncGenerator<Walked> {
  const sound = await walk(board, toTheEnd(change), again);
  yield sound;
  for (const [i, at] of momentsOf(sound.operations, moments).entries()) {
    const recovery = RECOVERIES[i % RECOVERIES.length] ?? 'resume';
    const how: Disturbance['how'] = i % 3 === 2 ? 'pull' : 'stop';
    yield await walk(
      board,
      disturbed(change, { at, how }, recovery, i % 2 === 0 ? 'at once' : 'connected again'),
      again,
    );
  }
}

/** Evenly spread operation numbers, the last one included. */
function momentsOf(all: number, wanted: number): number[] {
  const count = Math.min(all, wanted);
  return [
    ...new Set(Array.from({ length: count }, (_, i) => Math.max(1, Math.round(((i + 1) * all) / count) - (i % 2)))),
  ];
}
