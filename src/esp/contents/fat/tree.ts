/** The folders and files of a volume: every cluster is given to at most one of them, so that nothing is followed twice. */
import type { Finding, Values } from '../../../flash/finding.ts';
import type { FileEntry, PartitionBytes } from '../../../flash/partition-contents.ts';
import { badCluster, chainFrom, chainLengths, decodeFat } from './allocation.ts';
import type { DirectoryEntry } from './directory.ts';
import { parseDirectory } from './directory.ts';
import type { FAT_FINDINGS } from './findings.ts';
import { fatFinding } from './findings.ts';
import type { FatGeometry } from './geometry.ts';
import { ENTRY, clusterOffset, fatBytes } from './geometry.ts';
import type { LocatedVolume } from './locate.ts';
import { foldedName } from './names.ts';
import { joinBytes } from '../../../formats/binary.ts';

/** The largest directory, in bytes (MAX_DIR in ff.c). */
export const LARGEST_DIRECTORY = 0x200000;
/** Bounds for hostile input: entries in all, and UTF-16 units of a path. */
const MOST_ENTRIES = 20_000;
const LONGEST_PATH = 1024;
/** Findings of one kind that are listed. */
const MOST_FINDINGS = 20;

/** The tree of a volume. */
export interface FatTree {
  readonly entries: readonly FileEntry[];
  readonly files: ReadonlyMap<string, DirectoryEntry>;
  readonly fat: Uint32Array;
  readonly freeClusters: number;
  /** Clusters of files and folders that the FAT calls free. */
  readonly unmarked: ReadonlySet<number>;
  /** The volume label of the root directory, the only one that the library knows; empty if there is none. */
  readonly label: string;
  readonly findings: readonly Finding[];
}

/** Reads clusters of a chain, neighbours at once; what is behind the end of the volume's bytes ends them. */
export async function readClusters(bytes: PartitionBytes, geometry: FatGeometry, clusters: readonly number[]) {
  const parts: Uint8Array[] = [];
  for (let i = 0; i < clusters.length;) {
    let run = 1;
    while (clusters[i + run] === (clusters[i] ?? 0) + run) run++;
    const offset = clusterOffset(geometry, clusters[i] ?? 2);
    const size = Math.min(run * geometry.clusterSize, Math.max(0, bytes.size - offset));
    if (size > 0) parts.push(await bytes.read(offset, size));
    if (size < run * geometry.clusterSize) break;
    i += run;
  }
  return joinBytes(parts);
}

/** One reading of a volume; `run` gives its tree. */
export class TreeReader {
  readonly #bytes: PartitionBytes;
  readonly #geometry: FatGeometry;
  readonly #physicalOf: (offset: number) => number;
  readonly #owners: Uint32Array;
  readonly #names: string[] = [''];
  readonly #findings: Finding[] = [];
  readonly #entries: FileEntry[] = [];
  readonly #files = new Map<string, DirectoryEntry>();
  readonly #unmarked = new Set<number>();
  #fat: Uint32Array = new Uint32Array(0);
  #label = '';

  constructor({ volume, geometry }: LocatedVolume) {
    this.#bytes = volume.bytes;
    this.#geometry = geometry;
    this.#physicalOf = (offset) => (offset < volume.bytes.size ? volume.physicalOf(offset) : offset);
    // A boot sector can claim more clusters than fit; the FAT of those must at least be there.
    this.#owners = new Uint32Array(this.#tableFits() ? geometry.clusters + 2 : 0);
  }

  #tableFits(): boolean {
    const { bits, clusters, fatStart, sectorSize } = this.#geometry;
    return fatStart * sectorSize + fatBytes(bits, clusters) <= this.#bytes.size;
  }

  #isEnough(kind: keyof typeof FAT_FINDINGS): boolean {
    return this.#findings.filter((finding) => finding.kind === kind).length >= MOST_FINDINGS;
  }

  #find(kind: keyof typeof FAT_FINDINGS, offset: number, values: Values): void {
    if (this.#isEnough(kind)) return;
    this.#findings.push(fatFinding(kind, this.#physicalOf(offset), values));
  }

  /** Gives clusters to `path` until one has an owner already; returns that one. */
  #claim(path: string, clusters: Iterable<number>): number | null {
    const id = this.#names.push(path) - 1;
    for (const cluster of clusters) {
      if (this.#owners[cluster] !== 0) return cluster;
      this.#owners[cluster] = id;
    }
    return null;
  }

  async run(): Promise<FatTree> {
    const geometry = this.#geometry;
    const needs = geometry.totalSectors * geometry.sectorSize;
    if (needs > this.#bytes.size) this.#find('fat-cut-short', 0, { needs, has: this.#bytes.size });
    if (!this.#tableFits()) return this.#tree();
    await this.#readTable();
    const queue: { readonly path: string; readonly cluster: number }[] = [{ path: '', cluster: geometry.rootCluster }];
    for (let folder = queue.shift(); folder !== undefined; folder = queue.shift()) {
      queue.push(...(await this.#readFolder(folder.path, folder.cluster)));
    }
    this.#checkFiles();
    this.#checkLost();
    this.#checkUnmarked();
    return this.#tree();
  }

  #tree(): FatTree {
    const byPath = (a: FileEntry, b: FileEntry): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
    const used = this.#fat.subarray(2);
    return {
      entries: this.#entries.sort(byPath),
      files: this.#files,
      fat: this.#fat,
      freeClusters: used.reduce((sum, value) => sum + (value === 0 ? 1 : 0), 0),
      unmarked: this.#unmarked,
      label: this.#label,
      findings: this.#findings,
    };
  }

  async #readTable(): Promise<void> {
    const { bits, clusters, fatStart, fatSectors, fatCopies, sectorSize } = this.#geometry;
    const size = fatBytes(bits, clusters);
    const table = await this.#bytes.read(fatStart * sectorSize, size);
    this.#fat = decodeFat(table, this.#geometry);
    const second = (fatStart + fatSectors) * sectorSize;
    if (fatCopies < 2 || second + size > this.#bytes.size) return;
    const copy = decodeFat(await this.#bytes.read(second, size), this.#geometry);
    const differ = this.#fat.map((value, i) => (value === copy[i] ? 0 : 1));
    const first = differ.indexOf(1);
    if (first < 0) return;
    const entries = differ.reduce((sum, one) => sum + one, 0);
    this.#find('fat-copies-differ', second + Math.floor((first * bits) / 8), { entries });
  }

  /** The bytes of a folder and the offset of each of its entries; null if it has no clusters that it may have. */
  async #folderBytes(path: string, cluster: number) {
    const geometry = this.#geometry;
    if (cluster === 0 && path === '') {
      const start = geometry.rootStart * geometry.sectorSize;
      const size = Math.min(geometry.rootEntries * ENTRY, Math.max(0, this.#bytes.size - start));
      const data = size === 0 ? new Uint8Array() : await this.#bytes.read(start, size);
      return { data, broken: false, offsetOf: (index: number) => start + index * ENTRY };
    }
    const chain = chainFrom(this.#fat, cluster, Math.ceil(LARGEST_DIRECTORY / geometry.clusterSize));
    const shared = this.#claim(path === '' ? '/' : path, chain.clusters);
    if (shared !== null) {
      this.#find('fat-folder-twice', clusterOffset(geometry, shared), { path: path === '' ? '/' : path });
    }
    const own = shared === null ? chain.clusters : chain.clusters.slice(0, chain.clusters.indexOf(shared));
    const perCluster = geometry.clusterSize / ENTRY;
    const offsetOf = (index: number): number =>
      clusterOffset(geometry, own[Math.floor(index / perCluster)] ?? 2) + (index % perCluster) * ENTRY;
    const data = await readClusters(this.#bytes, geometry, own);
    return { data, broken: shared === null && chain.end !== 'whole', offsetOf };
  }

  async #readFolder(path: string, cluster: number) {
    const { data, broken, offsetOf } = await this.#folderBytes(path, cluster);
    const { entries, unusable, label, used } = parseDirectory(data);
    const shown = path === '' ? '/' : path;
    if (path === '' && label !== null) this.#label = label;
    // A terminator before the break hides it from the library, too.
    if (broken && (used + 1) * ENTRY > data.length) {
      this.#find('fat-folder-broken', offsetOf(Math.max(0, used - 1)), { path: shown });
    }
    if (unusable.length > 0) {
      this.#find('fat-unusable-entries', offsetOf(unusable[0] ?? 0), { path: shown, count: unusable.length });
    }
    const folders: { path: string; cluster: number }[] = [];
    const seen = new Set<string>();
    for (const entry of entries) {
      const full = `${path}/${entry.name}`;
      if (this.#entries.length >= MOST_ENTRIES || full.length > LONGEST_PATH) {
        const most = `${MOST_ENTRIES} entries, and paths of ${LONGEST_PATH} characters`;
        this.#find('fat-too-much', offsetOf(entry.last), { path: full.slice(0, LONGEST_PATH), most });
        break;
      }
      if (seen.has(foldedName(entry.name))) {
        this.#find('fat-name-twice', offsetOf(entry.last), { path: full });
        continue;
      }
      seen.add(foldedName(entry.name));
      const { size, modified, folder } = entry;
      this.#entries.push({ path: full, kind: folder ? 'folder' : 'file', size, modified });
      if (folder) folders.push({ path: full, cluster: entry.cluster });
      else this.#files.set(full, entry);
    }
    return folders;
  }

  #checkFiles(): void {
    const geometry = this.#geometry;
    const length = chainLengths(this.#fat);
    for (const [path, { cluster, size }] of this.#files) {
      const have = Math.min(size, (length[cluster] ?? 0) * geometry.clusterSize);
      if (have < size && !this.#isEnough('fat-file-broken')) {
        const at = Math.max(0, Math.ceil(have / geometry.clusterSize) - 1);
        const last = chainFrom(this.#fat, cluster, at + 1).clusters.at(-1) ?? 2;
        this.#find('fat-file-broken', clusterOffset(geometry, last), { path, size, have });
      }
      const shared = this.#claim(path, this.#chain(cluster));
      if (shared === null) continue;
      const other = this.#names[this.#owners[shared] ?? 0] ?? '';
      this.#find('fat-cross-linked', clusterOffset(geometry, shared), { path, other });
    }
  }

  *#chain(first: number): Generator<number> {
    let cluster = first;
    while (cluster >= 2 && cluster < this.#fat.length) {
      yield cluster;
      cluster = this.#fat[cluster] ?? 0;
    }
  }

  #checkUnmarked(): void {
    for (const [cluster, owner] of this.#owners.entries()) {
      if (owner === 0 || this.#fat[cluster] !== 0) continue;
      this.#unmarked.add(cluster);
      this.#find('fat-cluster-free', clusterOffset(this.#geometry, cluster), { path: this.#names[owner] ?? '' });
    }
  }

  #checkLost(): void {
    const bad = badCluster(this.#geometry.bits);
    let clusters = 0;
    let first = 0;
    for (let i = 2; i < this.#fat.length; i++) {
      const value = this.#fat[i] ?? 0;
      if (value === 0 || value === bad || this.#owners[i] !== 0) continue;
      if (clusters === 0) first = i;
      clusters++;
    }
    if (clusters === 0) return;
    const lost = clusters * this.#geometry.clusterSize;
    this.#find('fat-lost-clusters', clusterOffset(this.#geometry, first), { clusters, bytes: lost });
  }
}
