/** A read-protected STM32 is unlocked: everything on it is erased, it leaves the bus, is found again, and is proved empty. */
import { expect, test } from 'vitest';
import type { FailureFacts } from '../../flash/failure.ts';
import type { DfuDevice } from '../../dfu/protocol/device.ts';
import { bytesSource } from '../../session/sources.ts';
import type { SessionState } from '../../session/state.ts';
import type { DfuWorld } from '../dfu/world.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { consent, flash, workOf } from '../esp/world.ts';
import { noise } from '../bytes.ts';

const WORDS = 'erase the whole flash';

/** A connected board that is read-protected. */
async function locked(between?: (device: DfuDevice) => DfuDevice): Promise<DfuWorld> {
  const world = openDfuWorld('stm32f405-protected', between);
  await world.session.connect();
  return world;
}

const unlock = ({ session }: DfuWorld, words = WORDS) => session.dispatch({ do: 'unlock', words });
const isBlank = ({ made }: DfuWorld) => made.flash.snapshot().every((byte) => byte === 0xff);

/** What the session says of the unlocking once the board is connected. */
function outcome({ session: { state } }: DfuWorld): string | null {
  if (state.kind !== 'connected') throw new Error(JSON.stringify(state));
  return state.unlocked?.kind ?? null;
}

function failureIn({ session: { state } }: DfuWorld): FailureFacts | null {
  return state.kind === 'disconnected' ? state.failure : null;
}

/** The steps of unlocking in the order in which they are shown, and how far the last of each came. */
function steps(world: DfuWorld): Map<string, number | null> {
  const seen = new Map<string, number | null>();
  world.onState = (state: SessionState) => {
    if (state.kind === 'unlocking') seen.set(state.step, state.part);
  };
  return seen;
}

test('after the words it erases itself, comes back, and all of it is read: then it can be flashed', async () => {
  const world = await locked();
  const { session, made } = world;
  const shown = steps(world);
  await unlock(world, ' Erase  the whole  flash ');
  expect(session.state).toMatchObject({
    kind: 'unlocking',
    step: 'returning',
    board: expect.stringContaining('STM32'),
  });
  await session.connect(true);
  expect([...shown.keys()]).toEqual(['erasing', 'returning', 'reading']);
  expect(shown.get('reading')).toBe(1);
  expect(isBlank(world)).toBe(true);
  expect(outcome(world)).toBe('chip-unlocked');
  const { state } = session;
  expect(state.kind === 'connected' && state.unlocked?.says).toBe(
    'The chip is unlocked and its whole flash is blank: 1 MiB read back.',
  );
  expect(state.kind === 'connected' && state.board.contents[0]?.says).toBe('Blank (erased) throughout.');
  expect(state.kind === 'connected' && state.board.protections[0]).toMatchObject({ state: 'off' });
  expect(state.kind === 'connected' && state.board.unlock).toBeUndefined();
  const program = noise(5000);
  await session.dispatch({ do: 'add-files', files: [bytesSource('data.bin', program)] });
  const dropped = session.state.kind === 'connected' ? session.state.files[0] : undefined;
  await session.dispatch({ do: 'place-at', id: dropped?.id ?? -1, address: 0x08000000 });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  expect(made.flash.violations).toEqual([]);
});

test.each(['', 'erase', 'erase the whole flash.', 'unlock'])(
  'without the words nothing is erased: “%s”',
  async (words) => {
    const world = await locked();
    await unlock(world, words);
    expect(world.session.state).toMatchObject({ kind: 'connected', work: { kind: 'idle' } });
    expect(world.made.flash.totalErases).toBe(0);
  },
);

test.each(['stm32f405', 'photon'])('a board that is not protected is not erased: %s', async (id) => {
  const world = openDfuWorld(id);
  await world.session.connect();
  await unlock(world);
  expect(world.session.state.kind).toBe('connected');
  expect(world.made.flash.totalErases).toBe(0);
});

test('the cable pulled in the middle of the erase: the chip stays protected, that is said, and a second try ends it', async () => {
  const world = await locked();
  const { session, port, clock, made } = world;
  clock.at(3000, () => port.unplug());
  await unlock(world);
  port.plug();
  await session.connect(true);
  expect(outcome(world)).toBe('unlock-unfinished');
  expect(isBlank(world)).toBe(false);
  await unlock(world);
  await session.connect(true);
  expect(outcome(world)).toBe('chip-unlocked');
  expect(isBlank(world)).toBe(true);
  expect(made.flash.violations).toEqual([]);
});

test('a chip that does not come back by itself is awaited, and proved empty when it does', async () => {
  const world = await locked();
  const { session, port, made } = world;
  made.board.strap = 'run';
  await unlock(world);
  await made.board.booted();
  expect([session.state.kind, port.device]).toEqual(['unlocking', null]);
  made.board.strap = 'dfu';
  made.board.enterDfu();
  await session.connect(true);
  expect(outcome(world)).toBe('chip-unlocked');
});

test('a stop ends the waiting, not the erase; whoever connects later is told that the chip is empty', async () => {
  const world = await locked();
  const { session, clock, port } = world;
  const left = new Promise((resolve) => port.addEventListener('disconnect', resolve, { once: true }));
  clock.at(2000, () => void session.dispatch({ do: 'cancel' }));
  await unlock(world);
  expect(failureIn(world)).toMatchObject({ name: 'unlock-unwatched', kind: 'stopped' });
  await left;
  await session.connect();
  expect(outcome(world)).toBe('chip-unlocked');
  await session.connect();
  expect(outcome(world)).toBeNull();
});

test('a stop while the chip is awaited ends that', async () => {
  const world = await locked();
  world.made.board.strap = 'run';
  await unlock(world);
  await world.session.dispatch({ do: 'cancel' });
  expect(failureIn(world)?.name).toBe('unlock-unwatched');
});

test('a chip that refuses keeps its protection, and the refusal is said', async () => {
  const world = await locked();
  world.made.board.faults.failErase(0x08020000);
  await unlock(world);
  expect(failureIn(world)?.name).toBe('dfu-unlock-refused');
  await world.session.connect();
  expect(outcome(world)).toBe('unlock-unfinished');
});

test('a byte that is not blank afterwards is found, with its address', async () => {
  const world = await locked();
  await unlock(world);
  world.made.flash.load(0x08012345, Uint8Array.of(0x7f));
  await world.session.connect(true);
  expect(outcome(world)).toBe('unlock-not-blank');
  const { state } = world.session;
  expect(state.kind === 'connected' && state.unlocked?.values).toEqual({ address: '0x08012345', byte: '0x7F' });
});
