/** A change of what starts, interrupted. */
import { expect, test } from 'vitest';
import { testClock } from '../clock.ts';
import { allCases } from '../interruptions/boards.ts';
import { interrupt } from '../interruptions/interrupt.ts';

test.each(['choose-start', 'mark-valid'])(
  '%s, interrupted at every effect: the board starts what it did or what it will, and the job is finished',
  async (name) => {
    const clock = testClock();
    const own = allCases(clock).find(({ kind, scenario }) => kind.id === 'esp32-raft' && scenario.name === name);
    if (own === undefined) throw new Error('no such case');
    const { tally } = await interrupt(own, { seed: 1, moments: Infinity, only: null, others: [] }, clock);
    expect(tally).toMatchObject({ wrong: 0, lost: 0, says: [] });
    expect(tally.interruptions).toBeGreaterThan(5);
  },
);
