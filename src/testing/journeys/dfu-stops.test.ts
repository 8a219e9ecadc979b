/**
 * A person stops just as a board in DFU mode pauses or falls silent: either the session keeps working, or it says that the link
 * is lost and reconnecting works. A lost link is never mistaken for the person's own stop.
 */
import { describe, expect, test } from 'vitest';
import type { Clock } from '../../virtual-boards/clock.ts';
import { bytesSource } from '../../session/sources.ts';
import type { Intent } from '../../session/intents.ts';
import { isStoppable } from '../../session/state.ts';
import type { DfuWorld } from '../dfu/world.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { consent, flash, standing, workOf } from '../esp/world.ts';
import { noise } from '../bytes.ts';
import { byLength } from '../long.ts';

/** DFU requests (DFU 1.1, table 3.2). */
const [DNLOAD, UPLOAD] = [1, 2];

const DATA = noise(0x10000, 9);
const ADDRESS = 0x080e0000;
const dropped: Intent = { do: 'add-files', files: [bytesSource(`0x${ADDRESS.toString(16)}.bin`, DATA)] };

/** Transfers that can be delayed. */
class Bus {
  /** Called for each class request before it goes out. */
  onRequest = (_: number): void => undefined;
  #until = 0;

  constructor(private readonly clock: Clock) {}

  /** No transfer is answered for `ms`; Infinity: ever again. */
  pause(ms: number): void {
    this.#until = this.clock.now() + ms;
  }

  endFaults(): void {
    this.#until = 0;
  }

  wrap(device: USBDevice): USBDevice {
    const transfers: Pick<USBDevice, 'controlTransferIn' | 'controlTransferOut'> = {
      controlTransferIn: (setup, length) => this.#later(setup, () => device.controlTransferIn(setup, length)),
      controlTransferOut: (setup, ...data) => this.#later(setup, () => device.controlTransferOut(setup, ...data)),
    };
    return new Proxy(device, {
      get: (_, key) => {
        const own: unknown = Reflect.get(transfers, key);
        const value: unknown = own ?? Reflect.get(device, key, device);
        return typeof value === 'function' && own === undefined ? value.bind(device) : value;
      },
    });
  }

  async #later<T>({ requestType, request }: USBControlTransferParameters, transfer: () => Promise<T>): Promise<T> {
    if (requestType === 'class') this.onRequest(request);
    const late = this.#until - this.clock.now();
    if (late === Infinity) return new Promise<never>(() => undefined);
    if (late > 0) await new Promise<void>((resolve) => this.clock.at(late, resolve));
    return transfer();
  }
}

interface Stopping extends DfuWorld {
  readonly bus: Bus;
}

async function connected(): Promise<Stopping> {
  const buses: Bus[] = [];
  const world = openDfuWorld(
    'stm32f405',
    (device) => device,
    (device, _, clock) => {
      const bus = buses[0] ?? new Bus(clock);
      buses[0] = bus;
      return bus.wrap(device);
    },
  );
  await world.session.connect();
  const [bus] = buses;
  if (bus === undefined) throw new Error('no bus');
  return Object.assign(world, { bus });
}

async function planned(world: Stopping): Promise<Stopping> {
  const { session } = world;
  await session.dispatch(dropped);
  const { state } = session;
  const file = state.kind === 'connected' ? state.files[0] : undefined;
  const place = file?.choices.find(({ address }) => address === ADDRESS);
  if (file === undefined || place === undefined) throw new Error('no such place');
  await session.dispatch({ do: 'place', id: file.id, choice: place.id });
  for (const { kind } of workOf(session, 'planned').asks) await consent(session, kind);
  return world;
}

const MOMENTS: readonly (readonly [string, (world: Stopping) => Promise<unknown>, number, number])[] = [
  ['reads everything', ({ session }) => session.dispatch({ do: 'read-out' }), UPLOAD, 5],
  ['surveys', (world) => planned(world).catch(() => undefined), UPLOAD, 3],
  ['writes', async (world) => flash((await planned(world)).session), DNLOAD, 12],
];

const PAUSES: readonly (readonly [string, number])[] = [
  ['pauses 0.5 s', 500],
  // A write waits for what the device has begun; a read is given up.
  ['pauses 1.5 s', 1500],
  ['falls silent', Infinity],
  // The stop takes effect, and then the board does not return to idle.
  ['falls silent with the next request', Infinity],
];

describe.each(MOMENTS)('while a session %s', (what, begin, request, nth) => {
  for (const [options, pauses] of byLength(PAUSES, ([how]) => how === 'pauses 1.5 s' || how === 'falls silent'))
    test.each(pauses)('and a person stops as the board %s', options, async (how, ms) => {
      const world = await connected();
      const { session, bus } = world;
      let left = nth;
      let stopped: Promise<void> | null = null;
      bus.onRequest = (each) => {
        if (each !== request || --left !== 0) return;
        if (how.endsWith('next request')) queueMicrotask(() => bus.pause(ms));
        else bus.pause(ms);
        stopped = session.dispatch({ do: 'cancel' });
      };
      await begin(world);
      await stopped;
      expect(stopped).not.toBeNull();
      const lost = `${what === 'writes' ? 'ended' : 'disconnected'}: lost dfu-no-answer`;
      const gone = ms === Infinity || (ms > 1000 && what !== 'writes');
      expect(standing(session)).toBe(gone ? lost : 'connected');

      // Either way the work can be done now.
      bus.endFaults();
      if (gone || what === 'writes') await session.dispatch({ do: 'reconnect' });
      for (const { id } of session.state.kind === 'connected' ? session.state.files : [])
        await session.dispatch({ do: 'remove-file', id });
      await planned(world);
      await flash(session);
      expect(workOf(session, 'ended').outcome).toBe('verified');
      expect(Buffer.compare(world.made.flash.read(ADDRESS, DATA.length), DATA)).toBe(0);
    });
});

test('a board in DFU mode has no output to listen to, so a stop as it starts changes nothing', async () => {
  const world = await planned(await connected());
  const { session } = world;
  const logs: (string | null)[] = [];
  world.onState = (state) => {
    if (state.kind !== 'connected' || state.work.kind !== 'starting') return;
    logs.push(state.work.bootLog);
    expect(isStoppable(state)).toBe(false);
    void session.dispatch({ do: 'cancel' });
  };
  await flash(session);
  expect(new Set(logs)).toEqual(new Set([null]));
  expect(workOf(session, 'ended')).toMatchObject({
    outcome: 'verified',
    start: { verdict: { good: null, says: 'The board left DFU mode. It does not report what it starts.' } },
    report: { start: { good: null } },
  });
});
