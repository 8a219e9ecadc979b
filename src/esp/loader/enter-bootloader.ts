/** Enters the bootloader over a serial port: reset and sync, even if the port disappears meanwhile. */
import { ESPLoader } from 'esptool-js';
import type { Clock } from '../../flash/clock.ts';
import { withTimeout } from '../../flash/clock.ts';
import type { Cancel } from '../../flash/failure.ts';
import { Failure, isNotLoaded, notLoaded, stopped, unlessStopped } from '../../flash/failure.ts';
import { espFailure } from '../failures.ts';
import { linkLost, SerialTransport } from './transport.ts';
import { words } from './commands.ts';
import { resetsBy } from './reset.ts';
import type { Connection } from './usb-ids.ts';
import { connectionOf, isRomDevice } from './usb-ids.ts';

/** The baud rate that every ROM starts with. */
export const ROM_RATE = 115200;

/** Attempts to reset into the loader; every second one holds the boot line longer. */
const ATTEMPTS = 4;
/** How often a port may disappear and come back, and how often its chip is reset. */
const MOST_RETURNS = 3;
const MOST_RESETS = 2;
/** Time limit for all attempts together, in ms; four without an answer take five seconds. */
const PATIENCE_MS = 12_000;
/** Timeout of MEM_END, which starts the stub, in ms: replies after over 200 ms were seen on a busy line. */
const MEM_END_MS = 1500;

const SILENT = { clean: () => undefined, write: () => undefined, writeLine: () => undefined };

/** Options for entering the bootloader. */
export interface EnterOptions {
  readonly clock: Clock;
  readonly cancel: Cancel;
  /** Waits for a vanished adapter to come back, perhaps as a new port; null if it stays away for about five seconds. */
  readonly comesBack: () => Promise<SerialPort | null>;
  /** Time limit for the attempts on one port, in ms; twelve seconds if omitted. */
  readonly patienceMs?: number;
}

/** esptool-js's loader, changed to report whether a stub is already running and to give it more time to start. */
export class Loader extends ESPLoader {
  /** Whether a stub answered the last SYNC: its reply has the value 0, which no ROM's has. */
  stubRuns = false;

  override async sync(): Promise<[number, Uint8Array]> {
    const answer = await super.sync();
    this.stubRuns = answer[0] === 0;
    return answer;
  }

  override async memFinish(entry: number): Promise<void> {
    const payload = words(entry === 0 ? 1 : 0, entry);
    await this.checkCommand('start the flasher stub', this.ESP_MEM_END, payload, 0, 0, MEM_END_MS);
  }
}

/** A loader that has answered and identified its chip. */
export interface LoaderConnection {
  readonly clock: Clock;
  readonly port: SerialPort;
  readonly connection: Connection;
  readonly transport: SerialTransport;
  readonly loader: Loader;
}

/**
 * Resets a board into its loader and detects its chip. A port that disappears by that reset is used again when it comes
 * back, without another reset. Throws a `Failure`: `no-loader` or `no-loader-usb`, `port-gone`, `chip-unknown`,
 * `not-plugged-in`, `port-busy`, `port-failed`, `link-lost`, `stopped`.
 */
export async function enterBootloader(port: SerialPort, options: EnterOptions): Promise<LoaderConnection> {
  let current = port;
  let before: 'default_reset' | 'no_reset' = isRomDevice(port.getInfo()) ? 'no_reset' : 'default_reset';
  let resets = before === 'default_reset' ? 1 : 0;
  for (let returns = 0; ;) {
    const connection = connectionOf(current.getInfo());
    try {
      return await attempt(current, before, before === 'no_reset' ? 2 : ATTEMPTS, options);
    } catch (error) {
      const name = error instanceof Failure ? error.facts.name : '';
      if (name === 'link-lost' && connection !== 'bridge' && returns < MOST_RETURNS) {
        const again = await unlessStopped(options.cancel, options.comesBack());
        if (again === null) throw espFailure('port-gone', { cause: error });
        // It is in its loader now, and another reset would end that, unless the app itself dropped the port.
        returns++;
        current = again;
        before = 'no_reset';
      } else if (name === 'no-loader-usb' && before === 'no_reset' && resets < MOST_RESETS) {
        resets++;
        before = 'default_reset';
      } else throw error;
    }
  }
}

async function attempt(
  port: SerialPort,
  before: 'default_reset' | 'no_reset',
  attempts: number,
  { clock, cancel, patienceMs = PATIENCE_MS }: EnterOptions,
): Promise<LoaderConnection> {
  cancel.check();
  const connection = connectionOf(port.getInfo());
  // A browser gives the same error for a port that is gone as for one in use. Built-in USB may only be away for a moment.
  const plugged = port.connected;
  const transport = new SerialTransport(port, clock);
  const forget = cancel.onCancel(() => transport.end(stopped()));
  try {
    const rates = { baudrate: ROM_RATE, romBaudrate: ROM_RATE };
    const loader = new Loader({ transport, ...rates, terminal: SILENT, resetConstructors: resetsBy(clock) });
    // With noise that looks like packets, esptool-js keeps trying for minutes.
    await withTimeout(clock, patienceMs, transport.race(loader.connect(before, attempts)), () => {
      throw new Error(`no answer in ${patienceMs} ms`);
    });
    return { clock, port, connection, transport, loader };
  } catch (error) {
    // esptool-js may still be retrying: stop it from sending more.
    transport.end(linkLost(error));
    // A port that is gone cannot be closed; report the first failure.
    await transport.disconnect().catch(() => undefined);
    if (!plugged && connection === 'bridge') throw espFailure('not-plugged-in', { cause: error });
    throw failureOf(error, connection);
  } finally {
    forget();
  }
}

/** Any error thrown before a loader has answered, as a `Failure`. */
export function failureOf(error: unknown, connection: Connection): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof DOMException) {
    const busy = error.name === 'NetworkError' || error.name === 'InvalidStateError';
    const values = { error: error.name, reason: error.message };
    return espFailure(busy ? 'port-busy' : 'port-failed', { values, cause: error });
  }
  // esptool-js loads what it knows of a chip when it meets it.
  if (isNotLoaded(error)) return notLoaded('The driver for this chip', error);
  const reason = error instanceof Error ? error.message : String(error);
  // esptool-js's message for an unknown chip id or magic number.
  const unknown = /Unexpected (?:Chip ID|CHIP magic) value (\w+)/i.exec(reason)?.[1];
  if (unknown !== undefined) return espFailure('chip-unknown', { values: { id: unknown }, cause: error });
  return espFailure(connection === 'bridge' ? 'no-loader' : 'no-loader-usb', { values: { reason }, cause: error });
}
