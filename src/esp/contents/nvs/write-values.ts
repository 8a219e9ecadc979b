/** Writes to a mounted NVS partition in the order in which ESP-IDF's library does (traced on v4.4.8, v5.5.5 and v6.0.2). */
import { sameBytes } from '../../../formats/binary.ts';
import { indexValue, isNumber, MOST_CHUNKS, MOST_IN_PAGE, NO_CHUNK, SECOND_START, TYPE } from './entry.ts';
import type { Name } from './entry.ts';
import { ANY_TYPE } from './page.ts';
import type { NvsError } from './page.ts';
import type { FoundInPage } from './pages.ts';
import type { Store } from './store.ts';

/** How blobs are written: in one page, as before ESP-IDF 3.2, or in chunks. */
export type BlobFormat = 'old' | 'chunks';

/** The most bytes of a value in one page before ESP-IDF 3.2. */
export const MOST_OLD = 1984;
/** Room for less than this of a blob's first chunk is left unused. */
const LEAST_FIRST_CHUNK = MOST_IN_PAGE / 10;

/** The most bytes of a blob in a partition with this many pages. */
export function mostBlob(pages: number, format: BlobFormat): number {
  return format === 'old' ? MOST_OLD : Math.max(0, Math.min(pages - 1, MOST_CHUNKS)) * MOST_IN_PAGE;
}

/** The type byte of the item that a value of this type is found by. */
function itemType(type: number, format: BlobFormat): number {
  return type === TYPE.oldBlob && format === 'chunks' ? TYPE.index : type;
}

/**
 * Sets a value: `type` is `TYPE.oldBlob` for all blobs. An equal value is not written again. After an error the store must not be
 * used: the library would now clean up.
 */
export function setValue(
  store: Store,
  { ns, key }: { readonly ns: number; readonly key: string },
  type: number,
  data: Uint8Array,
  format: BlobFormat,
): NvsError | null {
  const { pages } = store;
  const same = pages.find({ ns, type: itemType(type, format), key });
  const old = same ?? pages.find({ ns, type: ANY_TYPE, key });
  if (same !== null) {
    const before = store.read(ns, type, key);
    if (before !== null && sameBytes(before, data)) return null;
  }
  const sequence = old?.page.sequence;
  const start = same?.item.type === TYPE.index && same.item.blob.start === 0 ? SECOND_START : 0;
  const failed = appendValue(store, { ns, key }, type, data, format, start);
  if (failed !== null || old === null) return failed;
  if (old.item.type === TYPE.index) return eraseBlob(store, ns, key, old.item.blob.start);
  // The page may have been freed meanwhile, and the item have moved.
  const isThere = (old.page.state === 'active' || old.page.state === 'full') && old.page.sequence === sequence;
  const now = isThere ? old : pages.find({ ns, type: old.item.type, key });
  if (now === null) return 'not-found';
  now.page.eraseAt(now.at, null);
  return null;
}

/** Writes a value and erases no other; `start` is the number of a blob's first chunk. */
export function appendValue(
  store: Store,
  { ns, key }: { readonly ns: number; readonly key: string },
  type: number,
  data: Uint8Array,
  format: BlobFormat,
  start = 0,
): NvsError | null {
  if (type === TYPE.oldBlob && format === 'chunks') return writeBlob(store, ns, key, data, start);
  return append(store, { ns, key, chunk: NO_CHUNK }, type, isNumber(type) ? padded(data) : data);
}

/** A number's bytes in the eight of an entry. */
function padded(data: Uint8Array): Uint8Array {
  const value = new Uint8Array(8).fill(0xff);
  value.set(data);
  return value;
}

/** Appends an item to the newest page, or to a new one if it does not fit. */
function append({ pages }: Store, name: Name, type: number, value: Uint8Array): NvsError | null {
  const page = pages.newest;
  if (page === null) return 'fail';
  const failed = page.write(name, type, value);
  if (failed !== 'page-full') return failed;
  if (page.state !== 'full') page.markFull();
  const full = pages.makeRoom();
  if (full !== null) return full;
  const again = pages.newest?.write(name, type, value) ?? null;
  return again === 'page-full' ? 'not-enough-space' : again;
}

/** Writes a blob's chunks, each as large as its page has room for, and then its index. */
function writeBlob({ pages }: Store, ns: number, key: string, data: Uint8Array, start: number): NvsError | null {
  if (data.length > mostBlob(pages.count, 'chunks')) return 'value-too-long';
  let chunks = 0;
  let from = 0;
  do {
    const page = pages.newest;
    if (page === null) return 'fail';
    const room = page.tailroom;
    const isShort = room < data.length || (room === 0 && data.length === 0);
    if (chunks === 0 && isShort && room < LEAST_FIRST_CHUNK) {
      const failed = nextPage(pages);
      if (failed !== null) return failed;
      if (pages.newest?.tailroom === room) return 'not-enough-space';
      continue;
    }
    if (room === 0) return 'not-enough-space';
    const chunk = data.subarray(from, from + room);
    const failed = page.write({ ns, key, chunk: start + chunks }, TYPE.chunk, chunk);
    if (failed !== null) return failed;
    chunks++;
    from += chunk.length;
    if (from < data.length || room - chunk.length < 32) {
      const full = nextPage(pages);
      if (full !== null) return full;
    }
  } while (from < data.length || chunks === 0);
  return pages.newest?.write({ ns, key, chunk: NO_CHUNK }, TYPE.index, indexValue(data.length, chunks, start)) ?? null;
}

/** Begins another page, because the newest has no room. */
export function nextPage(pages: Store['pages']): NvsError | null {
  if (pages.newest !== null && pages.newest.state !== 'full') pages.newest.markFull();
  return pages.makeRoom();
}

/** Erases a blob's index and then its chunks. */
function eraseBlob({ pages }: Store, ns: number, key: string, start: number): NvsError | null {
  const index = pages.find({ ns, type: TYPE.index, key, start });
  if (index === null) return 'not-found';
  const { chunks } = index.item.blob;
  index.page.eraseAt(index.at, null);
  for (let n = 0; n < chunks; n++) {
    const chunk = pages.find({ ns, type: TYPE.chunk, key, chunk: start + n });
    if (chunk === null) return 'not-found';
    chunk.page.eraseAt(chunk.at, null);
  }
  return null;
}

/** Erases whatever has this name, all of several types too; `not-found` if nothing has. */
export function deleteValue(store: Store, ns: number, key: string): NvsError | null {
  const find = (): FoundInPage | null => store.pages.find({ ns, type: ANY_TYPE, key });
  let found = find();
  if (found === null) return 'not-found';
  for (; found !== null; found = find()) {
    const { item, page, at } = found;
    if (item.type !== TYPE.index) page.eraseAt(at, null);
    else if (eraseBlob(store, ns, key, item.blob.start) !== null) return 'fail';
  }
  return null;
}

/** The names that several items have, each as its index and key: other types of one name, or copies. */
export function repeatedNames(store: Store): Set<string> {
  const seen = new Set<string>();
  const twice = new Set<string>();
  for (const { item } of store.items()) {
    const name = `${item.ns} ${item.key}`;
    if (seen.has(name)) twice.add(name);
    seen.add(name);
  }
  return twice;
}

/** Writes a namespace's name with an index that is free. */
export function addNamespace(store: Store, name: string, index: number): NvsError | null {
  const failed = append(store, { ns: 0, key: name, chunk: NO_CHUNK }, TYPE.u8, padded(Uint8Array.of(index)));
  if (failed === null) store.namespaces.push({ name, index });
  return failed;
}
