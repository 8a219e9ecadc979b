/** Opens a link to a board: a loader that answers, in the best mode that this chip and its fuses allow. */
import type { ROM } from 'esptool-js';
import { ESPError } from 'esptool-js';
import { article } from '../../flash/english.ts';
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

/** How to open a link. */
export interface OpenOptions extends EnterOptions {
  readonly onSay: (words: string) => void;
  /** Who is to answer: the stub and nobody else, the stub if it can be had, or the ROM alone where that can write. */
  readonly loader: 'stub' | 'stub-if-it-starts' | 'rom';
}

/** An open link. */
export interface Link extends LoaderConnection {
  readonly chip: Chip;
  /** Major × 100 + minor; null where it cannot be read. */
  readonly revision: number | null;
  /** Null where nothing was fused, and in Secure Download Mode, which tells nobody: such a board is nobody's equal. */
  readonly mac: string | null;
  readonly mode: LoaderMode;
  readonly withoutStub: WithoutStub | null;
  readonly commands: Commands;
}

/**
 * The sizes of the blocks in which the stub is uploaded, in bytes, one upload after each reset: what a noisy line damages
 * in large blocks may arrive in small ones. The first is esptool's own (loader.py, ESP_RAM_BLOCK).
 */
const UPLOADS = [0x1800, 0x800, 0x400] as const;
/** The ROM takes no larger ones over USB-OTG (esptool loader.py, USB_OTG_BLOCK_SIZE). */
const OTG_BLOCK = 0x800;

// ESP-IDF efuse/esp32/esp_efuse_table.csv: SPI_PAD_CONFIG_CLK, Q, D, CS0 in word 5, HD in word 3 of BLOCK0.
const WORD_3 = 0x3ff5a00c;
const WORD_5 = 0x3ff5a014;

/**
 * Opens a link. A stub that does not start is uploaded afresh, after a reset each time, before the ROM does the work.
 * Throws a `Failure`: those of `reach`, `no-stub` for a chip that cannot do without, `loader-gone` where nothing but the
 * stub is wanted.
 */
export async function openLink(port: SerialPort, options: OpenOptions): Promise<Link> {
  options.onSay('Resetting the board into download mode');
  if (options.loader === 'rom') {
    try {
      return await opened(port, options, { because: 'chosen' });
    } catch (error) {
      // A choice that was made for another board.
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
      // Whatever runs on the chip now is neither stub nor ROM: only a reset leads out.
      current = error.port;
    }
  }
  if (options.loader === 'stub') throw loaderGone('stub');
  options.onSay('The flasher stub did not start: using the ROM loader');
  return opened(current, options, { because: 'stub-silent', attempts: UPLOADS.length });
}

/** The failure of a link after whose repair not the same loader answers. */
export function loaderGone(was: LoaderMode): Failure {
  return espFailure('loader-gone', {
    values: { loader: was === 'stub' ? 'the flasher stub' : 'the ROM loader' },
  });
}

/** The stub was uploaded and did not greet. */
class StubSilent extends Error {
  constructor(
    readonly port: SerialPort,
    cause: unknown,
  ) {
    super('the stub did not start', { cause });
  }
}

/** How far up it goes: to the stub, uploaded in blocks of a size, or to the ROM. */
type Way = { readonly block: number } | WithoutStub;

async function opened(port: SerialPort, options: OpenOptions, way: Way): Promise<Link> {
  const reached = await enterBootloader(port, options);
  const { transport } = reached;
  const forget = options.cancel.onCancel(() => transport.end(stopped()));
  try {
    return await transport.race(climb(reached, options, way));
  } catch (error) {
    transport.end(linkLost(error));
    await transport.disconnect().catch(() => undefined);
    throw error instanceof StubSilent ? error : failureOf(error, reached.connection);
  } finally {
    forget();
  }
}

async function climb(reached: LoaderConnection, options: OpenOptions, way: Way): Promise<Link> {
  const { loader, transport, connection } = reached;
  const name = loader.chip.CHIP_NAME;
  const chip = chipNamed(name);
  if (chip === undefined) throw espFailure('chip-unknown', { values: { id: name } });
  const secure = loader.secureDownloadMode;
  if (!secure) options.onSay(`Found ${article(name)}: reading its identity`);

  const read = fieldReader(loader);
  const revision = secure ? null : await readRevision(chip, read);
  loader.chip = withRevision(loader.chip, chip, revision);
  const mac = secure ? null : setMac(await loader.chip.readMac(loader));
  if (!secure && connection === 'serial-jtag') await disableWatchdogs(loader, chip);
  const withoutStub = secure || !hasStub(chip, revision) ? null : await start(reached, options, way);
  const mode = secure ? 'secure-download' : loader.IS_STUB ? 'stub' : 'rom';
  if (mode !== 'stub' && chip.rom.unusable !== null) {
    throw espFailure('no-stub', { values: { chip: name, reason: chip.rom.unusable } });
  }
  const commands = new Commands(loader, transport, dialectOf(chip, mode, connection));
  await commands.attach(mode === 'rom' ? await fusedPins(chip, read) : 0);
  return { ...reached, chip, revision, mac, mode, withoutStub, commands };
}

/**
 * The argument of the ROM's attach command: 0 for the usual pins, else six bits for each fused pin (esptool cmds.py,
 * attach_flash: the ROM "doesn't attach in-package flash chips").
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

/** A MAC that was fused; null for zeros and for ones, which any number of boards have. */
function setMac(mac: string): string | null {
  return /^(00(:00)*|ff(:ff)*)$/i.test(mac) ? null : mac;
}

function hasStub({ stubFrom }: Chip, revision: number | null): boolean {
  return stubFrom !== null && (revision ?? stubFrom) >= stubFrom;
}

/** Starts the stub, unless the ROM is to do the work; one that runs already cannot be told to end. */
async function start({ loader, port, connection }: LoaderConnection, { onSay }: OpenOptions, way: Way) {
  if ('because' in way && !loader.stubRuns) return way;
  // Powers the flash of some P4 revisions, and ends watchdogs that would end the upload. Its pauses there (13 ms in all) are
  // esptool-js's own: no limit runs meanwhile, and no virtual board is a P4.
  await loader.chip.postConnect?.(loader);
  onSay('Loading the flasher stub into the chip’s RAM');
  if ('block' in way) loader.ESP_RAM_BLOCK = connection === 'otg' ? Math.min(way.block, OTG_BLOCK) : way.block;
  try {
    await loader.runStub();
  } catch (error) {
    if (error instanceof ESPError) throw new StubSilent(port, error);
    throw error;
  }
  return null;
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
