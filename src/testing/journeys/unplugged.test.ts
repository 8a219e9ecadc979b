/** Connecting while the cable is out: the browser gives the same error as for a port in use, and the app tells them apart. */
import { expect, test } from 'vitest';
import { openWorld } from '../esp/world.ts';

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
