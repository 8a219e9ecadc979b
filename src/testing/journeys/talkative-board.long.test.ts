/** A board may talk as much as it likes after its start: what it said first and last is kept, and nothing waits for the rest. */
import { expect, test } from 'vitest';
import { KEPT } from '../../flash/bounded-log.ts';
import { flashed, lines, LISTENS_MS, noise, PIECE, STARTED, withoutEnd } from '../hostile/flooding-board.ts';

/** The most that is kept: both ends, the line between them, and a colour code. */
const MOST = 2 * KEPT + 100;

test.each([
  ['lines', lines],
  ['text without a line end', withoutEnd],
  ['noise', noise],
])('the verdict at the end of 20 s of %s at 600 KB/s is found, in bounded memory', async (_, talks) => {
  const { ended, said, shown, cpu, heaps, listened } = await flashed({ talks, startsAt: 19_500 });
  expect(ended.start?.verdict).toMatchObject({ good: true, says: 'The board started app1 (0x1D0000).' });
  expect(ended.outcome).toBe('verified');
  expect(said).toBeGreaterThan(11e6);
  expect(listened).toBeLessThan(LISTENS_MS);
  // What it said last is kept, and how much is missing is said, in the report too.
  const { log = '' } = ended.start ?? {};
  expect(log.length).toBeLessThan(MOST);
  expect(log.slice(-2 * PIECE)).toContain(STARTED);
  expect(log).toMatch(/… \d+\.\d\d MiB not kept …/);
  expect(ended.report.start?.log?.length).toBeLessThan(MOST);
  expect(ended.report.start?.log).toMatch(/… \d+\.\d\d MiB not kept …/);
  // The page is sent little, and seldom.
  expect(shown.length).toBeLessThan(LISTENS_MS / 100);
  expect(Math.max(...shown)).toBeLessThan(MOST / 4);
  const [early = 0, late = 0] = heaps;
  expect(heaps).toHaveLength(2);
  expect(late - early).toBeLessThan(4e6);
  expect(cpu).toBeLessThan(3000);
});

test('a verdict at the beginning ends the listening, however much the board goes on talking', async () => {
  const { ended, listened } = await flashed({ talks: lines, startsAt: 0 });
  expect(ended.start?.verdict).toMatchObject({ good: true });
  expect(listened).toBeLessThan(1000);
});

test('a board that talks all the time without a verdict is listened to for 20 s and no longer', async () => {
  const { ended, listened } = await flashed({ talks: lines, startsAt: Infinity });
  expect(ended.start?.verdict).toBeNull();
  expect(listened).toBeLessThan(LISTENS_MS + 100);
});
