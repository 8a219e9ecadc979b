/** What the worker posts to the page during a job: every state arrives, and a step is a few hundred bytes. */
import { isDeepStrictEqual } from 'node:util';
import { serialize } from 'node:v8';
import { expect, test } from 'vitest';
import { makeStateDecoder, makeStateEncoder } from '../../browser/state-codec.ts';
import { bytesSource } from '../../session/sources.ts';
import type { SessionState } from '../../session/state.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import type { World } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

/** The most bytes of one step, in the structured clone format. */
const STEP = 400;

/** Receives the states of a session as the page does; returns those of jobs after the first byte, with their posted size. */
function listen(world: World): { readonly state: SessionState; readonly bytes: number }[] {
  const [encode, decode] = [makeStateEncoder(), makeStateDecoder()];
  const steps: ReturnType<typeof listen> = [];
  world.onState = (state) => {
    const posted = structuredClone(encode(state));
    const arrived = decode(posted);
    expect(isDeepStrictEqual(arrived, state)).toBe(true);
    const work = arrived.kind === 'connected' ? arrived.work : null;
    if (work?.kind === 'flashing' && work.progress.done > 0)
      steps.push({ state: arrived, bytes: serialize(posted).length });
  };
  return steps;
}

test.each([
  ['4 MB', 'esp32-raft', 0x20000],
  ['16 MB', 'esp32-16mb-header-4mb', 0x100000],
])('a step of a flash is as small on a board of %s', LONG, async (_, id, size) => {
  const world = openWorld(id);
  const steps = listen(world);
  await world.session.connect();
  const data = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 5, chipId: 0, size });
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', data)] });
  await flash(world.session);
  expect(workOf(world.session, 'ended').outcome).toBe('verified');
  expect(steps.length).toBeGreaterThan(3);
  expect(Math.max(...steps.map(({ bytes }) => bytes))).toBeLessThan(STEP);
});

test('a job that was interrupted is resumed in steps that are as small', async () => {
  const world = openWorld('esp32-raft');
  const steps = listen(world);
  await world.session.connect();
  const data = buildAppImage({ project: 'raft-demo', version: '3.0.0', seed: 5, chipId: 0, size: 0x40000 });
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', data)] });
  const hear = world.onState;
  world.onState = (state) => {
    hear(state);
    if (steps.length === 4) world.port.unplug();
  };
  await flash(world.session);
  expect(workOf(world.session, 'ended').outcome).toBe('failed');
  world.onState = hear;
  world.port.plug();
  await world.session.dispatch({ do: 'reconnect' });
  const { state } = world.session;
  const job = state.kind === 'connected' ? state.interrupted?.job : undefined;
  steps.length = 0;
  await world.session.dispatch({ do: 'resume', job: job ?? '' });
  expect(workOf(world.session, 'ended').outcome).toBe('verified');
  expect(steps.every((step) => step.state.kind === 'connected' && step.state.interrupted?.job === job)).toBe(true);
  expect(steps.length).toBeGreaterThan(3);
  expect(Math.max(...steps.map(({ bytes }) => bytes))).toBeLessThan(STEP);
});
