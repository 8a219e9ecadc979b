/** An app of which only a part was written is not called one that starts, whatever its first bytes say. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { bytesSource } from '../../session/sources.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import { VIRTUAL_BOARDS } from '../../virtual-boards/virtual-boards.ts';
import { testClock } from '../clock.ts';
import { espKind } from '../interruptions/esp-pages.ts';
import { intelHex } from '../interruptions/intel-hex.ts';
import type { AnySession, World } from '../esp/world.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';

const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));
const INCOMPLETE = 'Incomplete: a write to it was interrupted.';

/** A board on which the update ended after some of its units: by Stop, or because its cable was pulled. */
async function stopped(place: string | null, how: 'stop' | 'pull' = 'stop'): Promise<World> {
  const world = openWorld('esp32-raft');
  const { session } = world;
  await session.connect();
  await session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', update)] });
  if (session.state.kind !== 'connected') throw new Error('the board is not connected');
  const [file] = session.state.files;
  if (place !== null) await session.dispatch({ do: 'place', id: file?.id ?? 0, choice: place });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  await session.dispatch({ do: 'compare', file: bytesSource('before.bin', world.made.flash.snapshot()) });
  expect(session.state).toMatchObject({ comparison: { comparison: { different: 0 } } });
  let from: number | undefined;
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing') return;
    // What is kept comes first; then a third of the app is sent.
    const { units, progress } = state.work;
    if (!units.includes('unknown')) return;
    from ??= progress.done;
    if (progress.done < from + 0x34000) return;
    world.onState = () => undefined;
    if (how === 'pull') world.port.unplug();
    else void session.dispatch({ do: 'cancel' });
  };
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe(how === 'pull' ? 'failed' : 'stopped');
  return world;
}

/** What is shown of a partition, and what is said to start next. */
function shown(
  { session }: { readonly session: AnySession },
  address: number,
): readonly [says: string, starts: string | null | undefined] {
  if (session.state.kind !== 'connected') throw new Error('the board is not connected');
  const { contents, boot } = session.state.board;
  return [contents.find((content) => content.address === address)?.says ?? '', boot?.partition?.name ?? null];
}

/** The sentence on what starts next. */
function boot({ session }: { readonly session: AnySession }): string {
  return session.state.kind === 'connected' ? (session.state.board.boot?.says ?? '') : '';
}

test('the slot of an interrupted update is incomplete until it is written whole, whoever abandons it', async () => {
  const world = await stopped(null);
  const { session } = world;
  expect(shown(world, 0x1d0000)).toEqual([expect.stringContaining(INCOMPLETE), 'app0']);
  expect(boot(world)).toContain('If it does not load, the bootloader tries app1 (incomplete).');
  if (session.state.kind !== 'connected') throw new Error('the board is not connected');
  const held = session.state.board.contents.find(({ address }) => address === 0x1d0000);
  expect(held?.brief).toBe('raft-demo 1.5.0, incomplete');
  const job = session.state.interrupted?.job ?? '';
  await session.dispatch({ do: 'abandon-job', job });
  expect(shown(world, 0x1d0000)).toEqual([expect.stringContaining(INCOMPLETE), 'app0']);
  await session.dispatch({ do: 'reconnect' });
  expect(shown(world, 0x1d0000)).toEqual([expect.stringContaining(INCOMPLETE), 'app0']);
  await flash(session);
  await session.dispatch({ do: 'reconnect' });
  expect(shown(world, 0x1d0000)).toEqual([expect.not.stringContaining('Incomplete'), 'app1']);
});

test('the running app, cut short while it was overwritten, is not said to start', async () => {
  const world = await stopped('app0@131072');
  expect(shown(world, 0x20000)).toEqual([expect.stringContaining(INCOMPLETE), null]);
  await world.session.dispatch({ do: 'reconnect' });
  expect(shown(world, 0x20000)).toEqual([expect.stringContaining(INCOMPLETE), null]);
});

test('what an interrupted erase left behind a blank start is incomplete, and never called blank', async () => {
  const world = openWorld('esp32-raft');
  const { session } = world;
  await session.connect();
  await session.dispatch({ do: 'set', id: 'erase', value: 'all' });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  world.onState = () => {
    if (world.made.flash.read(0x380000, 0x2000).some((byte) => byte !== 0xff)) return;
    world.onState = () => undefined;
    void session.dispatch({ do: 'cancel' });
  };
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('stopped');
  const BLANK = `Blank (erased) in its first 8 KiB. ${INCOMPLETE}`;
  expect(shown(world, 0x380000)[0]).toBe(BLANK);
  await session.dispatch({ do: 'reconnect' });
  expect(shown(world, 0x380000)[0]).toBe(BLANK);
  if (session.state.kind !== 'connected') throw new Error('the board is not connected');
  expect(session.state.board.contents.find(({ address }) => address === 0x380000)?.brief).toBe(
    'blank at its start, incomplete',
  );
});

test('while the board is lost nothing is said of what was written, but what was not touched starts as before', async () => {
  const world = await stopped(null, 'pull');
  expect(shown(world, 0x1d0000)).toEqual(['Not read since it was written.', 'app0']);
  expect(boot(world)).toContain('If it does not load, the bootloader tries app1 (incomplete).');
  // It was equal to a file before.
  expect(world.session.state).not.toHaveProperty('comparison');
});

test('while the board is lost in a write to the app that starts, it is unknown what starts', async () => {
  const world = await stopped('app0@131072', 'pull');
  expect(world.session.state).toMatchObject({ kind: 'connected', board: { boot: null } });
});

test('an app with bytes of a file in its middle is checked after that job and on each connection, until they are restored', async () => {
  const entry = VIRTUAL_BOARDS.find(({ id }) => id === 'esp32-raft');
  if (entry === undefined) throw new Error('no such board');
  const world = espKind(entry, testClock()).open({ store: memoryStore(), onRestart: () => undefined });
  const { session } = world;
  const WOULD_NOT = expect.stringContaining('Read completely: it would not start.');
  const HEADER_ONLY = expect.not.stringContaining('Read completely');
  await session.connect();
  expect(shown(world, 0x20000)).toEqual([HEADER_ONLY, 'app0']);
  const piece = intelHex(0x28000, new Uint8Array(0x800).fill(0x5a));
  await session.dispatch({ do: 'add-files', files: [bytesSource('piece.hex', piece)] });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  await flash(session);
  expect(workOf(session, 'ended').outcome).toBe('verified');
  expect(shown(world, 0x20000)).toEqual([WOULD_NOT, null]);
  await session.dispatch({ do: 'reconnect' });
  expect(shown(world, 0x20000)).toEqual([WOULD_NOT, null]);
  const [job] = await world.store.jobs();
  await session.dispatch({ do: 'restore', backup: job?.id ?? '' });
  await flash(session);
  expect(shown(world, 0x20000)).toEqual([HEADER_ONLY, 'app0']);
  await session.dispatch({ do: 'reconnect' });
  expect(shown(world, 0x20000)).toEqual([HEADER_ONLY, 'app0']);
});

test('a stop at any moment of reading the board puts off the check of such an app to the next plan', async () => {
  const world = openWorld('esp32-raft');
  const { session, clock } = world;
  await session.connect();
  const piece = intelHex(0x28000, new Uint8Array(0x800).fill(0x5a));
  await session.dispatch({ do: 'add-files', files: [bytesSource('piece.hex', piece)] });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  await flash(session);
  if (session.state.kind !== 'connected') throw new Error('the board is not connected');
  for (const { id } of session.state.files) await session.dispatch({ do: 'remove-file', id });
  /** Reconnects, with a stop so many ms after the first screen; how long everything behind that took, in ms. */
  const reconnect = async (stopAfter: number | null): Promise<number> => {
    let from = Infinity;
    world.onState = (state) => {
      if (state.kind !== 'connected') return;
      world.onState = () => undefined;
      from = clock.now();
      if (stopAfter !== null) clock.at(stopAfter, () => void session.dispatch({ do: 'cancel' }));
    };
    await session.dispatch({ do: 'reconnect' });
    return clock.now() - from;
  };
  const whole = await reconnect(null);
  const wouldNot = [expect.stringContaining('Read completely: it would not start.'), null];
  expect(shown(world, 0x20000)).toEqual(wouldNot);
  for (const part of [0.05, 0.2, 0.4, 0.6, 0.8, 0.95]) {
    await reconnect(whole * part);
    expect(workOf(session, 'idle')).toEqual({ kind: 'idle' });
    await session.dispatch({ do: 'plan-files' });
    expect([part, ...shown(world, 0x20000)]).toEqual([part, ...wouldNot]);
  }
});
