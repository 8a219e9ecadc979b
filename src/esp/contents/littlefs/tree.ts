/** The folders and files of a mounted LittleFS, as its library lists them. */
import type { Finding } from '../../../flash/finding.ts';
import type { FileEntry } from '../../../flash/partition-contents.ts';
import { viewOf } from '../../../formats/binary.ts';
import { blocksFor, ctzOf } from './ctz.ts';
import { blockValues, littleFsFinding, placeAt } from './findings.ts';
import type { Pair, Slot, Struct } from './log.ts';
import type { Mounted } from './mount.ts';
import { fallBackFinding, pairFinding } from './mount.ts';
import { compareNames, nameInPath, textOfName } from './names.ts';
import type { MetadataPair } from './pairs.ts';
import { isNullPair, pairKey, sharesBlock } from './pairs.ts';
import type { Reading } from './reading.ts';
import { TYPE } from './tags.ts';

/** Deeper paths are not followed, in bytes: esp_littlefs and ESP-IDF's VFS take far shorter ones. */
const LONGEST_PATH = 4096;

/** More findings than these are only counted. */
const MOST_FINDINGS = 200;
/** The library reads a folder under each entry that names it. More often than this, only an image that was made for it needs. */
const MOST_AGAIN = 256;

/** An entry with what it is stored as. */
export interface LittleFsEntry extends FileEntry {
  readonly attributes: ReadonlyMap<number, Uint8Array>;
  readonly struct: Struct;
  /** The library finds it by its path. */
  readonly opens: boolean;
}

/** A tree, in the order of its paths. */
export interface Tree {
  readonly entries: readonly LittleFsEntry[];
  readonly rootAttributes: ReadonlyMap<number, Uint8Array>;
  readonly findings: readonly Finding[];
}

/** The attribute in which esp_littlefs keeps the time of the last change: `t`. */
export const TIME = 0x74;
/** That of MicroPython's VfsLfs2. */
export const MICROPYTHON_TIME = 1;

/** The latest time that `Date` knows, in ms. */
const LATEST = 8.64e15;

/** The time in a file's attributes, in ms since 1970: seconds in `t`, or nanoseconds in MicroPython's 1; null if there is none. */
export function timeOf(attributes: ReadonlyMap<number, Uint8Array>): number | null {
  const seconds = attributes.get(TIME);
  let ms: number | null = null;
  if (seconds?.length === 4) ms = viewOf(seconds).getUint32(0, true) * 1000;
  else if (seconds?.length === 8) ms = Number(viewOf(seconds).getBigInt64(0, true)) * 1000;
  else if (seconds === undefined) {
    const nanoseconds = attributes.get(MICROPYTHON_TIME);
    if (nanoseconds?.length === 8) ms = Math.floor(Number(viewOf(nanoseconds).getBigUint64(0, true) / 1_000_000n));
  }
  return ms !== null && ms >= 0 && ms <= LATEST ? ms : null;
}

/** The id of the pending move's source, if this pair holds it. */
function movedFrom({ state }: Mounted, { active, spare }: MetadataPair): number | null {
  return state.move !== null && sharesBlock(state.move.pair, [active, spare]) ? state.move.id : null;
}

/**
 * Whether the library passes over an entry: the source of a pending move, and the entry behind it (`lfs_dir_getslice`; measured
 * with v2.11.2, while v2.5.1 lists the one behind).
 */
function isPassedOver(id: number, moved: number | null): boolean {
  return moved !== null && (id === moved || id === moved + 1);
}

/** How many blocks the library counts as used: its metadata pairs, and the files' blocks outside of them. */
export function usedBlocks(mounted: Mounted): number {
  const { superblock, pairs } = mounted;
  let used = 0;
  for (const pair of pairs) {
    const moved = movedFrom(mounted, pair);
    used += 2;
    for (const [id, { struct }] of pair.log.slots.entries()) {
      if (struct?.type !== TYPE.ctzStruct || isPassedOver(id, moved)) continue;
      used += Math.min(superblock.blockCount, blocksFor(ctzOf(struct).size, superblock.blockSize));
    }
  }
  return used;
}

/** A folder that is still to be read, with the folder that it is in and, as they are read, its pairs. */
interface Folder {
  readonly path: string;
  readonly pair: Pair;
  readonly above: Folder | null;
  readonly pairs: string[];
}

/** Whether a pair belongs to a folder or to one that it is in: going on there would never end. */
function leadsBack(folder: Folder, key: string): boolean {
  for (let at: Folder | null = folder; at !== null; at = at.above) if (at.pairs.includes(key)) return true;
  return false;
}

/** Reads the tree of a mounted file system. */
export function* readTree(mounted: Mounted): Reading<Tree> {
  const { reader, root, superblock } = mounted;
  const { blockSize } = reader;
  const source = mounted.pairs.find((pair) => movedFrom(mounted, pair) !== null);
  const inList = new Set(mounted.pairs.map(({ active, spare }) => pairKey([active, spare])));
  const entries: LittleFsEntry[] = [];
  const findings: Finding[] = [];
  const seen = new Set<string>();
  const waiting: Folder[] = [{ path: '', pair: root, above: null, pairs: [] }];
  let again = 0;
  let more = 0;
  const report = (finding: Finding): void => {
    if (findings.length < MOST_FINDINGS) findings.push(finding);
    else more++;
  };
  let rootAttributes: Tree['rootAttributes'] = new Map();

  const read = function* (pair: Pair, folder: Folder): Reading<MetadataPair | null> {
    const where = folder.path === '' ? 'The root directory' : folder.path;
    const key = pairKey(pair);
    if (leadsBack(folder, key) || again === MOST_AGAIN) {
      report(pairFinding('littlefs-loop', pair, blockSize, where));
      return null;
    }
    folder.pairs.push(key);
    if (seen.has(key)) {
      again++;
      report(pairFinding('littlefs-shared', pair, blockSize, where));
    }
    seen.add(key);
    const pairRead = Math.max(...pair) >= superblock.blockCount ? 'outside' : yield* reader.read(pair);
    if (pairRead !== 'damaged' && pairRead !== 'outside') {
      const fellBack = inList.has(key) ? null : fallBackFinding(pairRead, blockSize);
      if (fellBack !== null) report(fellBack);
      return pairRead;
    }
    // What is wrong with a pair of the list was found by mounting.
    const kind = pairRead === 'damaged' ? 'littlefs-pair-damaged' : 'littlefs-pair-outside';
    report(pairFinding(kind, pair, blockSize, where));
    return null;
  };

  const add = (folder: Folder, slot: Slot, name: Uint8Array, struct: Struct, block: number, opens: boolean): void => {
    const text = nameInPath(name);
    const place = placeAt(block * blockSize);
    if (text === null) {
      const shown = JSON.stringify(textOfName(name));
      report(littleFsFinding('littlefs-bad-name', place, { ...blockValues(block, blockSize), name: shown }));
      return;
    }
    const path = `${folder.path}/${text}`;
    if (slot.type !== TYPE.file && slot.type !== TYPE.folder) {
      report(littleFsFinding('littlefs-odd-entry', place, { path, type: slot.type }));
      return;
    }
    if (!opens) report(littleFsFinding('littlefs-not-openable', place, { path }));
    const { attributes } = slot;
    const entry = { path, modified: timeOf(attributes), attributes, struct, opens };
    if (slot.type === TYPE.folder) {
      entries.push({ ...entry, kind: 'folder', size: 0 });
      const view = viewOf(Uint8Array.from({ length: 8 }, (_, i) => struct.data[i] ?? 0));
      const pair: Pair = [view.getUint32(0, true), view.getUint32(4, true)];
      if (path.length > LONGEST_PATH) report(littleFsFinding('littlefs-too-deep', place, { path: folder.path }));
      else if (opens) waiting.push({ path, pair, above: folder, pairs: [] });
      return;
    }
    const { head, size } = struct.type === TYPE.ctzStruct ? ctzOf(struct) : { head: 0, size: struct.data.length };
    entries.push({ ...entry, kind: 'file', size: struct.type === TYPE.folderStruct ? 0 : size });
    if (struct.type !== TYPE.ctzStruct) return;
    const blocks = blocksFor(size, blockSize);
    if (size > 0 && (head >= superblock.blockCount || blocks > superblock.blockCount)) {
      report(littleFsFinding('littlefs-file-damaged', place, { path, size, ...blockValues(head, blockSize) }));
    }
  };

  for (let folder = waiting.shift(); folder !== undefined; folder = waiting.shift()) {
    let greatest: Uint8Array | null = null;
    for (let next: Pair | null = folder.pair; next !== null && !isNullPair(next);) {
      const pair: MetadataPair | null = yield* read(next, folder);
      if (pair === null) break;
      const { log, active }: MetadataPair = pair;
      const moved = movedFrom(mounted, pair);
      // A move that names blocks of two pairs hides the entry in both, and is finished in the first of the list.
      const isSource = active === source?.active;
      if (folder.path === '' && next === root) rootAttributes = log.slots[0]?.attributes ?? new Map();
      for (const [id, slot] of log.slots.entries()) {
        const { name, struct, type } = slot;
        if (name === null || struct === null || type === 0xff || type >= 0x80) continue;
        if (id === moved && isSource) continue;
        if (moved !== null && (id === moved || id === moved + 1)) {
          const path = `${folder.path}/${nameInPath(name) ?? ''}`;
          report(littleFsFinding('littlefs-hidden-by-move', placeAt(active * blockSize), { path }));
          continue;
        }
        // A search ends at the first pair that holds the name or one behind it.
        add(folder, slot, name, struct, active, greatest === null || compareNames(greatest, name) < 0);
      }
      for (const { name, type } of log.slots) {
        if (name !== null && type < 0x80 && (greatest === null || compareNames(greatest, name) < 0)) greatest = name;
      }
      next = log.tail?.hard === true ? log.tail.pair : null;
    }
  }
  if (more > 0) findings.push(littleFsFinding('littlefs-more-findings', placeAt(0), { more }));
  entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  return { entries, rootAttributes, findings };
}
