/** Opens a FAT volume to read: the FAT and the directories at once, a file's clusters when they are asked for. */
import { count } from '../../../flash/english.ts';
import { bytes as sizeOf } from '../../../flash/finding.ts';
import type { FileTree, PartitionBytes } from '../../../flash/partition-contents.ts';
import type { OpenFileSystem } from '../file-system.ts';
import { noFile } from '../refusals.ts';
import { chainFrom } from './allocation.ts';
import { fatFailure } from './findings.ts';
import { clusterOffset } from './geometry.ts';
import type { WearLevellingMode, LocatedVolume } from './locate.ts';
import { locate } from './locate.ts';
import type { FatTree } from './tree.ts';
import { TreeReader, readClusters } from './tree.ts';

const LEVELLING: Readonly<Record<WearLevellingMode, string>> = {
  none: 'without wear levelling',
  '4096': 'wear levelling in sectors of 4 KiB',
  performance: 'wear levelling in sectors of 512 bytes, performance mode',
  safety: 'wear levelling in sectors of 512 bytes, safety mode',
};

function detailsOf({ geometry, levelling }: LocatedVolume, label: string): string {
  const { bits, clusters, clusterSize } = geometry;
  const named = label === '' ? '' : `; label “${label}”`;
  return `FAT${bits}, ${count(clusters, 'cluster')} of ${sizeOf(clusterSize)}; ${LEVELLING[levelling]}${named}`;
}

/** Reads a file's clusters; rejects if there are fewer than its size needs. */
async function readFile({ volume, geometry }: LocatedVolume, tree: FatTree, path: string): Promise<Uint8Array> {
  const entry = tree.files.get(path);
  if (entry === undefined) return noFile(path);
  const { size, cluster } = entry;
  const { clusters } = chainFrom(tree.fat, cluster, Math.ceil(size / geometry.clusterSize));
  const have = Math.min(size, clusters.length * geometry.clusterSize);
  const last = clusters.at(-1) ?? 2;
  const damaged = (): Error => {
    const offset = Math.min(clusterOffset(geometry, last), volume.bytes.size - 1);
    return fatFailure('fat-file-damaged', volume.physicalOf(offset), { path, size, have });
  };
  if (have < size) throw damaged();
  const data = await readClusters(volume.bytes, geometry, clusters);
  if (data.length < size) throw damaged();
  return data.subarray(0, size);
}

/** Opens the FAT of a partition, with or without wear levelling; null if it holds none. Dates are local time, taken as UTC. */
export async function openFat(partition: PartitionBytes): Promise<OpenFileSystem | null> {
  const located = await locate(partition);
  if (located === null) return null;
  if (located.volume === null) {
    const { findings } = located;
    const details = 'wear levelling without a valid state';
    const tree = { kind: 'files', format: 'FAT', details, entries: [], usedBytes: 0, totalBytes: 0, findings } as const;
    return { tree, readFile: noFile };
  }
  return (await openVolume(located)).files;
}

/** A volume that was found, opened, with its tree as it was read. */
export async function openVolume(located: LocatedVolume): Promise<{ files: OpenFileSystem; tree: FatTree }> {
  const tree = await new TreeReader(located).run();
  const { clusters, clusterSize } = located.geometry;
  const listing: FileTree = {
    kind: 'files',
    format: 'FAT',
    details: detailsOf(located, tree.label),
    entries: tree.entries,
    usedBytes: (clusters - tree.freeClusters) * clusterSize,
    totalBytes: clusters * clusterSize,
    findings: [...located.findings, ...tree.findings],
  };
  return { files: { tree: listing, readFile: (path) => readFile(located, tree, path) }, tree };
}
