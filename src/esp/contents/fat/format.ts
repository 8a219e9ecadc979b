/** An empty FAT volume, as FatFs formats it for ESP-IDF: without a partition table, its type from the number of clusters. */
import { ascii, viewOf } from '../../../formats/binary.ts';
import { writeFatEntry } from './allocation.ts';
import type { FatBits, FatGeometry } from './geometry.ts';
import { ENTRY, MOST_CLUSTERS, bitsFor, clusterOffset, fatBytes, geometryOf } from './geometry.ts';

/** How a volume is laid out. */
export interface FormatOptions {
  readonly sectorSize: number;
  readonly clusterSectors: number;
  readonly fatCopies: number;
  readonly rootEntries: number;
  readonly serial: number;
}

/** The sectors of each FAT for a type; null if the clusters that are left do not make that type. */
function fatFor(bits: FatBits, sectors: number, options: FormatOptions): number | null {
  const { sectorSize, clusterSectors, fatCopies } = options;
  const fixed = bits === 32 ? 32 : 1 + (options.rootEntries * ENTRY) / sectorSize;
  const most = MOST_CLUSTERS[bits] - 1;
  // As FatFs does, for as many clusters as there would be without anything else.
  const first = Math.ceil(fatBytes(bits, Math.min(Math.floor(sectors / clusterSectors), most)) / sectorSize);
  // Just above the limit of a type FatFs gives up; a slightly larger FAT leaves few enough clusters.
  for (let fatSectors = first; fatSectors <= first + 16; fatSectors++) {
    const clusters = Math.floor((sectors - fixed - fatCopies * fatSectors) / clusterSectors);
    if (clusters <= most) return clusters >= 1 && bitsFor(clusters) === bits ? fatSectors : null;
  }
  return null;
}

function bootSector(sectors: number, bits: FatBits, fatSectors: number, options: FormatOptions): Uint8Array {
  const boot = new Uint8Array(options.sectorSize);
  const view = viewOf(boot);
  const is32 = bits === 32;
  boot.set([0xeb, 0xfe, 0x90, ...ascii('MSDOS5.0')]);
  view.setUint16(11, options.sectorSize, true);
  boot[13] = options.clusterSectors;
  view.setUint16(14, is32 ? 32 : 1, true);
  boot[16] = options.fatCopies;
  view.setUint16(17, is32 ? 0 : options.rootEntries, true);
  if (sectors < 0x10000) view.setUint16(19, sectors, true);
  else view.setUint32(32, sectors, true);
  boot[21] = 0xf8;
  view.setUint16(24, 63, true);
  view.setUint16(26, 255, true);
  if (is32) {
    view.setUint32(36, fatSectors, true);
    view.setUint32(44, 2, true);
    view.setUint16(48, 1, true);
    view.setUint16(50, 6, true);
  } else {
    view.setUint16(22, fatSectors, true);
  }
  const at = is32 ? 64 : 36;
  boot[at] = 0x80;
  boot[at + 2] = 0x29;
  view.setUint32(at + 3, options.serial >>> 0, true);
  boot.set(ascii(is32 ? 'NO NAME    FAT32   ' : 'NO NAME    FAT     '), at + 7);
  boot.set([0x55, 0xaa], 510);
  return boot;
}

function infoSector(sectorSize: number, free: number): Uint8Array {
  const data = new Uint8Array(sectorSize);
  const view = viewOf(data);
  view.setUint32(0, 0x41615252, true);
  view.setUint32(484, 0x61417272, true);
  view.setUint32(488, free, true);
  view.setUint32(492, 2, true);
  view.setUint32(508, 0xaa550000, true);
  return data;
}

/** The geometry that a volume of so many sectors gets; null if it is too small, or no type fits it. */
export function planFormat(
  sectors: number,
  options: FormatOptions,
): { boot: Uint8Array; geometry: FatGeometry } | null {
  const usual = bitsFor(Math.floor(sectors / options.clusterSectors));
  for (const bits of ([32, 16, 12] as const).filter((each) => each <= usual)) {
    const fatSectors = fatFor(bits, sectors, options);
    if (fatSectors === null) continue;
    const boot = bootSector(sectors, bits, fatSectors, options);
    const geometry = geometryOf(boot);
    if (geometry !== null && geometry.bits === bits) return { boot, geometry };
  }
  return null;
}

/** A formatted volume; its data area is left erased. Null if it is too small. */
export function formatted(sectors: number, options: FormatOptions): { data: Uint8Array; geometry: FatGeometry } | null {
  const plan = planFormat(sectors, options);
  if (plan === null) return null;
  const { boot, geometry } = plan;
  const { bits, sectorSize, fatStart, fatSectors, fatCopies, dataStart } = geometry;
  const data = new Uint8Array(sectors * sectorSize).fill(0xff);
  data.fill(0, 0, dataStart * sectorSize);
  data.set(boot);
  for (let copy = 0; copy < fatCopies; copy++) {
    const table = data.subarray(
      (fatStart + copy * fatSectors) * sectorSize,
      (fatStart + (copy + 1) * fatSectors) * sectorSize,
    );
    writeFatEntry(table, bits, 0, bits === 32 ? 0x0ffffff8 : 0xfff8);
    if (bits === 12) writeFatEntry(table, bits, 0, 0xff8);
    writeFatEntry(table, bits, 1, 0x0fffffff & (bits === 12 ? 0xfff : bits === 16 ? 0xffff : 0x0fffffff));
    if (bits === 32) writeFatEntry(table, bits, 2, 0x0fffffff);
  }
  if (bits === 32) {
    for (const backup of [0, 6]) {
      data.set(boot, backup * sectorSize);
      data.set(infoSector(sectorSize, geometry.clusters - 1), (backup + 1) * sectorSize);
    }
    const root = clusterOffset(geometry, geometry.rootCluster);
    data.fill(0, root, root + geometry.clusterSize);
  }
  return { data, geometry };
}
