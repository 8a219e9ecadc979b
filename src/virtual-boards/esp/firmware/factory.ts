import { NorFlash, SECTOR } from '../../nor-flash.ts';
import type { Chip, ChipName } from '../chips/chip.ts';
import { CHIPS } from '../chips/index.ts';
import type { FlashCipher } from '../flash-cipher.ts';
import { OPEN_FUSES, readingCipher, type FlashEncryption } from '../fuses.ts';
import type { ImageChip } from './app-image.ts';
import { buildBootloaderImage } from './bootloader-image.ts';
import { buildLittleFs } from './littlefs.ts';
import { buildNvs } from './nvs.ts';
import type { NvsNamespace } from './nvs.ts';
import { buildOtadata } from './otadata.ts';
import { SAMPLE_FILES } from './sample-files.ts';
import type { TableRow } from './partition-table.ts';
import {
  buildPartitionTable,
  IDF_TWO_OTA_ROWS,
  RAFT_OTA_8MB_ROWS,
  RAFT_OTA_ROWS,
  RAFT_SECRETS_ROWS,
  RAFT_SINGLE_ROWS,
} from './partition-table.ts';
import { raftDemo142 } from './raft-demo.ts';

/** The partition layouts of the boards; see each layout's rows. */
export type LayoutName = 'raft-ota' | 'raft-ota-8mb' | 'raft-single' | 'idf-two-ota' | 'raft-ota-secrets';

/** Differences from a healthy ESP32 with 4 MB and Raft's OTA layout. */
export interface FactoryOptions {
  readonly chip?: ChipName;
  readonly layout?: LayoutName;
  /** Flash encryption as burnt into the chip; if it is on, the flash is encrypted as after the first boot. */
  readonly encryption?: FlashEncryption;
  /** The flash chip's size in MiB; default 4. */
  readonly flashMegabytes?: 4 | 8 | 16;
  /** The flash size in MiB that the bootloader's header claims; default: the chip's. */
  readonly headerMegabytes?: 2 | 4 | 8 | 16;
  /** The ESP-IDF version that the bootloader was built with; default v5.3.1. */
  readonly bootloaderIdf?: string;
  /** One bit of the table is flipped, so that its MD5 row no longer matches. */
  readonly damagedTable?: boolean;
  /** Both otadata records have a wrong CRC. */
  readonly otadataLost?: boolean;
}

/** Made-up settings. */
const SETTINGS: readonly NvsNamespace[] = [
  {
    name: 'wifi',
    entries: [
      { key: 'ssid', type: 'string', value: 'workshop' },
      { key: 'password', type: 'string', value: 'correct horse' },
      { key: 'channel', type: 'u8', value: 6 },
    ],
  },
  {
    name: 'raft',
    entries: [
      { key: 'name', type: 'string', value: 'Raft on the bench' },
      { key: 'boots', type: 'i32', value: 41 },
      { key: 'trim', type: 'i32', value: -12 },
    ],
  },
];

/** Content of the encrypted data partition: not a real secret. */
const SECRET = 'device-key=0123456789abcdef; an example';

/** Offset of the partition table on every board here. */
export const TABLE = 0x8000;
/** A byte in the label of `app1`: the row stays readable and means the same. */
const DAMAGE = TABLE + 3 * 32 + 12;

/** The partition table of each layout. */
export const LAYOUT_ROWS: Readonly<Record<LayoutName, readonly TableRow[]>> = {
  'raft-ota': RAFT_OTA_ROWS,
  'raft-ota-8mb': RAFT_OTA_8MB_ROWS,
  'raft-single': RAFT_SINGLE_ROWS,
  'idf-two-ota': IDF_TWO_OTA_ROWS,
  'raft-ota-secrets': RAFT_SECRETS_ROWS,
};

const IMAGE_CHIPS: Readonly<Record<ChipName, ImageChip>> = { ESP32: 0, 'ESP32-S3': 9, 'ESP32-C3': 5, 'ESP32-C6': 13 };

/** The sectors in use of each flash that was built: to build and encrypt one takes longer than all that a short test does with it. */
const builtBefore = new Map<string, ReadonlyMap<number, Uint8Array>>();

/**
 * A flash in factory state: bootloader, table, settings in NVS, otadata that selects the first app (erased if there is a
 * factory app), raft-demo 1.4.2 in that app, a LittleFS with a few files. Nothing counts as an erase.
 */
export function factoryFlash(options: FactoryOptions = {}): NorFlash {
  const key = JSON.stringify(options);
  const known = builtBefore.get(key);
  if (known === undefined) {
    const flash = buildFactoryFlash(options);
    builtBefore.set(key, sectorsInUse(flash));
    return flash;
  }
  const flash = new NorFlash((options.flashMegabytes ?? 4) * 0x100000);
  for (const [address, bytes] of known) flash.load(address, bytes);
  return flash;
}

function sectorsInUse(flash: NorFlash): Map<number, Uint8Array> {
  const sectors = new Map<number, Uint8Array>();
  for (let at = 0; at < flash.size; at += SECTOR) {
    if (!flash.isErased(at, SECTOR)) sectors.set(at, flash.read(at, SECTOR).slice());
  }
  return sectors;
}

function buildFactoryFlash(options: FactoryOptions): NorFlash {
  const { chip = 'ESP32', layout = 'raft-ota', flashMegabytes = 4, headerMegabytes = flashMegabytes } = options;
  const flash = new NorFlash(flashMegabytes * 0x100000);
  const chipId = IMAGE_CHIPS[chip];
  const rows = LAYOUT_ROWS[layout];
  const idf = options.bootloaderIdf === undefined ? {} : { idf: options.bootloaderIdf };
  flash.load(CHIPS[chip].bootloader.offset, buildBootloaderImage({ flashMegabytes: headerMegabytes, chipId, ...idf }));
  flash.load(TABLE, buildPartitionTable(rows));
  if (options.damagedTable === true) {
    flash.load(
      DAMAGE,
      flash.read(DAMAGE, 1).map((byte) => byte ^ 0x20),
    );
  }
  const crc = options.otadataLost === true ? { crc: 0x0badc0de } : {};
  const second = options.otadataLost === true ? { seq: 2, ...crc } : null;
  const [firstApp] = rows.filter((row) => row.type === 0);
  for (const row of rows) {
    if (row === firstApp) flash.load(row.offset, raftDemo142(chipId));
    else if (row.label === 'nvs') flash.load(row.offset, buildNvs(row.size, SETTINGS));
    else if (row.label === 'otadata' && firstApp?.subtype !== 0) {
      flash.load(row.offset, buildOtadata({ seq: 1, ...crc }, second));
    } else if (row.subtype === 0x83 && row.type === 1) flash.load(row.offset, buildLittleFs(row.size, SAMPLE_FILES));
    else if (row.label === 'secrets') flash.load(row.offset, new TextEncoder().encode(SECRET));
  }
  const cipher = readingCipher({ ...OPEN_FUSES, encryption: options.encryption ?? null });
  if (cipher !== null) encryptFactory(flash, cipher, { chip: CHIPS[chip], table: TABLE, rows });
  return flash;
}

/**
 * Encrypts a plain factory flash in place as ESP-IDF's bootloader does at the first boot (flash_encrypt.c): its own image,
 * the table, otadata, each app that is present, and partitions with the flag; NVS and the rest stay plain.
 */
function encryptFactory(
  flash: NorFlash,
  cipher: FlashCipher,
  { chip, table, rows }: { readonly chip: Chip; readonly table: number; readonly rows: readonly TableRow[] },
): void {
  const encrypt = (from: number, to: number): void => {
    for (let at = from; at < to; at += SECTOR) flash.load(at, cipher.encrypt(at, flash.read(at, SECTOR)));
  };
  const used = (from: number, to: number): number => {
    let end = to;
    while (end > from && flash.isErased(end - SECTOR, SECTOR)) end -= SECTOR;
    return end;
  };
  const { offset } = chip.bootloader;
  const ends = rows.map((row) => {
    const end = row.offset + row.size;
    if (row.type === 0) return used(row.offset, end);
    const whole = (row.type === 1 && row.subtype === 0) || ((row.flags ?? 0) & 1) === 1;
    return whole ? end : row.offset;
  });
  encrypt(offset, used(offset, table));
  encrypt(table, table + SECTOR);
  for (const [index, row] of rows.entries()) encrypt(row.offset, ends[index] ?? row.offset);
}
