/** A file of SPIFFS from its index pages, as the check of the library leaves it. */
import { hex } from '../../../flash/finding.ts';
import { AT, FLAG, FREE, INDEX_ID, listedIn, pagesFor } from './geometry.ts';
import type { FilePlaces } from './pages.ts';
import type { BadPage, ReadError } from './read.ts';
import { badPageValues, dataError, referenceError } from './read.ts';
import type { SpiffsVolume } from './volume.ts';

/**
 * A file with its pages. `stale` are index pages whose table has to be rewritten, `strays` the parts whose pages have to be
 * copied because the lookup table does not have them; `bad` says why it cannot be read whole.
 */
export interface StoredFile extends FilePlaces {
  readonly id: number;
  readonly path: string;
  readonly name: Uint8Array;
  readonly meta: Uint8Array;
  readonly size: number;
  readonly modified: number | null;
  readonly stale: ReadonlySet<number>;
  readonly strays: readonly number[];
  readonly bad: string | null;
}

/** The pages in use by their lookup entry and number: data, and with `INDEX_ID` indexes. */
export class PagesInUse {
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

/**
 * A file from its index pages, `all` of this id, and all data pages of that id. Null if it has no header any more, one that is being
 * deleted, or if the check deletes it because pages that it lists are gone. A text where that is not certain.
 */
export function storedFile(
  volume: SpiffsVolume,
  inUse: PagesInUse,
  all: readonly number[],
  dataPages: readonly number[],
): StoredFile | string | null {
  const { geometry } = volume;
  const pages = all.filter((page) => {
    const { span, flags } = volume.header(page);
    return span > 0 || (flags & FLAG.deleting) !== 0;
  });
  const [first, second] = pages.filter((page) => volume.header(page).span === 0);
  if (first === undefined) return null;
  const { path, name, size, modified, id } = volume.file(first);
  if (second !== undefined) return `${path} has two headers, in pages ${first} and ${second}`;
  const index: number[] = [];
  for (let page: number | undefined = first; page !== undefined; page = inUse.of(id | INDEX_ID, index.length)[0]) {
    index.push(page);
  }
  const table = new Table(volume, inUse, id, pagesFor(geometry, size).data);
  for (const [span, page] of index.entries()) {
    if (span > 0 && inUse.of(id | INDEX_ID, span).length > 1)
      return `part ${span} of the index of ${path} is there twice`;
    table.add(span, page);
  }
  if (table.bad === null && index.length < pages.length) return `the index of ${path} does not follow on itself`;
  const metaAt = volume.at(first) + AT.name + geometry.nameSize;
  const meta = volume.image.slice(metaAt, metaAt + geometry.metaSize);
  const file = { id, path, name: name.slice(), meta, size, modified, stale: table.stale };
  const bad = table.bad ?? table.end(index.at(-1) ?? first);
  // Whatever has its id goes with it when it is deleted.
  const damaged = (why: string): StoredFile => ({ ...file, index: pages, data: [...dataPages], strays: [], bad: why });
  if (bad !== null) {
    const values = badPageValues(bad, geometry, path);
    return damaged(`page ${bad.page} at ${values['offset']} ${values['why']} (${bad.error})`);
  }
  if (volume.header(first).id !== (id | INDEX_ID)) {
    // The check leaves the file as it is, but cannot mend the table of such a header.
    if (table.isDoomed || table.stale.size > 0)
      return damaged(`its header in page ${first} at ${hex(volume.at(first))} has the number of data`);
    table.stale.add(0);
  }
  return table.isDoomed ? null : { ...file, index, data: table.data, strays: table.strays, bad };
}

/** Follows the tables of a file's index pages. */
class Table {
  readonly data: number[] = [];
  readonly stale = new Set<number>();
  readonly strays: number[] = [];
  /** Whether a page that it lists is another's or deleted, for which the check deletes the file. */
  isDoomed = false;
  bad: BadPage | null = null;
  readonly #volume: SpiffsVolume;
  readonly #inUse: PagesInUse;
  readonly #id: number;
  /** How many parts the file's size needs. */
  readonly #count: number;

  constructor(volume: SpiffsVolume, inUse: PagesInUse, id: number, count: number) {
    this.#volume = volume;
    this.#inUse = inUse;
    this.#id = id;
    this.#count = count;
  }

  /** Takes in index page number `span`. */
  add(span: number, page: number): void {
    const part = listedIn(this.#volume.geometry, span);
    for (let number = part.first; number < part.first + part.count; number++) {
      const target = this.#volume.listed(page, number);
      const error = referenceError(this.#volume.geometry, target);
      // What is behind the end of the file may be empty.
      if (error === 'SPIFFS_ERR_INDEX_REF_FREE' && number >= this.#count) this.data.push(FREE);
      else this.data.push(error === null ? this.#part(number, target, span, page) : this.#wrong(page, error));
    }
  }

  /** What is wrong if the index ends in this page. */
  end(page: number): BadPage | null {
    const missing = this.data.length < this.#count;
    while (this.data.at(-1) === FREE) this.data.pop();
    return missing ? { page, error: 'SPIFFS_ERR_NOT_FOUND' } : null;
  }

  #wrong(page: number, error: ReadError): number {
    this.bad ??= { page, error };
    return FREE;
  }

  /** The page of a part of the file: the listed one, or the only other, as after a cut before the index was written. */
  #part(number: number, target: number, span: number, page: number): number {
    const same = this.#inUse.of(this.#id, number);
    if (same.includes(target)) return target;
    if (this.#isStray(number, target)) {
      this.strays.push(number);
      this.stale.add(span);
      return target;
    }
    const header = this.#volume.header(target);
    const error = dataError(header, number);
    if (error === null && header.id === this.#id) return this.#wrong(target, 'SPIFFS_ERR_DELETED');
    const [only] = same;
    if (same.length > 1) return this.#wrong(page, error ?? 'SPIFFS_ERR_DATA_SPAN_MISMATCH');
    // Where the lookup table has it right, or the part is behind the end, the list of files says nothing of it, and nothing
    // is deleted unsaid.
    if (only === undefined && (number >= this.#count || this.#volume.lookup(target) === this.#id))
      return this.#wrong(target, error ?? 'SPIFFS_ERR_DATA_SPAN_MISMATCH');
    if (only === undefined) this.isDoomed = true;
    else this.stale.add(span);
    return only ?? FREE;
  }

  /** Whether a page is part of the file for itself, and the check keeps it although its lookup entry says otherwise. */
  #isStray(number: number, page: number): boolean {
    const { id, span, flags } = this.#volume.header(page);
    const kept = FLAG.deleted | FLAG.index;
    if (id !== this.#id || span !== number || (flags & (kept | FLAG.used)) !== kept) return false;
    const entry = this.#volume.lookup(page);
    const isFinal = (flags & FLAG.final) === 0;
    return entry === FREE || entry === 0 || isFinal !== (entry === id);
  }
}
