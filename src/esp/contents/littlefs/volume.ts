/** A LittleFS in memory that can be changed: metadata pairs as lists of entries, and which blocks are free. */
import { viewOf } from '../../../formats/binary.ts';
import type { LogEntry } from './commit.ts';
import { pointersIn, partIn, blocksFor } from './ctz.ts';
import type { Pair, Struct } from './log.ts';
import { PairReader, pairKey } from './pairs.ts';
import type { LittleFsParameters } from './parameters.ts';
import type { CtzSource } from './read-ctz.ts';
import { readCtz } from './read-ctz.ts';
import { readIn } from './reading.ts';
import { TYPE } from './tags.ts';
import { compareNames } from './names.ts';

/** A slot that can be changed; see `Slot`. */
export interface WritableSlot {
  readonly name: Uint8Array | null;
  readonly type: number;
  struct: Struct | null;
  readonly attributes: Map<number, Uint8Array>;
}

/** A metadata pair that can be changed. What has changed since it was written is in `pending`. */
export interface WritablePair {
  active: number;
  spare: number;
  revision: number;
  readonly slots: WritableSlot[];
  next: WritablePair | null;
  /** `next` belongs to the same folder. */
  hard: boolean;
  /** This pair's share of the global state. */
  readonly state: Uint8Array;
  /** Where a commit can be appended; null where the pair has to be rewritten. */
  log: { readonly end: number; readonly lastTag: number } | null;
  readonly pending: LogEntry[];
  tailChanged: boolean;
  stateChanged: boolean;
}

/** A slot in its pair. */
export interface Place {
  readonly pair: WritablePair;
  readonly index: number;
}

/** The entries that put a slot into a log, without its creation. */
export function slotEntries({ name, type, struct, attributes }: WritableSlot, id: number): LogEntry[] {
  const entries: LogEntry[] = [];
  if (name !== null) entries.push({ type, id, data: name });
  if (struct !== null) entries.push({ type: struct.type, id, data: struct.data });
  for (const [kind, data] of attributes) entries.push({ type: TYPE.attribute | kind, id, data });
  return entries;
}

/** Two block numbers, or a block and a size, as a struct or tail holds them. */
export function twoWords(first: number, second: number): Uint8Array {
  const data = new Uint8Array(8);
  viewOf(data).setUint32(0, first, true);
  viewOf(data).setUint32(4, second, true);
  return data;
}

/** The changeable file system. `image` is changed; it is the caller's own copy. */
export class Volume {
  readonly image: Uint8Array;
  readonly parameters: LittleFsParameters;
  readonly blockCount: number;
  readonly first: WritablePair;
  root: WritablePair;
  readonly #byKey = new Map<string, WritablePair>();
  /** How many owners each block has. */
  readonly #owners: Uint16Array;
  /** Blocks that were in use when the image was loaded: they are taken last, so that what is on flash stays readable longest. */
  readonly #usedBefore: Uint8Array;
  #free = 0;
  #cursor = 0;

  constructor(
    image: Uint8Array,
    parameters: LittleFsParameters,
    blockCount: number,
    list: { readonly first: WritablePair; readonly root: WritablePair },
  ) {
    [this.image, this.parameters, this.blockCount] = [image, parameters, blockCount];
    [this.first, this.root] = [list.first, list.root];
    this.#owners = new Uint16Array(blockCount);
    this.#usedBefore = new Uint8Array(blockCount);
    for (const pair of this.list()) this.#byKey.set(pairKey([pair.active, pair.spare]), pair);
  }

  /** Counts the blocks of the list's pairs, and of these files, as used; has to come before anything is added. */
  claim(files: readonly (readonly number[])[]): void {
    this.#owners.fill(0);
    for (const { active, spare } of this.list()) this.#own([active, spare]);
    for (const blocks of files) this.#own(blocks);
    this.#usedBefore.set(this.#owners.map((owners) => (owners > 0 ? 1 : 0)));
    this.#free = this.#usedBefore.reduce((free, used) => free + 1 - used, 0);
    this.#cursor = (this.#usedBefore.lastIndexOf(1) + 1) % this.blockCount;
  }

  /** How many blocks belong to nothing. */
  get freeBlocks(): number {
    return this.#free;
  }

  /** All pairs in the order of their list. */
  *list(): Generator<WritablePair> {
    for (let pair: WritablePair | null = this.first; pair !== null; pair = pair.next) yield pair;
  }

  /** The pairs of the folder that begins with `head`. */
  chain(head: WritablePair): WritablePair[] {
    const pairs = [head];
    for (let pair = head; pair.hard && pair.next !== null; pair = pair.next) pairs.push(pair.next);
    return pairs;
  }

  /** The first pair of the folder that a slot is; null if it is no folder of this list. */
  folderOf({ type, struct }: WritableSlot): WritablePair | null {
    if (type !== TYPE.folder || struct === null || struct.data.length < 8) return null;
    const view = viewOf(struct.data);
    return this.#byKey.get(pairKey([view.getUint32(0, true), view.getUint32(4, true)])) ?? null;
  }

  /** Where a name is, or where it belongs, in a folder. */
  find(head: WritablePair, name: Uint8Array): Place & { readonly slot: WritableSlot | null } {
    const chain = this.chain(head);
    const last = chain.at(-1) ?? head;
    // A search ends at the first pair that holds the name or one behind it.
    const pair = chain.find(({ slots }) => comesBefore(name, slots.at(-1)) !== false) ?? last;
    let index = pair.slots.length;
    while (index > 0 && comesBefore(name, pair.slots[index - 1]) !== false) index--;
    const slot = pair.slots[index];
    return { pair, index, slot: slot !== undefined && comesBefore(name, slot) === 'same' ? slot : null };
  }

  /** Puts a slot where `find` said. */
  insert({ pair, index }: Place, slot: WritableSlot): void {
    pair.slots.splice(index, 0, slot);
    pair.pending.push({ type: TYPE.create, id: index, data: new Uint8Array(0) }, ...slotEntries(slot, index));
  }

  /** Takes a slot out; the folder's pair leaves with its last slot, unless it is the folder's first one. */
  remove({ pair, index }: Place): void {
    pair.slots.splice(index, 1);
    pair.pending.push({ type: TYPE.remove, id: index, data: new Uint8Array(0) });
    const before = pair.slots.length === 0 ? this.#predecessor(pair) : null;
    if (before?.hard === true) this.unlink(before, [pair]);
  }

  /** Gives a slot another content. */
  setStruct({ pair, index }: Place, struct: Struct): void {
    const slot = pair.slots[index];
    if (slot !== undefined) slot.struct = struct;
    pair.pending.push({ type: struct.type, id: index, data: struct.data });
  }

  /** Sets an attribute of a slot, or deletes it. */
  setAttribute({ pair, index }: Place, type: number, data: Uint8Array | null): void {
    const attributes = pair.slots[index]?.attributes;
    if (data === null && attributes?.has(type) !== true) return;
    if (data === null) attributes?.delete(type);
    else attributes?.set(type, data);
    pair.pending.push({ type: TYPE.attribute | type, id: index, data });
  }

  /** The pair that leads to another one; null for the first one. */
  #predecessor(pair: WritablePair): WritablePair | null {
    for (const one of this.list()) if (one.next === pair) return one;
    return null;
  }

  /** Takes pairs that follow `before` out of the list; their share of the global state goes to it. */
  unlink(before: WritablePair, pairs: readonly WritablePair[]): void {
    const last = pairs.at(-1);
    if (last === undefined) return;
    [before.next, before.hard, before.tailChanged] = [last.next, last.hard, true];
    for (const pair of pairs) {
      this.addState(before, pair.state);
      this.#byKey.delete(pairKey([pair.active, pair.spare]));
      this.release([pair.active, pair.spare]);
    }
  }

  /** Takes all pairs of a folder out of the list. */
  unlinkFolder(head: WritablePair): void {
    const before = this.#predecessor(head);
    if (before !== null) this.unlink(before, this.chain(head));
  }

  /** XORs into a pair's share of the global state. */
  addState(pair: WritablePair, state: Uint8Array): void {
    if (state.every((byte) => byte === 0)) return;
    pair.state.forEach((byte, i) => {
      pair.state[i] = byte ^ (state[i] ?? 0);
    });
    pair.stateChanged = true;
  }

  /** A new pair behind `before` in the list; null if there are no two free blocks. `hard`: it continues the same folder. */
  addPair(before: WritablePair, hard: boolean): WritablePair | null {
    if (this.#free < 2) return null;
    // The library takes the second block first.
    const [spare, active] = [this.#take(), this.#take()];
    // The block that is not written may hold an old log: the new one has to be newer.
    const old = viewOf(this.image).getUint32(active * this.parameters.blockSize, true);
    const pair: WritablePair = {
      active,
      spare,
      revision: firstRevision(old),
      slots: [],
      next: before.next,
      hard: before.hard,
      state: new Uint8Array(12),
      log: null,
      pending: [],
      tailChanged: true,
      stateChanged: false,
    };
    [before.next, before.hard, before.tailChanged] = [pair, hard, true];
    this.#byKey.set(pairKey([active, spare]), pair);
    return pair;
  }

  /** Writes a file into free blocks; its struct, or null if there are not enough. */
  writeBlocks(data: Uint8Array): Struct | null {
    const { blockSize } = this.parameters;
    const length = blocksFor(data.length, blockSize);
    if (length > this.#free) return null;
    const blocks: number[] = [];
    for (let index = 0; index < length; index++) {
      const block = this.#take();
      blocks.push(block);
      const at = block * blockSize;
      const { start, end } = partIn(index, data.length, blockSize);
      const own = pointersIn(index);
      const view = viewOf(this.image.subarray(at, at + blockSize).fill(0xff));
      for (let power = 0; power < own; power++) view.setUint32(4 * power, blocks[index - 2 ** power] ?? 0, true);
      this.image.set(data.subarray(start, end), at + 4 * own);
    }
    return { type: TYPE.ctzStruct, data: twoWords(blocks.at(-1) ?? 0, data.length) };
  }

  /**
   * The blocks of a file, none of them in a pair of the list or of `others`; none if it lies in metadata. Throws a `Failure` if they
   * cannot be read.
   */
  blocksOf(struct: Struct, path: string, others: CtzSource['pairs'] = []): readonly number[] {
    if (struct.type !== TYPE.ctzStruct) return [];
    const reader = new PairReader(this.image.length, this.parameters.blockSize);
    return readIn(
      this.image,
      readCtz({ reader, superblock: this, pairs: [...this.list(), ...others] }, { path, struct }),
    ).blocks;
  }

  /** The highest block that is in use. */
  get highestUsed(): number {
    return this.#owners.findLastIndex((owners) => owners > 0);
  }

  /** Gives up one ownership of blocks. */
  release(blocks: readonly number[]): void {
    for (const block of blocks) {
      const owners = this.#owners[block] ?? 0;
      if (owners === 1) this.#free++;
      this.#owners[block] = Math.max(0, owners - 1);
    }
  }

  #own(blocks: readonly number[]): void {
    for (const block of blocks) this.#owners[block] = (this.#owners[block] ?? 0) + 1;
  }

  /** Takes a free block: the next one that nothing used before, otherwise one that this edit released. There must be one. */
  #take(): number {
    const { blockCount } = this;
    for (const released of [false, true]) {
      for (let i = 0; i < blockCount; i++) {
        const block = (this.#cursor + i) % blockCount;
        if (this.#owners[block] !== 0 || (this.#usedBefore[block] === 1) !== released) continue;
        this.#owners[block] = 1;
        this.#free--;
        this.#cursor = (block + 1) % blockCount;
        return block;
      }
    }
    throw new RangeError('no free block');
  }
}

/** `same`, or whether a name belongs before a slot; false before slots without a name and the superblock. */
function comesBefore(name: Uint8Array, slot: WritableSlot | undefined): 'same' | boolean {
  if (slot === undefined || slot.name === null || slot.type >= 0x80) return false;
  const order = compareNames(name, slot.name);
  return order === 0 ? 'same' : order < 0;
}

/** What new pairs' revisions are multiples of, so that the device does not move them soon: its default of 512 cycles, as it counts. */
const CYCLES = 513;

/** The revision before a new pair's first: newer than what its block holds already. */
function firstRevision(old: number): number {
  const raised = (old + CYCLES - 1) >>> 0;
  return raised - (raised % CYCLES);
}

/** A pair as its struct or tail names it. */
export function pairOf({ active, spare }: WritablePair): Pair {
  return [active, spare];
}
