/** Counts NVS pages and entries, without reading keys or values. */
import { count } from '../../../flash/english.ts';
import { isFilledWith } from '../../../formats/binary.ts';
import { ENTRY_STATE, entryStates, HEADER_SIZE, PAGE_SIZE, PAGE_STATE, readHeader } from './cells.ts';

const STATES: Readonly<Record<number, 'active' | 'full' | 'freeing'>> = {
  [PAGE_STATE.active]: 'active',
  [PAGE_STATE.full]: 'full',
  [PAGE_STATE.freeing]: 'freeing',
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

/** So many entries in words: their size says that they are no settings, of which a long one takes several. */
export function entryWords(entries: number): string {
  return `${count(entries, 'entry')} of 32 bytes`;
}

/** The state of a page; `corrupt` if its header CRC is wrong or its state is undefined. */
function pageState(page: Uint8Array): keyof NvsCounts['pages'] {
  const { state, crcRight } = readHeader(page);
  if (state === PAGE_STATE.blank) return isFilledWith(page.subarray(0, HEADER_SIZE), 0xff) ? 'empty' : 'corrupt';
  return crcRight ? (STATES[state] ?? 'corrupt') : 'corrupt';
}

/** Counts over the complete 4 KiB pages in these bytes; null if none has a valid NVS header. */
export function countNvs(data: Uint8Array): NvsCounts | null {
  const pages = { empty: 0, active: 0, full: 0, freeing: 0, corrupt: 0 };
  let entriesWritten = 0;
  for (let at = 0; at + PAGE_SIZE <= data.length; at += PAGE_SIZE) {
    const page = data.subarray(at, at + PAGE_SIZE);
    const state = pageState(page);
    pages[state]++;
    if (state !== 'empty' && state !== 'corrupt')
      entriesWritten += entryStates(page).filter((own) => own === ENTRY_STATE.written).length;
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
