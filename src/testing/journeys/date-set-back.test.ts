/** A computer's date may be set back while it works, by a time server or by a person: nothing that waits or measures goes by it. */
import { expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { bytesSource } from '../../session/sources.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { testClock } from '../clock.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

const HOUR_MS = 3_600_000;
/** 9 March 2026, 10:00 UTC. */
const DATE = 1_773_050_400_000;
const APP = buildAppImage({ project: 'late', version: '1.0.0', seed: 5, size: 200 * 1024 });

/** Flashes an app; as soon as writing is under way, the date is set back by this much. */
async function flashedWhileSetBack(ms: number) {
  const clock = testClock();
  let back = 0;
  const world = openWorld('esp32-raft', 921600, {}, { clock, now: () => DATE + clock.now() - back });
  const { session } = world;
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', APP)] });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  const shown: { kind: string; at: number; done: number; leftMs: number | null }[] = [];
  world.onState = (state) => {
    if (state.kind !== 'connected') return;
    const { kind } = state.work;
    const { done = 0, leftMs = null } = 'progress' in state.work ? state.work.progress : {};
    shown.push({ kind, at: clock.now(), done, leftMs });
    if (done > 0) back = ms;
  };
  const from = clock.now();
  await flash(session);
  return { shown, took: clock.now() - from, back, report: workOf(session, 'ended').report };
}

test('a job after the date was set back is still the later one', LONG, async () => {
  const store = memoryStore();
  let back = 0;
  const clock = testClock();
  const world = openWorld('esp32-raft', 921600, {}, { clock, store, now: () => DATE + clock.now() - back });
  const { session } = world;
  for (const [i, name] of ['first.bin', 'second.bin'].entries()) {
    back = i * HOUR_MS;
    await session.connect();
    for (const { id } of session.state.kind === 'connected' ? session.state.files : [])
      await session.dispatch({ do: 'remove-file', id });
    const app = buildAppImage({ project: name, version: '1.0.0', seed: 5 + i, size: 100 * 1024 });
    await session.dispatch({ do: 'add-files', files: [bytesSource(name, app)] });
    for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
    await flash(session);
    expect(workOf(session, 'ended').outcome).toBe('verified');
  }
  expect((await store.jobs()).map(({ files }) => files.map(({ name }) => name))).toEqual([
    ['second.bin'],
    ['first.bin'],
  ]);
});

test('an hour set back changes nothing that is shown, and no duration in the report', async () => {
  const usual = await flashedWhileSetBack(0);
  const odd = await flashedWhileSetBack(HOUR_MS);
  expect(odd.back).toBe(HOUR_MS);
  expect(odd.shown).toEqual(usual.shown);
  expect(odd.shown.filter(({ kind }) => kind === 'flashing').length).toBeGreaterThan(10);
  expect(odd.shown.some(({ leftMs }) => leftMs !== null && leftMs > 0 && leftMs < 60_000)).toBe(true);
  expect(odd.report.timings).toEqual(usual.report.timings);
  expect(odd.report.timings.ms).toBeGreaterThan(0);
  expect(odd.report.timings.ms).toBeLessThanOrEqual(odd.took);
  // The dates are those that the computer showed.
  expect(Date.parse(odd.report.ended)).toBeLessThan(Date.parse(odd.report.started));
});
