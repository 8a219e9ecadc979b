/** Determines the partition size that a file system image was made for. */
import { fatOfHead } from '../contents/fat/locate.ts';
import { superblockOfHead } from '../contents/littlefs/mount.ts';
import { marksOfImage } from '../contents/spiffs/detect.ts';
import { sizeForVolume } from '../contents/wear-levelling/layout.ts';
import { UNIT } from '../flash-geometry.ts';

/** A file system image; `size` is the size it was made for in bytes, null if its header does not say. */
export interface FileSystem {
  readonly name: 'LittleFS' | 'SPIFFS' | 'FAT';
  readonly size: number | null;
}

/** Detects LittleFS or FAT by their header; null if the data is neither. */
export function fileSystemWithHeader(data: Uint8Array): FileSystem | null {
  const superblock = superblockOfHead(data, data.length);
  if (superblock === 'lost') return { name: 'LittleFS', size: null };
  if (superblock !== null) return { name: 'LittleFS', size: superblock.blockSize * superblock.blockCount || null };
  const fat = fatOfHead(data, data.length);
  if (fat === null) return null;
  const volume = fat.geometry.totalSectors * fat.geometry.sectorSize;
  return { name: 'FAT', size: fat.levelled ? (sizeForVolume(volume) ?? data.length) : volume };
}

/** Detects SPIFFS, whose marks are in every block; null if the data is not SPIFFS. */
export function spiffsImage(data: Uint8Array): FileSystem | null {
  const marks = data.length % UNIT === 0 ? marksOfImage(data) : null;
  return marks === null ? null : { name: 'SPIFFS', size: marks.written * marks.geometry.blockSize };
}
