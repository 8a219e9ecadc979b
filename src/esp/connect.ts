/** From a serial port to a connected Espressif board: reset into the loader, stub, speed, and who it is. */
import { ESPLoader } from 'esptool-js';
import type { Cancel } from '../flash/failure.ts';
import { Failure, stopped } from '../flash/failure.ts';
import type { Identity } from '../flash/target.ts';
import type { EspDevice } from './device.ts';
import { espFailure } from './failures.ts';
import { EspTarget } from './target.ts';
import { linkLost, SerialTransport } from './transport.ts';

/** How to connect. Speeds in baud. */
export interface ConnectOptions {
  /** The speed for all work after the stub runs; the ROM is always spoken to at 115200. */
  readonly baud: number;
  readonly cancel: Cancel;
  readonly onSay: (words: string) => void;
}

/** How often the reset into the loader is tried; the second try of each pair holds the boot line longer. */
const ATTEMPTS = 4;

/** How long all attempts together may take, in ms; four without an answer take five seconds. */
const CONNECT_MS = 12_000;

const SILENT = { clean: () => undefined, write: () => undefined, writeLine: () => undefined };

/**
 * Connects to a board through esptool-js: its reset, chip detection, stub upload and change of speed. Throws a
 * `Failure`: `no-loader` if the board does not answer, `no-stub` if this chip has none, `link-lost`, `stopped`.
 */
export async function connectEsp(port: SerialPort, options: ConnectOptions): Promise<EspDevice> {
  const { cancel, onSay } = options;
  cancel.check();
  const transport = new SerialTransport(port);
  const forget = cancel.onCancel(() => transport.end(stopped()));
  try {
    const loader = new ESPLoader({ transport, baudrate: options.baud, romBaudrate: 115200, terminal: SILENT });
    onSay('Resetting the board into its loader');
    await within(CONNECT_MS, transport.race(loader.connect('default_reset', ATTEMPTS)));
    onSay(`Found an ${loader.chip.CHIP_NAME}: asking who it is`);
    const identity = await transport.race(identify(loader));
    onSay('Starting the flasher in the board’s memory');
    await transport.race(loader.runStub());
    if (!loader.IS_STUB) throw espFailure('no-stub', { values: { chip: loader.chip.CHIP_NAME } });
    if (options.baud !== 115200) {
      onSay(`Raising the speed to ${options.baud.toLocaleString('en')} baud`);
      await transport.race(loader.changeBaud());
    }
    const flash = await transport.race(flashChip(loader));
    return new EspTarget({ loader, transport, flash, identity: withFlash(identity, flash) });
  } catch (error) {
    // esptool-js may still be at its retries: nothing more is to be sent.
    transport.end(linkLost(error));
    // A port that is gone cannot be closed; the first failure is the one to tell.
    await transport.disconnect().catch(() => undefined);
    if (error instanceof Failure) throw error;
    if (error instanceof DOMException) throw portFailure(error);
    const reason = error instanceof Error ? error.message : String(error);
    throw espFailure('no-loader', { values: { reason }, cause: error });
  } finally {
    forget();
  }
}

/** A result that comes in time, or an error: noise that looks like packets keeps esptool-js trying for minutes. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer in ${ms} ms`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** What is known of the flash chip: its JEDEC id and its size in bytes. */
export interface FlashChip {
  readonly id: number;
  readonly size: number;
}

/** The SPI flash set-up command: esptool's `flash_set_parameters`. */
const SPI_SET_PARAMS = 0x0b;

async function flashChip(loader: ESPLoader): Promise<FlashChip> {
  const id = (await loader.readFlashId()) & 0xffffff;
  // The third byte of a JEDEC id is the exponent of the size; 1 MiB to 128 MiB are what an ESP can address.
  const exponent = id >> 16;
  if (exponent < 0x14 || exponent > 0x1b) {
    throw espFailure('flash-unknown', { values: { id: `0x${id.toString(16).padStart(6, '0')}` } });
  }
  const size = 2 ** exponent;
  const words = Uint32Array.of(0, size, 0x10000, 0x1000, 0x100, 0xffff);
  // Without it the loader assumes a size of its own, and refuses what lies beyond.
  await loader.checkCommand('set the flash size', SPI_SET_PARAMS, new Uint8Array(words.buffer));
  return { id, size };
}

async function identify(loader: ESPLoader): Promise<Identity> {
  const chip = loader.chip;
  const description = await chip.getChipDescription(loader);
  const revision = chip.getChipRevision === undefined ? '' : String(await chip.getChipRevision(loader));
  const mac = await chip.readMac(loader);
  const features = await chip.getChipFeatures(loader);
  const crystal = await chip.getCrystalFreq(loader);
  return {
    family: 'esp',
    chip: chip.CHIP_NAME,
    revision,
    key: { kind: 'mac', value: mac },
    facts: [
      { name: 'Package', value: description },
      { name: 'Crystal', value: `${crystal} MHz` },
      { name: 'Features', value: features.map((feature) => feature.trim()).join(', ') },
    ],
  };
}

function withFlash(identity: Identity, flash: FlashChip): Identity {
  const id = { name: 'Flash id', value: `0x${flash.id.toString(16).padStart(6, '0')}` };
  return { ...identity, facts: [...identity.facts, id] };
}

function portFailure(error: DOMException): Failure {
  const busy = error.name === 'NetworkError' || error.name === 'InvalidStateError';
  const values = { error: error.name, reason: error.message };
  return espFailure(busy ? 'port-busy' : 'port-failed', { values, cause: error });
}
