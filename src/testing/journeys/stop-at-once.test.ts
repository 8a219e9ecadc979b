/**
 * A person stops whatever is being done, in every state, and as the board, the port or a file has just stopped answering:
 * within one second the session says that it has stopped, or that the link is lost and why.
 */
import { describe, expect, test } from 'vitest';
import { sleep } from '../../flash/clock.ts';
import type { Source } from '../../flash/dropped-file.ts';
import { memoryStore } from '../../storage/memory-store.ts';
import type { Store } from '../../storage/store.ts';
import { bytesSource } from '../../session/sources.ts';
import { isStoppable } from '../../session/state.ts';
import type { Intent } from '../../session/intents.ts';
import type { SessionState } from '../../session/state.ts';
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import type { Clock } from '../../virtual-boards/clock.ts';
import { openDfuWorld } from '../dfu/world.ts';
import { hexFile, pattern } from '../esp/archives.ts';
import type { AnySession, Between } from '../esp/world.ts';
import { consent, flash, openWorld, standing, workOf } from '../esp/world.ts';
import { testClock } from '../clock.ts';
import { Wire } from '../wire.ts';
import { noise } from '../bytes.ts';
import { byLength, LONG } from '../long.ts';

const LIMIT_MS = 1000;
const APP = buildAppImage({ project: 'stops', version: '1.0.0', seed: 5, size: 100 * 1024 });
const dropped: Intent = { do: 'add-files', files: [bytesSource('app.bin', APP)] };
/** Opcodes of the loaders (esptool docs, serial protocol). */
const OP = { register: 0x0a, digest: 0x13, read: 0xd2 } as const;

/** A promise that is never settled, as of a file on a drive that is gone, or a port whose driver hangs. */
const never = <T>() => new Promise<T>(() => undefined);

/** Something in the middle of which the person stops. */
interface World {
  readonly clock: Clock;
  readonly session: AnySession;
}

/** Stops; the state before it can be stopped, and the one after it came in time. */
async function stop({ clock, session }: World, intent: Intent = { do: 'cancel' }): Promise<string> {
  expect(isStoppable(session.state)).toBe(true);
  const from = clock.now();
  await session.dispatch(intent);
  expect(clock.now() - from).toBeLessThanOrEqual(LIMIT_MS);
  expect(isStoppable(session.state)).toBe(false);
  return standing(session);
}

function onTable(between: Between = {}) {
  const wires: Wire[] = [];
  const wired: Between['wired'] = (board, own) => {
    const wire = new Wire(board, own);
    wires.push(wire);
    return wire;
  };
  const world = openWorld('esp32-raft', 921600, {}, { clock: testClock(), wired, ...between });
  const [wire] = wires;
  if (wire === undefined) throw new Error('no wire');
  return Object.assign(world, { wire });
}

async function connected(between: Between = {}) {
  const world = onTable(between);
  await world.session.connect();
  workOf(world.session, 'idle');
  return world;
}

/** Resolves when the n-th command of a kind goes out; from then on the board says nothing for `ms`. */
function silentAt({ wire }: { readonly wire: Wire }, op: number, nth: number, ms: number): Promise<void> {
  return new Promise((resolve) => {
    let left = nth;
    wire.onCommand = (each) => {
      if (each !== op || --left !== 0) return;
      wire.pause(ms);
      resolve();
    };
  });
}

/** Resolves with the first state that is as wanted. */
function when(world: { onState: (state: SessionState) => void }, wanted: (state: SessionState) => boolean) {
  return new Promise<void>((resolve) => {
    world.onState = (state) => {
      if (wanted(state)) resolve();
    };
  });
}

/** The board falls silent for good, or answers as always. */
const SILENT_OR_NOT = [
  ['answers', 0],
  ['falls silent', Infinity],
] as const;

for (const [options, boards] of byLength(SILENT_OR_NOT, ([how]) => how === 'answers'))
  describe.each(boards)('an ESP32 that %s', options, (_how, ms) => {
    const lost = ms === Infinity;

    test.each([
      ['is being connected', OP.register, 1],
      ['is being read', OP.read, 3],
    ])('as it %s', async (_, op, nth) => {
      const world = onTable();
      const moment = silentAt(world, op, nth, ms);
      const connecting = world.session.connect();
      await moment;
      expect(await stop(world)).toMatch(lost ? /^disconnected(: lost stop-cost-link)?$/ : /^disconnected$/);
      await connecting;
    });

    test.each<[string, Intent, number]>([
      ['is surveyed', dropped, OP.digest],
      ['is examined', { do: 'examine' }, OP.read],
      ['is backed up', { do: 'back-up', range: null }, OP.digest],
      [
        'is read out for a backup',
        { do: 'back-up', range: { region: 'flash', address: 0x9000, size: 0x15000 } },
        OP.read,
      ],
    ])('as it %s', async (_, intent, op) => {
      const world = await connected();
      const moment = silentAt(world, op, 1, ms);
      const working = world.session.dispatch(intent);
      await moment;
      expect(await stop(world)).toBe(lost ? 'disconnected: lost stop-cost-link' : 'connected');
      await working;
    });

    test('as it starts what was written', LONG, async () => {
      const world = await connected();
      await world.session.dispatch(dropped);
      for (const { kind } of workOf(world.session, 'planned').asks) await consent(world.session, kind);
      const starting = when(world, (state) => state.kind === 'connected' && state.work.kind === 'starting');
      // A silent one would be listened to for five seconds.
      if (lost) world.wire.onLines = () => (world.wire.toHost = () => null);
      const working = flash(world.session);
      await starting;
      await stop(world);
      // It was not left in reset.
      await sleep(world.clock, 3000);
      expect(world.made.beforeStart()).not.toBeNull();
      await working;
      expect(workOf(world.session, 'ended').outcome).toBe('verified');
    });
  });

describe('an ESP32 whose port hangs', () => {
  const hanging = (method: 'open' | 'close') => (port: SerialPort) =>
    new Proxy(port, {
      get: (own, key) => {
        if (key === method) return () => never<void>();
        const value: unknown = Reflect.get(own, key, own);
        return typeof value === 'function' ? value.bind(own) : value;
      },
    });

  test('as it is opened', async () => {
    const world = onTable({ through: hanging('open') });
    void world.session.connect();
    await sleep(world.clock, 1);
    expect(await stop(world, { do: 'disconnect' })).toBe('disconnected');
  });

  test('as it is closed', async () => {
    const world = onTable({ through: hanging('close') });
    const moment = silentAt(world, OP.register, 1, 0);
    void world.session.connect();
    await moment;
    expect(await stop(world, { do: 'disconnect' })).toBe('disconnected');
  });
});

describe('a browser whose storage does not answer', () => {
  test.each<[string, 'jobs' | 'have' | 'draft' | 'put', Intent | null]>([
    ['as the board is connected', 'jobs', null],
    ['as the board is surveyed', 'have', dropped],
    ['as a backup begins', 'draft', { do: 'back-up', range: null }],
    ['as a backup is looked up', 'have', { do: 'back-up', range: null }],
    ['as a backup is stored', 'put', { do: 'back-up', range: null }],
  ])('%s', async (_, asked, intent) => {
    let reached = (): void => undefined;
    const moment = new Promise<void>((resolve) => (reached = resolve));
    const hang = () => {
      reached();
      return never<never>();
    };
    const kept = memoryStore();
    const putless = async () => ({ ...(await kept.draft()), put: hang });
    const part: Partial<Store> = asked === 'put' ? { draft: putless } : { [asked]: hang };
    const store: Store = { ...kept, ...part };
    const world = intent === null ? onTable({ store }) : await connected({ store });
    const working = intent === null ? world.session.connect() : world.session.dispatch(intent);
    await moment;
    expect(await stop(world)).toBe(intent === null ? 'disconnected' : 'connected');
    await working;
  });
});

describe('files', () => {
  const big = hexFile([[0x10000, pattern(1 << 20, 3)]]);

  /** A session to which every look at the clock takes 3 ms, and that calls `onTurn` when it lets other tasks run. */
  async function slow(onTurn: () => void) {
    let late = 0;
    const appClock = (clock: Clock): Clock => ({ ...clock, now: () => clock.now() + (late += 3) });
    return connected({
      appClock,
      turn: () => {
        onTurn();
        return Promise.resolve();
      },
    });
  }

  test('a file that never answers, such as one on a drive that is gone', async () => {
    const world = await connected();
    const gone: Source = { path: 'gone.bin', size: 4096, read: () => never() };
    const working = world.session.dispatch({ do: 'add-files', files: [gone] });
    await sleep(world.clock, 1);
    expect(await stop(world)).toBe('connected');
    await working;
    const { state } = world.session;
    expect(state.kind === 'connected' && state.containers.map(({ name, failure }) => [name, failure?.name])).toEqual([
      ['gone.bin', 'unpacking-stopped'],
    ]);
    // The next file is not held up by the one that was stopped.
    await world.session.dispatch(dropped);
    expect(workOf(world.session, 'planned').summary).toContain('erase units');
  });

  test('in the middle of unpacking: nothing more is read of the file', LONG, async () => {
    let reads = 0;
    let stopped: Promise<string> | null = null;
    let until = 1;
    const world = await slow(() => {
      if (--until === 0) stopped = stop(world);
    });
    const file = bytesSource('big.hex', new TextEncoder().encode(big));
    const counted: Source = { ...file, read: (from, to) => (reads++, file.read(from, to)) };
    await world.session.dispatch({ do: 'add-files', files: [counted] });
    expect(await stopped).toBe('connected');
    expect(reads).toBeLessThan(3);
    workOf(world.session, 'idle');
  });

  test('in the middle of planning', LONG, async () => {
    let stopped: Promise<string> | null = null;
    const world = await slow(() => {
      const { state } = world.session;
      const says = state.kind === 'connected' && 'progress' in state.work ? state.work.progress.says : '';
      if (says.startsWith('Comparing')) stopped ??= stop(world);
    });
    const app = buildAppImage({ project: 'long', version: '1.0.0', seed: 5, size: 0x100000 });
    await world.session.dispatch({ do: 'add-files', files: [bytesSource('app.bin', app)] });
    expect(await stopped).toBe('connected');
    workOf(world.session, 'idle');
    // Whoever changes their mind gets the plan.
    await world.session.dispatch({ do: 'plan-files' });
    workOf(world.session, 'planned');
  });

  test('another drop meanwhile: both are read, and neither counts as stopped', LONG, async () => {
    const file = bytesSource('big.hex', new TextEncoder().encode(big));
    let second: Promise<void> | null = null;
    const world = await slow(() => {
      second ??= world.session.dispatch(dropped);
    });
    await world.session.dispatch({ do: 'add-files', files: [file] });
    await second;
    const { state } = world.session;
    expect(state.kind === 'connected' && state.containers.map(({ failure }) => failure)).toEqual([null]);
    expect(state.kind === 'connected' && state.files.map(({ name }) => name)).toContain('app.bin');
  });
});

/** DFU requests (DFU 1.1, table 3.2), and the standard request for a descriptor (USB 2.0, table 9-4). */
const [UPLOAD, GETSTATUS, GET_DESCRIPTOR] = [2, 3, 6];
const HEX = bytesSource('a.hex', new TextEncoder().encode(hexFile([[0x080e0000, noise(0x10000, 9)]])));

for (const [options, boards] of byLength(SILENT_OR_NOT, ([how]) => how === 'answers'))
  describe.each(boards)('a board in DFU mode that %s', options, (_how, ms) => {
    const lost = ms === Infinity;

    /** A board whose n-th request of a kind, after `arm` was called, is reported; from then on it may be silent. */
    function onBus(wanted: number, nth: number) {
      let [armed, left, silent] = [false, nth, false];
      let reached = (): void => undefined;
      const moment = new Promise<void>((resolve) => (reached = resolve));
      const heard = (request: number) => {
        if (!armed || request !== wanted || --left !== 0) return;
        silent = ms === Infinity;
        reached();
      };
      const world = openDfuWorld(
        'stm32f405',
        (device) => device,
        (device) => {
          const transfers: Pick<USBDevice, 'controlTransferIn' | 'controlTransferOut'> = {
            controlTransferIn: (setup, length) => {
              heard(setup.request);
              return silent ? never() : device.controlTransferIn(setup, length);
            },
            controlTransferOut: (setup, ...data) => {
              heard(setup.request);
              return silent ? never() : device.controlTransferOut(setup, ...data);
            },
          };
          return new Proxy(device, {
            get: (_, key) => {
              const own: unknown = Reflect.get(transfers, key);
              const value: unknown = own ?? Reflect.get(device, key, device);
              return typeof value === 'function' && own === undefined ? value.bind(device) : value;
            },
          });
        },
      );
      return { ...world, moment, arm: () => (armed = true) };
    }

    test.each([
      ['a descriptor', GET_DESCRIPTOR, 1],
      ['its status', GETSTATUS, 1],
      ['its content', UPLOAD, 4],
    ])('as it is connected and asked for %s', async (_, request, nth) => {
      const world = onBus(request, nth);
      world.arm();
      const connecting = world.session.connect();
      await world.moment;
      expect(await stop(world)).toMatch(lost ? /^disconnected(: lost dfu-no-answer)?$/ : /^disconnected$/);
      await connecting;
    });

    test.each<[string, Intent, string]>([
      ['surveyed', { do: 'add-files', files: [HEX] }, 'connected'],
      ['examined', { do: 'read-out' }, 'connected'],
      ['backed up', { do: 'back-up', range: null }, 'connected'],
    ])('as it is %s', async (_, intent, calm) => {
      const world = onBus(UPLOAD, 2);
      await world.session.connect();
      world.arm();
      const working = world.session.dispatch(intent);
      await world.moment;
      expect(await stop(world)).toBe(lost ? 'disconnected: lost dfu-no-answer' : calm);
      await working;
    });
  });
