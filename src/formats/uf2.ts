/** UF2: bytes at addresses in self-contained blocks of 512 bytes (github.com/microsoft/uf2, README.md). */
import type { Values } from '../flash/finding.ts';
import { hex } from '../flash/finding.ts';
import { hexOf, viewOf } from './binary.ts';
import type { Run, SparseLimits } from './sparse-bytes.ts';
import { SparseBytes } from './sparse-bytes.ts';

/** The MD5 of some bytes, computed in pieces. */
export type Md5InPieces = (data: Uint8Array) => Generator<void, Uint8Array>;

/** The size in bytes of a block. */
export const UF2_BLOCK = 512;

/** The faults of a block or of the file. */
export type Uf2FaultKind =
  | 'uf2-cut-short'
  | 'uf2-block-damaged'
  | 'uf2-payload-size'
  | 'uf2-block-number'
  | 'uf2-blocks-missing'
  | 'uf2-overlap'
  | 'uf2-md5-wrong'
  | 'address-past-flash';

/** The first fault: what is wrong, the offset in the file, and the exact values. */
export interface Uf2Fault {
  readonly fault: Uf2FaultKind;
  readonly offset: number;
  readonly values: Values;
}

/** The blocks that were skipped: how many for each family, how many with files or comments. */
export interface Uf2Passed {
  readonly families: ReadonlyMap<number, number>;
  readonly files: number;
  readonly comments: number;
}

interface Region {
  readonly start: number;
  readonly size: number;
  readonly md5: string;
  readonly offset: number;
}

const MAGIC_1 = 0x0a324655;
const MAGIC_2 = 0x9e5d5157;
const MAGIC_END = 0x0ab16f30;
const NOT_MAIN_FLASH = 0x1;
const FILE_CONTAINER = 0x1000;
const FAMILY_PRESENT = 0x2000;
const MD5_PRESENT = 0x4000;
const DATA_AT = 32;
const DATA_SIZE = 476;
const MD5_SIZE = 24;

/** Whether the first bytes of a file are those of a UF2 block. */
export function looksLikeUf2(head: Uint8Array): boolean {
  if (head.length < 8) return false;
  const view = viewOf(head);
  return view.getUint32(0, true) === MAGIC_1 && view.getUint32(4, true) === MAGIC_2;
}

/** Reads a file block by block. Blocks of other families are counted, not kept. After the first fault nothing is read. */
export class Uf2Reader {
  readonly bytes: SparseBytes;
  readonly #passed = { families: new Map<number, number>(), files: 0, comments: 0 };
  /** The block numbers seen, for each total: several files may follow one another, each with its own numbers. */
  readonly #seen = new Map<number, Set<number>>();
  readonly #regions = new Map<string, Region>();
  readonly #families: readonly number[];
  readonly #limit: number;
  #fault: Uf2Fault | null = null;
  #offset = 0;

  /**
   * `families` are the ids to keep, besides blocks without one; `limit` is the first address past any flash; `most` is how
   * much of a file is used.
   */
  constructor(families: readonly number[], limit: number, most: SparseLimits) {
    this.#families = families;
    this.#limit = limit;
    this.bytes = new SparseBytes(most);
  }

  /** The blocks that were not kept. */
  get passed(): Uf2Passed {
    return this.#passed;
  }

  /** Takes the next bytes of the file, in whole blocks except for the last piece; returns the first fault, or null. */
  push(piece: Uint8Array): Uf2Fault | null {
    for (let at = 0; at < piece.length && this.#fault === null; at += UF2_BLOCK) {
      this.#take(piece.subarray(at, at + UF2_BLOCK));
      this.#offset += UF2_BLOCK;
    }
    return this.#fault;
  }

  /** Ends the file, in pieces; the runs or the first fault, or null if there are more than `most` runs. */
  *end(most: number, md5: Md5InPieces): Generator<void, Uf2Fault | Run[] | null> {
    if (this.#fault !== null) return this.#fault;
    for (const [total, numbers] of this.#seen) {
      if (numbers.size < total) {
        const missing = total - numbers.size;
        return {
          fault: 'uf2-blocks-missing',
          offset: this.#offset,
          values: { missing, total, first: firstGap(numbers) },
        };
      }
    }
    const runs = this.bytes.take(most);
    return runs && ((yield* this.#wrongMd5(runs, md5)) ?? runs);
  }

  #take(block: Uint8Array): void {
    if (block.length < UF2_BLOCK) {
      this.#fail('uf2-cut-short', { have: block.length, need: UF2_BLOCK });
      return;
    }
    const view = viewOf(block);
    const word = (at: number): number => view.getUint32(at, true);
    if (word(0) !== MAGIC_1 || word(4) !== MAGIC_2 || word(508) !== MAGIC_END) {
      const [at, expected] = [
        [0, MAGIC_1],
        [4, MAGIC_2],
        [508, MAGIC_END],
      ].find(([at = 0, magic]) => word(at) !== magic) ?? [0, MAGIC_1];
      this.#fail('uf2-block-damaged', { at: hex(at ?? 0), found: hex(word(at ?? 0)), expected: hex(expected ?? 0) });
      return;
    }
    const flags = word(8);
    const [address, size, number, total, family] = [word(12), word(16), word(20), word(24), word(28)];
    if ((flags & FILE_CONTAINER) !== 0) {
      this.#passed.files++;
      return;
    }
    if ((flags & FAMILY_PRESENT) !== 0 && !this.#families.includes(family)) {
      this.#passed.families.set(family, (this.#passed.families.get(family) ?? 0) + 1);
      return;
    }
    if (number >= total) {
      this.#fail('uf2-block-number', { number, total });
      return;
    }
    const seen = this.#seen.get(total) ?? new Set();
    this.#seen.set(total, seen.add(number));
    if ((flags & NOT_MAIN_FLASH) !== 0) {
      this.#passed.comments++;
      return;
    }
    const room = (flags & MD5_PRESENT) === 0 ? DATA_SIZE : DATA_SIZE - MD5_SIZE;
    if (size > room) {
      this.#fail('uf2-payload-size', { size, room });
      return;
    }
    if ((flags & MD5_PRESENT) !== 0) this.#noteMd5(block, address, size);
    this.#put(address, block.subarray(DATA_AT, DATA_AT + size));
  }

  #put(address: number, data: Uint8Array): void {
    if (data.length > 0 && address + data.length > this.#limit) {
      this.#fail('address-past-flash', { address: hex(address), limit: hex(this.#limit) });
      return;
    }
    const conflict = this.bytes.put(address, data);
    if (conflict !== null) this.#fail('uf2-overlap', { address: hex(conflict) });
  }

  #noteMd5(block: Uint8Array, address: number, size: number): void {
    // The specification puts the field at the end of the data; esptool's uf2_writer.py puts it after the payload,
    // which is a different place in a block that is not full.
    for (const at of [DATA_AT + DATA_SIZE - MD5_SIZE, DATA_AT + size]) {
      const field = viewOf(block.subarray(at, at + MD5_SIZE));
      const [start, length] = [field.getUint32(0, true), field.getUint32(4, true)];
      if (start > address || start + length < address + size) continue;
      const md5 = hexOf(block.subarray(at + 8, at + MD5_SIZE));
      const key = `${start} ${length} ${md5}`;
      if (!this.#regions.has(key)) this.#regions.set(key, { start, size: length, md5, offset: this.#offset });
      return;
    }
  }

  /** Checks the MD5 of the regions that are complete; no byte is hashed twice, however many regions share it. */
  *#wrongMd5(runs: readonly Run[], md5Of: Md5InPieces): Generator<void, Uf2Fault | null> {
    let done = 0;
    for (const { start, size, md5, offset } of [...this.#regions.values()].toSorted((a, b) => a.start - b.start)) {
      const run = runs.find(({ address, data }) => start >= address && start + size <= address + data.length);
      if (run === undefined || start < done) continue;
      done = start + size;
      const computed = hexOf(yield* md5Of(run.data.subarray(start - run.address, done - run.address)));
      if (computed !== md5) {
        const range = { from: hex(start), to: hex(done) };
        return { fault: 'uf2-md5-wrong', offset, values: { ...range, stored: md5, computed } };
      }
    }
    return null;
  }

  #fail(fault: Uf2Fault['fault'], values: Values): void {
    this.#fault = { fault, offset: this.#offset, values };
  }
}

function firstGap(numbers: ReadonlySet<number>): number {
  let number = 0;
  while (numbers.has(number)) number++;
  return number;
}
