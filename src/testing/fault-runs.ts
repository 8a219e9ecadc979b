/**
 * Whole runs on faulty boards: a job that meets its faults must end either verified with the intended flash or in a named
 * failure, and a clean second job must end with the whole flash as intended.
 */
import type { Clock } from '../virtual-boards/clock.ts';
import { buildAppImage } from '../virtual-boards/esp/firmware/app-image.ts';
import { FaultyUsb } from '../virtual-boards/faults/faulty-device.ts';
import type { FaultyPort } from '../virtual-boards/faults/faulty-port.ts';
import { faultyPort } from '../virtual-boards/faults/faulty-port.ts';
import type { FlashFault } from '../virtual-boards/faults/flash-faults.ts';
import { FlashFaults } from '../virtual-boards/faults/flash-faults.ts';
import type { FaultScript } from '../virtual-boards/faults/script.ts';
import { faultScript } from '../virtual-boards/faults/script.ts';
import type { SerialFault } from '../virtual-boards/faults/serial-faults.ts';
import type { UsbFault } from '../virtual-boards/faults/usb-faults.ts';
import { isEqualBytes, noise } from './bytes.ts';
import { buildModule } from './dfu/particle-images.ts';
import { bytesSource } from '../session/sources.ts';
import { openDfuWorld } from './dfu/world.ts';
import type { AnySession } from './esp/world.ts';
import { consent, differences, flash, openWorld } from './esp/world.ts';

/** A board and its session under faults. */
export interface Bench {
  readonly session: AnySession & { connect(): Promise<void> };
  readonly clock: Clock;
  readonly file: readonly [name: string, data: Uint8Array];
  /** The whole flash now: a view, not a copy. */
  readonly cells: () => Uint8Array;
  readonly violations: () => number;
  readonly flashFaults: FlashFaults;
  /** Ends all faults; the board stays as it is, or is powered up again. */
  endFaults(): void;
  /** How many events the faults of a script have counted so far. */
  readonly counts: () => Readonly<Record<string, number>>;
}

/** How a run went: the first job's end, and everything that went wrong. */
export interface FaultRun {
  readonly ended: string;
  readonly wrong: readonly string[];
}

/** Faults of a run on an Espressif board, by where they occur. */
export interface EspScripts {
  readonly serial?: FaultScript<SerialFault>;
  readonly flash?: FaultScript<FlashFault>;
  /** Whether a port that vanishes takes the board's power with it. */
  readonly cable?: boolean;
  /** In baud; 0 leaves it to the app, which then repairs a link. */
  readonly speed?: number;
}

/** Faults of a run on a DFU board, by where they occur. */
export interface DfuScripts {
  readonly usb?: FaultScript<UsbFault>;
  readonly flash?: FaultScript<FlashFault>;
}

/** Time limit of a job, in ms of the board's time; the longest case is endless noise. */
const PATIENCE_MS = 15 * 60_000;

const ESP_APP = buildAppImage({ project: 'faults', version: '2.0.0', seed: 77, size: 100 * 1024 });
const MODULE = buildModule({ size: 0x10000, version: 9, dependencies: [[4, 1, 2001]], seed: 3 });
const DATA = noise(0x10000, 9);

/** An ESP32 with two app slots, and 100 KiB of an app for one of them; `clock` must come from `testClock`. */
export function espBench(
  clock: Clock,
  { serial = faultScript(), flash, cable = true, speed = 921600 }: EspScripts = {},
): Bench {
  const faulty: FaultyPort[] = [];
  const world = openWorld(
    'esp32-raft',
    speed,
    {},
    {
      clock,
      through: (port) => {
        const own = faultyPort(port, serial, clock, cable ? port : null);
        faulty.push(own);
        return own;
      },
    },
  );
  const { made, session } = world;
  const flashFaults = new FlashFaults(flash ?? faultScript());
  if (flash !== undefined) made.flash.faults = flashFaults;
  return {
    session,
    clock,
    file: ['app.bin', ESP_APP],
    cells: () => made.flash.read(0, made.flash.size),
    violations: () => made.flash.violations.length,
    flashFaults,
    endFaults: () => {
      made.flash.faults = null;
      for (const port of faulty) port.endFaults();
    },
    counts: () => ({ ...faulty[0]?.sent, ...flashFaults.done }),
  };
}

/** A board in DFU mode, and 64 KiB to write to it. */
export function dfuBench(id: 'photon' | 'stm32f405', { usb = faultScript(), flash }: DfuScripts = {}): Bench {
  let faulty: FaultyUsb | null = null;
  const world = openDfuWorld(
    id,
    (device) => device,
    (device, port, clock) => (faulty ??= new FaultyUsb(usb, clock, port)).wrap(device),
  );
  const { made, session, port } = world;
  const flashFaults = new FlashFaults(flash ?? faultScript());
  if (flash !== undefined) made.flash.faults = flashFaults;
  return {
    session,
    clock: world.clock,
    file: id === 'photon' ? ['app.bin', MODULE] : ['part.hex', intelHex(0x080e0000, DATA)],
    cells: () => made.flash.read(made.flash.start, made.flash.size),
    violations: () => made.violations().length,
    flashFaults,
    endFaults: () => {
      made.flash.faults = null;
      faulty?.endFaults();
      port.unplug();
      port.plug();
    },
    counts: () => ({ transfers: faulty?.transfers ?? 0, ...flashFaults.done }),
  };
}

/** The flash after a run without faults, and the events that such a run counts. */
export async function soundly(bench: Bench): Promise<{ wanted: Uint8Array; counts: Readonly<Record<string, number>> }> {
  const ended = await job(bench, () => bench.session.connect());
  if (ended !== 'verified') throw new Error(`a run without faults ends ${ended}`);
  return { wanted: bench.cells().slice(), counts: bench.counts() };
}

/** Runs a job with its faults, then one without. */
export async function runWithFaults(bench: Bench, wanted: Uint8Array): Promise<FaultRun> {
  const wrong: string[] = [];
  const look = (when: string): void => {
    if (isEqualBytes(bench.cells(), wanted)) return;
    const [first] = differences(bench.cells(), wanted);
    wrong.push(`${when}, and the flash differs at 0x${(first?.[0] ?? 0).toString(16)}`);
  };
  const ended = await job(bench, () => bench.session.connect());
  if (ended === 'verified' || ended === 'nothing-to-do') look(ended);
  if (/^hangs|unexpected|unnamed|not done/.test(ended)) wrong.push(ended);
  bench.endFaults();
  const again = await job(bench, () => bench.session.dispatch({ do: 'reconnect' }));
  if (again !== 'verified' && again !== 'nothing-to-do') wrong.push(`without faults: ${again}`);
  else look(`without faults: ${again}`);
  if (bench.violations() > 0) wrong.push(`${bench.violations()} violations`);
  return { ended, wrong };
}

/** Connects, plans and flashes; returns how it ended. */
async function job(bench: Bench, connect: () => Promise<void>): Promise<string> {
  const { session, clock } = bench;
  let doing = 'connecting';
  const work = async (): Promise<string> => {
    await connect();
    doing = 'planning';
    if (!('files' in session.state) || session.state.files.length === 0) {
      await session.dispatch({ do: 'add-files', files: [bytesSource(...bench.file)] });
    }
    if (session.state.kind === 'connected' && session.state.work.kind === 'planned') {
      for (const { kind } of session.state.work.asks) await consent(session, kind);
      doing = 'flashing';
      await flash(session);
    }
    return endOf(session);
  };
  let callOff = (): void => undefined;
  const late = new Promise<string>((resolve) => {
    callOff = clock.at(PATIENCE_MS, () => resolve(`hangs while ${doing}`));
  });
  try {
    return await Promise.race([work(), late]);
  } finally {
    callOff();
  }
}

function endOf({ state }: AnySession): string {
  if (state.kind === 'disconnected')
    return state.failure === null ? 'disconnected, unnamed' : `disconnected: ${state.failure.name}`;
  if (state.kind !== 'connected') return `not done: ${state.kind}`;
  const { work } = state;
  if (work.kind === 'refused') return `refused: ${work.refusals.map(({ kind }) => kind).join(', ')}`;
  if (work.kind !== 'ended') return `not done: ${work.kind}`;
  if (work.outcome === 'verified' || work.outcome === 'nothing-to-do') return work.outcome;
  return `${work.outcome}: ${work.failure?.name ?? 'unnamed'}`;
}

/** Bytes at an address as Intel HEX. */
function intelHex(start: number, data: Uint8Array): Uint8Array {
  const record = (type: number, address: number, bytes: readonly number[]) => {
    const all = [bytes.length, (address >> 8) & 0xff, address & 0xff, type, ...bytes];
    const sum = -all.reduce((total, byte) => total + byte, 0) & 0xff;
    return `:${[...all, sum].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
  };
  const lines = [record(4, 0, [start >>> 24, (start >>> 16) & 0xff])];
  for (let at = 0; at < data.length; at += 32) {
    lines.push(record(0, (start + at) & 0xffff, [...data.subarray(at, at + 32)]));
  }
  return new TextEncoder().encode([...lines, record(1, 0, []), ''].join('\n'));
}
