/**
 * How an ESP chip boots: mask ROM, ESP-IDF's second stage, app. Written from the rules of ESP-IDF 5.3, independently of
 * what the app under test knows about tables, otadata and images, so that the two can disagree.
 */
import { firstStart, revisionText, startApp, logEncryptionCounter } from './boot-app.ts';
import { checkApp } from './boot-image.ts';
import type { AppWords, ImageSetting, LoadableImage } from './boot-image.ts';
import type { ReadableFlash } from './boot-flash.ts';
import { BootLog, versionOf, printsColours } from './boot-log.ts';
import type { LogLine, BootLoader } from './boot-log.ts';
import { actualRecord, chooseSlot, readRecord, withState } from './boot-otadata.ts';
import { loadSecondStage } from './boot-rom.ts';
import { readTable } from './boot-table.ts';
import type { Chip, ResetCause } from './chips/chip.ts';
import { ESP32 } from './chips/esp32.ts';
import { deciphered } from './flash-cipher.ts';
import { OPEN_FUSES, readingCipher, type Fuses } from './fuses.ts';
import type { BootTable, Place } from './boot-table.ts';

/** Where ESP-IDF's bootloader looks for the partition table unless it was built otherwise. */
const TABLE_AT = 0x8000;

/** How a bootloader was built, and the chip it runs on. */
export interface BootOptions {
  /** `CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE`; off as in ESP-IDF's default. */
  readonly rollback?: boolean;
  /** Default: an ESP32. */
  readonly chip?: Chip;
  /** The chip's revision × 100, 300 is v3.0; default: the one that such a chip commonly has. */
  readonly revision?: number;
  /** Default: nothing burnt. */
  readonly fuses?: Fuses;
  /** The reset cause; default power-on. */
  readonly cause?: ResetCause;
}

/** Why a boot ended as it did. */
export type BootReason =
  | 'chosen slot'
  | 'another slot'
  | 'test app'
  | 'no bootloader'
  | 'bootloader for another chip'
  | 'table refused'
  | 'otadata too small'
  | 'no bootable app'
  | 'flash smaller than the header says';

/** Everything about one boot, worked out before anything is written to the flash. */
export interface BootDecision {
  /** The offset of the app that starts; null if none does. */
  readonly booted: number | null;
  /** The offsets of the app partitions tried, in order, the booted one last. */
  readonly tried: readonly number[];
  readonly reason: BootReason;
  /** Whether the app gets as far as running. */
  readonly running: boolean;
  readonly lines: readonly LogLine[];
  /** When `app_main` is called, in ms after the reset; 0 if it is not. */
  readonly appAfterMs: number;
  /** What the bootloader writes: 32 bytes at the start of a sector that it erases first. */
  readonly writes: readonly { readonly address: number; readonly bytes: Uint8Array }[];
  /** The description of the app that starts, and the partition with its settings. */
  readonly app: AppWords | null;
  readonly nvs: Place | null;
}

const SECTOR = 0x1000;
const FACTORY = -1;

interface Start {
  readonly slot: number;
  readonly initial: boolean;
  readonly writes: readonly { readonly address: number; readonly bytes: Uint8Array }[];
}

function startOf(flash: ReadableFlash, table: BootTable, rollback: boolean, log: BootLog): Start | null {
  const place = table.otadata;
  if (place === null || place.offset === 0) return { slot: FACTORY, initial: false, writes: [] };
  if (place.size < 2 * SECTOR) {
    log.error('boot', `ota_info partition size ${place.size} is too small (minimum ${2 * SECTOR} bytes)`);
    return null;
  }
  const records = [readRecord(flash, place, 0), readRecord(flash, place, 1)] as const;
  // bootloader_utility.c checks `bs->factory.offset != 0`: a factory app at 0 is tried, but never chosen.
  const factory = table.factory !== null && table.factory.offset !== 0;
  const apps = { factory, ota: table.appCount };
  const choice = chooseSlot([records[0].record, records[1].record], apps, rollback);
  if (choice.level === 'I') log.info('boot', choice.words);
  if (choice.level === 'E') log.error('boot', choice.words);
  const writes = choice.states.map(({ record, state }) => ({
    address: place.offset + record * SECTOR,
    bytes: withState(records[record].bytes, state),
  }));
  return { slot: choice.slot, initial: choice.initial, writes };
}

interface Loaded {
  readonly slot: number;
  readonly place: Place;
  readonly image: LoadableImage;
}

function load(
  flash: ReadableFlash,
  table: BootTable,
  start: number,
  setting: ImageSetting,
  log: BootLog,
): { loaded: Loaded | null; test: boolean; tried: number[] } {
  const tried: number[] = [];
  const attempt = (place: Place | null | undefined, slot: number): Loaded | null => {
    if (place === null || place === undefined || place.size === 0) return null;
    tried.push(place.offset);
    const image = checkApp(flash, place, setting, log);
    if (image !== null) log.info('boot', `Loaded app from partition at offset 0x${place.offset.toString(16)}`);
    return image === null ? null : { slot, place, image };
  };
  const down = Array.from({ length: start - FACTORY + 1 }, (_, i) => start - i);
  const up = Array.from({ length: Math.max(0, table.appCount - start - 1) }, (_, i) => start + 1 + i);
  for (const slot of [...down, ...up]) {
    const place = slot === FACTORY ? table.factory : slot < table.appCount ? table.ota.get(slot) : undefined;
    const before = tried.length;
    const loaded = attempt(place, slot);
    if (loaded !== null) return { loaded, test: false, tried };
    if (tried.length === before) continue;
    const name = slot === FACTORY ? 'Factory app partition' : `OTA app partition slot ${slot}`;
    log.error('boot', `${name} is not bootable`);
  }
  const loaded = attempt(table.test, FACTORY);
  if (loaded === null) log.error('boot', 'No bootable app partitions in the partition table');
  else log.warn('boot', 'Falling back to test app as only bootable partition');
  return { loaded, test: loaded !== null, tried };
}

/** The bytes of a partition, which is not encrypted; null if there is none within the flash. */
function bytesAt(flash: ReadableFlash, place: Place | null): Uint8Array | null {
  return place === null || place.offset + place.size > flash.size ? null : flash.read(place.offset, place.size);
}

/** What a boot from this flash would do and log; writes nothing. Costs about one hash per app tried. */
export function bootDecision(raw: ReadableFlash, options: BootOptions = {}): BootDecision {
  const fuses = options.fuses ?? OPEN_FUSES;
  const cipher = readingCipher(fuses);
  const encryption = cipher === null ? null : fuses.encryption;
  // ROM and bootloader read through the cache, which decrypts everything, ciphertext or not.
  const flash = cipher === null ? raw : deciphered(raw, cipher);
  const { rollback = false, chip = ESP32, cause = 'power-on' } = options;
  const setting = { chip, revision: options.revision ?? chip.revision };
  const log = new BootLog();
  const stop = (reason: BootReason, more: Partial<BootDecision> = {}): BootDecision => ({
    booted: null,
    tried: [],
    running: false,
    appAfterMs: 0,
    writes: [],
    app: null,
    nvs: null,
    ...more,
    reason,
    lines: log.lines,
  });
  const stage = loadSecondStage(flash, TABLE_AT, { chip, cause, fuses }, log);
  if (stage === null) return stop('no bootloader');
  log.colours = printsColours(stage.idf);
  log.info('boot', `ESP-IDF ${stage.idf} 2nd stage bootloader`);
  if (stage.compiled !== '') log.info('boot', `compile time ${stage.compiled}`);
  // Single-core chips print nothing here (boot logs of C3 and C6), nor does any before ESP-IDF 5 (Espruino issue 2370).
  const old = stage.idf !== '' && versionOf(stage.idf) < 500;
  if (chip.cores === 2 && !old) log.info('boot', 'Multicore bootloader');
  if (stage.chipId !== chip.chipId) {
    log.error('boot_comm', `mismatch chip ID, expected ${chip.chipId}, found ${stage.chipId}`);
    return stop('bootloader for another chip');
  }
  log.info('boot', `chip revision: ${revisionText(setting.revision)}`);
  const major = Math.floor(setting.revision / 100);
  if (old) log.info('boot_comm', `chip revision: ${major}, min. bootloader chip revision: 0`);
  log.info(`boot.${chip.target}`, `${chip.speedLabel}: ${stage.speed}`);
  log.info(`boot.${chip.target}`, `SPI Mode       : ${stage.mode}`);
  log.info(`boot.${chip.target}`, `SPI Flash Size : ${stage.sizeText}`);
  log.info('boot', 'Enabling RNG early entropy source...');
  const table = readTable(flash, TABLE_AT, stage.flashSize, log);
  if (table === null) {
    log.error('boot', 'load partition table error!');
    return stop('table refused');
  }
  const start = startOf(flash, table, rollback, log);
  if (start === null) return stop('otadata too small');
  const { loaded, test, tried } = load(flash, table, start.slot, setting, log);
  if (loaded === null) return stop('no bootable app', { tried, writes: start.writes });
  const writes = [...start.writes];
  if (start.initial && loaded.slot > FACTORY && table.otadata !== null) {
    writes.push({ address: table.otadata.offset, bytes: actualRecord(loaded.slot) });
    log.info('boot', `Set actual ota_seq=${loaded.slot + 1} in otadata[0]`);
  }
  if (encryption !== null) logEncryptionCounter(encryption, log);
  log.info('boot', 'Disabling RNG early entropy source...');
  log.spend(10);
  const done = { booted: loaded.place.offset, tried, writes };
  const { app } = loaded.image;
  const appAfterMs = startApp(
    {
      app,
      setting,
      stage,
      flashSize: flash.size,
      encryption,
      nvs: bytesAt(raw, table.nvs),
      files: bytesAt(raw, table.files),
    },
    log,
  );
  if (appAfterMs === null) {
    return stop('flash smaller than the header says', done);
  }
  const reason = test ? 'test app' : loaded.slot === start.slot ? 'chosen slot' : 'another slot';
  return stop(reason, { ...done, running: true, appAfterMs, app, nvs: table.nvs });
}

/**
 * Boots a chip after a reset; the log runs from the ROM's banner on, each line with its line ending. A boot that fails
 * ends with its error messages. A real board then keeps restarting: after `invalid header` or `csum err` by the RTC
 * watchdog (`rst:0x10 (RTCWDT_RTC_RESET)`), after the second stage's errors by itself (`rst:0x3 (SW_RESET)`), in an app
 * that cannot find its flash by a panic (`rst:0xc (SW_CPU_RESET)`).
 */
export function makeBootLoader(options: BootOptions = {}): BootLoader {
  return (flash, cause) => {
    const decision = bootDecision(flash, cause === undefined ? options : { ...options, cause });
    // Otadata is encrypted as well (ESP-IDF, bootloader_utility.c: `write_otadata`).
    const cipher = readingCipher(options.fuses ?? OPEN_FUSES);
    for (const { address, bytes } of decision.writes) {
      // Wraps like reads. The bootloader erases by sector number, so an unaligned offset is rounded down; what would
      // run into the next sector, which was not erased, is left out.
      const at = address % flash.size;
      const into = at % SECTOR;
      flash.erase(at - into, SECTOR);
      const part = bytes.subarray(0, SECTOR - into);
      flash.program(at, cipher?.encrypt(at, part) ?? part);
    }
    const lines = decision.lines.map(({ afterMs, text }) => ({ afterMs, text: `${text}\r\n` }));
    const { running, appAfterMs, app, nvs } = decision;
    const atStart = running && app !== null && nvs !== null ? firstStart(app, nvs) : null;
    return { lines, running, appAfterMs, ...(atStart === null ? {} : { atStart }) };
  };
}
