/** A FAT volume in memory that is changed: clusters, folders and their entries. */
import { viewOf } from '../../../formats/binary.ts';
import { chainFrom, decodeFat, endOfChain, writeFatEntry } from './allocation.ts';
import type { DirectoryEntry } from './directory.ts';
import { ATTRIBUTES, DELETED } from './directory.ts';
import { FolderIndex, shortNameKey } from './folder-index.ts';
import type { FatGeometry } from './geometry.ts';
import { ENTRY, clusterOffset, fatBytes } from './geometry.ts';
import { oemByte, shortNameText } from './names.ts';
import type { EntryFacts } from './short-names.ts';
import { entriesFor, newEntries, putFacts, storedName } from './short-names.ts';
import { LARGEST_DIRECTORY } from './tree.ts';

/** A folder: its clusters; none for the root directory of FAT12 and FAT16, which has a fixed place. */
export interface Folder {
  readonly clusters: readonly number[];
}

/** Where a name leads. */
export interface Found {
  readonly folder: Folder;
  readonly entry: DirectoryEntry;
}

/** Room that is missing: so many entries of the root directory, or so many clusters. */
export type Shortage = { readonly clusters: number } | { readonly rootEntries: number };

/** Changes `data`, the bytes of the volume, in place. */
export class FatVolume {
  readonly data: Uint8Array;
  readonly geometry: FatGeometry;
  readonly #fat: Uint32Array;
  readonly #tables: readonly Uint8Array[];
  /** By the folder's first cluster, 0 for a root directory with a fixed place. */
  readonly #indexes = new Map<number, FolderIndex>();
  /** Clusters that are never given away although the FAT calls them free. */
  readonly #reserved: Set<number>;
  #free: number;

  constructor(data: Uint8Array, geometry: FatGeometry, reserved: Iterable<number> = []) {
    this.data = data;
    this.#reserved = new Set(reserved);
    this.geometry = geometry;
    const { bits, clusters, fatStart, fatSectors, fatCopies, sectorSize } = geometry;
    const size = fatBytes(bits, clusters);
    this.#tables = Array.from({ length: fatCopies }, (_, i) => {
      const at = (fatStart + i * fatSectors) * sectorSize;
      return data.subarray(at, at + size);
    });
    this.#fat = decodeFat(this.#tables[0] ?? new Uint8Array(), geometry);
    this.#free = this.#fat.subarray(2).reduce((sum, value) => sum + (value === 0 ? 1 : 0), -this.#reserved.size);
  }

  #isFree(cluster: number): boolean {
    return this.#fat[cluster] === 0 && !this.#reserved.has(cluster);
  }

  get freeClusters(): number {
    return this.#free;
  }

  /** The highest cluster in use; 1 if none is. */
  get lastUsed(): number {
    let cluster = this.#fat.length - 1;
    while (cluster > 1 && this.#isFree(cluster)) cluster--;
    return cluster;
  }

  get root(): Folder {
    const { bits, rootCluster } = this.geometry;
    return { clusters: bits === 32 ? this.chain(rootCluster) : [] };
  }

  #set(cluster: number, value: number): void {
    const wasFree = this.#isFree(cluster);
    this.#reserved.delete(cluster);
    this.#fat[cluster] = value;
    this.#free += (value === 0 ? 1 : 0) - (wasFree ? 1 : 0);
    for (const table of this.#tables) writeFatEntry(table, this.geometry.bits, cluster, value);
  }

  /** The clusters of a chain, as far as it is one. */
  chain(first: number): readonly number[] {
    return first < 2 ? [] : [...new Set(chainFrom(this.#fat, first, this.#fat.length).clusters)];
  }

  /** Makes the chain `clusters` exactly `count` long and returns it: its first ones are kept. There must be enough free ones. */
  resizeChain(clusters: readonly number[], count: number): readonly number[] {
    const kept = clusters.slice(0, count);
    for (const cluster of clusters.slice(count)) this.#set(cluster, 0);
    const added: number[] = [];
    for (let i = 2; i < this.#fat.length && kept.length + added.length < count; i++) {
      if (this.#isFree(i)) added.push(i);
    }
    const chain = [...kept, ...added];
    for (const [i, cluster] of chain.entries()) {
      const next = chain[i + 1] ?? endOfChain(this.geometry.bits);
      // An end that is written in another way stays.
      const isEnd = i === chain.length - 1 && (this.#fat[cluster] ?? 0) >= this.#fat.length;
      if (!isEnd && this.#fat[cluster] !== next) this.#set(cluster, next);
    }
    return chain;
  }

  clusterBytes(cluster: number): Uint8Array {
    const at = clusterOffset(this.geometry, cluster);
    return this.data.subarray(at, at + this.geometry.clusterSize);
  }

  /** The offset of an entry in the volume. */
  #entryOffset({ clusters }: Folder, index: number): number {
    const { clusterSize, rootStart, sectorSize } = this.geometry;
    const perCluster = clusterSize / ENTRY;
    const cluster = clusters[Math.floor(index / perCluster)];
    if (cluster === undefined) return rootStart * sectorSize + index * ENTRY;
    return clusterOffset(this.geometry, cluster) + (index % perCluster) * ENTRY;
  }

  #entryBytes(folder: Folder, index: number): Uint8Array {
    const at = this.#entryOffset(folder, index);
    return this.data.subarray(at, at + ENTRY);
  }

  #capacity({ clusters }: Folder): number {
    const { rootEntries, clusterSize } = this.geometry;
    return clusters.length === 0 ? rootEntries : (clusters.length * clusterSize) / ENTRY;
  }

  #bytesOf(folder: Folder): Uint8Array {
    const { rootStart, rootEntries, sectorSize, clusterSize } = this.geometry;
    const start = rootStart * sectorSize;
    if (folder.clusters.length === 0) return this.data.subarray(start, start + rootEntries * ENTRY);
    const data = new Uint8Array(folder.clusters.length * clusterSize);
    for (const [i, cluster] of folder.clusters.entries()) data.set(this.clusterBytes(cluster), i * clusterSize);
    return data;
  }

  #indexOf(folder: Folder): FolderIndex {
    const key = folder.clusters[0] ?? 0;
    const index = this.#indexes.get(key) ?? new FolderIndex(this.#bytesOf(folder));
    this.#indexes.set(key, index);
    return index;
  }

  #forget({ clusters }: Folder): void {
    this.#indexes.delete(clusters[0] ?? 0);
  }

  /** What a folder holds. */
  list(folder: Folder): readonly DirectoryEntry[] {
    return this.#indexOf(folder).entries;
  }

  /** The entry with this short name; null if there is none. */
  findAlias(folder: Folder, name: string): DirectoryEntry | null {
    return this.#indexOf(folder).findAlias(name);
  }

  /** The folder that an entry stands for. */
  folderOf({ cluster }: DirectoryEntry): Folder {
    return { clusters: this.chain(cluster) };
  }

  /** The entry with this name, in whichever case; the first if there are two. */
  find(folder: Folder, name: string): DirectoryEntry | null {
    return this.#indexOf(folder).find(name);
  }

  /** The entry of a path, `/a/b`; null if there is none. */
  lookup(path: string): Found | null {
    let folder = this.root;
    const names = path.split('/').slice(1);
    for (const [i, name] of names.entries()) {
      const entry = this.find(folder, name);
      if (entry === null) return null;
      if (i === names.length - 1) return { folder, entry };
      if (!entry.folder) return null;
      folder = this.folderOf(entry);
    }
    return null;
  }

  /** The place of `count` unused entries in a row, and how many of them are behind the folder's end. */
  #place(folder: Folder, count: number): { readonly first: number; readonly missing: number } {
    const { end, hasDeleted } = this.#indexOf(folder);
    let run = 0;
    for (let index = hasDeleted ? 0 : end; index < end; index++) {
      run = this.data[this.#entryOffset(folder, index)] === DELETED ? run + 1 : 0;
      if (run === count) return { first: index - run + 1, missing: 0 };
    }
    return { first: end - run, missing: Math.max(0, end - run + count - this.#capacity(folder)) };
  }

  /** What is missing to add an entry of this name beside `clusters` for its content; null if there is room. */
  shortageFor(folder: Folder, name: string, clusters: number): Shortage | null {
    const { missing } = this.#place(folder, entriesFor(name, storedName(name, this.#indexOf(folder).shortNames)));
    const { clusterSize } = this.geometry;
    const isFixed = folder.clusters.length === 0;
    if (missing > 0 && isFixed) return { rootEntries: missing };
    const grown = (this.#capacity(folder) + missing) * ENTRY;
    if (!isFixed && grown > LARGEST_DIRECTORY) return { rootEntries: missing };
    const needed = clusters + Math.ceil((missing * ENTRY) / clusterSize);
    return needed > this.#free ? { clusters: needed - this.#free } : null;
  }

  /** Adds an entry; `shortageFor` said that there is room. Returns the folder, which may have grown, and the entry. */
  add(folder: Folder, name: string, facts: EntryFacts): Found {
    const index = this.#indexOf(folder);
    const stored = storedName(name, index.shortNames);
    const count = entriesFor(name, stored);
    const { first, missing } = this.#place(folder, count);
    let grown = folder;
    if (missing > 0) {
      const more = Math.ceil((missing * ENTRY) / this.geometry.clusterSize);
      grown = { clusters: this.resizeChain(folder.clusters, folder.clusters.length + more) };
      for (const cluster of grown.clusters.slice(-more)) this.clusterBytes(cluster).fill(0);
    }
    const data = newEntries(name, stored, facts);
    for (let i = 0; i < count; i++) {
      this.#entryBytes(grown, first + i).set(data.subarray(i * ENTRY, (i + 1) * ENTRY));
    }
    const entry: DirectoryEntry = {
      name,
      alias: shortNameText(stored.short),
      folder: (facts.attributes & ATTRIBUTES.folder) !== 0,
      attributes: facts.attributes,
      cluster: facts.cluster,
      size: facts.size,
      modified: facts.modified,
      first,
      last: first + count - 1,
    };
    index.add(entry);
    index.shortNames.add(shortNameKey(stored.short));
    // What is behind the last entry was never looked at: after a power cut it need not be zeros.
    if (first + count > index.end && first + count < this.#capacity(grown)) {
      const next = this.#entryBytes(grown, first + count);
      if (next[0] !== 0) next.fill(0);
    }
    index.end = Math.max(index.end, first + count);
    return { folder: grown, entry };
  }

  /** Marks the entries of a name as deleted; its clusters stay. */
  unlink({ folder, entry }: Found): void {
    const index = this.#indexOf(folder);
    index.shortNames.delete(shortNameKey(this.#entryBytes(folder, entry.last)));
    for (let place = entry.first; place <= entry.last; place++) this.#entryBytes(folder, place)[0] = DELETED;
    index.hasDeleted = true;
    if (index.hasTwins) this.#forget(folder);
    else index.remove(entry);
  }

  /** Changes what an entry says beside its name. */
  update({ folder, entry }: Found, facts: EntryFacts): void {
    putFacts(this.#entryBytes(folder, entry.last), facts);
    const index = this.#indexOf(folder);
    if (index.hasTwins) return this.#forget(folder);
    index.remove(entry);
    index.add({ ...entry, ...facts });
  }

  /** Puts a file's bytes into clusters, as many of `old` as it needs; the rest of the last one is left erased. */
  writeData(old: readonly number[], data: Uint8Array): readonly number[] {
    const { clusterSize } = this.geometry;
    const clusters = this.resizeChain(old, Math.ceil(data.length / clusterSize));
    for (const [i, cluster] of clusters.entries()) {
      const part = data.subarray(i * clusterSize, (i + 1) * clusterSize);
      const place = this.clusterBytes(cluster);
      place.set(part);
      place.fill(0xff, part.length);
    }
    return clusters;
  }

  /** A folder's first cluster with its two dot entries; `parent` is 0 for the root directory. */
  newFolder(parent: number, modified: number | null): number {
    const cluster = this.resizeChain([], 1)[0] ?? 0;
    this.#indexes.delete(cluster);
    const data = this.clusterBytes(cluster).fill(0);
    for (const [i, [name, leadsTo]] of (
      [
        ['.', cluster],
        ['..', parent],
      ] as const
    ).entries()) {
      const short = Uint8Array.from(name.padEnd(11), (character) => character.charCodeAt(0));
      const facts = { attributes: ATTRIBUTES.folder, cluster: leadsTo, size: 0, modified };
      data.set(newEntries('', { short, flags: 0, isLong: false }, facts), i * ENTRY);
    }
    return cluster;
  }

  /** Lets a folder's entry `..` lead to another parent; 0 for the root directory. */
  setParent(folder: Folder, parent: number): void {
    const entry = this.#entryBytes(folder, 1);
    if (entry[0] !== 0x2e || entry[1] !== 0x2e) return;
    viewOf(entry).setUint16(20, parent >>> 16, true);
    viewOf(entry).setUint16(26, parent & 0xffff, true);
  }

  /** Gives an empty volume a label, of at most 11 characters of code page 437. */
  setLabel(label: string): void {
    const short = Uint8Array.from(label.padEnd(11).slice(0, 11), (character) => oemByte(character) ?? 0x5f);
    const facts = { attributes: ATTRIBUTES.label, cluster: 0, size: 0, modified: null };
    this.#entryBytes(this.root, 0).set(newEntries('', { short, flags: 0, isLong: false }, facts));
    this.#forget(this.root);
  }

  /** Writes the count of free clusters where a FAT32 volume keeps it. */
  finish(): void {
    const { infoSector, sectorSize } = this.geometry;
    if (infoSector === null) return;
    const view = viewOf(this.data.subarray(infoSector * sectorSize, (infoSector + 1) * sectorSize));
    if (view.getUint32(0, true) !== 0x41615252 || view.getUint32(484, true) !== 0x61417272) return;
    view.setUint32(488, this.#free, true);
  }
}
