/** The boot sector of a FAT volume (Microsoft, FAT File System Specification, August 2005, “BPB”). */
import { ascii, holdsAt, viewOf } from '../../../formats/binary.ts';

/** Bits of a FAT's entry. */
export type FatBits = 12 | 16 | 32;

/** The size of a directory entry, in bytes. */
export const ENTRY = 32;

/** Where a volume keeps what; sectors count from its start. Clusters are numbered from 2 to `clusters` + 1. */
export interface FatGeometry {
  readonly bits: FatBits;
  readonly sectorSize: number;
  readonly clusterSectors: number;
  readonly clusterSize: number;
  readonly totalSectors: number;
  readonly fatStart: number;
  readonly fatSectors: number;
  readonly fatCopies: number;
  /** The root directory's first sector and number of entries; no entries if it is in clusters (FAT32). */
  readonly rootStart: number;
  readonly rootEntries: number;
  /** The first cluster of the root directory of a FAT32 volume, else 0. */
  readonly rootCluster: number;
  readonly dataStart: number;
  readonly clusters: number;
  /** The sector with the count of free clusters, on a FAT32 volume that has one, else null. */
  readonly infoSector: number | null;
  readonly serial: number;
}

/**
 * The most clusters of each type: their number alone makes it. FatFs, DOS and Windows allow one more than the specification
 * (ff.c, MAX_FAT12), so a volume with exactly so many is read differently elsewhere; none is built.
 */
export const MOST_CLUSTERS = { 12: 4085, 16: 65525, 32: 0x0ffffff5 } as const;

/** The number of bytes that a FAT for so many clusters needs. */
export function fatBytes(bits: FatBits, clusters: number): number {
  return Math.ceil(((clusters + 2) * bits) / 8);
}

function powerOfTwo(value: number): boolean {
  return value > 0 && (value & (value - 1)) === 0;
}

/** The type of a volume with so many clusters. */
export function bitsFor(clusters: number): FatBits {
  return clusters <= MOST_CLUSTERS[12] ? 12 : clusters <= MOST_CLUSTERS[16] ? 16 : 32;
}

/** The geometry that a boot sector describes; null if the firmware's library would not mount it. At least 512 bytes. */
export function geometryOf(boot: Uint8Array): FatGeometry | null {
  if (boot.length < 512 || (boot[0] !== 0xeb && boot[0] !== 0xe9 && boot[0] !== 0xe8)) return null;
  const view = viewOf(boot);
  const u16 = (at: number): number => view.getUint16(at, true);
  const u32 = (at: number): number => view.getUint32(at, true);
  const sectorSize = u16(11);
  const clusterSectors = boot[13] ?? 0;
  const fatStart = u16(14);
  const fatCopies = boot[16] ?? 0;
  const rootEntries = u16(17);
  const totalSectors = u16(19) === 0 ? u32(32) : u16(19);
  const fatSectors = u16(22) === 0 ? u32(36) : u16(22);
  const isSigned = boot[510] === 0x55 && boot[511] === 0xaa;
  const isNamed32 = isSigned && holdsAt(boot, 82, ascii('FAT32   '));
  // FatFs takes what has no signature, too, as after a power cut while formatting, but then it has to be FAT12 or FAT16.
  if (!isNamed32 && (rootEntries === 0 || u16(22) === 0 || (u16(19) < 4 && u32(32) < 0x10000))) return null;
  if (![512, 1024, 2048, 4096].includes(sectorSize) || !powerOfTwo(clusterSectors) || fatStart === 0) return null;
  if ((fatCopies !== 1 && fatCopies !== 2) || rootEntries % (sectorSize / ENTRY) !== 0) return null;
  const rootStart = fatStart + fatCopies * fatSectors;
  const dataStart = rootStart + (rootEntries * ENTRY) / sectorSize;
  const clusters = Math.floor((totalSectors - dataStart) / clusterSectors);
  if (clusters < 1 || clusters > MOST_CLUSTERS[32]) return null;
  const bits = bitsFor(clusters);
  if ((bits === 32) !== (rootEntries === 0) || (bits === 32 && u16(42) !== 0)) return null;
  if (fatSectors * sectorSize < fatBytes(bits, clusters)) return null;
  return {
    bits,
    sectorSize,
    clusterSectors,
    clusterSize: clusterSectors * sectorSize,
    totalSectors,
    fatStart,
    fatSectors,
    fatCopies,
    rootStart,
    rootEntries,
    dataStart,
    clusters,
    rootCluster: bits === 32 ? u32(44) : 0,
    infoSector: bits === 32 && u16(48) === 1 ? 1 : null,
    serial: u32(bits === 32 ? 67 : 39),
  };
}

/** The offset of a cluster in the volume, in bytes. */
export function clusterOffset(geometry: FatGeometry, cluster: number): number {
  return (geometry.dataStart + (cluster - 2) * geometry.clusterSectors) * geometry.sectorSize;
}
