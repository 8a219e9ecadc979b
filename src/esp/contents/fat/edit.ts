/** Edits of a volume in memory: files written, folders made, entries deleted and renamed. */
import type { Refusal, Values } from '../../../flash/finding.ts';
import type { FileEdit } from '../file-system.ts';
import { contentRefusal } from '../refusals.ts';
import { ATTRIBUTES } from './directory.ts';
import { placeAt } from './findings.ts';
import { foldedName } from './names.ts';
import { nameFault } from './short-names.ts';
import type { FatVolume, Folder, Found, Shortage } from './volume.ts';

/** The largest file, in bytes: its size has 32 bits. */
const LARGEST_FILE = 0xffffffff;

/** A refusal about a path. */
function refusal(kind: Parameters<typeof contentRefusal>[0], values: Values): Refusal {
  return contentRefusal(kind, placeAt(0), { format: 'FAT', ...values });
}

/** What is missing, in bytes beside what is there. */
function tooLarge(volume: FatVolume, path: string, shortage: Shortage): Refusal {
  const { clusterSize, rootEntries } = volume.geometry;
  if ('rootEntries' in shortage) {
    const available = rootEntries * 32;
    return refusal('contents-too-large', {
      what: `The folder that ${path} is in`,
      needed: available + shortage.rootEntries * 32,
      available,
    });
  }
  const available = volume.freeClusters * clusterSize;
  return refusal('contents-too-large', { what: path, needed: available + shortage.clusters * clusterSize, available });
}

/** The names of a path, checked; a refusal if one of them cannot be stored. */
function namesOf(path: string): readonly string[] | Refusal {
  const [before, ...names] = path.split('/');
  if (before !== '' || names.length === 0) return refusal('bad-file-name', { path, why: 'it does not begin with /' });
  for (const name of names) {
    const why = nameFault(name);
    if (why !== null) return refusal('bad-file-name', { path, why });
  }
  return names;
}

/** Whether what a step gave is a refusal. */
export function isRefusal(value: unknown): value is Refusal {
  return typeof value === 'object' && value !== null && 'says' in value && 'kind' in value;
}

/** The first cluster of a folder as its children's `..` names it: 0 for the root directory. */
function parentCluster(volume: FatVolume, folder: Folder): number {
  const first = folder.clusters[0] ?? 0;
  return first === volume.geometry.rootCluster ? 0 : first;
}

/** Adds an entry with what it needs; a refusal if there is no room, or another file has this short name. */
function add(
  volume: FatVolume,
  folder: Folder,
  path: string,
  content: { readonly data: Uint8Array } | 'folder',
  modified: number | null,
  attributes: number,
): Refusal | null {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const other = volume.findAlias(folder, name);
  if (other !== null) {
    return refusal('bad-file-name', { path, why: `it is the short name of ${other.name}, so the firmware opens that` });
  }
  const { clusterSize } = volume.geometry;
  const clusters = content === 'folder' ? 1 : Math.ceil(content.data.length / clusterSize);
  const shortage = volume.shortageFor(folder, name, clusters);
  if (shortage !== null) return tooLarge(volume, path, shortage);
  const size = content === 'folder' ? 0 : content.data.length;
  // The entry first: a folder that grows takes the lowest free clusters.
  const added = volume.add(folder, name, { attributes, cluster: 0, size, modified });
  const cluster =
    content === 'folder'
      ? volume.newFolder(parentCluster(volume, folder), modified)
      : volume.writeData([], content.data)[0];
  volume.update(added, { attributes, cluster: cluster ?? 0, size, modified });
  return null;
}

/** The folder of a path, made with all folders above it where they are missing. */
function folderFor(volume: FatVolume, names: readonly string[], modified: number | null): Folder | Refusal {
  let folder = volume.root;
  for (const [i, name] of names.entries()) {
    const path = `/${names.slice(0, i + 1).join('/')}`;
    let entry = volume.find(folder, name);
    if (entry === null) {
      const refused = add(volume, folder, path, 'folder', modified, ATTRIBUTES.folder);
      if (refused !== null) return refused;
      // The folder above may have grown.
      const found = volume.lookup(path);
      entry = found?.entry ?? null;
    }
    if (entry === null || !entry.folder) return refusal('file-exists', { path });
    folder = volume.folderOf(entry);
  }
  return folder;
}

/** Writes a file, or replaces its content; its clusters are used again. `attributes` only count for a new file. */
export function writeFile(
  volume: FatVolume,
  path: string,
  data: Uint8Array,
  modified: number | null,
  attributes: number = ATTRIBUTES.archive,
): Refusal | null {
  const names = namesOf(path);
  if (isRefusal(names)) return names;
  const folder = folderFor(volume, names.slice(0, -1), modified);
  if (isRefusal(folder)) return folder;
  const entry = volume.find(folder, names.at(-1) ?? '');
  if (entry === null) return add(volume, folder, path, { data }, modified, attributes);
  if (entry.folder) return refusal('file-exists', { path });
  const old = volume.chain(entry.cluster);
  const { clusterSize } = volume.geometry;
  const missing = Math.ceil(data.length / clusterSize) - old.length - volume.freeClusters;
  if (missing > 0 || data.length > LARGEST_FILE) {
    const available = (old.length + volume.freeClusters) * clusterSize;
    return refusal('contents-too-large', { what: path, needed: available + missing * clusterSize, available });
  }
  const cluster = volume.writeData(old, data)[0] ?? 0;
  volume.update({ folder, entry }, { attributes: entry.attributes, cluster, size: data.length, modified });
  return null;
}

/** Makes a folder, and those above it. */
export function makeFolder(
  volume: FatVolume,
  path: string,
  modified: number | null,
  attributes: number = ATTRIBUTES.folder,
): Refusal | null {
  const names = namesOf(path);
  if (isRefusal(names)) return names;
  if (volume.lookup(path) !== null) return refusal('file-exists', { path });
  const folder = folderFor(volume, names.slice(0, -1), modified);
  if (isRefusal(folder)) return folder;
  return add(volume, folder, path, 'folder', modified, attributes);
}

/** Frees everything in a folder, each folder once. */
function empty(volume: FatVolume, folder: Folder, seen: Set<number>): void {
  for (const entry of volume.list(folder)) {
    if (entry.folder) {
      if (entry.cluster < 2 || seen.has(entry.cluster)) continue;
      seen.add(entry.cluster);
      empty(volume, volume.folderOf(entry), seen);
    }
    volume.resizeChain(volume.chain(entry.cluster), 0);
  }
}

function deleteFile(volume: FatVolume, path: string): Refusal | null {
  const found = volume.lookup(path);
  if (found === null) return refusal('no-such-file', { path });
  if (found.entry.folder) empty(volume, volume.folderOf(found.entry), new Set([found.entry.cluster]));
  volume.unlink(found);
  volume.resizeChain(volume.chain(found.entry.cluster), 0);
  return null;
}

function renameFile(volume: FatVolume, path: string, to: string): Refusal | null {
  const names = namesOf(to);
  if (isRefusal(names)) return names;
  const found = volume.lookup(path);
  if (found === null) return refusal('no-such-file', { path });
  const isSame = foldedName(path) === foldedName(to);
  if (!isSame && volume.lookup(to) !== null) return refusal('file-exists', { path: to });
  if (foldedName(to).startsWith(`${foldedName(path)}/`)) {
    return refusal('bad-file-name', { path: to, why: `it is inside of ${path} itself` });
  }
  const { entry } = found;
  const folder = folderFor(volume, names.slice(0, -1), entry.modified);
  if (isRefusal(folder)) return folder;
  // Found again: a folder on its way may have grown.
  const old: Found = volume.lookup(path) ?? found;
  volume.unlink(old);
  const refused = add(volume, folder, to, { data: new Uint8Array() }, entry.modified, entry.attributes);
  const moved = refused === null ? volume.lookup(to) : null;
  if (moved === null) return refused ?? refusal('no-such-file', { path: to });
  const { attributes, cluster, size, modified } = entry;
  volume.update(moved, { attributes, cluster, size, modified });
  if (entry.folder) volume.setParent(volume.folderOf(entry), parentCluster(volume, folder));
  return null;
}

/** Applies one edit to the volume, which is only half changed if it is refused. `compact` is not one of a single volume. */
export function applyEdit(volume: FatVolume, edit: Exclude<FileEdit, { readonly edit: 'compact' }>): Refusal | null {
  switch (edit.edit) {
    case 'write-file':
      return writeFile(volume, edit.path, edit.data, edit.modified);
    case 'make-folder':
      return makeFolder(volume, edit.path, null);
    case 'delete-file':
      return deleteFile(volume, edit.path);
    case 'rename-file':
      return renameFile(volume, edit.path, edit.to);
  }
}
