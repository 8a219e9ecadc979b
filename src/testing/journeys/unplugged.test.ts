/** Connecting while the cable is out: the browser gives the same error as for a port in use, and the app tells them apart. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytesSource } from '../../session/sources.ts';
import { plugFailure, pluggedAgain } from '../../session/words/plugged.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

test('a board that is not plugged in is not said to be in use; plugged in, it is read', async () => {
  const { session, port } = openWorld('esp32-raft');
  port.unplug();
  await session.connect();
  expect(session.state).toMatchObject({ kind: 'disconnected', failure: { name: 'not-plugged-in', kind: 'lost' } });
  port.plug();
  await session.connect();
  expect(session.state).toMatchObject({ kind: 'connected', work: { kind: 'idle' } });
});

test('a port that is open elsewhere is said to be in use', async () => {
  const { session, port } = openWorld('esp32-raft');
  await port.open({ baudRate: 115_200 });
  await session.connect();
  expect(session.state).toMatchObject({ kind: 'disconnected', failure: { name: 'port-busy' } });
});

test('a lost board means something for a job only if one was begun', LONG, async () => {
  const world = openWorld('esp32-raft');
  const { session, port } = world;
  const next = () => (session.state.kind === 'disconnected' ? session.state.failure?.next : null);
  await session.connect();
  port.unplug();
  expect(next()).toBe('Plug the board in again and connect.');
  expect(plugFailure(pluggedAgain(session.state))?.next).toBe('The board is plugged in: press “Connect again”.');
  port.plug();
  await session.connect();
  const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', update)] });
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing' || state.work.stopping) return;
    if (state.work.units.includes('verified')) void session.dispatch({ do: 'cancel' });
  };
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('stopped');
  await session.dispatch({ do: 'reconnect' });
  port.unplug();
  expect(next()).toBe(
    'Plug the board in again and connect. Sectorwise then reads how far the unfinished job got, and you decide how it goes on.',
  );
});

test('after a cable was pulled during a job, the next step follows the cable', LONG, async () => {
  const world = openWorld('esp32-raft');
  const { session, port } = world;
  await session.connect();
  const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', update)] });
  expect(pluggedAgain(session.state)).toBe(session.state);
  world.onState = (state) => {
    if (state.kind === 'connected' && state.work.kind === 'flashing' && state.work.units.includes('unknown'))
      port.unplug();
  };
  await flash(session);
  expect(workOf(session, 'ended').failure?.next).toMatch(/^Plug the board in again/);
  expect(pluggedAgain(session.state)).toMatchObject({
    work: { failure: { name: 'link-lost', next: 'The board is plugged in: press “Connect again”.' } },
  });
});
