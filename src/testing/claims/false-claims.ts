/** A few boards with some of their journeys, for the tests: `npm run claims` runs all of them. */
import { testClock } from '../clock.ts';
import type { Extent } from './boards.ts';
import { boardAndChange, claimsBoards, journeysOfBoard, journeysOfChange } from './boards.ts';
import { all, untrueLines } from './task.ts';

/** In ms; each takes two or three seconds on a machine with nothing else to do. */
export const TIMEOUT = 90_000;
/** All boards, with time that jumps. */
export const BOARDS = claimsBoards(testClock());
const EXTENT: Extent = { moments: 2, again: false };

/** What is false of what the app says until a change has come to its end and after interruptions, and what could not be done. */
export async function falseClaimsOnChange(id: string, name: string): Promise<readonly string[]> {
  const walked = await all(journeysOfChange(...boardAndChange(BOARDS, id, name), EXTENT));
  return walked.flatMap((each) => [...untrueLines(each), ...each.notDone]);
}

/** What is false of what the app says while a board is read, backed up and restored. */
export async function falseClaimsOnBoard(id: string): Promise<readonly string[]> {
  const board = BOARDS.find(({ kind }) => kind.id === id);
  if (board === undefined) throw new Error(`no board ${id}`);
  return (await all(journeysOfBoard(board, EXTENT))).flatMap(untrueLines);
}
