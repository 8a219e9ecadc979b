/** Entries of NVS pages: 32 bytes each (ESP-IDF, “NVS: internals”, and `nvs_types.hpp` of v5.5.5 for the limits). */
import { crc32, romCrc32 } from '../../../formats/crc32.ts';
import { viewOf } from '../../../formats/binary.ts';

/** The size of an entry, in bytes; also of the page header and of the bitmap. */
export const ENTRY_SIZE = 32;
/** Entries in a page. */
export const ENTRIES = 126;
/** The most bytes that one item can have in a page: all entries but its own. */
export const MOST_IN_PAGE = (ENTRIES - 1) * ENTRY_SIZE;
/** The most bytes of a key or of a namespace's name. */
export const MOST_KEY = 15;
/** Chunks of a blob are numbered from 0 or from this. */
export const SECOND_START = 0x80;
/** The most chunks of a blob: half of the numbers below `NO_CHUNK`. */
export const MOST_CHUNKS = 127;
/** The chunk number of everything that is not a chunk. */
export const NO_CHUNK = 0xff;

/** The type bytes of items; the second hex digit of a number is its size in bytes. */
export const TYPE = {
  u8: 0x01,
  i8: 0x11,
  u16: 0x02,
  i16: 0x12,
  u32: 0x04,
  i32: 0x14,
  u64: 0x08,
  i64: 0x18,
  string: 0x21,
  /** A blob in one page, as ESP-IDF before 3.2 wrote it. */
  oldBlob: 0x41,
  chunk: 0x42,
  index: 0x48,
} as const;

const NUMBERS: ReadonlySet<number> = new Set([
  TYPE.u8,
  TYPE.i8,
  TYPE.u16,
  TYPE.i16,
  TYPE.u32,
  TYPE.i32,
  TYPE.u64,
  TYPE.i64,
]);

/** Whether a type is one of the eight kinds of numbers. */
export function isNumber(type: number): boolean {
  return NUMBERS.has(type);
}

/** Whether entries with data follow an item of this type. */
export function hasData(type: number): boolean {
  return type === TYPE.string || type === TYPE.oldBlob || type === TYPE.chunk;
}

/** The size of a number, in bytes. */
export function numberSize(type: number): number {
  return type & 0x0f;
}

/** How many entries data of this many bytes needs, with the one that describes it. */
export function spanOf(size: number): number {
  return 1 + Math.ceil(size / ENTRY_SIZE);
}

/** What a blob's index says: its size in bytes, the number of its chunks, and that of the first. */
export interface Blob {
  readonly size: number;
  readonly chunks: number;
  readonly start: number;
}

/** What tells one item from another: its namespace's index, its key as a string of single bytes, and its chunk number. */
export interface Name {
  readonly ns: number;
  readonly key: string;
  readonly chunk: number;
}

/** An entry read as an item; nothing about it is sure before `isConsistent`. */
export class Item {
  /** 32 bytes; shared, not copied. */
  readonly bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  get ns(): number {
    return this.bytes[0] ?? 0;
  }

  get type(): number {
    return this.bytes[1] ?? 0;
  }

  get span(): number {
    return this.bytes[2] ?? 0;
  }

  get chunk(): number {
    return this.bytes[3] ?? 0;
  }

  /** The key up to its NUL, at most 15 bytes, each as one character. */
  get key(): string {
    let key = '';
    for (let at = 8; at < 8 + MOST_KEY && this.bytes[at] !== 0; at++) key += String.fromCharCode(this.bytes[at] ?? 0);
    return key;
  }

  /** The eight bytes of a number or of a blob's index. */
  get value(): Uint8Array {
    return this.bytes.subarray(24, 32);
  }

  /** The length of data that follows, in bytes. */
  get size(): number {
    return this.word(24) & 0xffff;
  }

  get dataCrc(): number {
    return this.word(28);
  }

  /** What an index says. */
  get blob(): Blob {
    return {
      size: this.word(24),
      chunks: this.bytes[28] ?? 0,
      start: this.bytes[29] ?? 0,
    };
  }

  /** What the library finds an item by within a page: 24 bits of a CRC, in which two items can collide. */
  get hash(): number {
    return hashOf(this.ns, this.bytes.subarray(8, 24), this.chunk);
  }

  /** Whether the library takes an entry at this position of a page for an item; otherwise it erases the entry. */
  isConsistent(at: number): boolean {
    if (this.word(4) !== this.crc) return false;
    if (isNumber(this.type)) return this.span === 1;
    if (this.type === TYPE.index)
      return this.span === 1 && this.chunk === NO_CHUNK && this.blob.size <= MOST_CHUNKS * MOST_IN_PAGE;
    if (!hasData(this.type) || (this.type === TYPE.chunk && this.chunk === NO_CHUNK)) return false;
    return this.span === spanOf(this.size) && at + this.span <= ENTRIES;
  }

  /** 32 bits; a view for each of the many entries would cost more than all the rest. */
  private word(at: number): number {
    const { bytes } = this;
    const upper = ((bytes[at + 3] ?? 0) << 24) | ((bytes[at + 2] ?? 0) << 16);
    return (upper | ((bytes[at + 1] ?? 0) << 8) | (bytes[at] ?? 0)) >>> 0;
  }

  private get crc(): number {
    return crc32(this.bytes.subarray(8, 32), romCrc32(this.bytes.subarray(0, 4)));
  }

  /** An item with its CRC; `value` has eight bytes. */
  static of(name: Name, type: number, span: number, value: Uint8Array): Item {
    const bytes = new Uint8Array(ENTRY_SIZE);
    bytes.set([name.ns, type, span, name.chunk]);
    bytes.set(keyField(name.key), 8);
    bytes.set(value, 24);
    const item = new Item(bytes);
    viewOf(bytes).setUint32(4, item.crc, true);
    return item;
  }
}

/** The 16 bytes of a key. */
function keyField(key: string): Uint8Array {
  const field = new Uint8Array(MOST_KEY + 1);
  for (let i = 0; i < Math.min(key.length, MOST_KEY); i++) field[i] = key.charCodeAt(i);
  return field;
}

function hashOf(ns: number, key: Uint8Array, chunk: number): number {
  const hashed = new Uint8Array(18);
  hashed[0] = ns;
  hashed.set(key, 1);
  hashed[17] = chunk;
  return romCrc32(hashed) & 0xffffff;
}

/** The hash of an item with this name; see `Item.hash`. */
export function hashOfName({ ns, key, chunk }: Name): number {
  return hashOf(ns, keyField(key), chunk);
}

/** The eight value bytes of an item that data follows. */
export function dataValue(data: Uint8Array): Uint8Array {
  const value = new Uint8Array(8).fill(0xff);
  viewOf(value).setUint16(0, data.length, true);
  viewOf(value).setUint32(4, romCrc32(data), true);
  return value;
}

/** The eight value bytes of a blob's index. */
export function indexValue(size: number, chunks: number, start: number): Uint8Array {
  const value = new Uint8Array(8).fill(0xff);
  viewOf(value).setUint32(0, size, true);
  value[4] = chunks;
  value[5] = start;
  return value;
}
