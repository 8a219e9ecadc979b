/** The end of a successful boot: the bootloader's encryption lines, the app's first log lines and its first writes to NVS. */
import type { NorFlash } from '../nor-flash.ts';
import type { AppWords, ImageSetting } from './boot-image.ts';
import { printsColours, versionOf, type BootLog } from './boot-log.ts';
import type { SecondStage } from './boot-rom.ts';
import type { Place } from './boot-table.ts';
import { countFiles } from './firmware/littlefs-read.ts';
import { readSettings } from './firmware/nvs-read.ts';
import { nvsWritesOf } from './firmware/nvs.ts';
import { bitsSet, type FlashEncryption } from './fuses.ts';

/** The app that reads its settings, and writes some when it first starts. */
const PROJECT = 'raft-demo';

/** A silicon revision × 100 as logs print it: v3.0 for 300. */
export function revisionText(revision: number): string {
  return `v${Math.floor(revision / 100)}.${revision % 100}`;
}

/** Logs how often encryption can still be switched off; the counter has seven bits (ESP-IDF, flash_encrypt.c). */
export function logEncryptionCounter({ count }: FlashEncryption, log: BootLog): void {
  log.info('boot', 'Checking flash encryption...');
  const left = Math.floor((7 - bitsSet(count)) / 2);
  log.info('flash_encrypt', `flash encryption is enabled (${left} plaintext flashes left)`);
}

/** What an app starts with: its description, the chip, the second stage's header, the real flash size in bytes. */
export interface AppStart {
  readonly app: AppWords | null;
  readonly setting: ImageSetting;
  readonly stage: SecondStage;
  readonly flashSize: number;
  /** Null while encryption is off. */
  readonly encryption: FlashEncryption | null;
  /** The bytes of the partition with its settings; null if there is none. */
  readonly nvs: Uint8Array | null;
  /** The same of the partition for LittleFS. */
  readonly files: Uint8Array | null;
}

/**
 * Logs what an app prints as it starts, and returns when `app_main` is called, in ms after the reset; null if it stops
 * because the flash is smaller than the header says.
 */
export function startApp(
  { app, setting, stage, flashSize, encryption, nvs, files }: AppStart,
  log: BootLog,
): number | null {
  if (app !== null) log.colours = printsColours(app.idf);
  log.info('cpu_start', setting.chip.cores === 2 ? 'Multicore app' : 'Unicore app');
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
  log.info('efuse_init', `Chip rev:         ${revisionText(setting.revision)}`);
  log.info('spi_flash', 'detected chip: generic');
  const [header, detected] = [`${stage.flashSize / 1024}k`, `${flashSize / 1024}k`];
  const sizes = (relation: string): string =>
    `Detected size(${detected}) ${relation} than the size in the binary image header(${header}).`;
  if (flashSize < stage.flashSize) {
    log.error('spi_flash', `${sizes('smaller')} Probe failed.`);
    return null;
  }
  if (flashSize > stage.flashSize) {
    log.warn('spi_flash', `${sizes('larger')} Using the size in the binary image header.`);
  }
  log.info('spi_flash', `flash io: ${stage.mode.toLowerCase()}`);
  // ESP-IDF, flash_encrypt.c: `esp_flash_encryption_init_checks`.
  if (encryption?.manual === 'allowed') {
    log.warn('flash_encrypt', 'Flash encryption mode is DEVELOPMENT (not secure)');
  } else if (encryption !== null) log.info('flash_encrypt', 'Flash encryption mode is RELEASE');
  log.info('main_task', 'Started on CPU0');
  log.info('main_task', 'Calling app_main()');
  const called = log.now;
  if (app !== null) log.info('main', `${app.project} ${app.version} is up`);
  if (app?.project === PROJECT && nvs !== null) tellSettings(nvs, log);
  if (app?.project === PROJECT && files !== null) tellFiles(files, log);
  return called;
}

/** Logs which network the app looks for: the name, never the password. */
function tellSettings(nvs: Uint8Array, log: BootLog): void {
  const ssid = readSettings(nvs)?.('wifi', 'ssid');
  if (ssid === undefined) log.warn('nvs', 'no Wi-Fi is set');
  else log.info('nvs', `ssid=${ssid}`);
}

/** Logs whether the file system mounts, and how many files it has. */
function tellFiles(partition: Uint8Array, log: BootLog): void {
  const count = countFiles(partition);
  if (count === null) log.error('fs', 'mount failed');
  else log.info('fs', `mounted, ${count} files`);
}

/** The namespace of the app that writes NVS when it first starts. */
const NAMESPACE = 'raft';
/** The settings that it initialises if they are missing; `since`: the first version that has one, as in `versionOf`. */
const SETTINGS = [
  { since: 0, key: 'boots', type: 'i32', value: 1 },
  { since: 105, key: 'units', type: 'u8', value: 0 },
] as const;

/** What this app writes to the flash as it starts, as real apps do in NVS; null for one that writes nothing. */
export function firstStart(app: AppWords, nvs: Place): ((flash: NorFlash) => void) | null {
  if (app.project !== PROJECT) return null;
  const own = SETTINGS.filter(({ since }) => versionOf(app.version) >= since);
  return (flash) => {
    if (nvs.offset + nvs.size > flash.size) return;
    for (const setting of own) {
      const held = flash.read(nvs.offset, nvs.size);
      for (const { at, bytes } of nvsWritesOf(held, NAMESPACE, setting)) flash.clearBits(nvs.offset + at, bytes);
    }
  };
}
