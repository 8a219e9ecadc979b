/** How large a partition a file system was made for, told from its own header. */
import { viewOf } from '../../formats/binary.ts';
import { findFat, findLittleFs, findSpiffs } from '../contents/file-systems.ts';

/** A file-system image; `size` is what it was made for in bytes, null if its header does not say. */
export interface FileSystem {
  readonly name: 'LittleFS' | 'SPIFFS' | 'FAT';
  readonly size: number | null;
}

const BLOCK = 0x1000;

/** LittleFS or FAT, which have a header; null if these bytes are neither. */
export function fileSystemWithHeader(data: Uint8Array): FileSystem | null {
  const littlefs = findLittleFs(data);
  if (littlefs !== null) {
    const { blockSize, blockCount } = littlefs;
    return { name: 'LittleFS', size: blockSize === null || blockCount === null ? null : blockSize * blockCount };
  }
  const fat = findFat(data);
  if (fat === null) return null;
  const view = viewOf(data);
  // The total of sectors: 16 bits at 19, or if that is 0, 32 bits at 32 (the BIOS parameter block).
  const sectors = view.getUint16(fat.offset + 19, true) || view.getUint32(fat.offset + 32, true);
  return { name: 'FAT', size: sectors === 0 ? null : fat.offset + sectors * fat.sectorSize };
}

/** SPIFFS, whose marks depend on the size of the whole image; null if these bytes are none. */
export function spiffsImage(data: Uint8Array): FileSystem | null {
  if (data.length === 0 || data.length % BLOCK !== 0) return null;
  const certainty = findSpiffs(data, data.length);
  // One mark alone is found in every few thousandth file.
  return certainty === null || certainty === 'possible' ? null : { name: 'SPIFFS', size: data.length };
}
