/** Former failures, at every moment; `npm run faults` runs all boards and cases. */
import { expect, test } from 'vitest';
import { testClock } from '../clock.ts';
import { allCases } from './boards.ts';
import { ALL_OTHERS, interrupt } from './interrupt.ts';

test.each([
  ['stm32f405', 'restore', 'a program that is brought back is not started before all of it is there'],
  [
    'electron',
    'roll-back',
    'a module in the factory slot is not brought back before the application that it would replace',
  ],
])('%s, %s: %s', { timeout: 120_000 }, async (board, name) => {
  const clock = testClock();
  const own = allCases(clock).find(({ kind, scenario }) => kind.id === board && scenario.name === name);
  if (own === undefined) throw new Error('no such case');
  const { tally } = await interrupt(own, { seed: 1, moments: Infinity, only: null, others: [] }, clock);
  expect(tally).toMatchObject({ wrong: 0, lost: 0, says: [] });
  expect(tally.interruptions).toBeGreaterThan(30);
});

test('esp32-raft, repartition: planned again after its table was cut, it goes where the job would have put it', async () => {
  const clock = testClock();
  const own = allCases(clock).find(({ kind, scenario }) => kind.id === 'esp32-raft' && scenario.name === 'repartition');
  if (own === undefined) throw new Error('no such case');
  // An erase of the partition table, cut short.
  const { tally } = await interrupt(own, { seed: 1, moments: Infinity, only: 82, others: ALL_OTHERS }, clock);
  expect(tally).toMatchObject({ wrong: 0, lost: 0, says: [] });
  expect(tally.interruptions).toBeGreaterThan(3);
}, 60_000);

test('esp32-raft, shrink-files: planned again after its erase was cut, what lies behind the erased part is not kept', async () => {
  const clock = testClock();
  const own = allCases(clock).find(
    ({ kind, scenario }) => kind.id === 'esp32-raft' && scenario.name === 'shrink-files',
  );
  if (own === undefined) throw new Error('no such case');
  // The first block of the file system is erased, the second is not.
  const { tally } = await interrupt(own, { seed: 1, moments: Infinity, only: 28, others: ALL_OTHERS }, clock);
  expect(tally).toMatchObject({ wrong: 0, lost: 0, says: [] });
  expect(tally.interruptions).toBeGreaterThan(3);
}, 60_000);
