/** The cost of verifying that the rest of the flash is unchanged, in the board's own time. */
import { expect, test } from 'vitest';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { bytesSource } from '../../session/sources.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

test('with the flasher stub at 921600 baud it takes at most 5 % of writing 1 MB', LONG, async () => {
  const world = openWorld('esp32-raft');
  const { session, clock } = world;
  const data = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 5, chipId: 0, size: 0x100000 });
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', data)] });
  const begun = clock.now();
  let since: number | null = null;
  let comparing = 0;
  let ended = begun;
  world.onState = (state) => {
    if (state.kind !== 'connected') return;
    const { work } = state;
    if (since !== null) comparing += clock.now() - since;
    since = work.kind === 'flashing' && work.progress.says.includes('unchanged') ? clock.now() : null;
    if (work.kind === 'starting' && ended === begun) ended = clock.now();
  };
  await flash(session);
  expect(workOf(session, 'ended').report.surroundings.says).toBe(
    'The flash around the writes is verified as unchanged.',
  );
  expect(comparing).toBeGreaterThan(0);
  const writing = ended - begun - comparing;
  expect(comparing / writing).toBeLessThanOrEqual(0.05);
  // Progress is reported only a few times a second, so the number of compared bytes is checked too: 4 ms for each 4 KiB.
  const bytes = workOf(session, 'ended').report.surroundings.same.reduce((sum, { size }) => sum + size, 0);
  expect((bytes / 0x1000) * 4).toBeLessThanOrEqual(writing * 0.05);
});

/** A board whose spare slot holds a build of an app of which the next one differs in a few units. */
async function updating() {
  const world = openWorld('esp32-raft');
  const app = { project: 'raft-demo', version: '3.0.0', seed: 5, chipId: 0, size: 0x40000 } as const;
  world.made.flash.load(0x1d0000, buildAppImage(app));
  await world.session.connect();
  const next = buildAppImage({ ...app, change: { seed: 9, oneIn: 100 } });
  const at = { region: 'flash', address: 0x1d0000, size: 0x1b0000 };
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', next)], at });
  const { equal, stretches } = workOf(world.session, 'planned').plan;
  const beside = equal.find(({ address }) => stretches.some((each) => each.address + each.size === address));
  return { ...world, equal, beside };
}

test('what the plan found equal to the file is compared without having been asked for twice', LONG, async () => {
  const { session, equal } = await updating();
  expect(equal.length).toBeGreaterThan(40);
  await flash(session);
  const { outcome, report } = workOf(session, 'ended');
  expect([outcome, report.surroundings.says]).toEqual([
    'verified',
    'The flash around the writes is verified as unchanged.',
  ]);
});

test('and a change there is noticed', async () => {
  const { session, made, beside } = await updating();
  if (beside === undefined) throw new Error('no unit beside a write is equal');
  made.flash.load(beside.address + 0x800, Uint8Array.of(1, 2, 3, 4));
  await flash(session);
  const { outcome, failure } = workOf(session, 'ended');
  expect([outcome, failure?.name]).toEqual(['beside', 'beside-changed']);
});
