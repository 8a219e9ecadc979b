/** Stopping while a megabyte is written in one transfer: times are the board's own, as on silicon. */
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../virtual-boards/clock.ts';
import type { UartBoard } from '../../virtual-boards/uart.ts';
import { Wire } from '../wire.ts';
import { bytesSource } from '../../session/sources.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { plannedUnits } from '../../flash/plan.ts';
import { consent, flash, openWorld, workOf } from '../esp/world.ts';

const SLOT = 0x1d0000;
const app = (seed: number) => buildAppImage({ project: 'long', version: '1.0.0', seed, size: 0x180000 });

/** Writes an app of 1.5 MB to the spare slot and stops at a share of its first transfer: how it ended, and after how many ms. */
async function stopAt(share: number, held: Uint8Array | null) {
  const world = openWorld('esp32-raft');
  if (held !== null) world.made.flash.load(SLOT, held);
  await world.session.connect();
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', app(3))] });
  for (const { kind } of workOf(world.session, 'planned').asks) await consent(world.session, kind);
  let [from, reading] = [Infinity, Infinity];
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing') return;
    const { says, done, total } = state.work.progress;
    if (says === 'Reading the board again') reading = Math.min(reading, world.clock.now());
    if (from < Infinity || !says.startsWith('Writing') || done < share * Math.min(total, 0x100000)) return;
    from = world.clock.now();
    void world.session.dispatch({ do: 'cancel' });
  };
  await flash(world.session);
  return { world, ended: workOf(world.session, 'ended'), ms: reading - from };
}

describe.each([
  ['a blank slot', null],
  ['a slot that holds another app', app(4)],
])('in %s', (_, held) => {
  test.each([0.1, 0.9])('a stop at %f of the transfer takes effect within a second', async (share) => {
    const { world, ended, ms } = await stopAt(share, held);
    expect(ms).toBeLessThan(1000);
    expect(ended).toMatchObject({ outcome: 'stopped', connected: true, failure: { kind: 'stopped' } });
    const cells = world.made.flash.snapshot();
    const image = app(3);
    const wrong = plannedUnits(ended.plan).filter(({ address }, i) => {
      const now = cells.subarray(address, address + 0x1000);
      const holds = (data: Uint8Array | null) =>
        Buffer.compare(
          now,
          data?.subarray(address - SLOT, address - SLOT + 0x1000) ?? new Uint8Array(0x1000).fill(0xff),
        ) === 0;
      const isApp = address >= SLOT;
      switch (ended.units[i]) {
        case 'verified':
          return !isApp || !holds(image);
        case 'waiting':
          return isApp && !holds(held);
        case 'incomplete':
          return !isApp || holds(image);
        // What there was no time for is said to be unknown.
        default:
          return ended.units[i] !== 'unknown';
      }
    });
    expect(wrong).toEqual([]);
    expect(ended.units).toContain('verified');
    expect(ended.units.filter((unit) => unit === 'unknown').length).toBeLessThan(128);
    // Nothing that is unknown is taken for granted.
    await world.session.dispatch({ do: 'reconnect' });
    const { state } = world.session;
    const job = (state.kind === 'connected' && state.interrupted?.job) || '';
    await world.session.dispatch({ do: 'resume', job });
    expect(workOf(world.session, 'ended').outcome).toBe('verified');
    expect(Buffer.compare(world.made.flash.read(SLOT, image.length), image)).toBe(0);
  });
});

/** A wire to a board that takes as long for a digest as esptool waits for one: 8 s for a MiB (`MD5_TIMEOUT_PER_MB`). */
class Slow extends Wire {
  digesting = (): void => undefined;

  override send(bytes: Uint8Array): void {
    super.send(bytes);
    if (bytes[0] !== 0xc0 || bytes[1] !== 0 || bytes[2] !== 0x13) return;
    const size = new DataView(bytes.buffer, bytes.byteOffset).getUint32(13, true);
    this.pause((size / 0x100000) * 8000);
    this.digesting();
  }
}

test('with the ROM loader alone, a stop while what was written is verified is answered within a second, on a slow chip too', async () => {
  const wires: Slow[] = [];
  const wired = (board: UartBoard, clock: Clock) => {
    const wire = new Slow(board, clock);
    wires.push(wire);
    return wire;
  };
  const world = openWorld('esp32-raft', undefined, { stub: false }, { wired });
  await world.session.connect();
  await world.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', app(3))] });
  for (const { kind } of workOf(world.session, 'planned').asks) await consent(world.session, kind);
  let from = Infinity;
  for (const wire of wires)
    wire.digesting = () => {
      const { state } = world.session;
      const isWritten =
        state.kind === 'connected' && state.work.kind === 'flashing' && state.work.units.includes('written');
      if (!isWritten || from < Infinity) return;
      from = world.clock.now();
      void world.session.dispatch({ do: 'cancel' });
    };
  let reading = Infinity;
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'flashing') return;
    if (state.work.progress.says === 'Reading the board again') reading = Math.min(reading, world.clock.now());
  };
  await flash(world.session);
  expect(reading - from).toBeLessThanOrEqual(1000);
  const ended = workOf(world.session, 'ended');
  expect(ended).toMatchObject({ outcome: 'stopped', connected: true, failure: { kind: 'stopped' } });
});
