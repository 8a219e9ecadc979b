/** A FAT volume in memory that is changed: clusters, folders and their entries. */
import { viewOf } from '../../../formats/binary.ts';
import { chainFrom, decodeFat, endOfChain, writeFatEntry } from './allocation.ts';
import type { DirectoryEntry } from './directory.ts';
import { ATTRIBUTES, DELETED, parseDirectory } from './directory.ts';
import type { FatGeometry } from './geometry.ts';
import { ENTRY, clusterOffset, fatBytes } from './geometry.ts';
import { folded, shortNameText } from './names.ts';
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

/** What a folder holds, by name and by short name, folded; short names also as text of 11 characters. */
interface FolderIndex {
  readonly entries: DirectoryEntry[];
  readonly byName: Map<string, DirectoryEntry>;
  readonly byAlias: Map<string, DirectoryEntry>;
  readonly shortNames: Set<string>;
}

/** Adds an entry; the first one of a name counts. */
function enter(index: FolderIndex, entry: DirectoryEntry): void {
  index.entries.push(entry);
  const [name, alias] = [folded(entry.name), folded(entry.alias)];
  if (!index.byName.has(name)) index.byName.set(name, entry);
  if (!index.byAlias.has(alias)) index.byAlias.set(alias, entry);
}

/** Changes `data`, the bytes of the volume, in place. */
export class FatVolume {
  readonly data: Uint8Array;
  readonly geometry: FatGeometry;
  readonly #fat: Uint32Array;
  readonly #tables: readonly Uint8Array[];
  /** By the folder's first cluster, 0 for a root directory with a fixed place. */
  readonly #indexes = new Map<number, FolderIndex>();
  #free: number;

  constructor(data: Uint8Array, geometry: FatGeometry) {
    this.data = data;
    this.geometry = geometry;
    const { bits, clusters, fatStart, fatSectors, fatCopies, sectorSize } = geometry;
    const size = fatBytes(bits, clusters);
    this.#tables = Array.from({ length: fatCopies }, (_, i) => {
      const at = (fatStart + i * fatSectors) * sectorSize;
      return data.subarray(at, at + size);
    });
    this.#fat = decodeFat(this.#tables[0] ?? new Uint8Array(), geometry);
    this.#free = this.#fat.subarray(2).reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0);
  }

  get freeClusters(): number {
    return this.#free;
  }

  /** The highest cluster in use; 1 if none is. */
  get lastUsed(): number {
    return this.#fat.subarray(2).findLastIndex((value) => value !== 0) + 2;
  }

  get root(): Folder {
    const { bits, rootCluster } = this.geometry;
    return { clusters: bits === 32 ? this.chain(rootCluster) : [] };
  }

  #set(cluster: number, value: number): void {
    const before = this.#fat[cluster] ?? 0;
    if (before === 0 && value !== 0) this.#free--;
    if (before !== 0 && value === 0) this.#free++;
    this.#fat[cluster] = value;
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
      if (this.#fat[i] === 0) added.push(i);
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
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index: FolderIndex = { entries: [], byName: new Map(), byAlias: new Map(), shortNames: new Set() };
    const data = this.#bytesOf(folder);
    for (const entry of parseDirectory(data).entries) enter(index, entry);
    // Those of entries that cannot be used count, too.
    for (let at = 0; at < data.length && data[at] !== 0; at += ENTRY) {
      if (data[at] !== DELETED) index.shortNames.add(String.fromCharCode(...data.subarray(at, at + 11)));
    }
    this.#indexes.set(key, index);
    return index;
  }

  /** What a folder holds. */
  list(folder: Folder): readonly DirectoryEntry[] {
    return this.#indexOf(folder).entries;
  }

  /** The entry with this short name; null if there is none. */
  findAlias(folder: Folder, name: string): DirectoryEntry | null {
    return this.#indexOf(folder).byAlias.get(folded(name)) ?? null;
  }

  /** The folder that an entry stands for. */
  folderOf({ cluster }: DirectoryEntry): Folder {
    return { clusters: this.chain(cluster) };
  }

  /** The entry with this name, in whichever case; the first if there are two. */
  find(folder: Folder, name: string): DirectoryEntry | null {
    return this.#indexOf(folder).byName.get(folded(name)) ?? null;
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
    const capacity = this.#capacity(folder);
    let run = 0;
    for (let index = 0; index < capacity; index++) {
      const byte = this.#entryBytes(folder, index)[0];
      if (byte === 0) return { first: index - run, missing: Math.max(0, index - run + count - capacity) };
      run = byte === DELETED ? run + 1 : 0;
      if (run === count) return { first: index - run + 1, missing: 0 };
    }
    return { first: capacity - run, missing: count - run };
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
    enter(index, entry);
    index.shortNames.add(String.fromCharCode(...stored.short));
    return { folder: grown, entry };
  }

  /** Marks the entries of a name as deleted; its clusters stay. */
  unlink({ folder, entry }: Found): void {
    for (let index = entry.first; index <= entry.last; index++) this.#entryBytes(folder, index)[0] = DELETED;
    this.#forget(folder);
  }

  #forget({ clusters }: Folder): void {
    this.#indexes.delete(clusters[0] ?? 0);
  }

  /** Changes what an entry says beside its name. */
  update({ folder, entry }: Found, facts: EntryFacts): void {
    putFacts(this.#entryBytes(folder, entry.last), facts);
    const index = this.#indexOf(folder);
    const place = index.entries.indexOf(entry);
    if (place < 0) return this.#forget(folder);
    const changed = { ...entry, ...facts };
    index.entries[place] = changed;
    if (index.byName.get(folded(entry.name)) === entry) index.byName.set(folded(entry.name), changed);
    if (index.byAlias.get(folded(entry.alias)) === entry) index.byAlias.set(folded(entry.alias), changed);
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

  /** Writes the count of free clusters where a FAT32 volume keeps it. */
  finish(): void {
    const { infoSector, sectorSize } = this.geometry;
    if (infoSector === null) return;
    const view = viewOf(this.data.subarray(infoSector * sectorSize, (infoSector + 1) * sectorSize));
    if (view.getUint32(0, true) !== 0x41615252 || view.getUint32(484, true) !== 0x61417272) return;
    view.setUint32(488, this.#free, true);
  }
}
