/** Determines the partition size that a file system image was made for. */
import { viewOf } from '../../formats/binary.ts';
import { findFat, findLittleFs, findSpiffs } from '../contents/file-systems.ts';

/** A file system image; `size` is the size it was made for in bytes, null if its header does not say. */
export interface FileSystem {
  readonly name: 'LittleFS' | 'SPIFFS' | 'FAT';
  readonly size: number | null;
}

const BLOCK = 0x1000;

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
  if (data.length === 0 || data.length % BLOCK !== 0) return null;
  const certainty = findSpiffs(data, data.length);
  // A single mark occurs by chance in one of a few thousand files.
  return certainty === null || certainty === 'possible' ? null : { name: 'SPIFFS', size: data.length };
}
