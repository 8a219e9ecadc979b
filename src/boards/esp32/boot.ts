/**
 * How an ESP32 starts: mask ROM, ESP-IDF's second stage, app. Written from the rules of ESP-IDF 5.3, apart from
 * everything the app under test knows of tables, otadata and images, so that the two can disagree.
 */
import { checkApp } from './boot-image.ts';
import type { AppWords, LoadableImage } from './boot-image.ts';
import type { ReadableFlash } from './boot-flash.ts';
import { BootLog } from './boot-log.ts';
import type { LogLine } from './boot-log.ts';
import { actualRecord, chooseSlot, readRecord, withState } from './boot-otadata.ts';
import type { BootLoader } from './boot-outcome.ts';
import { loadSecondStage } from './boot-rom.ts';
import { readTable } from './boot-table.ts';
import type { BootTable, Place } from './boot-table.ts';

/** How a bootloader was built, and the chip it runs on. */
export interface BootOptions {
  /** `CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE`; off as in ESP-IDF's default. */
  readonly rollback?: boolean;
  /** Where the bootloader looks for its partition table; 0x8000 unless told. */
  readonly table?: number;
  /** The chip's revision × 100; 300 is v3.0. */
  readonly revision?: number;
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

/** Everything about one boot, before any of it is done to the flash. */
export interface BootDecision {
  /** The offset of the app that starts; null if none does. */
  readonly booted: number | null;
  /** The offsets of the app partitions looked at, in order, the booted one last. */
  readonly tried: readonly number[];
  readonly reason: BootReason;
  /** Whether the app comes as far as running. */
  readonly running: boolean;
  readonly lines: readonly LogLine[];
  /** What the bootloader writes: 32 bytes at the start of a sector that it erases first. */
  readonly writes: readonly { readonly address: number; readonly bytes: Uint8Array }[];
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
  // bootloader_utility.c asks for `bs->factory.offset != 0`: a factory app at 0 is tried, but never chosen.
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
  revision: number,
  log: BootLog,
): { loaded: Loaded | null; test: boolean; tried: number[] } {
  const tried: number[] = [];
  const attempt = (place: Place | null | undefined, slot: number): Loaded | null => {
    if (place === null || place === undefined || place.size === 0) return null;
    tried.push(place.offset);
    const image = checkApp(flash, place, revision, log);
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

function greet(app: AppWords | null, revision: number, log: BootLog): void {
  log.spend(10);
  log.info('cpu_start', 'Multicore app');
  log.spend(8);
  log.info('cpu_start', 'Pro cpu start user code');
  log.info('cpu_start', 'cpu freq: 160000000 Hz');
  if (app !== null) {
    log.info('app_init', 'Application information:');
    log.info('app_init', `Project name:     ${app.project}`);
    log.info('app_init', `App version:      ${app.version}`);
    log.info('app_init', `Compile time:     ${app.compiled}`);
    log.info('app_init', `ELF file SHA256:  ${app.elfSha.slice(0, 9)}...`);
    log.info('app_init', `ESP-IDF:          ${app.idf}`);
  }
  log.info('efuse_init', `Chip rev:         v${Math.floor(revision / 100)}.${revision % 100}`);
  log.info('spi_flash', 'detected chip: generic');
}

/** What a boot of this flash would do and say; writes nothing. Costs about a hash of each app that is tried. */
export function bootDecision(flash: ReadableFlash, options: BootOptions = {}): BootDecision {
  const { rollback = false, table: tableAt = 0x8000, revision = 300 } = options;
  const log = new BootLog();
  const stop = (reason: BootReason, more: Partial<BootDecision> = {}): BootDecision => ({
    booted: null,
    tried: [],
    running: false,
    writes: [],
    ...more,
    reason,
    lines: log.lines,
  });
  const stage = loadSecondStage(flash, tableAt, log);
  if (stage === null) return stop('no bootloader');
  log.info('boot', `ESP-IDF ${stage.idf} 2nd stage bootloader`);
  if (stage.compiled !== '') log.info('boot', `compile time ${stage.compiled}`);
  log.info('boot', 'Multicore bootloader');
  if (stage.chipId !== 0) {
    log.error('boot_comm', `mismatch chip ID, expected 0, found ${stage.chipId}`);
    return stop('bootloader for another chip');
  }
  log.info('boot', `chip revision: v${Math.floor(revision / 100)}.${revision % 100}`);
  log.info('boot.esp32', `SPI Speed      : ${stage.speed}`);
  log.info('boot.esp32', `SPI Mode       : ${stage.mode}`);
  log.info('boot.esp32', `SPI Flash Size : ${stage.sizeText}`);
  log.info('boot', 'Enabling RNG early entropy source...');
  const table = readTable(flash, tableAt, stage.flashSize, log);
  if (table === null) {
    log.error('boot', 'load partition table error!');
    return stop('table refused');
  }
  const start = startOf(flash, table, rollback, log);
  if (start === null) return stop('otadata too small');
  const { loaded, test, tried } = load(flash, table, start.slot, revision, log);
  if (loaded === null) return stop('no bootable app', { tried, writes: start.writes });
  const writes = [...start.writes];
  if (start.initial && loaded.slot > FACTORY && table.otadata !== null) {
    writes.push({ address: table.otadata.offset, bytes: actualRecord(loaded.slot) });
    log.info('boot', `Set actual ota_seq=${loaded.slot + 1} in otadata[0]`);
  }
  log.info('boot', 'Disabling RNG early entropy source...');
  greet(loaded.image.app, revision, log);
  const done = { booted: loaded.place.offset, tried, writes };
  const [header, chip] = [`${stage.flashSize / 1024}k`, `${flash.size / 1024}k`];
  const sizes = (relation: string): string =>
    `Detected size(${chip}) ${relation} than the size in the binary image header(${header}).`;
  if (flash.size < stage.flashSize) {
    log.error('spi_flash', `${sizes('smaller')} Probe failed.`);
    return stop('flash smaller than the header says', done);
  }
  if (flash.size > stage.flashSize) {
    log.warn('spi_flash', `${sizes('larger')} Using the size in the binary image header.`);
  }
  log.info('spi_flash', `flash io: ${stage.mode.toLowerCase()}`);
  log.info('main_task', 'Started on CPU0');
  log.info('main_task', 'Calling app_main()');
  if (loaded.image.app !== null) log.info('main', `${loaded.image.app.project} ${loaded.image.app.version} is up`);
  const reason = test ? 'test app' : loaded.slot === start.slot ? 'chosen slot' : 'another slot';
  return stop(reason, { ...done, running: true });
}

/**
 * The boot of an ESP32 after power-on or a pulse on EN, from the ROM's banner on, each line with its line end. A boot
 * that fails ends with its error words. A real board then starts over, for ever: after `invalid header` or `csum err`
 * by the RTC watchdog (`rst:0x10 (RTCWDT_RTC_RESET)`), after the second stage's errors by itself
 * (`rst:0x3 (SW_RESET)`), in an app that cannot find its flash by a panic (`rst:0xc (SW_CPU_RESET)`).
 */
export function makeBootLoader(options: BootOptions = {}): BootLoader {
  return (flash) => {
    const decision = bootDecision(flash, options);
    for (const { address, bytes } of decision.writes) {
      // Wrapped as reads are. The bootloader erases by sector number, so a crooked offset is rounded down; what would
      // run into the next sector, which was not erased, is left out.
      const at = address % flash.size;
      const into = at % SECTOR;
      flash.erase(at - into, SECTOR);
      flash.program(at, bytes.subarray(0, SECTOR - into));
    }
    const lines = decision.lines.map(({ afterMs, text }) => ({ afterMs, text: `${text}\r\n` }));
    return { lines, running: decision.running };
  };
}
