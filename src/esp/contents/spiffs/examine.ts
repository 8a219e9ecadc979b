/**
 * Which pages of SPIFFS belong to which file, and which are left over from something that was interrupted. What `SPIFFS_check`
 * would do is worked out where its outcome is certain; elsewhere the place is named.
 */
import { hex } from '../../../flash/finding.ts';
import { isFilledWith } from '../../../formats/binary.ts';
import { DELETED, FLAG, FREE, INDEX_ID, pagesOf } from './geometry.ts';
import type { StoredFile } from './stored-file.ts';
import { PagesInUse, storedFile } from './stored-file.ts';
import type { PageHeader, SpiffsVolume } from './volume.ts';

/** The files of an image in the order in which they are listed, and the pages to mark as deleted. */
export interface Examined {
  readonly files: readonly StoredFile[];
  readonly leftovers: readonly number[];
}

/** Sorts the pages of an image that the library would mount; a text if what the check would do with a page is not certain. */
export function examine(volume: SpiffsVolume): Examined | string {
  const inUse = new PagesInUse();
  const odd: number[] = [];
  const ids = new Map<number, number[]>();
  for (const page of pagesOf(volume.geometry)) {
    const entry = volume.lookup(page);
    const header = volume.header(page);
    const isListed = isListedOnly(entry, header);
    if (isListed || isGood(entry, header)) {
      // The check looks for an index by its own number, too, and does not find that one.
      if (!isListed) inUse.add(entry, header.span, page);
      const same = ids.get(entry);
      if (same === undefined) ids.set(entry, [page]);
      else same.push(page);
    } else if (!isRest(volume, page, entry, header)) odd.push(page);
  }
  const live = new Set<number>();
  const files: StoredFile[] = [];
  for (const [id, pages] of ids) {
    if ((id & INDEX_ID) === 0) continue;
    const file = storedFile(volume, inUse, pages, ids.get(id & ~INDEX_ID) ?? []);
    if (typeof file === 'string') return file;
    if (file === null) continue;
    files.push(file);
    for (const page of [...file.index, ...file.data]) live.add(page);
  }
  const rest = odd.filter((page) => !live.has(page));
  for (const page of rest) {
    const doubt = doubtAbout(volume, inUse, page);
    if (doubt !== null) return doubt;
  }
  const good = [...ids.values()].flat();
  files.sort((a, b) => (a.index[0] ?? 0) - (b.index[0] ?? 0));
  return { files, leftovers: [...rest, ...good.filter((page) => !live.has(page))] };
}

/** Whether a page and its lookup entry agree that it is in use. */
function isGood(entry: number, { id, flags }: PageHeader): boolean {
  if (entry === FREE || entry === DELETED || entry !== id) return false;
  const expected = (entry & INDEX_ID) === 0 ? FLAG.deleted | FLAG.index : FLAG.deleted;
  return (flags & (FLAG.used | FLAG.final | FLAG.deleted | FLAG.index)) === expected;
}

/** Whether a page is a file's header for its lookup entry, by which the library lists and reads it, and has the number of data. */
function isListedOnly(entry: number, header: PageHeader): boolean {
  return header.span === 0 && entry !== header.id && isGood(entry, { ...header, id: header.id | INDEX_ID });
}

/** Whether a page is erased, or deleted for its lookup entry and for itself. */
function isRest(volume: SpiffsVolume, page: number, entry: number, { flags }: PageHeader): boolean {
  if (entry === DELETED) return (flags & (FLAG.used | FLAG.deleted)) === 0;
  return entry === FREE && isFilledWith(volume.page(page), 0xff);
}

/** Why it is not certain that the check deletes a page whose lookup entry and header disagree; null if it is. */
function doubtAbout(volume: SpiffsVolume, inUse: PagesInUse, page: number): string | null {
  const entry = volume.lookup(page);
  const { id, span, flags } = volume.header(page);
  const where = `page ${page} at ${hex(volume.at(page))}`;
  const deleted = (flags & FLAG.deleted) === 0;
  const isIndex = (flags & FLAG.index) === 0;
  const header = (of: number, part: number): readonly number[] => inUse.of(of | INDEX_ID, part);
  if (entry === FREE || entry === DELETED) {
    if (deleted || !isIndex || (flags & FLAG.used) !== 0) return null;
    if (header(id, span).length > 0 || header(id, 0).length === 0) return null;
    return `${where} is part of an index that its lookup table does not have`;
  }
  if ((entry | INDEX_ID) !== (id | INDEX_ID)) {
    if (deleted || (flags & FLAG.final) !== 0 || !isIndex || (flags & FLAG.deleting) === 0) return null;
    const other = header(entry, span).length > 0 || inUse.of(entry & ~INDEX_ID, 0).length > 0;
    if (header(id, span).length > 0 && !other) return null;
    return `${where} is an index of file ${id & ~INDEX_ID}, and of file ${entry & ~INDEX_ID} in its lookup table`;
  }
  if (((entry & INDEX_ID) !== 0) !== isIndex && (flags & FLAG.used) === 0) {
    return `${where} is data in one place and an index in another`;
  }
  return null;
}
