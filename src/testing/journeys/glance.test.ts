/** The first screen comes before everything is read: it says so, and nothing is planned from it. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { espFamily } from '../../esp/family.ts';
import { bytesSource } from '../../session/sources.ts';
import type { SessionState } from '../../session/state.ts';
import type { World } from '../esp/world.ts';
import { flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));
const dropped = { do: 'add-files', files: [bytesSource('raft-demo-1.5.0.bin', update)] } as const;

/** Connects, and calls `then` at the first screen. */
async function connected(world: World, then: (state: Extract<SessionState, { kind: 'connected' }>) => unknown) {
  let done: unknown = null;
  world.onState = (state) => {
    if (state.kind !== 'connected') return;
    world.onState = () => undefined;
    done = then(state);
  };
  await world.session.connect();
  await done;
}

function shown({ session: { state } }: World): string[] {
  return state.kind === 'connected' ? state.board.contents.map(({ says }) => says) : [];
}

test('the first screen shows the board, its table and what starts; what was not read yet is called so', async () => {
  const world = openWorld('esp32-raft');
  await connected(world, ({ board, work }) => {
    expect(board.identity).toMatchObject({ chip: 'ESP32', key: { value: '24:6f:28:ab:cd:ef' } });
    expect(board.layout.partitions.map(({ name }) => name)).toContain('app1');
    expect(board.boot?.partition?.name).toBe('app0');
    expect(board.protections.length).toBeGreaterThan(0);
    expect(board.contents.map(({ says }) => says)).toEqual([
      'Outside every partition: not read.',
      'A bootloader for the ESP32 and 4 MiB of flash, made with ESP-IDF v5.3.1. Its header says DIO, 40 MHz.',
      '5 partitions, its MD5 is correct.',
      'Not read yet.',
      'Entry 1 is used: sequence number 1, state UNDEFINED (no trial is pending), CRC correct. Entry 2 is not: it is blank.',
      'The app raft-demo 1.4.2 for the ESP32, made with ESP-IDF v5.3.1.',
      'Blank (erased) in its first 1 KiB.',
      'Not read yet.',
    ]);
    expect(work).toMatchObject({ kind: 'surveying', progress: { says: 'Reading what the partitions hold' } });
  });
  workOf(world.session, 'idle');
  expect(shown(world).filter((says) => says.includes('ot read'))).toEqual([]);
  expect(shown(world)).toContain('Settings (NVS): 11 entries of 32 bytes in 1 page.');
});

test('a file that is dropped on the first screen is planned for once everything is read', LONG, async () => {
  const [early, late] = [openWorld('esp32-raft'), openWorld('esp32-raft')];
  await connected(early, () => early.session.dispatch(dropped));
  await late.session.connect();
  await late.session.dispatch(dropped);
  expect(shown(early)).toEqual(shown(late));
  expect(workOf(early.session, 'planned').plan).toEqual(workOf(late.session, 'planned').plan);
  await flash(early.session);
  expect(workOf(early.session, 'ended').outcome).toBe('verified');
});

test('what is asked for on the first screen waits for the reading and does not begin it again', async () => {
  let inspected = 0;
  const inspect: typeof espFamily.inspect = (...how) => {
    inspected++;
    return espFamily.inspect(...how);
  };
  const world = openWorld('esp32-raft', 921600, {}, { family: { ...espFamily, inspect } });
  await connected(world, () => world.session.dispatch(dropped));
  workOf(world.session, 'planned');
  expect(inspected).toBe(1);
});

test('a stop on the first screen leaves the board connected; whatever comes next reads it first', async () => {
  const world = openWorld('esp32-raft');
  await connected(world, () => world.session.dispatch({ do: 'cancel' }));
  workOf(world.session, 'idle');
  expect(shown(world)).toContain('Not read yet.');
  const nvs = { region: 'flash', address: 0x9000, size: 0x15000 };
  await world.session.dispatch({ do: 'open-contents', range: nvs });
  expect(shown(world)).not.toContain('Not read yet.');
  const { state } = world.session;
  expect(state.kind === 'connected' ? state.contents : null).not.toBeNull();
});

test('a stop while something waits for the first screen to be read whole ends both, and says so', async () => {
  const world = openWorld('esp32-raft');
  let dropping: Promise<void> = Promise.resolve();
  await connected(world, () => {
    dropping = world.session.dispatch(dropped);
    return world.session.dispatch({ do: 'cancel' });
  });
  await dropping;
  expect(workOf(world.session, 'idle')).toEqual({ kind: 'idle' });
});
