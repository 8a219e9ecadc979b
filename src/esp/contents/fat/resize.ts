/** A volume made larger or smaller without moving a file: only its boot sector and its FATs change. */
import { viewOf } from '../../../formats/binary.ts';
import type { FatGeometry } from './geometry.ts';
import { MOST_CLUSTERS, bitsFor, fatBytes, geometryOf } from './geometry.ts';
import { writeFatEntry } from './allocation.ts';
import { FatVolume } from './volume.ts';

/** The sector with the second boot sector of a FAT32 volume. */
const BACKUP_BOOT = 6;

/** The clusters of this volume in so many sectors; null if its FATs are too small for them, or its type would be another. */
function clustersIn(geometry: FatGeometry, sectors: number): number | null {
  const { bits, dataStart, clusterSectors, fatSectors, sectorSize } = geometry;
  const clusters = Math.floor((sectors - dataStart) / clusterSectors);
  if (clusters < 1 || bitsFor(clusters) !== bits || clusters === MOST_CLUSTERS[bits]) return null;
  return fatBytes(bits, clusters) <= fatSectors * sectorSize ? clusters : null;
}

function setTotal(boot: Uint8Array, sectors: number): void {
  const view = viewOf(boot);
  view.setUint16(19, sectors < 0x10000 ? sectors : 0, true);
  view.setUint32(32, sectors < 0x10000 ? 0 : sectors, true);
}

/** The volume in `size` bytes; null if a cluster behind the new end is in use, or the FATs would have to be moved. */
export function inPlace(
  volume: Uint8Array,
  geometry: FatGeometry,
  unmarked: Iterable<number>,
  size: number,
): Uint8Array | null {
  const { sectorSize, clusters: before, bits, fatStart, fatSectors, fatCopies, infoSector } = geometry;
  const sectors = Math.floor(size / sectorSize);
  const clusters = clustersIn(geometry, sectors);
  if (clusters === null || new FatVolume(volume, geometry, unmarked).lastUsed > clusters + 1) return null;
  const data = new Uint8Array(sectors * sectorSize).fill(0xff);
  data.set(volume.subarray(0, Math.min(data.length, geometry.totalSectors * sectorSize)));
  for (let copy = 0; copy < fatCopies; copy++) {
    const table = data.subarray((fatStart + copy * fatSectors) * sectorSize);
    for (let cluster = before + 2; cluster < clusters + 2; cluster++) writeFatEntry(table, bits, cluster, 0);
  }
  setTotal(data, sectors);
  if (infoSector !== null) setTotal(data.subarray(BACKUP_BOOT * sectorSize), sectors);
  const resized = geometryOf(data.subarray(0, sectorSize));
  if (resized === null || resized.clusters !== clusters) return null;
  new FatVolume(data, resized).finish();
  return data;
}
