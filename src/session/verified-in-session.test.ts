/** Which erase units a session says it has verified: nothing that was written before it, or that has changed since. */
import { expect, test } from 'vitest';
import { nextTurn } from './next-turn.ts';
import { manualClock } from '../testing/manual-clock.ts';
import { connectedOf, drop, flash, makeWorld, workOf } from '../testing/plain-world.ts';
import { memoryStore } from '../storage/memory-store.ts';
import { USUAL_BOUNDS } from '../flash/target.ts';

const verified = (session: Parameters<typeof connectedOf>[0]) =>
  connectedOf(session).board.verified?.map(({ address }) => address) ?? [];

/** The first unit as it is, and other bytes in the second. */
const PARTLY_EQUAL = [1, 2, 3, 4, 5, 6, 7, 8, 90, 91, 92, 93, 94, 95, 96, 97];

test('the verdict comes once the backup that the job kept is listed', async () => {
  let list = (): void => undefined;
  const listed = new Promise<void>((resolve) => (list = resolve));
  let ask = (): void => undefined;
  const asked = new Promise<void>((resolve) => (ask = resolve));
  const onKept = () => {
    ask();
    return listed;
  };
  const { session } = makeWorld({}, { clock: manualClock(), onKept });
  await session.connect();
  await drop(session, 0, ...PARTLY_EQUAL);
  const flashed = flash(session);
  await asked;
  await nextTurn();
  expect(workOf(session).kind).not.toBe('ended');
  list();
  await flashed;
  expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
});

test('a storage that does not answer holds no verdict back', async () => {
  const { session } = makeWorld({}, { onKept: () => new Promise(() => undefined) });
  await session.connect();
  await drop(session, 0, ...PARTLY_EQUAL);
  await flash(session);
  expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'verified' });
});

test('units that a job wrote, or found equal for it', async () => {
  const { session } = makeWorld();
  await session.connect();
  await drop(session, 0, ...PARTLY_EQUAL);
  await flash(session);
  expect(verified(session).toSorted()).toEqual([0, 8]);
});

test('not what a job found equal before it was interrupted: the board may have run since', async () => {
  const store = memoryStore();
  const first = makeWorld({}, { store });
  await first.session.connect();
  await drop(first.session, 0, ...PARTLY_EQUAL);
  first.world.fault = (step) => {
    if (step === 'erase') throw new DOMException('gone', 'NetworkError');
  };
  await flash(first.session);
  const { session, world } = makeWorld({}, { store });
  // The firmware has written there in the meantime.
  world.flash[3] = 77;
  await session.connect();
  await session.dispatch({ do: 'resume', job: connectedOf(session).interrupted?.job ?? '' });
  // What the file shared with the flash is not on it any more: the job would end verified without its file.
  expect(workOf(session)).toMatchObject({ kind: 'refused', refusals: [{ kind: 'equal-changed' }] });
  expect(verified(session)).toEqual([]);
});

test('not what a later job has changed beside its writes and could not put back', async () => {
  const { session, world } = makeWorld();
  await session.connect();
  await drop(session, 16, 90);
  await flash(session);
  expect(verified(session)).toEqual([16]);
  await session.dispatch({ do: 'reconnect' });
  for (const { id } of connectedOf(session).files) await session.dispatch({ do: 'remove-file', id });
  Object.assign(world, { spill: 2, bounds: { ...USUAL_BOUNDS, before: 0, after: 0, whole: true } });
  await drop(session, 8, 99);
  await flash(session);
  expect(workOf(session)).toMatchObject({ kind: 'ended', outcome: 'beside' });
  expect(verified(session)).toEqual([8]);
});

test('not what is on another board', async () => {
  const { session, world } = makeWorld();
  await session.connect();
  await drop(session, 16, 90);
  await flash(session);
  await session.dispatch({ do: 'reconnect' });
  expect(verified(session)).toEqual([16]);
  world.mac = 'two';
  await session.dispatch({ do: 'reconnect' });
  expect(verified(session)).toEqual([]);
});
