/** The flash below NVS: cells that writing can only clear and that only erasing a whole page sets again. */
import { isFilledWith, viewOf } from '../../../formats/binary.ts';
import { romCrc32 } from '../../../formats/crc32.ts';
import { ENTRIES, ENTRY_SIZE } from './entry.ts';
import type { Xts } from './xts.ts';

/** The size of a page and of an erase unit, in bytes. */
export const PAGE_SIZE = 0x1000;
/** The bytes of a page's header; the states of its entries follow. */
export const HEADER_SIZE = 32;
const BITMAP_AT = HEADER_SIZE;
const ENTRIES_AT = 64;

/** States of a page on flash; any other word means that the page is corrupt. */
export const PAGE_STATE = {
  blank: 0xffffffff,
  active: 0xfffffffe,
  full: 0xfffffffc,
  freeing: 0xfffffff8,
} as const;

/** The two bits of an entry in a page's bitmap; 1 is none of the library's. */
export const ENTRY_STATE = { empty: 3, written: 2, erased: 0 } as const;

/** The version byte of the pages that ESP-IDF writes since 3.2; it counts downwards, and lower ones are not read. */
export const VERSION = 0xfe;

/** The version byte of pages from before ESP-IDF 3.2, which reads no others. */
export const OLD_VERSION = 0xff;

/** The header of a page. */
export interface PageHeader {
  readonly state: number;
  readonly sequence: number;
  readonly version: number;
  readonly crcRight: boolean;
}

/** The header of a page, from the page's bytes or its first 32. */
export function readHeader(page: Uint8Array): PageHeader {
  const view = viewOf(page);
  return {
    state: view.getUint32(0, true),
    sequence: view.getUint32(4, true),
    version: page[8] ?? 0,
    // The CRC excludes the state, which changes by clearing bits.
    crcRight: view.getUint32(28, true) === romCrc32(page.subarray(4, 28)),
  };
}

/** The states of a page's entries, two bits each. */
export function entryStates(page: Uint8Array): Uint8Array {
  return Uint8Array.from({ length: ENTRIES }, (_, i) => ((page[BITMAP_AT + (i >> 2)] ?? 0) >> ((i & 3) * 2)) & 3);
}

/** A copy of a partition's bytes, with encrypted entries where there are keys. Numbers of pages and entries are trusted. */
export class Cells {
  readonly data: Uint8Array;
  readonly pages: number;
  private readonly xts: Xts | null;

  /** Bytes behind the last whole page are kept and not looked at. */
  constructor(image: Uint8Array, xts: Xts | null) {
    this.data = image.slice();
    this.pages = Math.floor(image.length / PAGE_SIZE);
    this.xts = xts;
  }

  header(page: number): PageHeader {
    return readHeader(this.page(page));
  }

  isBlank(page: number): boolean {
    return isFilledWith(this.page(page), 0xff);
  }

  writeHeader(page: number, sequence: number, version: number): void {
    const bytes = new Uint8Array(32).fill(0xff);
    const view = viewOf(bytes);
    view.setUint32(0, PAGE_STATE.active, true);
    view.setUint32(4, sequence, true);
    bytes[8] = version;
    view.setUint32(28, romCrc32(bytes.subarray(4, 28)), true);
    this.clear(page * PAGE_SIZE, bytes);
  }

  writeState(page: number, state: number): void {
    const word = new Uint8Array(4);
    viewOf(word).setUint32(0, state, true);
    this.clear(page * PAGE_SIZE, word);
  }

  /** See `entryStates`. */
  states(page: number): Uint8Array {
    return entryStates(this.page(page));
  }

  writeEntryState(page: number, entry: number, state: number): void {
    const bits = (entry & 3) * 2;
    this.clear(page * PAGE_SIZE + BITMAP_AT + (entry >> 2), Uint8Array.of(~(3 << bits) | (state << bits)));
  }

  /** An entry's bytes, decrypted where there are keys. */
  entry(page: number, entry: number): Uint8Array {
    const at = entryOffset(page, entry);
    const bytes = this.data.slice(at, at + ENTRY_SIZE);
    return this.xts === null ? bytes : this.xts.decrypt(bytes, at);
  }

  /** An entry's bytes as they are on flash. */
  raw(page: number, entry: number): Uint8Array {
    const at = entryOffset(page, entry);
    return this.data.subarray(at, at + ENTRY_SIZE);
  }

  /** Whether the first word of an entry was written to. */
  isTouched(page: number, entry: number): boolean {
    return !isFilledWith(this.raw(page, entry).subarray(0, 4), 0xff);
  }

  /** Writes whole entries, each encrypted by itself. */
  writeEntries(page: number, entry: number, bytes: Uint8Array): void {
    for (let i = 0; i < bytes.length; i += ENTRY_SIZE) {
      const at = entryOffset(page, entry) + i;
      const plain = bytes.subarray(i, i + ENTRY_SIZE);
      this.clear(at, this.xts === null ? plain : this.xts.encrypt(plain, at));
    }
  }

  erase(page: number): void {
    this.data.fill(0xff, page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  }

  private page(page: number): Uint8Array {
    return this.data.subarray(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  }

  private clear(at: number, bytes: Uint8Array): void {
    for (const [i, byte] of bytes.entries()) this.data[at + i] = (this.data[at + i] ?? 0) & byte;
  }
}

/** The offset of an entry in its partition, in bytes. */
export function entryOffset(page: number, entry: number): number {
  return page * PAGE_SIZE + ENTRIES_AT + entry * ENTRY_SIZE;
}
