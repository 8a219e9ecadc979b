/** Compares what we read from a FAT image with what FatFs and ESP-IDF's wear levelling read from it. */
import { imageBytes } from '../../flash/partition-contents.ts';
import { parseDirectory } from '../../esp/contents/fat/directory.ts';
import { locate } from '../../esp/contents/fat/locate.ts';
import { openFat } from '../../esp/contents/fat/read.ts';
import { sha256 } from '@noble/hashes/sha2.js';
import type { FileEntry, FileTree } from '../../flash/partition-contents.ts';
import { hexOf } from '../../formats/binary.ts';
import { Failure } from '../../flash/failure.ts';
import type { VectorRecord } from './vector.ts';

/** An entry as FatFs lists it. */
interface TrueEntry {
  readonly path: string;
  readonly type: 'file' | 'dir';
  readonly size?: number;
  readonly sha256?: string | null;
  readonly attr: number;
  readonly date: string;
  readonly shortName?: string;
}

/** What the libraries read. */
interface Truth {
  readonly wl?: {
    readonly dummyPos: number;
    readonly maxPos: number;
    readonly moveCount: number;
    readonly updateRate: number;
    readonly deviceId: number;
    readonly version: number;
    readonly flashSize: number;
    readonly stateSize: number;
    readonly addrState1: number;
    readonly addrState2: number;
    readonly addrCfg: number;
    readonly wlSectorSize: number;
  };
  readonly mount: string;
  readonly fs: {
    readonly fatType: string;
    readonly sectorSize: number;
    readonly sectorsPerCluster: number;
    readonly fats: number;
    readonly sectorsPerFat: number;
    readonly rootEntries: number;
    readonly clusters: number;
    readonly freeClusters: number;
    readonly fatBase: number;
    readonly dirBase: number;
    readonly dataBase: number;
    readonly label: string;
  } | null;
  readonly entries?: readonly TrueEntry[];
}

/** Both sides of each value that is not the same. */
function unequal(what: string, ours: Record<string, unknown>, theirs: Record<string, unknown>): string[] {
  return Object.entries(ours).flatMap(([name, value]) =>
    value === theirs[name] ? [] : [`${what}: ${name} is ${String(value)} instead of ${String(theirs[name])}`],
  );
}

async function ofVolume(image: Uint8Array, truth: Truth, tree: FileTree): Promise<string[]> {
  const located = await locate(imageBytes(image));
  if (located === null || located.volume === null) return ['no volume was found'];
  const { wl, geometry } = located;
  const found: string[] = [];
  if ((wl === null) !== (truth.wl === undefined)) found.push('wear levelling is found on one side only');
  if (wl !== null && truth.wl !== undefined) {
    const { layout, state, position } = wl;
    const ours = {
      dummyPos: position,
      maxPos: layout.positions,
      moveCount: state.moveCount,
      updateRate: state.updateRate,
      deviceId: state.deviceId,
      version: state.version,
      flashSize: layout.usable,
      stateSize: layout.stateSize,
      addrState1: layout.state1,
      addrState2: layout.state2,
      addrCfg: layout.config,
      wlSectorSize: geometry.sectorSize,
    };
    found.push(...unequal('wear levelling', ours, truth.wl));
  }
  const ours = {
    fatType: `FAT${geometry.bits}`,
    sectorSize: geometry.sectorSize,
    sectorsPerCluster: geometry.clusterSectors,
    fats: geometry.fatCopies,
    sectorsPerFat: geometry.fatSectors,
    rootEntries: geometry.rootEntries,
    clusters: geometry.clusters,
    fatBase: geometry.fatStart,
    dirBase: geometry.rootStart,
    dataBase: geometry.dataStart,
    freeClusters: (tree.totalBytes - tree.usedBytes) / geometry.clusterSize,
  };
  found.push(...unequal('volume', ours, { ...truth.fs }));
  const label = /label “(.*)”$/.exec(tree.details)?.[1] ?? '';
  if (label !== truth.fs?.label) found.push(`label is ${label} instead of ${truth.fs?.label}`);
  const names = new Map((truth.entries ?? []).map((entry) => [entry.path, entry.shortName]));
  const root = await located.volume.bytes.read(geometry.rootStart * geometry.sectorSize, geometry.rootEntries * 32);
  for (const { name, alias } of parseDirectory(root).entries) {
    // FatFs leaves out what is too long in UTF-8, and what says nothing more than the name.
    const short = names.get(`/${name}`);
    if (short !== undefined && short !== alias) found.push(`/${name}: short name ${alias} instead of ${short}`);
  }
  return found;
}

/** Whether FatFs lists an entry that it cannot open: one with the bit of a label, or with a name that no path can have. */
function isUnusable({ path, attr }: TrueEntry): boolean {
  return (attr & 8) !== 0 || /["*:<>?\\|]/.test(path);
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(1, path.lastIndexOf('/')));
}

function countBy(folders: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const folder of folders) counts.set(folder, (counts.get(folder) ?? 0) + 1);
  return counts;
}

/**
 * Whether FatFs, set to UTF-8, has no room for a short name and lists it as `?`; set to a code page it lists and opens it, and so
 * do we.
 */
function isTooLongInUtf8(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name.length <= 12 && new TextEncoder().encode(name).length > 12;
}

/** Entries that FatFs lists and cannot open: we count them in a finding for each folder, or list them by a name of our own. */
function unusable(truth: readonly TrueEntry[], tree: FileTree, extra: readonly string[]): string[] {
  const theirs = countBy(truth.filter(isUnusable).map(({ path }) => folderOf(path)));
  const ours = new Map(countBy(extra.filter(isTooLongInUtf8).map(folderOf)));
  for (const { kind, values } of tree.findings) {
    const folder = String(values['path']);
    if (kind === 'fat-unusable-entries') ours.set(folder, (ours.get(folder) ?? 0) + Number(values['count']));
  }
  return [...new Set([...theirs.keys(), ...ours.keys()])].flatMap((folder) =>
    theirs.get(folder) === ours.get(folder)
      ? []
      : [`${folder}: ${ours.get(folder) ?? 0} unusable entries instead of ${theirs.get(folder) ?? 0}`],
  );
}

function dateOf(date: string): number | null {
  const at = Date.parse(`${date.replace(' ', 'T')}Z`);
  return Number.isNaN(at) ? null : at;
}

async function ofEntry(entry: TrueEntry, ours: FileEntry | undefined, read: (path: string) => Promise<Uint8Array>) {
  const { path } = entry;
  if (ours === undefined) return [`${path} is missing`];
  const found = unequal(
    path,
    { kind: ours.kind, size: ours.size, modified: ours.modified },
    {
      kind: entry.type === 'dir' ? 'folder' : 'file',
      size: entry.size ?? 0,
      modified: dateOf(entry.date),
    },
  );
  if (entry.type === 'dir') return found;
  try {
    const sum = hexOf(sha256(await read(path)));
    if (sum !== entry.sha256) found.push(`${path} reads as ${sum} instead of ${entry.sha256}`);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (entry.sha256 !== null) found.push(`${path} cannot be read: ${error.message}`);
  }
  return found;
}

/** Everything, in words, in which our reader differs from the truth of an image. */
export async function differences(
  image: Uint8Array,
  _record: VectorRecord,
  truth: unknown,
  _beside: { readonly keys?: Uint8Array; readonly after?: Uint8Array } = {},
): Promise<readonly string[]> {
  const theirs = truth as Truth;
  const opened = await openFat(imageBytes(image));
  if (theirs.mount !== 'FR_OK') {
    const isSaid = opened === null || opened.tree.findings.some(({ verdict }) => verdict === 'problem');
    return isSaid ? [] : [`FatFs does not mount it (${theirs.mount}), and we find no problem`];
  }
  if (opened === null) return ['it is not recognised'];
  const { tree } = opened;
  const found = await ofVolume(image, theirs, tree);
  const expected = (theirs.entries ?? []).filter((entry) => !isUnusable(entry));
  const byPath = new Map(tree.entries.map((entry) => [entry.path, entry]));
  for (const entry of expected) found.push(...(await ofEntry(entry, byPath.get(entry.path), opened.readFile)));
  const paths = new Set(expected.map(({ path }) => path));
  const extra = tree.entries.map(({ path }) => path).filter((path) => !paths.has(path));
  found.push(...extra.filter((path) => !isTooLongInUtf8(path)).map((path) => `${path} is not there`));
  return [...found, ...unusable(theirs.entries ?? [], tree, extra)];
}
