/** Detects the file systems used in ESP data partitions, and the size that an image was made for. */
import { ascii, holdsAt, viewOf } from '../../formats/binary.ts';
import { PAGE_SIZES, usualParameters } from './spiffs/detect.ts';
import { geometryOf, markAt, markOf } from './spiffs/geometry.ts';

const BLOCK = 0x1000;

/** A LittleFS superblock; block size in bytes; both are null unless plausible where a plain superblock has them. */
export interface LittleFsSign {
  readonly blockSize: number | null;
  readonly blockCount: number | null;
}

/** How certain a SPIFFS match is: it has no header, only a 16-bit mark in each block. */
export type Certainty = 'sure' | 'likely' | 'possible';

/** A FAT boot sector and its offset, 0x1000 if wear levelling put a spare sector before it; both in bytes. */
export interface FatSign {
  readonly offset: number;
  readonly sectorSize: number;
}

/** Finds a LittleFS superblock in either of the first two blocks; the newer one's sizes are used. Null if there is none. */
export function findLittleFs(data: Uint8Array): LittleFsSign | null {
  const view = viewOf(data);
  let found: { readonly revision: number; readonly sign: LittleFsSign } | null = null;
  for (const at of [0, BLOCK]) {
    if (!holdsAt(data, at + 8, ascii('littlefs'))) continue;
    const revision = view.getUint32(at, true);
    // Name, tag, then the inline struct: version, block size, block count (littlefs SPEC.md, superblock entry).
    const whole = at + 32 <= data.length;
    const blockSize = whole ? view.getUint32(at + 24, true) : 0;
    const blockCount = whole ? view.getUint32(at + 28, true) : 0;
    const sane = blockSize >= 128 && blockSize <= 0x100000 && blockCount > 0 && blockCount < 0x1000000;
    const sign = sane ? { blockSize, blockCount } : { blockSize: null, blockCount: null };
    // Revisions wrap around, so they are compared as a signed distance.
    if (found === null || ((revision - found.revision) | 0) > 0) found = { revision, sign };
  }
  return found?.sign ?? null;
}

/**
 * Finds the SPIFFS marks in the first page of each 4 KiB block, with the number of blocks left, as ESP-IDF configures it, or
 * without. One unmarked block is allowed, as in SPIFFS itself. Null if there is no match.
 */
export function findSpiffs(data: Uint8Array, partitionSize: number): Certainty | null {
  const view = viewOf(data);
  const blocks = Math.floor(data.length / BLOCK);
  const total = Math.floor(partitionSize / BLOCK);
  for (const pageSize of PAGE_SIZES) {
    for (const countsBlocks of [true, false]) {
      const geometry = geometryOf(usualParameters(BLOCK, pageSize, countsBlocks), total);
      let marked = 0;
      for (let block = 0; block < blocks; block++) {
        if (view.getUint16(markAt(geometry, block), true) === markOf(geometry, block)) marked++;
      }
      if (marked > 0 && marked >= blocks - 1) return marked >= 3 ? 'sure' : marked === 2 ? 'likely' : 'possible';
    }
  }
  return null;
}

/** Finds a FAT boot sector: a jump, 55 AA at its end, and a valid sector size. Null if there is none. */
export function findFat(data: Uint8Array): FatSign | null {
  const view = viewOf(data);
  for (const offset of [0, BLOCK]) {
    if (!holdsAt(data, offset + 510, [0x55, 0xaa])) continue;
    const jumps = (data[offset] === 0xeb && data[offset + 2] === 0x90) || data[offset] === 0xe9;
    const sectorSize = view.getUint16(offset + 11, true);
    if (jumps && [512, 1024, 2048, 4096].includes(sectorSize)) return { offset, sectorSize };
  }
  return null;
}

/** A file system image; `size` is the size it was made for in bytes, null if its header does not say. */
export interface FileSystem {
  readonly name: 'LittleFS' | 'SPIFFS' | 'FAT';
  readonly size: number | null;
}

const SPIFFS_BLOCK = 0x1000;

/** Detects LittleFS or FAT by their header; null if the data is neither. */
export function fileSystemWithHeader(data: Uint8Array): FileSystem | null {
  const littlefs = findLittleFs(data);
  if (littlefs !== null) {
    const { blockSize, blockCount } = littlefs;
    return { name: 'LittleFS', size: blockSize === null || blockCount === null ? null : blockSize * blockCount };
  }
  const fat = findFat(data);
  if (fat === null) return null;
  const view = viewOf(data);
  // Total sectors: 16 bits at 19, or if that is 0, 32 bits at 32 (BIOS parameter block).
  const sectors = view.getUint16(fat.offset + 19, true) || view.getUint32(fat.offset + 32, true);
  return { name: 'FAT', size: sectors === 0 ? null : fat.offset + sectors * fat.sectorSize };
}

/** Detects SPIFFS, whose marks depend on the size of the whole image; null if the data is not SPIFFS. */
export function spiffsImage(data: Uint8Array): FileSystem | null {
  if (data.length === 0 || data.length % SPIFFS_BLOCK !== 0) return null;
  const certainty = findSpiffs(data, data.length);
  // A single mark occurs by chance in one of a few thousand files.
  return certainty === null || certainty === 'possible' ? null : { name: 'SPIFFS', size: data.length };
}
