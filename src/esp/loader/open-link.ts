/** Opens a link to a board: a loader in the best mode that the chip and its eFuses allow. */
import type { ROM } from 'esptool-js';
import { ESPError } from 'esptool-js';
import { article } from '../../flash/english.ts';
import { isUnset } from '../../flash/identity.ts';
import type { Chip } from '../../formats/chips/chip.ts';
import { chipNamed } from '../../formats/chip-ids.ts';
import { field } from '../../formats/chips/common.ts';
import { Failure, stopped } from '../../flash/failure.ts';
import type { LoaderMode, WithoutStub } from './device.ts';
import { espFailure } from '../failures.ts';
import { linkLost } from './transport.ts';
import { Commands } from './commands.ts';
import { dialectOf } from './dialect.ts';
import type { EnterOptions, LoaderConnection } from './enter-bootloader.ts';
import { failureOf, enterBootloader } from './enter-bootloader.ts';
import type { ReadField } from './registers.ts';
import { fieldReader, readRevision } from './registers.ts';
import { disableWatchdogs } from './restart.ts';

/** Options for opening a link. */
export interface OpenOptions extends EnterOptions {
  readonly onSay: (words: string) => void;
  /** Which loader to use: only the stub, the stub if it starts, or the ROM if it can write this chip. */
  readonly loader: 'stub' | 'stub-if-it-starts' | 'rom';
}

/** An open link. */
export interface Link extends LoaderConnection {
  readonly chip: Chip;
  /** Chip revision, major × 100 + minor; null if it cannot be read. */
  readonly revision: number | null;
  /** Null if unset, or not readable in Secure Download Mode: such a board is never taken for the same as another. */
  readonly mac: string | null;
  readonly mode: LoaderMode;
  readonly withoutStub: WithoutStub | null;
  readonly commands: Commands;
}

/**
 * Block sizes for uploading the stub, in bytes, one for each attempt, with a reset in between: on a noisy line, small blocks
 * may arrive where large ones do not. The first is esptool's own (loader.py, ESP_RAM_BLOCK).
 */
const UPLOADS = [0x1800, 0x800, 0x400] as const;
/** The largest block that the ROM accepts over USB-OTG (esptool loader.py, USB_OTG_BLOCK_SIZE). */
const OTG_BLOCK = 0x800;

// ESP-IDF efuse/esp32/esp_efuse_table.csv: SPI_PAD_CONFIG_CLK, Q, D, CS0 in word 5, HD in word 3 of BLOCK0.
const WORD_3 = 0x3ff5a00c;
const WORD_5 = 0x3ff5a014;

/**
 * Opens a link. A stub that does not start is uploaded again after a reset, up to three attempts in all, before the ROM
 * loader is used. Throws a `Failure`: those of `enterBootloader`, `no-stub` for a chip that cannot do without the stub,
 * `loader-gone` if only the stub is wanted.
 */
export async function openLink(port: SerialPort, options: OpenOptions): Promise<Link> {
  options.onSay('Resetting the board into download mode');
  if (options.loader === 'rom') {
    try {
      return await opened(port, options, { because: 'chosen' });
    } catch (error) {
      // The ROM loader was chosen for another board; this one needs the stub.
      if (!(error instanceof Failure) || error.facts.name !== 'no-stub') throw error;
    }
  }
  let current = port;
  for (const [tried, block] of UPLOADS.entries()) {
    if (tried > 0) options.onSay(`The flasher stub did not start: attempt ${tried + 1} of ${UPLOADS.length}`);
    try {
      return await opened(current, options, { block });
    } catch (error) {
      if (!(error instanceof StubSilent)) throw error;
      // Neither stub nor ROM is running properly now: only a reset helps.
      current = error.port;
    }
  }
  if (options.loader === 'stub') throw differentLoaderFailure('stub');
  options.onSay('The flasher stub did not start: using the ROM loader');
  return opened(current, options, { because: 'stub-silent', attempts: UPLOADS.length });
}

/** The failure if a different loader answers after a reset. */
export function differentLoaderFailure(was: LoaderMode): Failure {
  return espFailure('loader-gone', {
    values: { loader: was === 'stub' ? 'the flasher stub' : 'the ROM loader' },
  });
}

/** The stub was uploaded but sent no greeting. */
class StubSilent extends Error {
  constructor(
    readonly port: SerialPort,
    cause: unknown,
  ) {
    super('the stub did not start', { cause });
  }
}

/** Which loader to start: the stub, uploaded in blocks of this size in bytes, or the ROM, with the reason. */
type LoaderChoice = { readonly block: number } | WithoutStub;

async function opened(port: SerialPort, options: OpenOptions, choice: LoaderChoice): Promise<Link> {
  const reached = await enterBootloader(port, options);
  const { transport } = reached;
  const forget = options.cancel.onCancel(() => transport.end(stopped()));
  try {
    return await transport.race(climb(reached, options, choice));
  } catch (error) {
    transport.end(linkLost(error));
    await transport.disconnect().catch(() => undefined);
    throw error instanceof StubSilent ? error : failureOf(error, reached.connection);
  } finally {
    forget();
  }
}

async function climb(reached: LoaderConnection, options: OpenOptions, choice: LoaderChoice): Promise<Link> {
  const { loader, transport, connection } = reached;
  const name = loader.chip.CHIP_NAME;
  const chip = chipNamed(name);
  if (chip === undefined) throw espFailure('chip-unknown', { values: { id: name } });
  const secure = loader.secureDownloadMode;
  if (!secure) options.onSay(`Found ${article(name)}: reading its identity`);

  const read = fieldReader(loader);
  const revision = secure ? null : await readRevision(chip, read);
  loader.chip = withRevision(loader.chip, chip, revision);
  const own = secure ? null : await loader.chip.readMac(loader);
  const mac = isUnset(own) ? null : own;
  if (!secure && connection === 'serial-jtag') await disableWatchdogs(loader, chip);
  const withoutStub = secure || !hasStub(chip, revision) ? null : await start(reached, options, choice);
  const mode = secure ? 'secure-download' : loader.IS_STUB ? 'stub' : 'rom';
  if (mode !== 'stub' && chip.rom.unusable !== null) {
    throw espFailure('no-stub', { values: { chip: name, reason: chip.rom.unusable } });
  }
  const commands = new Commands(loader, transport, dialectOf(chip, mode, connection));
  await commands.attach(mode === 'rom' ? await fusedPins(chip, read) : 0);
  return { ...reached, chip, revision, mac, mode, withoutStub, commands };
}

/**
 * The pin argument of the ROM's attach command, for flash inside an ESP32's package: 0 for the usual pins, else six bits for
 * each pin set in eFuses (esptool cmds.py, attach_flash: the ROM "doesn't attach in-package flash chips").
 */
async function fusedPins(chip: Chip, read: ReadField): Promise<number> {
  if (chip.name !== 'ESP32') return 0;
  const [clk, q, d, cs] = [0, 5, 10, 15].map((bit) => field(WORD_5, bit, 5));
  let value = 0;
  for (const [index, pad] of [clk, q, d, cs, field(WORD_3, 4, 5)].entries()) {
    if (pad !== undefined) value |= (await read(pad)) << (6 * index);
  }
  return value;
}

function hasStub({ stubFrom }: Chip, revision: number | null): boolean {
  return stubFrom !== null && (revision ?? stubFrom) >= stubFrom;
}

/** Starts the stub unless the ROM loader is to be used; a stub that is already running cannot be stopped. */
async function start({ loader, port, connection }: LoaderConnection, { onSay }: OpenOptions, choice: LoaderChoice) {
  if ('because' in choice && !loader.stubRuns) return choice;
  // Powers the flash of some P4 revisions, and stops watchdogs that would interrupt the upload. Its delays there (13 ms in
  // all) do not use our clock: no timeout runs meanwhile, and no virtual board is a P4.
  await loader.chip.postConnect?.(loader);
  onSay('Loading the flasher stub into the chip’s RAM');
  if ('block' in choice) loader.ESP_RAM_BLOCK = connection === 'otg' ? Math.min(choice.block, OTG_BLOCK) : choice.block;
  try {
    await loader.runStub();
  } catch (error) {
    if (error instanceof ESPError) throw new StubSilent(port, error);
    throw error;
  }
  return null;
}

/**
 * esptool-js's chip, corrected to use the revision that we read: its S3 and others read an ESP32 register for it. Its ESP8266
 * also writes a length register that does not exist there (offset 0 is the command register).
 */
function withRevision(rom: ROM, chip: Chip, revision: number | null): ROM {
  const own: ROM = Object.create(rom);
  // Its ESP32 uses its own revision number from 0 to 3 to name the package.
  if (revision !== null && chip.name !== 'ESP32') {
    Object.defineProperty(own, 'getChipRevision', { value: () => Promise.resolve(revision) });
  }
  if (chip.name === 'ESP8266') Object.defineProperty(own, 'SPI_MOSI_DLEN_OFFS', { value: null });
  return own;
}
