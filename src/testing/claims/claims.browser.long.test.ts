/** What the app says is true in a browser as well: a sample of the journeys, with the browser's own streams and events. */
import { expect, test } from 'vitest';
import { realClock } from '../../virtual-boards/clock.ts';
import { boardAndChange, claimsBoards } from './boards.ts';
import type { Journey } from './journeys.ts';
import { disturbed, toTheEnd, walk } from './journeys.ts';
import type { RequestedChange } from './plans.ts';
import { untrueLines } from './task.ts';

/**
 * How many times faster than silicon the boards run: the clock of the tests in Node jumps over a browser's streams. Any faster,
 * the app's time limits end while a busy machine does something else.
 */
const SPEED = 10;
/** In ms; each takes some seconds on a machine with nothing else to do. */
const TIMEOUT = 90_000;
const boards = claimsBoards(realClock(SPEED));

type Sample = readonly [board: string, change: string, journey: (change: RequestedChange) => Journey];

/** A pull takes effect at its operation; a stop would take it when the machine gets to it. */
const SAMPLES: readonly Sample[] = [
  ['esp32c3-raft', 'update', (change) => disturbed(change, { at: 20, how: 'pull' }, 'abandon', 'connected again')],
  ['esp32-raft', 'part', toTheEnd],
  ['electron', 'split', (change) => disturbed(change, { at: 8, how: 'pull' }, 'resume', 'connected again')],
];

test.concurrent.each(SAMPLES)(
  '%s, %s: nothing that the app says is false',
  { timeout: TIMEOUT },
  async (id, name, journey) => {
    const [board, change] = boardAndChange(boards, id, name);
    const walked = await walk(board, journey(change), false);
    expect(untrueLines(walked)).toEqual([]);
    expect(walked.notDone).toEqual([]);
    expect(walked.compared.size).toBeGreaterThan(0);
  },
);
