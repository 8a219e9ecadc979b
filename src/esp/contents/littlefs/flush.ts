/** Writes changed metadata pairs: a commit behind the last one where it fits, otherwise the rewritten pair, split where it is too full. */
import { isFilledWith } from '../../../formats/binary.ts';
import type { CommitStyle, LogEntry } from './commit.ts';
import { CommitWriter, entrySize } from './commit.ts';
import { NO_ID, TYPE } from './tags.ts';
import type { Volume, WritablePair, WritableSlot } from './volume.ts';
import { slotEntries, twoWords } from './volume.ts';

/** The library rewrites a pair once it has so many entries. */
const MOST_SLOTS = 0xff;
/** Room that a pair rewritten keeps: for tail, global state, a deletion and a CRC. */
const SPLIT_ROOM = 40;

/** The largest size in bytes that a pair's slots may have before it is split: half a block, so that commits fit behind them. */
export function splitAbove(blockSize: number, programSize: number): number {
  return Math.min(blockSize - SPLIT_ROOM, Math.ceil(blockSize / 2 / programSize) * programSize);
}

/** How many bytes a slot takes in a pair. */
export function slotSize(slot: WritableSlot): number {
  return slotEntries(slot, 0).reduce((sum, entry) => sum + entrySize(entry), 0);
}

/**
 * Where the last part of a pair's first `end` slots begins that goes to a pair of its own; 0 if they fit. The library halves them
 * until the last part fits, and then looks at the rest.
 */
export function splitAt(sizes: readonly number[], end: number, most: number): number {
  let split = 0;
  while (end - split > 1) {
    const size = sizes.slice(split, end).reduce((sum, one) => sum + one, 0);
    if (end - split < MOST_SLOTS && size <= most) break;
    split += Math.floor((end - split) / 2);
  }
  return split;
}

function tailEntries({ next, hard }: WritablePair): LogEntry[] {
  if (next === null) return [];
  return [{ type: hard ? TYPE.hardTail : TYPE.softTail, id: NO_ID, data: twoWords(next.active, next.spare) }];
}

/** A tail that points nowhere is written only where one was before. */
function changedTail(pair: WritablePair): LogEntry[] {
  if (!pair.tailChanged) return [];
  if (pair.next !== null) return tailEntries(pair);
  return [{ type: TYPE.softTail, id: NO_ID, data: twoWords(0xffffffff, 0xffffffff) }];
}

function blockOf({ image, parameters }: Volume, block: number): Uint8Array {
  return image.subarray(block * parameters.blockSize, (block + 1) * parameters.blockSize);
}

function clean(pair: WritablePair): void {
  pair.pending.length = 0;
  pair.tailChanged = false;
  pair.stateChanged = false;
}

/** Appends what changed as one commit; false if it does not fit behind the last one. */
function append(volume: Volume, style: CommitStyle, pair: WritablePair): boolean {
  if (pair.log === null || pair.slots.length >= MOST_SLOTS) return false;
  const { end, lastTag } = pair.log;
  const block = blockOf(volume, pair.active);
  if (end % style.programSize !== 0 || end >= block.length || !isFilledWith(block.subarray(end), 0xff)) return false;
  const changed = block.slice();
  const writer = CommitWriter.append(changed, style, end, lastTag);
  const state: LogEntry[] = pair.stateChanged ? [{ type: TYPE.moveState, id: NO_ID, data: pair.state.slice() }] : [];
  if (![...pair.pending, ...changedTail(pair), ...state].every((entry) => writer.add(entry))) return false;
  pair.log = writer.finish();
  block.set(changed);
  clean(pair);
  return true;
}

/** Writes a pair's slots into its spare block; false if they do not fit. */
function rewrite(volume: Volume, style: CommitStyle, pair: WritablePair): boolean {
  const block = blockOf(volume, pair.spare);
  const changed = block.slice();
  const revision = (pair.revision + 1) >>> 0;
  const writer = CommitWriter.start(changed, style, revision);
  const slots = pair.slots.flatMap((slot, id) => slotEntries(slot, id));
  const state: LogEntry[] = pair.state.some((byte) => byte !== 0)
    ? [{ type: TYPE.moveState, id: NO_ID, data: pair.state.slice() }]
    : [];
  if (![...slots, ...tailEntries(pair), ...state].every((entry) => writer.add(entry))) return false;
  pair.log = writer.finish();
  block.set(changed);
  pair.revision = revision;
  [pair.active, pair.spare] = [pair.spare, pair.active];
  clean(pair);
  return true;
}

/** Rewrites a pair; new pairs behind it take what is too much for one. False if there is no room. */
function compact(volume: Volume, style: CommitStyle, pair: WritablePair): boolean {
  const sizes = pair.slots.map(slotSize);
  const most = splitAbove(volume.parameters.blockSize, style.programSize);
  for (;;) {
    const split = splitAt(sizes, pair.slots.length, most);
    if (split === 0) break;
    const next = volume.addPair(pair, true);
    // Without free blocks, a pair may be fuller than usual.
    if (next === null) break;
    next.slots.push(...pair.slots.splice(split));
    if (!rewrite(volume, style, next)) return false;
  }
  return rewrite(volume, style, pair);
}

/** Writes all changes into the image; false if there is no room for them, and then the image is of no use. */
export function flush(volume: Volume): boolean {
  const { programSize, version } = volume.parameters;
  const style: CommitStyle = { programSize, version };
  // Pairs that are added behind one are written with it.
  const dirty = [...volume.list()].filter((pair) => pair.pending.length > 0 || pair.tailChanged || pair.stateChanged);
  for (const pair of dirty) {
    const done = pair.pending.length + pair.slots.length < 2 * MOST_SLOTS && append(volume, style, pair);
    if (!done && !compact(volume, style, pair)) return false;
  }
  return true;
}
