/** Reads one metadata block: a log of commits, of which those with a right CRC count (littlefs SPEC.md, “Directories”). */
import { viewOf } from '../../../formats/binary.ts';
import {
  DELETED_SIZE,
  FIRST_TAG,
  TYPE,
  dataSize,
  endsCommit,
  familyOf,
  isUnwritten,
  lfsCrc,
  unpackTag,
} from './tags.ts';

/** The two blocks of a metadata pair, by number. */
export type Pair = readonly [number, number];

/** What a file's or folder's struct tag holds: type and data. */
export interface Struct {
  readonly type: number;
  readonly data: Uint8Array;
}

/** One place of a metadata pair: a file, a folder or the superblock; without a name if it was never finished. */
export interface Slot {
  readonly name: Uint8Array | null;
  /** As in the name tag: 1 file, 2 folder, 0xFF superblock. */
  readonly type: number;
  readonly struct: Struct | null;
  readonly attributes: ReadonlyMap<number, Uint8Array>;
}

/** Where the log goes on; `hard`: the next pair belongs to the same folder. */
export interface Tail {
  readonly pair: Pair;
  readonly hard: boolean;
}

/** What the valid commits of a block come to. Offsets and sizes in bytes from the block's start. */
export interface MetadataLog {
  readonly revision: number;
  readonly slots: readonly Slot[];
  readonly tail: Tail | null;
  /** This pair's share of the global state: 12 bytes, XORed with those of all others. */
  readonly moveState: Uint8Array | null;
  /** Where the last valid commit ends, and the value that the next tag is XORed with. */
  readonly end: number;
  readonly lastTag: number;
  /** Nothing was begun behind the last commit, as far as the tags tell. */
  readonly endsCleanly: boolean;
  readonly forwardCrc: { readonly size: number; readonly crc: number } | null;
  /** Where each valid commit ends, which is on a boundary of the device's program size. */
  readonly commitEnds: readonly number[];
}

interface Writable {
  name: Uint8Array | null;
  type: number;
  struct: Struct | null;
  attributes: Map<number, Uint8Array>;
}

/** One tag with its data, as it stands in a log. */
interface LoggedTag {
  readonly type: number;
  readonly id: number;
  /** Null says that what the tag names was deleted. */
  readonly data: Uint8Array | null;
}

/** The state that commits change. */
interface State {
  readonly slots: Writable[];
  tail: Tail | null;
  moveState: Uint8Array | null;
  forwardCrc: MetadataLog['forwardCrc'];
}

const emptySlot = (): Writable => ({ name: null, type: 0, struct: null, attributes: new Map() });

function slotAt(slots: Writable[], id: number): Writable {
  while (slots.length <= id) slots.push(emptySlot());
  return slots[id] ?? emptySlot();
}

function fields(data: Uint8Array, size: number): DataView {
  const whole = new Uint8Array(size);
  whole.set(data.subarray(0, size));
  return viewOf(whole);
}

function applyToSlot(slots: Writable[], { type, id, data }: LoggedTag): void {
  if (type === TYPE.create) {
    if (id > 0) slotAt(slots, id - 1);
    slots.splice(id, 0, emptySlot());
  } else if (type === TYPE.remove) {
    slots.splice(id, 1);
  } else if (familyOf(type) === 0) {
    const slot = slotAt(slots, id);
    slot.name = data;
    slot.type = type & 0xff;
  } else if (id < slots.length) {
    const slot = slotAt(slots, id);
    if (familyOf(type) === TYPE.folderStruct) slot.struct = data === null ? null : { type, data };
    else if (data === null) slot.attributes.delete(type & 0xff);
    else slot.attributes.set(type & 0xff, data);
  }
}

function apply(state: State, tag: LoggedTag): void {
  const { type, id, data } = tag;
  const family = familyOf(type);
  if (family === 0x600) {
    const view = fields(data ?? new Uint8Array(0), 8);
    state.tail = { pair: [view.getUint32(0, true), view.getUint32(4, true)], hard: (type & 1) === 1 };
  } else if (type === TYPE.moveState) {
    state.moveState = data;
  } else if (type === TYPE.forwardCrc) {
    const view = fields(data ?? new Uint8Array(0), 8);
    state.forwardCrc = { size: view.getUint32(0, true), crc: view.getUint32(4, true) };
  } else if (family <= 0x400 && id < 0x3ff) {
    applyToSlot(state.slots, tag);
  }
}

/** A log, or null if its block has no valid commit; `more`: the bytes end before the log does. */
export interface ParsedLog {
  readonly log: MetadataLog | null;
  readonly more: boolean;
}

/** Reads the log in the first bytes of a block of `blockSize` bytes. */
export function parseLog(data: Uint8Array, blockSize: number): ParsedLog {
  const limit = Math.min(data.length, blockSize);
  const cutOff = limit < blockSize;
  if (limit < 4) return { log: null, more: cutOff };
  const view = viewOf(data);
  const state: State = { slots: [], tail: null, moveState: null, forwardCrc: null };
  const commitEnds: number[] = [];
  let waiting: LoggedTag[] = [];
  let [at, before, crc, end, lastTag] = [4, FIRST_TAG, lfsCrc(data.subarray(0, 4)), 0, 0];
  let [endsCleanly, more] = [false, false];
  for (;;) {
    if (at + 4 > limit) {
      more = cutOff;
      break;
    }
    const tag = (view.getUint32(at) ^ before) >>> 0;
    if (isUnwritten(tag)) {
      endsCleanly = waiting.length === 0;
      break;
    }
    const { type, id, size } = unpackTag(tag);
    const next = at + 4 + dataSize({ size });
    if (next > blockSize) break;
    if (endsCommit(type)) {
      if (Math.max(next, at + 8) > limit && cutOff && at + 8 > limit) {
        more = true;
        break;
      }
      if (at + 8 > limit || lfsCrc(data.subarray(at, at + 4), crc) !== view.getUint32(at + 4, true)) break;
      for (const one of waiting) apply(state, one);
      waiting = [];
      lastTag = (tag ^ ((type & 1) << 31)) >>> 0;
      end = next;
      commitEnds.push(end);
      crc = 0xffffffff;
      before = lastTag;
    } else {
      if (next > limit) {
        more = cutOff;
        break;
      }
      crc = lfsCrc(data.subarray(at, next), crc);
      waiting.push({ type, id, data: size === DELETED_SIZE ? null : data.slice(at + 4, next) });
      before = tag;
    }
    at = next;
  }
  if (end === 0) return { log: null, more };
  const { slots, tail, moveState, forwardCrc } = state;
  const revision = view.getUint32(0, true);
  return {
    log: { revision, slots, tail, moveState, end, lastTag, endsCleanly, forwardCrc, commitEnds },
    more,
  };
}
