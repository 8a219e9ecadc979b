/** Which NVS format an image's firmware reads: ESP-IDF before 3.2 reads neither pages of version 2 nor blobs in chunks. */
import { Cells, ENTRY_STATE, OLD_VERSION, PAGE_STATE, VERSION } from './cells.ts';
import { Item, TYPE } from './entry.ts';
import type { BlobFormat } from './write-values.ts';
import type { Xts } from './xts.ts';

/** How a partition is written: encrypted or not, the version byte of new pages, and how blobs are stored. */
export interface Format {
  readonly xts: Xts | null;
  readonly version: number;
  readonly blobs: BlobFormat;
}

/** States of a page that holds entries. */
export const IN_USE: ReadonlySet<number> = new Set([PAGE_STATE.active, PAGE_STATE.full, PAGE_STATE.freeing]);

/** The current format. */
export function currentFormat(xts: Xts | null): Format {
  return { xts, version: VERSION, blobs: 'chunks' };
}

/** An image's format: the old one only if all its pages have the old version and no blob is in chunks. */
export function formatOf(image: Uint8Array, xts: Xts | null): Format {
  const cells = new Cells(image, xts);
  let isOld = false;
  for (let page = 0; page < cells.pages; page++) {
    const { state, crcRight, version } = cells.header(page);
    if (!crcRight || !IN_USE.has(state)) continue;
    if (version !== OLD_VERSION || hasChunks(cells, page)) return currentFormat(xts);
    isOld = true;
  }
  return isOld ? { xts, version: OLD_VERSION, blobs: 'old' } : currentFormat(xts);
}

function hasChunks(cells: Cells, page: number): boolean {
  for (const [at, state] of cells.states(page).entries()) {
    if (state !== ENTRY_STATE.written) continue;
    const item = new Item(cells.entry(page, at));
    if (item.isConsistent(at) && (item.type === TYPE.index || item.type === TYPE.chunk)) return true;
  }
  return false;
}
