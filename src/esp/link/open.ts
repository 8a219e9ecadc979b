/** Opens a link to a board: a loader that answers, in the best mode that this chip and its fuses allow. */
import type { ESPLoader, ROM } from 'esptool-js';
import { ESPError } from 'esptool-js';
import type { Chip } from '../../formats/chips/chip.ts';
import { chipNamed } from '../../formats/chip-ids.ts';
import { stopped } from '../../flash/failure.ts';
import type { LoaderMode } from '../device.ts';
import { espFailure } from '../failures.ts';
import { linkLost } from '../transport.ts';
import { Commands } from './commands.ts';
import { dialectOf } from './dialect.ts';
import { fusedPins } from './pins.ts';
import type { ReachOptions, Reached } from './reach.ts';
import { failureOf, reach } from './reach.ts';
import { fieldReader, readRevision } from './registers.ts';
import { calmWatchdogs } from './restart.ts';

/** How to open a link. */
export interface OpenOptions extends ReachOptions {
  readonly onSay: (words: string) => void;
  /** False: the ROM's own loader is to be used, without the flasher program. */
  readonly stub: boolean;
}

/** An open link. */
export interface Link extends Reached {
  readonly chip: Chip;
  /** Major × 100 + minor; null where it cannot be read. */
  readonly revision: number | null;
  /** Null in Secure Download Mode, which tells nobody. */
  readonly mac: string | null;
  readonly mode: LoaderMode;
  readonly commands: Commands;
}

/**
 * Opens a link. Where a stub does not start, the board is reset once more and its ROM does the work. Throws a
 * `Failure`: those of `reach`, `no-stub` for a chip that cannot do without.
 */
export async function openLink(port: SerialPort, options: OpenOptions): Promise<Link> {
  options.onSay('Resetting the board into its loader');
  const reached = await reach(port, options);
  const { transport } = reached;
  const forget = options.cancel.onCancel(() => transport.end(stopped()));
  try {
    return await transport.race(climb(reached, options));
  } catch (error) {
    transport.end(linkLost(error));
    await transport.disconnect().catch(() => undefined);
    if (!(error instanceof StubSilent)) throw failureOf(error, reached.connection);
  } finally {
    forget();
  }
  // Whatever runs on the chip now is neither: only a reset leads out.
  options.onSay('The flasher did not start: going on without it');
  return openLink(reached.port, { ...options, stub: false });
}

class StubSilent extends ESPError {}

async function climb(reached: Reached, options: OpenOptions): Promise<Link> {
  const { loader, transport, connection } = reached;
  const name = loader.chip.CHIP_NAME;
  const chip = chipNamed(name);
  if (chip === undefined) throw espFailure('chip-unknown', { values: { id: name } });
  const secure = loader.secureDownloadMode;
  if (!secure) options.onSay(`Found an ${name}: asking who it is`);

  // Over USB-OTG the ROM takes no larger blocks (esptool loader.py, USB_OTG_BLOCK_SIZE).
  if (connection === 'otg') loader.ESP_RAM_BLOCK = 0x800;
  const read = fieldReader(loader);
  const revision = secure ? null : await readRevision(chip, read);
  loader.chip = withRevision(loader.chip, chip, revision);
  const mac = secure ? null : await loader.chip.readMac(loader);
  if (!secure && connection === 'serial-jtag') await calmWatchdogs(loader, chip);
  const mode = secure ? 'secure-download' : await start(loader, chip, revision, options);
  if (mode !== 'stub' && chip.rom.unusable !== null) {
    throw espFailure('no-stub', { values: { chip: name, reason: chip.rom.unusable } });
  }
  const commands = new Commands(loader, transport, dialectOf(chip, mode, connection));
  await commands.attach(mode === 'rom' ? await fusedPins(chip, read) : 0);
  return { ...reached, chip, revision, mac, mode, commands };
}

/** Starts the stub if there is one and it is wanted. */
async function start(
  loader: ESPLoader,
  chip: Chip,
  revision: number | null,
  options: OpenOptions,
): Promise<Exclude<LoaderMode, 'secure-download'>> {
  if (chip.stubFrom === null || (revision ?? chip.stubFrom) < chip.stubFrom || !options.stub) return 'rom';
  // Powers the flash of some P4 revisions, and ends watchdogs that would end the upload.
  await loader.chip.postConnect?.(loader);
  options.onSay('Starting the flasher in the board’s memory');
  try {
    await loader.runStub();
  } catch (error) {
    if (error instanceof ESPError) throw new StubSilent(error.message);
    throw error;
  }
  return loader.IS_STUB ? 'stub' : 'rom';
}

/**
 * esptool-js's own chip with the revision that we read: its S3 and others read a register of the ESP32 for it, and its
 * ESP8266 takes a length register for one that is not there (offset 0 is the command register).
 */
function withRevision(rom: ROM, chip: Chip, revision: number | null): ROM {
  const own: ROM = Object.create(rom);
  // Its ESP32 goes by its own count of 0 to 3 when it names the package.
  if (revision !== null && chip.name !== 'ESP32') {
    Object.defineProperty(own, 'getChipRevision', { value: () => Promise.resolve(revision) });
  }
  if (chip.name === 'ESP8266') Object.defineProperty(own, 'SPI_MOSI_DLEN_OFFS', { value: null });
  return own;
}
