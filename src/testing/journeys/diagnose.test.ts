/** A closer look at a board: what is wrong is said with its place, and a lost table is put together again. */
import { expect, test } from 'vitest';
import { openWorld } from '../esp/world.ts';
import type { World } from '../esp/world.ts';

async function diagnosed(world: World, log?: string) {
  await world.session.connect();
  await world.session.dispatch({ do: 'diagnose', ...(log !== undefined && { log }) });
  const { state } = world.session;
  if (state.kind !== 'connected' || state.board.diagnosis === undefined)
    throw new Error(JSON.stringify(state).slice(0, 500));
  return { ...state.board.diagnosis, boot: state.board.boot };
}

test('a sound board is whole, and every check says what was compared', async () => {
  const { says, verdict, found, checks } = await diagnosed(openWorld('esp32-raft'));
  expect(verdict).toBe('good');
  expect(found).toEqual([]);
  expect(says).toBe('The board starts app0. Everything that was read is whole.');
  expect(checks.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'bootloader whole',
    'otadata whole',
    'app0 whole',
    'app1 whole',
    'nvs whole',
    'fs whole',
  ]);
});

test('a table that is gone is put together again from the flash', async () => {
  const world = openWorld('esp32-raft');
  world.made.flash.load(0x8000, new Uint8Array(0x1000).fill(0xff));
  const { says, proposal } = await diagnosed(world);
  expect(says).toMatch(/^Nothing starts\. There is no partition table at 0x8000/);
  expect(proposal?.rows.map(({ row, certainty }) => [row.name, row.offset, row.size, certainty])).toEqual([
    ['nvs', 0x9000, 0x15000, 'likely'],
    ['otadata', 0x1e000, 0x2000, 'likely'],
    ['app0', 0x20000, 0x1b0000, 'likely'],
    ['app1', 0x1d0000, 0x1b0000, 'guess'],
    ['fs', 0x380000, 0x80000, 'sure'],
  ]);
});
