/** Stopping a job and losing a board part-way; times are the board's own, as on silicon. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { bytesSource } from '../../session/sources.ts';
import type { World } from '../esp/world.ts';
import { differences, flash, openWorld, workOf } from '../esp/world.ts';
import { LONG } from '../long.ts';

const update = new Uint8Array(readFileSync('public/samples/raft-demo-1.5.0.bin'));

async function planned(baud?: number): Promise<World> {
  const world = openWorld('esp32-raft', baud);
  await world.session.connect();
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('raft-demo-1.5.0.bin', update)] });
  workOf(world.session, 'planned');
  return world;
}

/** Calls back once, when `count` units are verified. */
function whenProved(world: World, count: number, then: () => void): void {
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing') return;
    if (state.work.units.filter((unit) => unit === 'verified').length < count) return;
    world.onState = () => undefined;
    then();
  };
}

describe('stopping while a stretch is written', () => {
  test.each([921600, 115200])('at %i baud acts within a second of the board’s time', LONG, async (baud) => {
    const world = await planned(baud);
    let [from, reading] = [Infinity, Infinity];
    whenProved(world, 32, () => {
      world.onState = (state) => {
        if (state.kind !== 'connected' || state.work.kind !== 'flashing') return;
        // The board is read again once the job has stopped.
        if (state.work.progress.says === 'Reading the board again') reading = Math.min(reading, world.clock.now());
      };
      // Somewhere inside the next stretch.
      world.clock.at(300, () => {
        from = world.clock.now();
        void world.session.dispatch({ do: 'cancel' });
      });
    });
    await flash(world.session);
    const ended = workOf(world.session, 'ended');
    expect(ended).toMatchObject({ outcome: 'stopped', connected: true, start: null });
    expect(reading - from).toBeLessThan(1000);
    // Nothing is left open: every unit was asked for, and the one that was cut short is known to be.
    expect(ended.units.filter((unit) => !['verified', 'waiting', 'incomplete'].includes(unit))).toEqual([]);
    await world.session.dispatch({ do: 'reconnect' });
    await flash(world.session);
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
  });
});

describe('stopping while the board no longer answers', () => {
  test('ends the job within a second or so; connecting again finishes it', LONG, async () => {
    const world = await planned();
    const { board } = world.made;
    const send = board.send.bind(board);
    let from = Infinity;
    whenProved(world, 32, () => {
      board.send = () => {
        board.send = () => undefined;
        from = world.clock.now();
        void world.session.dispatch({ do: 'cancel' });
      };
    });
    await flash(world.session);
    // Stopping takes a second at most, and checking what the units hold takes no time.
    expect(world.clock.now() - from).toBeLessThan(1200);
    const ended = workOf(world.session, 'ended');
    // The page says that the stop cost the link, and offers to reconnect.
    expect(ended).toMatchObject({ outcome: 'stopped', start: null, connected: false, failure: { kind: 'lost' } });
    // What was being written is unknown, and is not reported as anything else.
    expect(ended.units).not.toContain('wrong');
    board.send = send;
    await world.session.dispatch({ do: 'reconnect' });
    await flash(world.session);
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    expect(world.made.flash.violations).toEqual([]);
  });
});

describe('pulling the cable', () => {
  test('while writing ends the job at once; reconnecting finishes it, and the promised bytes are there', async () => {
    const world = await planned();
    const factory = world.made.flash.snapshot();
    let from = 0;
    whenProved(world, 40, () => {
      from = world.clock.now();
      world.port.unplug();
    });
    await flash(world.session);
    expect(world.clock.now() - from).toBeLessThan(1000);
    expect(workOf(world.session, 'ended')).toMatchObject({
      outcome: 'failed',
      connected: false,
      failure: { kind: 'lost' },
    });
    world.port.plug();
    await world.session.dispatch({ do: 'reconnect' });
    expect(workOf(world.session, 'planned').plan.equal.length).toBeGreaterThan(0);
    await flash(world.session);
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    factory.set(update, 0x1d0000);
    // Everything but the one otadata record that makes the board start the new app.
    expect(differences(world.made.beforeStart() ?? new Uint8Array(), factory)).toEqual([[0x1f000, 0x1f01f]]);
    expect(world.made.flash.violations).toEqual([]);
  });

  test('while reading ends the connection at once', async () => {
    const world = openWorld('esp32-raft');
    let from = 0;
    world.onState = (state) => {
      if (state.kind !== 'connecting' || !state.says.startsWith('Reading')) return;
      world.onState = () => undefined;
      from = world.clock.now();
      world.port.unplug();
    };
    await world.session.connect();
    expect(world.clock.now() - from).toBeLessThan(1000);
    expect(world.session.state).toMatchObject({ kind: 'disconnected', failure: { name: 'link-lost' } });
  });

  test('while idle is noticed too, and the files stay selected', LONG, async () => {
    const world = await planned();
    world.port.unplug();
    expect(world.session.state).toMatchObject({ kind: 'disconnected', failure: { kind: 'lost' } });
    world.port.plug();
    await world.session.dispatch({ do: 'reconnect' });
    workOf(world.session, 'planned');
  });
});

test('a board that starts another app than the planned one is not reported as good', LONG, async () => {
  const world = await planned();
  const { board, flash: chip } = world.made;
  const setLines = board.setLines.bind(board);
  // The cells lose the app's header after they were verified: the lines change only for the start.
  board.setLines = (lines) => {
    chip.load(0x1d0000, new Uint8Array(16));
    setLines(lines);
  };
  await flash(world.session);
  const ended = workOf(world.session, 'ended');
  expect(ended.outcome).toBe('verified');
  expect(ended.start?.verdict).toMatchObject({ good: false, partition: { name: 'app0' } });
  expect(ended.start?.verdict?.says).toContain('app0 (0x20000), not app1 as planned: the bootloader fell back.');
});

test('a board that does not answer in its loader is reported with how to get there', async () => {
  const world = openWorld('esp32-raft');
  world.made.board.setLines = () => undefined;
  await world.session.connect();
  expect(world.session.state).toMatchObject({ kind: 'disconnected', failure: { name: 'no-loader', kind: 'lost' } });
}, 20_000);
