/** What the app says about a board is true, checked on a few boards and every kind of journey; `npm run claims` runs all of them. */
import { expect, test } from 'vitest';
import { testClock } from '../clock.ts';
import { claimsBoards, journeysOfBoard, journeysOfWish } from './boards.ts';
import { disturbed, walk } from './journeys.ts';
import { all, untrueLines } from './task.ts';

const EXTENT = { moments: 2, again: false };
/** In ms; each takes two or three seconds on a machine with nothing else to do. */
const TIMEOUT = 90_000;
const boards = claimsBoards(testClock());

test.each([
  ['esp32-raft', 'update'],
  ['esp32-raft', 'grow'],
  ['esp32c3-raft', 'shrink'],
  ['esp32c3-raft', 'header'],
  ['esp32c3-raft', 'middle of an app'],
  ['stm32f405', 'program'],
  ['photon', 'split'],
])(
  '%s, %s: nothing that the app says is false',
  async (id, name) => {
    const board = boards.find(({ kind }) => kind.id === id);
    const wish = board?.wishes.find((each) => each.name === name);
    if (board === undefined || wish === undefined) throw new Error('no such board, or no such wish');
    const walked = await all(journeysOfWish(board, wish, EXTENT));
    expect(walked.flatMap(untrueLines)).toEqual([]);
    expect(walked.flatMap(({ notDone }) => notDone)).toEqual([]);
  },
  TIMEOUT,
);

test.each(['esp32-raft', 'stm32f405'])(
  '%s: nothing that the app says is false while it is read, backed up and restored',
  async (id) => {
    const board = boards.find(({ kind }) => kind.id === id);
    if (board === undefined) throw new Error('no such board');
    const walked = await all(journeysOfBoard(board, EXTENT));
    expect(walked.flatMap(untrueLines)).toEqual([]);
  },
  TIMEOUT,
);

test(
  'a job that lost its board after the last bytes of an app leaves no incomplete app once the flash was compared',
  async () => {
    const board = boards.find(({ kind }) => kind.id === 'esp32c3-raft');
    const wish = board?.wishes.find(({ name }) => name === 'whole');
    if (board === undefined || wish === undefined) throw new Error('no such board, or no such wish');
    // All units of the app are written at this operation, and not verified yet.
    const lost = { at: 37, how: 'pull' } as const;
    const walked = await walk(board, disturbed(wish, lost, 'resume', 'connected again'), true);
    expect(untrueLines(walked)).toEqual([]);
  },
  TIMEOUT,
);
