/** From a serial port to a loader that answers: reset, sync, and what to do with a port that goes away meanwhile. */
import { ESPLoader } from 'esptool-js';
import type { Clock } from '../../flash/clock.ts';
import { within } from '../../flash/clock.ts';
import type { Cancel } from '../../flash/failure.ts';
import { Failure, stopped } from '../../flash/failure.ts';
import { espFailure } from '../failures.ts';
import { linkLost, SerialTransport } from './transport.ts';
import { words } from './commands.ts';
import { resetsBy } from './reset.ts';
import type { Connection } from './usb-ids.ts';
import { connectionOf, isRomDevice } from './usb-ids.ts';

/** The rate that every ROM starts with, in baud. */
export const ROM_RATE = 115200;

/** How often the reset into the loader is tried; the second try of each pair holds the boot line longer. */
const ATTEMPTS = 4;
/** How often a port may go away and come back, and how often a chip that it belongs to is reset. */
const MOST_RETURNS = 3;
const MOST_RESETS = 2;
/** How long all attempts together may take, in ms; four without an answer take five seconds. */
const PATIENCE_MS = 12_000;
/** How long the ROM may take to answer that it leaves for the stub, in ms: over 200 were seen on a busy line. */
const MEM_END_MS = 1500;

const SILENT = { clean: () => undefined, write: () => undefined, writeLine: () => undefined };

/** What reaching a loader needs. */
export interface EnterOptions {
  readonly clock: Clock;
  readonly cancel: Cancel;
  /** The same adapter again after it vanished, as a new port perhaps; null if it stays away for about five seconds. */
  readonly comesBack: () => Promise<SerialPort | null>;
  /** How long all attempts may take, in ms. */
  readonly patienceMs?: number;
}

/** A loader that says whether a stub runs already, and gives it time to start. */
export class Loader extends ESPLoader {
  /** Whether the last SYNC was answered by a stub: it gives no value, every ROM gives one. */
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

/** A loader that has answered and said which chip it is of. */
export interface LoaderConnection {
  readonly clock: Clock;
  readonly port: SerialPort;
  readonly connection: Connection;
  readonly transport: SerialTransport;
  readonly loader: Loader;
}

/**
 * Resets a board into its loader and asks which chip it is. A port that vanishes by that reset is taken up again when
 * it comes back, without another reset. Throws a `Failure`: `no-loader` or `no-loader-usb`, `port-gone`, `chip-unknown`,
 * `port-busy`, `port-failed`, `link-lost`, `stopped`.
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
        // In its loader now, which another reset would end, unless the app took the port away by itself.
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
  const transport = new SerialTransport(port, clock);
  const forget = cancel.onCancel(() => transport.end(stopped()));
  try {
    const rates = { baudrate: ROM_RATE, romBaudrate: ROM_RATE };
    const loader = new Loader({ transport, ...rates, terminal: SILENT, resetConstructors: resetsBy(clock) });
    // Noise that looks like packets keeps esptool-js trying for minutes.
    await within(clock, patienceMs, transport.race(loader.connect(before, attempts)), () => {
      throw new Error(`no answer in ${patienceMs} ms`);
    });
    return { clock, port, connection, transport, loader };
  } catch (error) {
    // esptool-js may still be at its retries: nothing more is to be sent.
    transport.end(linkLost(error));
    // A port that is gone cannot be closed; the first failure is the one to tell.
    await transport.disconnect().catch(() => undefined);
    throw failureOf(error, connection);
  } finally {
    forget();
  }
}

/** A result, or the failure of a person who stopped waiting for it. */
export async function unlessStopped<T>(cancel: Cancel, work: Promise<T>): Promise<T> {
  let forget = (): void => undefined;
  const stop = new Promise<never>((_, reject) => {
    forget = cancel.onCancel(() => reject(stopped()));
  });
  try {
    return await Promise.race([work, stop]);
  } finally {
    forget();
  }
}

/** Whatever is thrown while nobody has answered yet, as a `Failure`. */
export function failureOf(error: unknown, connection: Connection): Failure {
  if (error instanceof Failure) return error;
  if (error instanceof DOMException) {
    const busy = error.name === 'NetworkError' || error.name === 'InvalidStateError';
    const values = { error: error.name, reason: error.message };
    return espFailure(busy ? 'port-busy' : 'port-failed', { values, cause: error });
  }
  const reason = error instanceof Error ? error.message : String(error);
  // esptool-js's words for an id or a magic number that it has no chip for.
  const unknown = /Unexpected (?:Chip ID|CHIP magic) value (\w+)/i.exec(reason)?.[1];
  if (unknown !== undefined) return espFailure('chip-unknown', { values: { id: unknown }, cause: error });
  return espFailure(connection === 'bridge' ? 'no-loader' : 'no-loader-usb', { values: { reason }, cause: error });
}
