/** Whatever is read is seen to go on: a person is never left with a sentence that stands still. */
import { expect, test } from 'vitest';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { bytesSource } from '../../session/sources.ts';
import { shareDone } from '../../session/progress.ts';
import type { Progress, SessionState } from '../../session/state.ts';
import { dfuFamily } from '../../dfu/family.ts';
import type { DfuDevice } from '../../dfu/protocol/device.ts';
import { makeCancel } from '../../flash/failure.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { openWorld, workOf } from '../esp/world.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { backedUp, backupsOf } from '../repair/keeping.ts';
import { LONG } from '../long.ts';

/** What was read, as it was shown, and when, in ms of the board's time. */
type Shown = Progress & { readonly at: number };

interface Watched {
  readonly clock: { now(): number };
  onState: (state: SessionState) => void;
}

/** Everything that is shown of reading while something is done. */
async function shownWhile(world: Watched, act: () => Promise<void>): Promise<readonly Shown[]> {
  const shown: Shown[] = [];
  world.onState = (state) => {
    const isReading = state.kind === 'connected' && state.work.kind === 'surveying';
    const progress = isReading ? state.work.progress : state.kind === 'connecting' ? state.progress : undefined;
    if (progress !== undefined) shown.push({ ...progress, at: world.clock.now() });
  };
  await act();
  world.onState = () => undefined;
  return shown;
}

/** The longest time in ms for which what is shown did not change. */
function longestStandstill(shown: readonly Shown[], end: number): number {
  const changes = shown.filter(({ says, done }, i) => says !== shown[i - 1]?.says || done !== shown[i - 1]?.done);
  return Math.max(0, ...changes.map(({ at }, i) => (changes[i + 1]?.at ?? end) - at));
}

test('a choice and the plan for it go on to be seen without the flasher stub', LONG, async () => {
  const world = openWorld('esp32-raft');
  const { session, clock } = world;
  await session.connect();
  const update = bytesSource('raft-demo-1.5.0.bin', raftDemo150(0));
  const shown = await shownWhile(world, async () => {
    const set = session.dispatch({ do: 'set', id: 'stub', value: 'no' });
    await set;
    await session.dispatch({ do: 'add-files', files: [update] });
  });
  workOf(session, 'planned');
  expect(longestStandstill(shown, clock.now())).toBeLessThan(4000);
  for (const says of ['Reading what the partitions hold', 'Comparing the plan with the flash']) {
    const shares = shown.filter((each) => each.says === says).map(shareDone);
    expect(shares.some((share) => share !== null && share > 0.5)).toBe(true);
    const known = shares.filter((share) => share !== null);
    expect(known).toEqual(known.toSorted((a, b) => a - b));
  }
});

test.each([
  ['an ESP32', () => openWorld('esp32-raft')],
  ['a Photon', () => openDfuWorld('photon')],
])('a backup of the whole flash of %s says how far it is and how long it still takes', LONG, async (_, open) => {
  const world = open();
  await world.session.connect();
  const shown = await shownWhile(world, () => world.session.dispatch({ do: 'back-up', range: null }));
  const own = shown.filter(({ says }) => says.startsWith('Backing up'));
  expect(own.length).toBeGreaterThan(10);
  const shares = own.map(shareDone);
  expect(shares).toEqual(shares.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
  expect(own.filter(({ leftMs }) => leftMs !== null).length).toBeGreaterThan(own.length / 2);
  expect(longestStandstill(shown, world.clock.now())).toBeLessThan(2000);
});

test.each(['photon', 'stm32f405'])('reading %s while it is connected says how far that is', async (id) => {
  const devices: DfuDevice[] = [];
  const world = openDfuWorld(id, (device) => {
    devices.push(device);
    return device;
  });
  const shown = await shownWhile(world, () => world.session.connect());
  expect(shown[0]).toMatchObject({ says: 'Reading each partition', done: 0 });
  expect(shown.map(({ total }) => total)).not.toContain(0);
  // A virtual board is read in less time than the page needs to show it: this is all that it could show.
  const parts: number[] = [];
  const [device] = devices;
  if (device === undefined) throw new Error('nothing was connected');
  await dfuFamily.inspect(
    device,
    makeCancel(),
    () => undefined,
    undefined,
    (done, total) => parts.push(done / total),
  );
  expect(parts.length).toBeGreaterThan(4);
  expect(parts).toEqual(parts.toSorted((one, other) => one - other));
  expect([parts[0], parts.at(-1)]).toEqual([0, 1]);
});

test('checking what backups hold says how much of them is checked', LONG, async () => {
  const store = memoryStore();
  const world = openWorld('esp32-raft', undefined, {}, { store, backup: backupsOf(store) });
  const { session } = world;
  await session.connect();
  const backup = await backedUp({ session, store });
  const ranges = [
    { region: 'flash', address: 0x8000, size: 0x1000 },
    { region: 'flash', address: 0x20000, size: 0x1b0000 },
  ].map((range) => ({ backup, range }));
  const shown = await shownWhile(world, () => session.dispatch({ do: 'check-backups', ranges }));
  const own = shown.filter(({ says }) => says === 'Checking what the backups hold');
  expect(new Set(own.map(({ total }) => total))).toEqual(new Set([0x1b1000]));
  const shares = own.map(shareDone);
  expect(shares).toEqual(shares.toSorted((a, b) => (a ?? 0) - (b ?? 0)));
  expect(shares.some((share) => share !== null && share > 0 && share < 1)).toBe(true);
});
