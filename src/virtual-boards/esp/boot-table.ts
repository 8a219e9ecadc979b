import { md5 } from '@noble/hashes/legacy.js';
import { hex, hex8, readWrapped, textOf, viewOf } from './boot-flash.ts';
import type { ReadableFlash } from './boot-flash.ts';
import type { BootLog } from './boot-log.ts';

/** Offset and size of a partition, in bytes. */
export interface Place {
  readonly offset: number;
  readonly size: number;
}

/** What the bootloader keeps of a partition table (the apps it may start, otadata), and where apps find NVS. */
export interface BootTable {
  readonly factory: Place | null;
  readonly test: Place | null;
  /** By slot number: a table may have `ota_3` and no `ota_0`. */
  readonly ota: ReadonlyMap<number, Place>;
  /** Number of OTA app rows; slots with this number or a higher one are never tried. */
  readonly appCount: number;
  readonly otadata: Place | null;
  /** Where apps keep their settings: the unencrypted NVS partition named `nvs`, which ESP-IDF opens by default. */
  readonly nvs: Place | null;
  /** The unencrypted partition for LittleFS. */
  readonly files: Place | null;
}

const ROW = 32;
const MAX_ROWS = 0xc00 / ROW;
const MAGIC = 0x50aa;
const MAGIC_MD5 = 0xebeb;

interface Row extends Place {
  readonly type: number;
  readonly subtype: number;
  readonly label: string;
  /** Bit 0: encrypted. */
  readonly flags: number;
}

function rowAt(view: DataView, bytes: Uint8Array, at: number): Row {
  return {
    type: view.getUint8(at + 2),
    subtype: view.getUint8(at + 3),
    offset: view.getUint32(at + 4, true),
    size: view.getUint32(at + 8, true),
    label: textOf(bytes.subarray(at + 12, at + 28)),
    flags: view.getUint32(at + 28, true),
  };
}

/**
 * The rows, or null after logging why not (`components/bootloader_support/src/flash_partitions.c`). With an MD5 row the
 * count is one less, but rows are still taken from the first on: if the MD5 row is not the last one, the last row is lost
 * and the MD5 row is read as if it were a partition.
 */
function verifiedRows(bytes: Uint8Array, chipSize: number, log: BootLog): Row[] | null {
  const view = viewOf(bytes);
  const rows: Row[] = [];
  let md5Found = false;
  const refuse = (words: string): null => {
    log.error('flash_parts', words);
    return null;
  };
  for (let index = 0; index < MAX_ROWS; index++) {
    const at = index * ROW;
    const magic = view.getUint16(at, true);
    const row = rowAt(view, bytes, at);
    const { type, subtype, offset, size } = row;
    if (magic === MAGIC) {
      // The sum wraps at 32 bits, as in the bootloader.
      if (offset > chipSize || (offset + size) >>> 0 > chipSize) {
        const where = `offset ${hex(offset)} size ${hex(size)}`;
        return refuse(`partition ${index} invalid - ${where} exceeds flash chip size ${hex(chipSize)}`);
      }
    } else if (magic === MAGIC_MD5) {
      if (md5Found) return refuse('Only one MD5 checksum is allowed');
      const digest = md5(bytes.subarray(0, at));
      if (digest.some((byte, i) => byte !== bytes[at + 16 + i])) return refuse('Incorrect MD5 checksum');
      md5Found = true;
    } else if (magic === 0xffff && type === 0xff && subtype === 0xff) {
      return rows.slice(0, index - (md5Found ? 1 : 0));
    } else {
      return refuse(`partition ${index} invalid magic number ${hex(magic)}`);
    }
    rows.push(row);
  }
  return refuse('partition table has no terminating entry, not valid');
}

const APP_USAGE: Readonly<Record<number, string>> = { 0x00: 'factory app', 0x20: 'test app' };
const DATA_USAGE: Readonly<Record<number, string>> = {
  0x00: 'OTA data',
  0x01: 'RF data',
  0x02: 'WiFi data',
  0x04: 'NVS keys',
  0x05: 'efuse',
};

const isOta = (row: Row): boolean => row.type === 0 && (row.subtype & 0xf0) === 0x10;

function usageOf(row: Row): string {
  if (row.type === 0) return isOta(row) ? 'OTA app' : (APP_USAGE[row.subtype] ?? 'Unknown app');
  return row.type === 1 ? (DATA_USAGE[row.subtype] ?? 'Unknown data') : 'unknown';
}

const byte = (value: number): string => value.toString(16).padStart(2, '0');

/**
 * Reads and logs the partition table at `offset`; null, after the bootloader's messages, if it is refused. `chipSize` in
 * bytes comes from the bootloader's image header, not from the chip
 * (`components/bootloader_support/src/bootloader_utility.c`).
 */
export function readTable(flash: ReadableFlash, offset: number, chipSize: number, log: BootLog): BootTable | null {
  const rows = verifiedRows(readWrapped(flash, offset, MAX_ROWS * ROW), chipSize, log);
  if (rows === null) {
    log.error('boot', 'Failed to verify partition table');
    return null;
  }
  log.info('boot', 'Partition Table:');
  log.info('boot', '## Label            Usage          Type ST Offset   Length');
  let [factory, test, otadata]: (Place | null)[] = [null, null, null];
  const ota = new Map<number, Place>();
  let appCount = 0;
  for (const [index, row] of rows.entries()) {
    if (isOta(row)) {
      ota.set(row.subtype & 0x0f, row);
      appCount++;
    } else if (row.type === 0 && row.subtype === 0x00) factory = row;
    else if (row.type === 0 && row.subtype === 0x20) test = row;
    else if (row.type === 1 && row.subtype === 0x00) otadata = row;
    const name = `${String(index).padStart(2)} ${row.label.padEnd(16)} ${usageOf(row).padEnd(16)}`;
    log.info('boot', `${name} ${byte(row.type)} ${byte(row.subtype)} ${hex8(row.offset)} ${hex8(row.size)}`);
  }
  log.info('boot', 'End of partition table');
  const nvs = rows.find(({ type, subtype, label, flags }) => {
    return type === 1 && subtype === 0x02 && label === 'nvs' && (flags & 1) === 0;
  });
  const files = rows.find(({ type, subtype, flags }) => type === 1 && subtype === 0x83 && (flags & 1) === 0);
  return {
    files: files ?? null,
    factory: factory ?? null,
    test: test ?? null,
    ota,
    appCount,
    otadata: otadata ?? null,
    nvs: nvs ?? null,
  };
}
