/** Runs a scenario once without faults, and records every moment at which it could be interrupted. */
import type { Clock } from '../../virtual-boards/clock.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { Cells } from './cells.ts';
import { bytesApart, cellsOf, firstApart, loadCells } from './cells.ts';
import type { BoardKind } from './page.ts';
import { agree, describeState, workIn } from './page.ts';
import type { Moment } from './recorder.ts';
import { Recorder } from './recorder.ts';
import type { Ends, Owed, Scenario } from './scenario.ts';

/** A run of a scenario without faults, and every moment of it. */
export interface Recorded {
  readonly kind: BoardKind;
  readonly scenario: Scenario;
  readonly moments: readonly Moment[];
  readonly ends: Ends;
}

/** Runs and records a scenario; throws if the run does not end as it must: then there is nothing to compare with. */
export async function record(kind: BoardKind, scenario: Scenario, clock: Clock): Promise<Recorded> {
  const left = await scenario.from?.(kind, clock);
  const recorder = new Recorder(left?.store ?? memoryStore(), clock);
  const ended: { after: Cells | null } = { after: null };
  const page = kind.open({
    store: recorder.seen(),
    onRestart: () => {
      ended.after = cellsOf(page.memories);
      recorder.endCells();
    },
  });
  if (left !== undefined) loadCells(page.memories, left.cells);
  const before = cellsOf(page.memories);
  const bootBefore = await page.boot();
  await page.session.connect();
  await scenario.plan(page);
  for (const [i, memory] of page.memories.entries()) memory.faults = recorder.hook(i, memory.start);
  recorder.begin(before);
  await agree(page);
  for (const memory of page.memories) memory.faults = null;
  const { after } = ended;
  const work = workIn(page);
  const good = work.kind === 'ended' && work.outcome === (kind.proves ? 'verified' : 'unproved');
  if (!good || after === null || page.violations() > 0)
    throw new Error(`${kind.id}, ${scenario.name}: a sound run is ${describeState(page.session.state)}`);
  const owed = left === undefined ? null : taking(left.owed, after, left.besides);
  if (owed !== null && bytesApart(after, owed) > 0)
    throw new Error(`${kind.id}, ${scenario.name}: a sound run leaves ${firstApart(after, owed)}`);
  const strange = scenario.owed === undefined ? null : firstApart(after, owedBy(scenario.owed, before, after));
  if (strange !== null) throw new Error(`${kind.id}, ${scenario.name}: a sound run leaves ${strange}`);
  loadCells(page.memories, after);
  return {
    kind,
    scenario,
    moments: recorder.moments,
    ends: { before, after, bootBefore, bootAfter: await page.boot() },
  };
}

/** The expected content; bytes that are not checked are taken from what is there. */
function owedBy({ writes, besides }: Owed, before: Cells, after: Cells): Cells {
  const written = before.map((memory) => memory.slice());
  for (const { offset, data } of writes) written[0]?.set(data, offset);
  return taking(written, after, besides);
}

/** Content with some ranges of the first memory taken from another. */
function taking([memory = new Uint8Array(), ...others]: Cells, [from]: Cells, ranges: Owed['besides'] = []): Cells {
  const taken = memory.slice();
  for (const { offset, size } of ranges) taken.set(from?.subarray(offset, offset + size) ?? [], offset);
  return [taken, ...others];
}
