/** Test support: sound flashes and files, and ways to damage them. Nothing of the app imports it. */
import { buildAppImage } from '../../virtual-boards/esp/firmware/app-image.ts';
import { buildBootloaderImage } from '../../virtual-boards/esp/firmware/bootloader-image.ts';
import { factoryFlash } from '../../virtual-boards/esp/firmware/factory.ts';
import { buildOtadata } from '../../virtual-boards/esp/firmware/otadata.ts';
import type { TableRow } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { buildPartitionTable, RAFT_OTA_ROWS } from '../../virtual-boards/esp/firmware/partition-table.ts';
import { raftDemo150 } from '../../virtual-boards/esp/firmware/raft-demo.ts';
import { named, textFile } from '../esp/placements.ts';
import type { Security } from '../../esp/board/security.ts';
import { OPEN } from '../../esp/board/security.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';

/** A change to a copy of some bytes. */
export function edited(data: Uint8Array, edit: (copy: Uint8Array, view: DataView) => void): Uint8Array {
  const copy = data.slice();
  edit(copy, new DataView(copy.buffer));
  return copy;
}

/** The flash of a sound board, as it leaves the factory. */
export const SOUND = factoryFlash().snapshot();
/** One whose bootloader header says 2 MiB. */
export const SMALL_HEADER = factoryFlash({ headerMegabytes: 2 }).snapshot();
/** One with a damaged partition table. */
export const DAMAGED_TABLE = factoryFlash({ damagedTable: true }).snapshot();
/** One with a lost boot choice. */
export const LOST_OTADATA = factoryFlash({ otadataLost: true }).snapshot();

/** The sound flash, changed. */
export function flashWith(edit: (flash: Uint8Array) => void): Uint8Array {
  return edited(SOUND, edit);
}

/** An app that a sound board accepts. */
export const APP = named('app.bin', raftDemo150());
/** The bytes of another app. */
export const BLINK = buildAppImage({ project: 'blink', version: '2', seed: 3 });

/** An app with some header fields chosen. */
export function appWith(options: Partial<Parameters<typeof buildAppImage>[0]>): DroppedFile {
  return named('x.bin', buildAppImage({ project: 'x', version: '1', seed: 1, ...options }));
}

/** A bootloader for a size of flash in MiB. */
export function bootloader(flashMegabytes: 1 | 2 | 4 | 8 | 16): DroppedFile {
  return named('bootloader.bin', buildBootloaderImage({ flashMegabytes }));
}

/** A boot choice with one record. */
export function otadata(seq: number): DroppedFile {
  return named('otadata.bin', buildOtadata({ seq }, null));
}

/** Raft's rows, one of them changed. */
export function rowsWith(label: string, change: Partial<TableRow>): TableRow[] {
  return RAFT_OTA_ROWS.map((row) => (row.label === label ? { ...row, ...change } : row));
}

/** Raft's table in a file, optionally with one row changed. */
export function tableWith(label = '', change: Partial<TableRow> = {}): DroppedFile {
  return named('partitions.bin', buildPartitionTable(rowsWith(label, change)));
}

/** A table equal to a sound board's. */
export const SAME_TABLE = tableWith();
/** A table without any app or otadata partition. */
export const NO_APPS = textFile('t.csv', 'nvs,data,nvs,0x9000,0x6000\nfs,data,littlefs,0x10000,1M\n');
/** A whole sound board, with padding in place of its settings. */
export const BLANK_SETTINGS = named('merged.bin', SOUND.slice().fill(0xff, 0x9000, 0x1e000));

/** The sound flash with random-looking bytes in place of its bootloader and table, as encryption leaves them. */
export const ENCRYPTED = flashWith((f) => disorder(f.subarray(0x1000, 0x9000)));

/** A chip that does not say whether it encrypts its flash. */
export const SILENT: Security = { ...OPEN, encryption: { on: 'unknown', count: null, manual: 'unknown' } };

/** A chip that starts only signed images. */
export function signing(secureBoot: Security['secureBoot']): Security {
  return { ...OPEN, secureBoot };
}

/** A file from a container, with its address. */
export function at(address: number, { name, data }: DroppedFile): DroppedFile {
  return { name, data, at: address };
}

/** Overwrites bytes with random-looking ones. */
export function disorder(bytes: Uint8Array): void {
  let state = 0x2545f491;
  for (let i = 0; i < bytes.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state >>> 11;
  }
}

/**
 * A bootloader or an app without its description (and without the hash that would reveal the change), of at least this size.
 */
export function bare(size: number, description = 0): DroppedFile {
  const data = new Uint8Array(Math.ceil((24 + 8 + size + 1) / 16) * 16);
  const view = new DataView(data.buffer);
  data.set([0xe9, 1, 2, 0x20]);
  view.setUint16(17, 399, true);
  view.setUint32(24, 0x3fff0030, true);
  view.setUint32(28, size, true);
  if (description !== 0) {
    data.set([description, 0, 0, 0, 1], 32);
    data.set(new TextEncoder().encode('v5.3.1'), 40);
  }
  data[data.length - 1] = data.subarray(32, 32 + size).reduce((sum, byte) => sum ^ byte, 0xef);
  return named('bare.bin', data);
}

/** SPIFFS as ESP-IDF marks it: the number of remaining blocks is part of each mark. */
export function spiffs(size: number): Uint8Array {
  const data = new Uint8Array(size).fill(0xff);
  const view = new DataView(data.buffer);
  for (let block = 0; block < size / 0x1000; block++) {
    view.setUint16(block * 0x1000 + 252, (0x0529 ^ 256 ^ (size / 0x1000 - block)) & 0xffff, true);
  }
  return data;
}
