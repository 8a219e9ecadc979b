/** What the app says about a board is true, on a few boards and every kind of journey; `npm run claims` runs all of them. */
import { expect, test } from 'vitest';
import { boardAndChange } from './boards.ts';
import { disturbed, walk } from './journeys.ts';
import { untrueLines } from './task.ts';
import { BOARDS, TIMEOUT, falseClaimsOnBoard, falseClaimsOnChange } from './false-claims.ts';

test.each([
  ['esp32-raft', 'update'],
  ['esp32-raft', 'grow'],
  ['esp32c3-raft', 'shrink'],
  ['esp32c3-raft', 'header'],
  ['esp32c3-raft', 'middle of an app'],
  ['stm32f405', 'program'],
])(
  '%s, %s: nothing that the app says is false',
  async (id, name) => expect(await falseClaimsOnChange(id, name)).toEqual([]),
  TIMEOUT,
);

test(
  'esp32-raft: nothing that the app says is false while it is read, backed up and restored',
  async () => expect(await falseClaimsOnBoard('esp32-raft')).toEqual([]),
  TIMEOUT,
);

test(
  'a job that lost its board after the last bytes of an app leaves no incomplete app once the flash was compared',
  async () => {
    const [board, change] = boardAndChange(BOARDS, 'esp32c3-raft', 'whole');
    // All units of the app are written at this operation, and not verified yet.
    const lost = { at: 37, how: 'pull' } as const;
    const walked = await walk(board, disturbed(change, lost, 'resume', 'connected again'), true);
    expect(untrueLines(walked)).toEqual([]);
  },
  TIMEOUT,
);
