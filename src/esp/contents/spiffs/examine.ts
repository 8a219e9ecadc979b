/**
 * Which pages of SPIFFS belong to which file, and which are left over from something that was interrupted. What `SPIFFS_check`
 * would do is worked out where its outcome is certain; elsewhere the place is named.
 */
import { hex } from '../../../flash/finding.ts';
import { AT, DELETED, FLAG, FREE, INDEX_ID, listedIn, pagesFor, pagesOf } from './geometry.ts';
import type { FilePlaces } from './pages.ts';
import { badPageValues, dataError, referenceError } from './read.ts';
import type { BadPage } from './read.ts';
import type { PageHeader, SpiffsVolume } from './volume.ts';
import { isFilledWith } from '../../../formats/binary.ts';

/** A file with its pages. `stale` are index pages whose table has to be written anew; `bad` says why it cannot be read whole. */
export interface StoredFile extends FilePlaces {
  readonly id: number;
  readonly path: string;
  readonly name: Uint8Array;
  readonly meta: Uint8Array;
  readonly size: number;
  readonly modified: number | null;
  readonly stale: ReadonlySet<number>;
  readonly bad: string | null;
}

/** The files of an image in the order in which they are listed, and the pages to mark as deleted. */
export interface Examined {
  readonly files: readonly StoredFile[];
  readonly leftovers: readonly number[];
}

/** The pages in use by id and number, both kinds of them. */
class PagesInUse {
  readonly #pages = new Map<number, number[]>();

  add(id: number, span: number, page: number): void {
    const key = id * 0x10000 + span;
    const same = this.#pages.get(key);
    if (same === undefined) this.#pages.set(key, [page]);
    else same.push(page);
  }

  of(id: number, span: number): readonly number[] {
    return this.#pages.get(id * 0x10000 + span) ?? [];
  }
}

/** Sorts the pages of an image that the library would mount; a text if what the check would do with a page is not certain. */
export function examine(volume: SpiffsVolume): Examined | string {
  const inUse = new PagesInUse();
  const odd: number[] = [];
  const ids = new Map<number, number[]>();
  for (const page of pagesOf(volume.geometry)) {
    const entry = volume.lookup(page);
    const header = volume.header(page);
    if (isGood(entry, header)) {
      inUse.add(entry, header.span, page);
      const same = ids.get(entry);
      if (same === undefined) ids.set(entry, [page]);
      else same.push(page);
    } else if (!isRest(volume, page, entry, header)) odd.push(page);
  }
  const live = new Set<number>();
  const replaced = new Set<number>();
  const files: StoredFile[] = [];
  for (const [id, pages] of ids) {
    if ((id & INDEX_ID) === 0) continue;
    const file = fileOf({ volume, inUse, replaced }, id, pages, ids.get(id & ~INDEX_ID) ?? []);
    if (typeof file === 'string') return file;
    if (file === null) continue;
    files.push(file);
    for (const page of [...file.index, ...file.data]) live.add(page);
  }
  for (const page of odd) {
    const doubt = doubtAbout({ volume, inUse, replaced }, page);
    if (doubt !== null) return doubt;
  }
  const good = [...ids.values()].flat();
  files.sort((a, b) => (a.index[0] ?? 0) - (b.index[0] ?? 0));
  return { files, leftovers: [...odd, ...good.filter((page) => !live.has(page))] };
}

/** Whether a page and its lookup entry agree that it is in use. */
function isGood(entry: number, { id, flags }: PageHeader): boolean {
  if (entry === FREE || entry === DELETED || entry !== id) return false;
  const expected = (entry & INDEX_ID) === 0 ? FLAG.deleted | FLAG.index : FLAG.deleted;
  return (flags & (FLAG.used | FLAG.final | FLAG.deleted | FLAG.index)) === expected;
}

/** Whether a page is erased, or deleted for its lookup entry and for itself. */
function isRest(volume: SpiffsVolume, page: number, entry: number, { flags }: PageHeader): boolean {
  if (entry === DELETED) return (flags & (FLAG.used | FLAG.deleted)) === 0;
  return entry === FREE && isFilledWith(volume.page(page), 0xff);
}

/** What is known so far: `replaced` are the pages that indexes list, although others are in use as those parts. */
interface Known {
  readonly volume: SpiffsVolume;
  readonly inUse: PagesInUse;
  readonly replaced: Set<number>;
}

/** A file from its index pages; null if it has no header any more, or one that is being deleted. */
function fileOf(
  { volume, inUse, replaced }: Known,
  id: number,
  all: readonly number[],
  dataPages: readonly number[],
): StoredFile | string | null {
  const { geometry } = volume;
  const pages = all.filter((page) => {
    const { span, flags } = volume.header(page);
    return span > 0 || (flags & FLAG.deleting) !== 0;
  });
  const headers = pages.filter((page) => volume.header(page).span === 0);
  const [first, second] = headers;
  if (first === undefined) return null;
  const listed = volume.file(first);
  if (second !== undefined) return `${listed.path} has two headers, in pages ${first} and ${second}`;
  const index = [first];
  const data: number[] = [];
  const stale = new Set<number>();
  let bad: BadPage | null = null;
  const count = pagesFor(geometry, listed.size).data;
  for (let span = 0; bad === null; span++) {
    const page = span === 0 ? first : inUse.of(id, span)[0];
    if (page === undefined) {
      if (data.length < count) bad = { page: index.at(-1) ?? first, error: 'SPIFFS_ERR_NOT_FOUND' };
      break;
    }
    if (span > 0 && inUse.of(id, span).length > 1) return `part ${span} of the index of ${listed.path} is there twice`;
    if (span > 0) index.push(page);
    const part = listedIn(geometry, span);
    for (let i = 0; i < part.count && bad === null; i++) {
      const number = part.first + i;
      const found = dataPage(volume, id & ~INDEX_ID, number, volume.listed(page, number), inUse);
      if (found.bad !== null && (number < count || found.bad !== 'SPIFFS_ERR_INDEX_REF_FREE')) {
        bad = { page, error: found.bad };
      }
      if (found.moved) {
        stale.add(span);
        replaced.add(volume.listed(page, number));
      }
      data.push(found.page);
    }
  }
  while (data.at(-1) === FREE) data.pop();
  const metaAt = volume.at(first) + AT.name + geometry.nameSize;
  const { path, name, size, modified } = listed;
  const file = { id: id & ~INDEX_ID, path, name: name.slice(), size, modified, stale };
  const meta = volume.image.slice(metaAt, metaAt + geometry.metaSize);
  if (bad === null && index.length === pages.length) return { ...file, meta, index, data, bad };
  if (bad === null) return `${path} has ${pages.length} index pages, and only ${index.length} follow each other`;
  const values = badPageValues(bad, geometry, path);
  const why = `page ${bad.page} at ${values['offset']} ${values['why']} (${bad.error})`;
  // Whatever has its id goes with it when it is deleted.
  return { ...file, meta, index: [...pages], data: [...dataPages], bad: why };
}

/** The page of a part of a file: the listed one, or the only other that is that part, as after a cut before the index was written. */
function dataPage(volume: SpiffsVolume, id: number, span: number, page: number, inUse: PagesInUse) {
  const fine = { moved: false, bad: null };
  if (page === FREE) return { ...fine, page, bad: 'SPIFFS_ERR_INDEX_REF_FREE' as const };
  const error = referenceError(volume.geometry, page);
  if (error !== null) return { ...fine, page: FREE, bad: error };
  const same = inUse.of(id, span);
  if (same.includes(page)) return { ...fine, page };
  const [only] = same;
  if (only !== undefined && same.length === 1) return { page: only, moved: true, bad: null };
  return { ...fine, page: FREE, bad: dataError(volume.header(page), span) ?? ('SPIFFS_ERR_DELETED' as const) };
}

/** Why it is not certain that the check deletes a page whose lookup entry and header disagree; null if it is. */
function doubtAbout({ volume, inUse, replaced }: Known, page: number): string | null {
  const entry = volume.lookup(page);
  const { id, span, flags } = volume.header(page);
  const where = `page ${page} at ${hex(volume.at(page))}`;
  const deleted = (flags & FLAG.deleted) === 0;
  if (replaced.has(page) && !deleted) return `${where} is part of a file, and so is another page`;
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
