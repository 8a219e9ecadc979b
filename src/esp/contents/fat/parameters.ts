/** The parameters that a FAT partition is made with. */
import { WL_SECTOR, wearLevellingLayout } from '../wear-levelling/layout.ts';
import type { FormatOptions } from './format.ts';
import type { FatGeometry } from './geometry.ts';
import type { WearLevellingMode } from './locate.ts';
import { volumeSize } from './locate.ts';

/** How a partition is kept and its volume laid out; sizes in bytes. */
export interface FatParameters {
  readonly levelling: WearLevellingMode;
  readonly sectorSize: number;
  readonly clusterSectors: number;
  readonly fatCopies: number;
  readonly rootEntries: number;
}

/** The size of the volume in a partition, in bytes; 0 if wear levelling does not fit into it. */
export function volumeIn(
  size: number,
  { levelling, sectorSize }: Pick<FatParameters, 'levelling' | 'sectorSize'>,
): number {
  if (levelling === 'none') return size - (size % sectorSize);
  const layout = wearLevellingLayout(size);
  return layout === null ? 0 : Math.max(0, volumeSize(layout.usable, levelling));
}

/**
 * What ESP-IDF's formatter uses (vfs_fat_spiflash.c): two FATs, one sector in a cluster, 512 entries in the root directory, in a
 * volume of at most 128 sectors 128, or 16 if the sectors have 512 bytes.
 */
export function fatParameters(size: number, levelling: WearLevellingMode): FatParameters {
  const sectorSize = levelling === 'performance' || levelling === 'safety' ? 512 : WL_SECTOR;
  const isSmall = volumeIn(size, { levelling, sectorSize }) / sectorSize <= 128;
  const rootEntries = isSmall ? (sectorSize === 512 ? 16 : 128) : 512;
  return { levelling, sectorSize, clusterSectors: 1, fatCopies: 2, rootEntries };
}

/** The parameters of a volume; FAT32 has no fixed root directory, so its number of entries is the usual one. */
export function parametersFrom({
  geometry,
  levelling,
}: {
  readonly geometry: FatGeometry;
  readonly levelling: WearLevellingMode;
}) {
  const { sectorSize, clusterSectors, fatCopies, rootEntries } = geometry;
  const parameters: FatParameters = {
    levelling,
    sectorSize,
    clusterSectors,
    fatCopies,
    rootEntries: rootEntries === 0 ? 512 : rootEntries,
  };
  return parameters;
}

/** The options of the formatter. */
export function formatOptions(parameters: FatParameters, serial: number): FormatOptions {
  const { sectorSize, clusterSectors, fatCopies, rootEntries } = parameters;
  return { sectorSize, clusterSectors, fatCopies, rootEntries, serial };
}
