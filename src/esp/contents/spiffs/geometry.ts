/** Where everything lies in a SPIFFS image: pages, lookup tables, marks, page headers and index tables (spiffs_nucleus.h). */

/** What a SPIFFS image does not record; sizes in bytes. ESP-IDF: 4096, 256, 32, 4, true, false. */
export interface SpiffsParameters {
  readonly blockSize: number;
  readonly pageSize: number;
  /** The most bytes of a name, with its final NUL. */
  readonly nameSize: number;
  /** The bytes beside a name: the time of change where there are 4 or 8. */
  readonly metaSize: number;
  /** Whether the mark of a block counts the blocks from it to the end. */
  readonly countsBlocks: boolean;
  /** Whether the table of pages begins at an even offset, as builds for the ESP8266 have it. */
  readonly alignedTables: boolean;
}

/** The bits of a page header's flags; all are cleared to set them. */
export const FLAG = { used: 0x01, final: 0x02, index: 0x04, deleting: 0x40, deleted: 0x80 } as const;

/** The flags of a page in use: of data, and of an index. */
export const GOOD_DATA = 0xff & ~(FLAG.used | FLAG.final);
export const GOOD_INDEX = GOOD_DATA & ~FLAG.index;

/** The bit of an object id that marks its index pages. */
export const INDEX_ID = 0x8000;
/** A lookup entry of a free page, an entry of an index without a page, and the length of an erased field of 16 bits. */
export const FREE = 0xffff;
/** The lookup entry of a deleted page. */
export const DELETED = 0;
/** The size of a file to which nothing was written yet. */
export const NO_SIZE = 0xffffffff;
/** The type of a file in its header. */
export const FILE_TYPE = 1;

/** Offsets in a page, in bytes: its header, then the fields of an index header. */
export const AT = { id: 0, span: 2, flags: 4, data: 5, size: 8, type: 12, name: 13 } as const;
/** The offset of the table in an index page that is not the first. */
const LATER_TABLE = 8;

/** The counts and offsets that follow from the parameters and a number of blocks. */
export interface SpiffsGeometry extends SpiffsParameters {
  readonly blocks: number;
  readonly pages: number;
  readonly pagesPerBlock: number;
  readonly lookupPages: number;
  /** The pages of a block that hold data or an index: as many as it has lookup entries. */
  readonly entries: number;
  /** The bytes of a file in one page. */
  readonly dataSize: number;
  /** The offset of the table of pages in an index header, and how many it and a later index page hold. */
  readonly tableAt: number;
  readonly firstCount: number;
  readonly laterCount: number;
}

/** The geometry of this many blocks. */
export function geometryOf(parameters: SpiffsParameters, blocks: number): SpiffsGeometry {
  const { blockSize, pageSize, nameSize, metaSize, alignedTables } = parameters;
  const pagesPerBlock = blockSize / pageSize;
  const lookupPages = Math.max(1, Math.floor((pagesPerBlock * 2) / pageSize));
  const end = AT.name + nameSize + metaSize;
  const tableAt = alignedTables ? end + (end % 2) : end;
  return {
    ...parameters,
    blocks,
    pages: blocks * pagesPerBlock,
    pagesPerBlock,
    lookupPages,
    entries: pagesPerBlock - lookupPages,
    dataSize: pageSize - AT.data,
    tableAt,
    firstCount: Math.floor((pageSize - tableAt) / 2),
    laterCount: Math.floor((pageSize - LATER_TABLE) / 2),
  };
}

/** The mark of a block: 0x20140529 in 16 bits, with the page size and, if they are counted, the blocks from it to the end. */
export function markOf({ pageSize, countsBlocks, blocks }: SpiffsGeometry, block: number): number {
  return (0x0529 ^ pageSize ^ (countsBlocks ? blocks - block : 0)) & 0xffff;
}

/** The offset of a block's mark in the image; its erase count follows. */
export function markAt({ blockSize, lookupPages, pageSize }: Omit<SpiffsGeometry, 'blocks'>, block: number): number {
  return block * blockSize + lookupPages * pageSize - 4;
}

/** The offset of a page's lookup entry in the image; the page is not one of the lookup table. */
export function entryAt({ blockSize, pagesPerBlock, lookupPages }: SpiffsGeometry, page: number): number {
  return blockOf({ pagesPerBlock }, page) * blockSize + ((page % pagesPerBlock) - lookupPages) * 2;
}

/** The block of a page. */
export function blockOf({ pagesPerBlock }: Pick<SpiffsGeometry, 'pagesPerBlock'>, page: number): number {
  return Math.floor(page / pagesPerBlock);
}

/** Whether a page is part of a block's lookup table. */
export function isLookup({ pagesPerBlock, lookupPages }: SpiffsGeometry, page: number): boolean {
  return page % pagesPerBlock < lookupPages;
}

/** The pages of all blocks, without their lookup tables. */
export function* pagesOf(geometry: SpiffsGeometry): Generator<number> {
  for (let page = 0; page < geometry.pages; page++) if (!isLookup(geometry, page)) yield page;
}

/** The index page of a file that lists its data page number `span`, and the offset of that entry in it. */
export function listedAt(geometry: SpiffsGeometry, span: number): { readonly index: number; readonly at: number } {
  const { firstCount, laterCount, tableAt } = geometry;
  if (span < firstCount) return { index: 0, at: tableAt + span * 2 };
  const later = span - firstCount;
  return { index: 1 + Math.floor(later / laterCount), at: LATER_TABLE + (later % laterCount) * 2 };
}

/** The data pages that an index page lists: the first one's number, and how many. */
export function listedIn(geometry: SpiffsGeometry, index: number): { readonly first: number; readonly count: number } {
  const { firstCount, laterCount } = geometry;
  if (index === 0) return { first: 0, count: firstCount };
  return { first: firstCount + (index - 1) * laterCount, count: laterCount };
}

/** The pages that a file of this many bytes takes: its data, and its index. */
export function pagesFor(geometry: SpiffsGeometry, size: number): { readonly data: number; readonly index: number } {
  const data = Math.ceil(size / geometry.dataSize);
  return { data, index: data === 0 ? 1 : listedAt(geometry, data - 1).index + 1 };
}
