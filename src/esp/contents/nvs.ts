/** Counts NVS pages and entries, without reading keys or values. */
import { isFilledWith, viewOf } from '../../formats/binary.ts';
import { romCrc32 } from '../boot/crc32.ts';

const PAGE_SIZE = 0x1000;
const ENTRIES_IN_PAGE = 126;
const BITMAP_AT = 32;
const STATES: Readonly<Record<number, 'active' | 'full' | 'freeing' | 'corrupt'>> = {
  0xfffffffe: 'active',
  0xfffffffc: 'full',
  0xfffffff8: 'freeing',
  0xfffffff0: 'corrupt',
};

/** Counts of the NVS pages that were read; entries are 32-byte units, and a long value takes several. */
export interface NvsCounts {
  readonly pages: {
    readonly empty: number;
    readonly active: number;
    readonly full: number;
    readonly freeing: number;
    readonly corrupt: number;
  };
  readonly entriesWritten: number;
}

/** The state of a page; `corrupt` if its header CRC is wrong or its state is undefined. */
function pageState(page: Uint8Array): keyof NvsCounts['pages'] {
  const view = viewOf(page);
  const state = view.getUint32(0, true);
  if (state === 0xffffffff) return isFilledWith(page.subarray(0, BITMAP_AT), 0xff) ? 'empty' : 'corrupt';
  // The CRC excludes the state, which changes by clearing bits.
  if (view.getUint32(28, true) !== romCrc32(page.subarray(4, 28))) return 'corrupt';
  return STATES[state] ?? 'corrupt';
}

/** Counts written entries. Two bits per entry: 11 empty, 10 written, 00 erased. */
function writtenIn(page: Uint8Array): number {
  let written = 0;
  for (let i = 0; i < ENTRIES_IN_PAGE; i++) {
    const byte = page[BITMAP_AT + (i >> 2)] ?? 0xff;
    if (((byte >> ((i & 3) * 2)) & 3) === 2) written++;
  }
  return written;
}

/** Counts over the complete 4 KiB pages in these bytes; null if none has a valid NVS header. */
export function countNvs(data: Uint8Array): NvsCounts | null {
  const pages = { empty: 0, active: 0, full: 0, freeing: 0, corrupt: 0 };
  let entriesWritten = 0;
  for (let at = 0; at + PAGE_SIZE <= data.length; at += PAGE_SIZE) {
    const page = data.subarray(at, at + PAGE_SIZE);
    const state = pageState(page);
    pages[state]++;
    if (state !== 'empty' && state !== 'corrupt') entriesWritten += writtenIn(page);
  }
  return pages.active + pages.full + pages.freeing === 0 ? null : { pages, entriesWritten };
}

/** How many bytes of an NVS partition lie before its last page that is not blank ends. */
export function usedPages(data: Uint8Array): number {
  const last = data.findLastIndex((byte) => byte !== 0xff);
  return Math.ceil((last + 1) / PAGE_SIZE) * PAGE_SIZE;
}

/** The offsets of the pages of an NVS partition that are not blank, in bytes. */
export function pagesInUse(data: Uint8Array): number[] {
  const pages: number[] = [];
  for (let at = 0; at + PAGE_SIZE <= data.length; at += PAGE_SIZE)
    if (!isFilledWith(data.subarray(at, at + PAGE_SIZE), 0xff)) pages.push(at);
  return pages;
}
