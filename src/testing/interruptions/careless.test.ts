/** A loader that writes behind its stretch is noticed on every board that shows what it holds. */
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
const SCENARIOS = ['part', 'whole', 'split', 'program', 'sectors'];
const cases = allCases(clock).filter(({ scenario }) => SCENARIOS.includes(scenario.name));
const boards = [...new Set(cases.map(({ kind }) => kind.id))];

/** Does what a scenario does with a careless loader: how it ended, and how many bytes are not as owed. */
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

describe('a loader that writes one erase unit more than it is told', { timeout: 60_000 }, () => {
  test.each(boards)('%s', async (id) => {
    const ends: Awaited<ReturnType<typeof carelessly>>[] = [];
    for (const each of cases.filter(({ kind }) => kind.id === id)) ends.push(await carelessly(each));
    // What is zeroed and written over afterwards, or has nothing behind it, harms nobody.
    const harmful = ends.filter(({ harm }) => harm > 0);
    expect(harmful).not.toEqual([]);
    const noticed = ({ work, started }: (typeof ends)[number]): boolean =>
      id === 'esp32c3-secure-download'
        ? work.outcome === 'unproved' && work.report.surroundings.says.includes('not proved')
        : work.outcome === 'beside' && work.failure?.name === 'beside-changed' && !started;
    expect(harmful.filter((end) => !noticed(end))).toEqual([]);
  });
});
