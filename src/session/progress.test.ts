/** What a job's progress says it counts: what is backed up is not called written, nor anything verified before the first write. */
import { expect, test } from 'vitest';
import { buildAppImage } from '../virtual-boards/esp/firmware/app-image.ts';
import { consent, flash, openWorld, workOf } from '../testing/esp/world.ts';
import type { Progress, UnitStates } from './state.ts';
import { bytesSource } from './sources.ts';

const APP = buildAppImage({ project: 'counted', version: '1.0.0', seed: 5, size: 100 * 1024 });

test('a job first counts what it backs up, then what it writes', async () => {
  const world = openWorld('esp32-raft', 921600);
  await world.session.connect();
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', APP)] });
  if (world.session.state.kind !== 'connected') throw new Error('the board is not connected');
  const [file] = world.session.state.files;
  // What is overwritten there is read first.
  await world.session.dispatch({ do: 'place', id: file?.id ?? 0, choice: 'app0@131072' });
  for (const { kind } of workOf(world.session, 'planned').asks) await consent(world.session, kind);
  const seen: { progress: Progress; units: UnitStates }[] = [];
  world.onState = (state) => {
    if (state.kind === 'connected' && state.work.kind === 'flashing') seen.push(state.work);
  };
  await flash(world.session);
  const before = seen.filter(({ units }) => units.every((unit) => unit === 'waiting'));
  expect(before.some(({ progress: { phase, done } }) => phase === 'backing-up' && done > 0)).toBe(true);
  expect(before.filter(({ progress: { says } }) => /^(Writing|Verifying)/.test(says))).toEqual([]);
  // Bytes are counted as written only once there are some.
  expect(before.filter(({ progress: { phase, done } }) => phase === undefined && done > 0)).toEqual([]);
  const after = seen.slice(before.length);
  expect(after.map(({ progress }) => progress.phase).filter((phase) => phase !== undefined)).toEqual([]);
  expect(after.some(({ progress: { says, done } }) => says === 'Verifying the writes' && done === 0)).toBe(false);
});
