/** How long a job is said to take before it starts, beside how long it then takes by the board's own clock. */
import { expect, test } from 'vitest';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { bytesSource } from '../../session/sources.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';
import { share } from './estimate.ts';
import { LONG } from '../long.ts';

/** A program of 40,000 bytes that begins with a vector table, and no byte of which is blank. */
const PROGRAM = Uint8Array.from({ length: 40_000 }, (_, i) => (i % 251) + 1);
PROGRAM.set([0x00, 0x00, 0x02, 0x20, 0x01, 0x01, 0x00, 0x08]);

test.each([
  ['esp32-raft', 0],
  ['esp32c6-idf', 13],
] as const)('an update of the %s takes about as long as is said', LONG, async (id, chip) => {
  const took = await share(openWorld(id).session, raftDemo150(chip));
  expect(took).toBeGreaterThan(0.6);
  expect(took).toBeLessThan(1.4);
});

test('a program for an STM32F405 takes about as long as is said', async () => {
  const took = await share(openDfuWorld('stm32f405').session, PROGRAM);
  expect(took).toBeGreaterThan(0.6);
  expect(took).toBeLessThan(1.4);
});

test('a backup is shown for as long as it is said to take, and then that the board erases', async () => {
  const world = openDfuWorld('photon');
  const { session, clock } = world;
  await session.connect();
  // A part of each sector is kept.
  await session.dispatch({ do: 'add-files', files: [bytesSource('data.bin', PROGRAM)] });
  if (session.state.kind !== 'connected') throw new Error('the board is not connected');
  await session.dispatch({ do: 'place', id: session.state.files[0]?.id ?? 0, choice: 'sectors@80a0000' });
  const { asks, backup } = workOf(session, 'planned');
  expect(backup.read).toBe(0x20000);
  for (const { kind } of asks) await consent(session, kind);
  const shown: { at: number; says: string }[] = [];
  world.onState = (state) => {
    if (state.kind === 'connected' && state.work.kind === 'flashing')
      shown.push({ at: clock.now(), says: state.work.progress.says });
  };
  await flash(session);
  const backingUp = shown.filter(({ says }) => says.startsWith('Backing up'));
  const next = shown[shown.findIndex((each) => each === backingUp.at(-1)) + 1];
  expect(next?.says).toBe('Erasing from 0x080A0000');
  const took = (next?.at ?? Infinity) - (backingUp[0]?.at ?? 0);
  expect(took / backup.ms).toBeGreaterThan(0.8);
  expect(took / backup.ms).toBeLessThan(1.2);
});

test('while a plan that moves apps is compared, the time left is right: what is blank is not read, and what is not takes longest', async () => {
  const world = openWorld('esp32-raft');
  const { session, clock } = world;
  await session.connect();
  const said: { at: number; leftMs: number | null }[] = [];
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'surveying') return;
    const { says, leftMs } = state.work.progress;
    if (says === 'Comparing the plan with the flash') said.push({ at: clock.now(), leftMs });
  };
  const csv = `nvs,data,nvs,0x9000,0x15000
otadata,data,ota,0x1e000,0x2000
app1,app,ota_1,0x20000,0x1b0000
app0,app,ota_0,0x1d0000,0x1b0000
fs,data,littlefs,0x380000,0x80000
`;
  await session.dispatch({ do: 'change-layout', csv });
  expect(workOf(session, 'planned').plan.stretches).not.toEqual([]);
  const end = said.at(-1)?.at ?? 0;
  const wrong = said.filter(
    ({ leftMs, at }) => leftMs !== null && Math.abs(leftMs - (end - at)) > 500 + 0.3 * (end - at),
  );
  expect(said.filter(({ leftMs }) => leftMs !== null).length).toBeGreaterThan(10);
  expect(wrong).toEqual([]);
});
