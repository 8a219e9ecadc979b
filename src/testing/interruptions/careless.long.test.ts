/** A loader that writes past its stretch is noticed on every board whose flash can be read. */
import { describe, expect, test } from 'vitest';
import { testClock } from '../clock.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { Case } from './boards.ts';
import { allCases } from './boards.ts';
import type { Cells } from './cells.ts';
import { bytesApart, cellsOf } from './cells.ts';
import { agree, workIn } from './page.ts';
import { record } from './record.ts';

const clock = testClock();
/** Fastest first. */
const SCENARIOS = ['part', 'split', 'program', 'sectors', 'whole'];
const cases = allCases(clock)
  .filter(({ scenario }) => SCENARIOS.includes(scenario.name))
  .toSorted((a, b) => SCENARIOS.indexOf(a.scenario.name) - SCENARIOS.indexOf(b.scenario.name));
const boards = [...new Set(cases.map(({ kind }) => kind.id))];

/** Runs a scenario with a careless loader: how it ended, and how many bytes are wrong. */
async function carelessly({ kind, scenario }: Case) {
  const { ends } = await record(kind, scenario, clock);
  const left: { cells: Cells | null } = { cells: null };
  const page = kind.open({
    store: memoryStore(),
    careless: true,
    onRestart: () => (left.cells = cellsOf(page.memories)),
  });
  await page.session.connect();
  await scenario.plan(page);
  await agree(page);
  const work = workIn(page);
  if (work.kind !== 'ended') throw new Error(work.kind);
  return { work, started: left.cells !== null, harm: bytesApart(left.cells ?? cellsOf(page.memories), ends.after) };
}

/** The first scenario of a board in which such a loader does harm; in others the surplus is written over afterwards. */
async function harmOn(id: string) {
  for (const each of cases.filter(({ kind }) => kind.id === id)) {
    const end = await carelessly(each);
    if (end.harm > 0) return end;
  }
  throw new Error('it harms nothing on this board');
}

describe('a loader that writes one erase unit too many', { timeout: 60_000 }, () => {
  test.each(boards)('%s', async (id) => {
    const { work, started } = await harmOn(id);
    const shows = id !== 'esp32c3-secure-download';
    expect([work.outcome, work.failure?.name, started]).toEqual(
      shows ? ['beside', 'beside-changed', false] : ['unproved', undefined, true],
    );
    expect(work.report.surroundings.says).toContain(
      shows ? 'Changed outside the planned range' : 'The flash around the writes is not verified',
    );
  });
});
