/** The FAT codec: built, edited in place and resized, with ESP-IDF's wear levelling below it or without. */
import { crc32 } from '../../../formats/crc32.ts';
import type { YieldNow } from '../../../flash/yielding.ts';
import type { FileEdit, FileSystemCodec, NewFile, OpenFileSystem, Rewritten } from '../file-system.ts';
import { imageBytes } from '../../../flash/partition-contents.ts';
import { contentRefusal } from '../refusals.ts';
import { wearLevellingLayout } from '../wear-levelling/layout.ts';
import { clearPending } from '../wear-levelling/safety.ts';
import { freshPartition, withVolume } from '../wear-levelling/write.ts';
import { clustersFor } from './cost.ts';
import { applyEdit, isRefusal, makeFolder, writeFile } from './edit.ts';
import { placeAt } from './findings.ts';
import { formatted, planFormat } from './format.ts';
import { ENTRY } from './geometry.ts';
import type { LocatedVolume } from './locate.ts';
import { locate } from './locate.ts';
import type { FatParameters } from './parameters.ts';
import { fatParameters, formatOptions, parametersFrom, volumeIn } from './parameters.ts';
import { openFat, openVolume } from './read.ts';
import { inPlace } from './resize.ts';
import { FatVolume } from './volume.ts';

export type { FatParameters } from './parameters.ts';
export { fatParameters } from './parameters.ts';

/** A file with the attribute bits that it had. */
type KeptFile = NewFile & { readonly attributes?: number };

/** Findings after which a change could lose what is left. */
const UNSAFE = new Set([
  'wl-both-bad',
  'wl-other-size',
  'fat-cut-short',
  'fat-folder-broken',
  'fat-folder-twice',
  'fat-cross-linked',
  'fat-too-much',
]);

/** The image that can be changed; a refusal if there is no FAT, or a damaged one. */
async function opened(image: Uint8Array) {
  const located = await locate(imageBytes(image));
  if (located === null)
    return contentRefusal('contents-unreadable', placeAt(0), { why: 'it is not a FAT file system' });
  const volume = located.volume === null ? null : await openVolume(located);
  const unsafe = (volume?.files.tree ?? located).findings.find(({ kind }) => UNSAFE.has(kind));
  if (located.volume === null || volume === null || unsafe !== undefined) {
    const why = (unsafe?.says ?? 'its wear levelling has no valid state').replace(/\.$/, '');
    return contentRefusal('contents-damaged', unsafe?.place ?? placeAt(0), { format: 'FAT', why });
  }
  return { located, ...volume };
}

/** The bytes of a volume as the library sees them after its next start, in one piece. */
async function volumeOf(located: LocatedVolume): Promise<Uint8Array> {
  const volume = (await located.volume.bytes.read(0, located.volume.bytes.size)).slice();
  if (located.pending !== null) clearPending(volume);
  return volume;
}

/** A changed volume back in its partition. */
function partitionWith(image: Uint8Array, { wl }: LocatedVolume, volume: Uint8Array): Uint8Array {
  return wl === null ? volume : withVolume(image, wl, volume);
}

/** What a volume with these parameters needs at least, in bytes: boot sector, FATs, root directory and one cluster. */
function leastFor({ sectorSize, fatCopies, rootEntries, clusterSectors }: FatParameters): number {
  return sectorSize * (1 + fatCopies + clusterSectors) + rootEntries * ENTRY;
}

/** A new volume with these files in a partition of `size` bytes, before wear levelling. */
async function newVolume(
  files: readonly KeptFile[],
  size: number,
  parameters: FatParameters,
  yieldNow: YieldNow,
  label: string,
) {
  const available = volumeIn(size, parameters);
  const serial = files.reduce((sum, { path, data }) => crc32(data, crc32(new TextEncoder().encode(path), sum)), size);
  const made = formatted(Math.floor(available / parameters.sectorSize), formatOptions(parameters, serial));
  if (made === null) {
    const values = { format: 'FAT', what: 'An empty file system', needed: leastFor(parameters), available };
    return contentRefusal('contents-too-large', placeAt(0), values);
  }
  const { clusters, clusterSize } = made.geometry;
  const { total } = clustersFor(files, made.geometry);
  if (total > clusters) {
    const sizes = { needed: total * clusterSize, available: clusters * clusterSize };
    return contentRefusal('contents-too-large', placeAt(0), { format: 'FAT', what: 'Everything together', ...sizes });
  }
  const volume = new FatVolume(made.data, made.geometry);
  if (label !== '') volume.setLabel(label);
  for (const { path, kind, data, modified, attributes } of files) {
    const refused =
      kind === 'file'
        ? writeFile(volume, path, data, modified, attributes)
        : volume.lookup(path)?.entry.folder === true
          ? null
          : makeFolder(volume, path, modified, attributes);
    if (refused !== null) return refused;
    await yieldNow();
  }
  volume.finish();
  return { data: made.data, geometry: made.geometry, serial };
}

async function build(
  files: readonly KeptFile[],
  size: number,
  parameters: FatParameters,
  yieldNow: YieldNow,
  label = '',
): Promise<Rewritten> {
  const made = await newVolume(files, size, parameters, yieldNow, label);
  if (isRefusal(made)) return { refusal: made };
  return { data: inPartition(made.data, size, parameters.levelling === 'none' ? null : made.serial) };
}

/** Every file and folder with its bytes; a refusal if one of them cannot be read. */
async function allFiles(
  located: LocatedVolume,
  { tree, readFile }: OpenFileSystem,
  volume: Uint8Array,
  yieldNow: YieldNow,
) {
  const looking = new FatVolume(volume, located.geometry);
  const files: KeptFile[] = [];
  const broken = tree.findings.find(({ kind }) => kind === 'fat-file-broken');
  if (broken !== undefined) {
    const why = broken.says.replace(/\.$/, '');
    return contentRefusal('contents-damaged', broken.place, { format: 'FAT', why });
  }
  for (const { path, kind, modified } of tree.entries) {
    const attributes = looking.lookup(path)?.entry.attributes;
    const data = kind === 'file' ? await readFile(path) : new Uint8Array();
    files.push({ path, kind, data, modified, ...(attributes !== undefined && { attributes }) });
    await yieldNow();
  }
  return files;
}

/** The volume recreated with the same files, in the bytes of the old one. */
async function compacted(image: Uint8Array, located: LocatedVolume, data: Uint8Array, yieldNow: YieldNow) {
  const now = await opened(partitionWith(image, located, data));
  if (isRefusal(now)) return now;
  const files = await allFiles(now.located, now.files, data, yieldNow);
  if (isRefusal(files)) return files;
  const made = await newVolume(files, image.length, parametersFrom(now.located), yieldNow, now.tree.label);
  if (isRefusal(made)) return made;
  data.set(made.data);
  return new FatVolume(data, made.geometry);
}

async function edit(image: Uint8Array, edits: readonly FileEdit[], yieldNow: YieldNow): Promise<Rewritten> {
  const before = await opened(image);
  if (isRefusal(before)) return { refusal: before };
  const { located, tree } = before;
  const data = await volumeOf(located);
  let volume = new FatVolume(data, located.geometry, tree.unmarked);
  for (const one of edits) {
    if (one.edit === 'compact') {
      const compact = await compacted(image, located, data, yieldNow);
      if (isRefusal(compact)) return { refusal: compact };
      volume = compact;
    } else {
      const refusal = applyEdit(volume, one);
      if (refusal !== null) return { refusal };
    }
    await yieldNow();
  }
  volume.finish();
  return { data: partitionWith(image, located, data) };
}

async function resize(image: Uint8Array, size: number, yieldNow: YieldNow): Promise<Rewritten> {
  const before = await opened(image);
  if (isRefusal(before)) return { refusal: before };
  const { located, files, tree } = before;
  const volume = await volumeOf(located);
  const parameters = parametersFrom(located);
  const resized = inPlace(volume, located.geometry, tree.unmarked, volumeIn(size, parameters));
  if (resized === null) {
    const kept = await allFiles(located, files, volume, yieldNow);
    return isRefusal(kept) ? { refusal: kept } : build(kept, size, parameters, yieldNow, tree.label);
  }
  return { data: inPartition(resized, size, located.wl === null ? null : located.wl.state.deviceId) };
}

/** A volume in a new partition; with wear levelling if it has a device id. */
function inPartition(volume: Uint8Array, size: number, deviceId: number | null): Uint8Array {
  const layout = deviceId === null ? null : wearLevellingLayout(size);
  if (layout !== null && deviceId !== null) return freshPartition(layout, volume, deviceId);
  const data = new Uint8Array(size).fill(0xff);
  data.set(volume);
  return data;
}

/** Reads and writes FAT partitions. With wear levelling, only the sectors that change are written, and its state is kept. */
export const fatCodec: FileSystemCodec<FatParameters> = {
  open: openFat,
  build: (files, size, parameters, yieldNow) => build(files, size, parameters, yieldNow),
  edit,
  resize,
  usualParameters: (size) => fatParameters(size, '4096'),
  parametersOf: async (image) => {
    const located = await locate(imageBytes(image));
    return located === null || located.volume === null ? null : parametersFrom(located);
  },
  costOf: (files, size, parameters) => {
    const sectors = Math.floor(volumeIn(size, parameters) / parameters.sectorSize);
    const plan = planFormat(sectors, formatOptions(parameters, 0));
    const { clusterSectors, sectorSize } = parameters;
    const geometry = plan?.geometry ?? { clusterSize: clusterSectors * sectorSize, clusters: 0, bits: 12 as const };
    const { total, each } = clustersFor(files, geometry);
    const sizeOf = (clusters: number): number => clusters * geometry.clusterSize;
    return { needed: sizeOf(total), available: sizeOf(geometry.clusters), each: each.map(sizeOf) };
  },
};
