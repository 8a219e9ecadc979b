/** Loads a LittleFS for changing, and finishes first what a power cut interrupted, as the library does before its first write. */
import { viewOf } from '../../../formats/binary.ts';
import { Failure } from '../../../flash/failure.ts';
import type { Pair } from './log.ts';
import type { Mounted } from './mount.ts';
import type { MetadataPair } from './pairs.ts';
import { isNullPair, pairKey, samePair, sharesBlock } from './pairs.ts';
import { parametersOf } from './parameters.ts';
import { readIn } from './reading.ts';
import { VERSION } from './superblock.ts';
import { TYPE, lfsCrc } from './tags.ts';
import type { WritablePair } from './volume.ts';
import { Volume, pairOf } from './volume.ts';

/** Why a file system cannot be changed. */
export interface NotLoaded {
  readonly why: string;
}

/** Whether a commit can be appended: what is behind the last one is erased, as far as it tells. */
function isAppendable(image: Uint8Array, mounted: Mounted, { active, log }: MetadataPair): boolean {
  if (!log.endsCleanly) return false;
  if (mounted.superblock.version < VERSION.v21) return true;
  if (log.forwardCrc === null) return false;
  const { size, crc } = log.forwardCrc;
  const { blockSize } = mounted.superblock;
  const behind = active * blockSize + log.end;
  return log.end + size <= blockSize && lfsCrc(image.subarray(behind, behind + size)) === crc;
}

function writable(image: Uint8Array, mounted: Mounted, pair: MetadataPair): WritablePair {
  const { log, active, spare } = pair;
  const state = new Uint8Array(12);
  state.set((log.moveState ?? state).subarray(0, 12));
  return {
    active,
    spare,
    revision: log.revision,
    slots: log.slots.map(({ name, type, struct, attributes }) => ({
      name,
      type,
      struct,
      attributes: new Map(attributes),
    })),
    next: null,
    hard: log.tail?.hard === true && !isNullPair(log.tail.pair),
    state,
    log: isAppendable(image, mounted, pair) ? { end: log.end, lastTag: log.lastTag } : null,
    pending: [],
    tailChanged: false,
    stateChanged: false,
  };
}

/** The pair that a folder's struct names. */
function structPair(data: Uint8Array): Pair {
  const view = viewOf(Uint8Array.from({ length: 8 }, (_, i) => data[i] ?? 0));
  return [view.getUint32(0, true), view.getUint32(4, true)];
}

/** The pairs that folder entries name, by each of their blocks. */
function namedPairs(
  list: readonly WritablePair[],
  moved: (at: WritablePair, id: number) => boolean,
): Map<number, Pair> {
  const named = new Map<number, Pair>();
  for (const at of list) {
    for (const [id, { type, struct }] of at.slots.entries()) {
      if (type !== TYPE.folder || struct === null || moved(at, id)) continue;
      const pair = structPair(struct.data);
      for (const block of pair) if (!named.has(block)) named.set(block, pair);
    }
  }
  return named;
}

/** The pair by which some folder entry names a pair, or an older state of it; null if none does. */
function nameOf({ active, spare }: WritablePair, named: ReadonlyMap<number, Pair>): Pair | null {
  return named.get(active) ?? named.get(spare) ?? null;
}

/** Reads the list of pairs from one on. */
function readList(
  image: Uint8Array,
  mounted: Mounted,
  from: Pair | null,
  seen: Set<string>,
): WritablePair[] | NotLoaded {
  const list: WritablePair[] = [];
  for (let at = from; at !== null && !isNullPair(at);) {
    const key = pairKey(at);
    const read = Math.max(...at) >= mounted.superblock.blockCount ? 'outside' : readIn(image, mounted.reader.read(at));
    if (seen.has(key) || read === 'outside' || read === 'damaged')
      return { why: `blocks ${at[0]} and ${at[1]} are damaged` };
    seen.add(key);
    const pair = writable(image, mounted, read);
    const before = list.at(-1);
    if (before !== undefined) before.next = pair;
    list.push(pair);
    at = read.log.tail?.pair ?? null;
  }
  return list;
}

/** A power cut leaves one pair that was replaced, or a few where the device was just moving several. */
const MOST_EXCHANGED = 64;

/** The list of pairs, in which pairs that were replaced before a power cut are exchanged for those that folders name. */
function readCurrentList(image: Uint8Array, mounted: Mounted): WritablePair[] | NotLoaded {
  const seen = new Set<string>();
  let list = readList(image, mounted, [0, 1], seen);
  if ('why' in list || !mounted.state.orphans) return list;
  const { move } = mounted.state;
  const moved = (at: WritablePair, id: number): boolean => move?.id === id && sharesBlock(move.pair, pairOf(at));
  let named = namedPairs(list, moved);
  let exchanged = 0;
  for (let i = 1; i < list.length; i++) {
    const [before, pair]: (WritablePair | undefined)[] = [list[i - 1], list[i]];
    if (before === undefined || pair === undefined || before.hard) continue;
    const current = nameOf(pair, named);
    if (current === null || samePair(current, pairOf(pair))) continue;
    if (++exchanged > MOST_EXCHANGED) return { why: 'too many folders are in other blocks than its list says' };
    const kept: WritablePair[] = list.slice(0, i);
    const rest = readList(image, mounted, current, new Set(kept.map((one) => pairKey(pairOf(one)))));
    if ('why' in rest) return rest;
    [before.next, before.tailChanged] = [rest[0] ?? null, true];
    list = [...kept, ...rest];
    named = namedPairs(list, moved);
  }
  return list;
}

/** Deletes the source of a pending move, and takes folders out of the list that nothing names any more. */
function finish(volume: Volume, mounted: Mounted): void {
  const { move, orphans } = mounted.state;
  if (move === null && !orphans) return;
  const source = [...volume.list()].find((pair) => move !== null && sharesBlock(move.pair, pairOf(pair)));
  // The sum of all shares has to become zero again.
  const sum = new Uint8Array(12);
  for (const { state } of volume.list()) for (const [i, byte] of state.entries()) sum[i] = (sum[i] ?? 0) ^ byte;
  volume.addState(source ?? volume.root, sum);
  if (move !== null && source !== undefined && move.id < source.slots.length) {
    volume.remove({ pair: source, index: move.id });
  }
  for (let again = orphans; again;) {
    const list = [...volume.list()];
    const named = namedPairs(list, () => false);
    const heads = list.filter((_, i) => i > 0 && list[i - 1]?.hard === false);
    const lost = heads.filter((pair) => nameOf(pair, named) === null);
    for (const pair of lost) volume.unlinkFolder(pair);
    again = lost.length > 0;
  }
}

/**
 * The blocks of every file that has its own; refused if a file's blocks or a folder's pair cannot be found. A pair that was in the list
 * until now is no part of a file either: the library gives its blocks away only once it has taken it out.
 */
function fileBlocks(volume: Volume, mounted: Mounted): (readonly number[])[] | NotLoaded {
  const files: (readonly number[])[] = [];
  for (const { slots } of volume.list()) {
    for (const slot of slots) {
      const name = new TextDecoder().decode(slot.name ?? undefined);
      if (slot.type === TYPE.folder && slot.struct !== null && volume.folderOf(slot) === null) {
        return { why: `the folder ${name} is missing in the list of all folders` };
      }
      if (slot.struct?.type !== TYPE.ctzStruct) continue;
      try {
        files.push(volume.blocksOf(slot.struct, name, mounted.pairs));
      } catch (error) {
        if (error instanceof Failure) return { why: error.facts.says.replace(/\.$/, '') };
        throw error;
      }
    }
  }
  return files;
}

/** Loads a file system for changing; `image` is changed with it. */
export function load(image: Uint8Array, mounted: Mounted): Volume | NotLoaded {
  const { superblock, reader } = mounted;
  if (superblock.blockCount > reader.blocks) return { why: 'its superblock says more blocks than the partition has' };
  const list = readCurrentList(image, mounted);
  if ('why' in list) return list;
  const [first] = list;
  const root = list.find((pair) => samePair(pairOf(pair), mounted.root));
  if (first === undefined || root === undefined) return { why: 'its root directory is lost' };
  const volume = new Volume(image, parametersOf(mounted), superblock.blockCount, { first, root });
  finish(volume, mounted);
  const files = fileBlocks(volume, mounted);
  if ('why' in files) return files;
  volume.claim(files);
  return volume;
}
