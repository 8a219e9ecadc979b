/** A SPIFFS image in memory: its pages, lookup entries and file headers, read and changed in place. */
import { hexOf, textOf, viewOf } from '../../../formats/binary.ts';
import type { SpiffsGeometry } from './geometry.ts';
import { AT, DELETED, entryAt, FLAG, FREE, INDEX_ID, listedAt, markAt, markOf, NO_SIZE, pagesOf } from './geometry.ts';

/** A page's own header. */
export interface PageHeader {
  readonly id: number;
  readonly span: number;
  readonly flags: number;
}

/** A file as the library lists it. `id` is the lookup entry's, without the bit of an index; `meta` in hex. */
export interface ListedFile {
  readonly page: number;
  readonly id: number;
  readonly path: string;
  /** The bytes of the name, without the NUL. */
  readonly name: Uint8Array;
  readonly size: number;
  readonly meta: string;
  readonly modified: number | null;
}

/** The bytes of an image with a geometry. What is not loaded of a partition reads as erased. */
export class SpiffsVolume {
  readonly geometry: SpiffsGeometry;
  readonly image: Uint8Array;
  readonly #view: DataView;
  #indexes: ReadonlyMap<number, number> | null = null;

  constructor(geometry: SpiffsGeometry, image: Uint8Array) {
    this.geometry = geometry;
    this.image = image;
    this.#view = viewOf(image);
  }

  u16(at: number): number {
    return this.#view.getUint16(at, true);
  }

  u32(at: number): number {
    return this.#view.getUint32(at, true);
  }

  /** Writes 16 bits as they are; what may only be cleared is the caller's matter. */
  put16(at: number, value: number): void {
    this.#view.setUint16(at, value, true);
  }

  put32(at: number, value: number): void {
    this.#view.setUint32(at, value, true);
  }

  /** The offset of a page in the image. */
  at(page: number): number {
    return page * this.geometry.pageSize;
  }

  page(page: number): Uint8Array {
    return this.image.subarray(this.at(page), this.at(page + 1));
  }

  lookup(page: number): number {
    return this.u16(entryAt(this.geometry, page));
  }

  header(page: number): PageHeader {
    const at = this.at(page);
    return { id: this.u16(at), span: this.u16(at + AT.span), flags: this.image[at + AT.flags] ?? 0 };
  }

  isMarked(block: number): boolean {
    return this.u16(markAt(this.geometry, block)) === markOf(this.geometry, block);
  }

  /** The pages whose lookup entry is an index. */
  *indexPages(): Generator<number> {
    for (const page of pagesOf(this.geometry)) if (isIndexEntry(this.lookup(page))) yield page;
  }

  /** The files in the order in which the library lists them: index headers that are final, and neither deleted nor about to be. */
  *files(): Generator<ListedFile> {
    for (const page of this.headers()) yield this.file(page);
  }

  /** The pages of these files' index headers. */
  *headers(): Generator<number> {
    const alive = FLAG.deleted | FLAG.deleting;
    for (const page of this.indexPages()) {
      const { span, flags } = this.header(page);
      if (span === 0 && (flags & (alive | FLAG.final)) === alive) yield page;
    }
  }

  /** The number of a file without the bit of an index, by its index header's lookup entry. */
  idOf(page: number): number {
    return this.lookup(page) & ~INDEX_ID;
  }

  /** The size that a file's index header says, in bytes. */
  sizeOf(page: number): number {
    const size = this.u32(this.at(page) + AT.size);
    return size === NO_SIZE ? 0 : size;
  }

  file(page: number): ListedFile {
    const { nameSize, metaSize } = this.geometry;
    const at = this.at(page);
    const field = this.image.subarray(at + AT.name, at + AT.name + nameSize);
    const end = field.indexOf(0);
    const metaAt = at + AT.name + nameSize;
    const seconds = metaSize >= 4 ? this.u32(metaAt) : 0;
    return {
      page,
      id: this.idOf(page),
      path: textOf(field),
      name: end < 0 ? field : field.subarray(0, end),
      size: this.sizeOf(page),
      meta: hexOf(this.image.subarray(metaAt, metaAt + metaSize)),
      modified: seconds === 0 || seconds === NO_SIZE ? null : seconds * 1000,
    };
  }

  /**
   * The first index page in use with this id and number, as the library looks for it; null if there is none. They are listed
   * once, after the index pages were loaded.
   */
  findIndex(id: number, span: number): number | null {
    this.#indexes ??= this.#listIndexes();
    return this.#indexes.get(id * 0x10000 + span) ?? null;
  }

  #listIndexes(): ReadonlyMap<number, number> {
    const found = new Map<number, number>();
    for (const page of this.indexPages()) {
      const header = this.header(page);
      const key = header.id * 0x10000 + header.span;
      if (header.id === this.lookup(page) && isInUse(header, header.id) && !found.has(key)) found.set(key, page);
    }
    return found;
  }

  /** The page that an index page lists as data page number `span`. */
  listed(indexPage: number, span: number): number {
    return this.u16(this.at(indexPage) + listedAt(this.geometry, span).at);
  }
}

/** Whether a lookup entry is that of an index page. */
function isIndexEntry(entry: number): boolean {
  return entry !== FREE && entry !== DELETED && (entry & INDEX_ID) !== 0;
}

/** Whether a page was written whole and is not deleted, nor the header of a file that is being deleted. */
function isInUse({ span, flags }: PageHeader, id: number): boolean {
  if ((flags & (FLAG.used | FLAG.final | FLAG.deleted)) !== FLAG.deleted) return false;
  return !((id & INDEX_ID) !== 0 && span === 0 && (flags & FLAG.deleting) === 0);
}
