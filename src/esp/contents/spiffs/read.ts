/** Reads a file from SPIFFS page by page, with the checks of the library and under its names for what is wrong. */
import type { Values } from '../../../flash/finding.ts';
import { hex } from '../../../flash/finding.ts';
import type { SpiffsGeometry } from './geometry.ts';
import { AT, FLAG, FREE, INDEX_ID, isLookup, listedAt, pagesFor } from './geometry.ts';
import type { ListedFile, PageHeader, SpiffsVolume } from './volume.ts';

/** What is wrong with a page of a file: the library's code (spiffs.h) and what it means after the page's number. */
const READ_ERRORS = {
  SPIFFS_ERR_NOT_FOUND: 'has no successor: a page of its index is missing',
  SPIFFS_ERR_IS_FREE: 'is empty',
  SPIFFS_ERR_DELETED: 'is deleted',
  SPIFFS_ERR_NOT_FINALIZED: 'was not written whole',
  SPIFFS_ERR_NOT_INDEX: 'is not an index',
  SPIFFS_ERR_IS_INDEX: 'is an index instead of data',
  SPIFFS_ERR_INDEX_SPAN_MISMATCH: 'is another part of an index',
  SPIFFS_ERR_DATA_SPAN_MISMATCH: 'is another part of a file',
  SPIFFS_ERR_INDEX_REF_FREE: 'lists no page for a part of the file',
  SPIFFS_ERR_INDEX_REF_LU: 'lists a page of a lookup table as data',
  SPIFFS_ERR_INDEX_REF_INVALID: 'lists a page behind the end as data',
} as const;

/** One of the library's codes. */
export type ReadError = keyof typeof READ_ERRORS;

/** Where reading a file ends, and why. */
export interface BadPage {
  readonly page: number;
  readonly error: ReadError;
}

/** A bad page as the values of a finding or failure. */
export function badPageValues({ page, error }: BadPage, { pageSize }: SpiffsGeometry, path: string): Values {
  return { path, page, offset: hex(page * pageSize), why: READ_ERRORS[error], error };
}

/** The data pages of a file, in order, up to the first that the index gives no page for. */
export interface FilePages {
  readonly pages: readonly number[];
  readonly bad: BadPage | null;
}

/** Follows a file's index; only index pages are looked at. */
export function pagesOfFile(volume: SpiffsVolume, file: ListedFile): FilePages {
  const { geometry } = volume;
  const count = pagesFor(geometry, file.size).data;
  const pages: number[] = [];
  let index = { page: file.page, span: 0 };
  const wrong = indexError(volume.header(file.page), 0);
  if (wrong !== null) return { pages, bad: { page: file.page, error: wrong } };
  for (let span = 0; span < count; span++) {
    const wanted = listedAt(geometry, span).index;
    if (wanted !== index.span) {
      const next = volume.findIndex(file.id | INDEX_ID, wanted);
      if (next === null) return { pages, bad: { page: index.page, error: 'SPIFFS_ERR_NOT_FOUND' } };
      const error = indexError(volume.header(next), wanted);
      if (error !== null) return { pages, bad: { page: next, error } };
      index = { page: next, span: wanted };
    }
    const target = volume.listed(index.page, span);
    const error = referenceError(geometry, target);
    if (error !== null) return { pages, bad: { page: index.page, error } };
    pages.push(target);
  }
  return { pages, bad: null };
}

/** A file's bytes from pages that are loaded, or the first bad page. */
export function fileData(
  volume: SpiffsVolume,
  file: ListedFile,
): { readonly data: Uint8Array } | { readonly bad: BadPage } {
  const { dataSize } = volume.geometry;
  const { pages, bad } = pagesOfFile(volume, file);
  for (const [span, page] of pages.entries()) {
    const error = dataError(volume.header(page), span);
    if (error !== null) return { bad: { page, error } };
  }
  if (bad !== null) return { bad };
  // Every page belongs to one part of the file only, so that this is at most what the image holds.
  const data = new Uint8Array(file.size);
  for (const [span, page] of pages.entries()) {
    const from = volume.at(page) + AT.data;
    data.set(volume.image.subarray(from, from + Math.min(dataSize, file.size - span * dataSize)), span * dataSize);
  }
  return { data };
}

/** What is wrong with a number in an index. */
export function referenceError(geometry: SpiffsGeometry, page: number): ReadError | null {
  if (page === FREE) return 'SPIFFS_ERR_INDEX_REF_FREE';
  if (isLookup(geometry, page)) return 'SPIFFS_ERR_INDEX_REF_LU';
  return page >= geometry.pages ? 'SPIFFS_ERR_INDEX_REF_INVALID' : null;
}

function indexError(header: PageHeader, span: number): ReadError | null {
  const state = stateError(header);
  if (state !== null) return state;
  if ((header.flags & FLAG.index) !== 0) return 'SPIFFS_ERR_NOT_INDEX';
  return header.span === span ? null : 'SPIFFS_ERR_INDEX_SPAN_MISMATCH';
}

/** What is wrong with the header of a page that an index lists as data page number `span`. */
export function dataError(header: PageHeader, span: number): ReadError | null {
  const state = stateError(header);
  if (state !== null) return state;
  if ((header.flags & FLAG.index) === 0) return 'SPIFFS_ERR_IS_INDEX';
  return header.span === span ? null : 'SPIFFS_ERR_DATA_SPAN_MISMATCH';
}

function stateError({ flags }: PageHeader): ReadError | null {
  if ((flags & FLAG.used) !== 0) return 'SPIFFS_ERR_IS_FREE';
  if ((flags & FLAG.deleted) === 0) return 'SPIFFS_ERR_DELETED';
  return (flags & FLAG.final) === 0 ? null : 'SPIFFS_ERR_NOT_FINALIZED';
}
