/**
 * Changes files in a SPIFFS image as its library does: new pages are written to erased ones, old ones are marked as deleted, and a
 * block is erased only after what is in use in it was moved.
 */
import type { StoredFile } from './stored-file.ts';
import { AT, DELETED, FREE, INDEX_ID, listedAt, pagesFor } from './geometry.ts';
import type { FileContent, FilePlaces } from './pages.ts';
import { deletePage, eraseBlock, nextEraseCount, putFields, putTable, writeFile, writePage } from './pages.ts';
import type { SpiffsVolume } from './volume.ts';

/** The blocks that the library keeps erased to move pages into. */
const SPARE_BLOCKS = 2;

/** Thrown where no block can be freed; the image can still be rebuilt. */
export class NoRoom extends Error {}

/** A file in the image; the numbers of its pages change when they are moved. */
interface HeldFile extends FilePlaces {
  readonly id: number;
  readonly size: number;
}

/** What a page in use is part of. */
interface Owner {
  readonly file: HeldFile;
  readonly kind: 'index' | 'data';
  readonly span: number;
}

/** Edits a volume in place. */
export class SpiffsEditor {
  readonly #volume: SpiffsVolume;
  readonly #owners = new Map<number, Owner>();
  readonly #ids = new Set<number>();
  /** The erased pages of each block. */
  readonly #free: number[];
  readonly #spare: number;
  #eraseCount: number;
  /** The block that was freed last: looking for the next begins behind it. */
  #collected = -1;

  /** `files` are those that stay, `rest` the pages in use that belong to none of them. Throws `NoRoom`. */
  constructor(volume: SpiffsVolume, files: readonly StoredFile[], rest: readonly number[]) {
    this.#volume = volume;
    this.#eraseCount = nextEraseCount(volume);
    for (const page of rest) deletePage(volume, page);
    for (const file of files) this.#own(file);
    const { blocks } = volume.geometry;
    this.#free = Array.from(
      { length: blocks },
      (_, block) => this.#pagesIn(block).filter((page) => this.#isFree(page)).length,
    );
    this.#spare = Math.min(SPARE_BLOCKS, this.#blanks());
    for (const file of files) for (const number of file.strays) this.#copyPage(file, number);
    for (const file of files) for (const span of file.stale) this.#renewIndex(file, span);
  }

  /** Gives a file another name or other bytes beside it. */
  describe(file: HeldFile, about: Pick<FileContent, 'name' | 'meta'>): void {
    this.#renewIndex(file, 0);
    putFields(this.#volume, file.index[0] ?? 0, about, file.size);
  }

  /** Adds a file. Throws `NoRoom`. */
  add(content: FileContent): void {
    const pages = pagesFor(this.#volume.geometry, content.data.length);
    this.#makeRoom(pages.data + pages.index);
    let id = 1;
    while (this.#ids.has(id)) id++;
    const places = writeFile(this.#volume, id, content, () => this.#take(null));
    this.#own({ ...places, id, size: content.data.length });
  }

  /** Frees blocks until the spare ones are erased again, and more where there were too few before. Throws `NoRoom`. */
  finish(): void {
    while (this.#blanks() < SPARE_BLOCKS) {
      try {
        this.#collect();
      } catch (error) {
        if (!(error instanceof NoRoom) || this.#blanks() < this.#spare) throw error;
        return;
      }
    }
  }

  #own(file: HeldFile): void {
    this.#ids.add(file.id);
    for (const [span, page] of file.index.entries()) this.#owners.set(page, { file, kind: 'index', span });
    for (const [span, page] of file.data.entries()) {
      if (page !== FREE) this.#owners.set(page, { file, kind: 'data', span });
    }
  }

  /** The pages of a block that hold data or an index. */
  #pagesIn(block: number): number[] {
    const { pagesPerBlock, lookupPages, entries } = this.#volume.geometry;
    return Array.from({ length: entries }, (_, i) => block * pagesPerBlock + lookupPages + i);
  }

  /** Whether a page is erased: the lookup entry of one that a file has can have been lost. */
  #isFree(page: number): boolean {
    return this.#volume.lookup(page) === FREE && !this.#owners.has(page);
  }

  /** How many blocks are erased. */
  #blanks(): number {
    return this.#free.filter((free) => free === this.#volume.geometry.entries).length;
  }

  #allFree(): number {
    return this.#free.reduce((all, free) => all + free, 0);
  }

  /** The pages that can be written without touching the spare blocks. */
  #room(): number {
    return this.#allFree() - Math.min(this.#spare, this.#blanks()) * this.#volume.geometry.entries;
  }

  #makeRoom(pages: number): void {
    while (this.#room() < pages) this.#collect();
  }

  /** The next erased page: in a block that is begun, or else in the first blank one; none in block `not`. */
  #take(not: number | null): number {
    const { entries } = this.#volume.geometry;
    const usable = (free: number, block: number): boolean => free > 0 && block !== not;
    const begun = this.#free.findIndex((free, block) => usable(free, block) && free < entries);
    const block = begun >= 0 ? begun : this.#free.findIndex(usable);
    const page = block < 0 ? undefined : this.#pagesIn(block).find((one) => this.#isFree(one));
    if (page === undefined) throw new NoRoom();
    this.#free[block] = (this.#free[block] ?? 0) - 1;
    return page;
  }

  /** Rewrites an index page, with the pages that its file has now. */
  #renewIndex(file: HeldFile, span: number, not: number | null = null): void {
    if (not === null) this.#makeRoom(1);
    // Making room may have moved it.
    const old = file.index[span] ?? 0;
    const page = this.#take(not);
    const body = this.#volume.page(old).slice(AT.data);
    writePage(this.#volume, page, { id: file.id | INDEX_ID, span, body });
    putTable(this.#volume, page, span, file.data);
    this.#move(old, page, { file, kind: 'index', span });
  }

  /** Copies a data page to an erased one. The table of its index has to be rewritten then. */
  #copyPage(file: HeldFile, span: number, not: number | null = null): void {
    if (not === null) this.#makeRoom(1);
    const from = file.data[span] ?? 0;
    const to = this.#take(not);
    writePage(this.#volume, to, { id: file.id, span, body: this.#volume.page(from).slice(AT.data) });
    this.#move(from, to, { file, kind: 'data', span });
  }

  #move(from: number, to: number, owner: Owner): void {
    deletePage(this.#volume, from);
    this.#owners.delete(from);
    this.#owners.set(to, owner);
    owner.file[owner.kind][owner.span] = to;
  }

  /** What is in use in a block, and the index pages to rewrite if it is moved. */
  #contentOf(block: number): { readonly data: readonly number[]; readonly index: ReadonlyMap<string, Owner> } {
    const { geometry } = this.#volume;
    const data: number[] = [];
    const index = new Map<string, Owner>();
    for (const page of this.#pagesIn(block)) {
      const owner = this.#owners.get(page);
      if (owner === undefined) continue;
      const span = owner.kind === 'index' ? owner.span : listedAt(geometry, owner.span).index;
      index.set(`${owner.file.id} ${span}`, { file: owner.file, kind: 'index', span });
      if (owner.kind === 'data') data.push(page);
    }
    return { data, index };
  }

  /** Frees the block that gives most pages: moves what is in use in it, and erases it. Throws `NoRoom`. */
  #collect(): void {
    const all = this.#allFree();
    const { blocks, entries } = this.#volume.geometry;
    let best = { block: -1, gain: 0 };
    for (let i = 0; i < blocks && best.gain < entries; i++) {
      const block = (this.#collected + 1 + i) % blocks;
      const free = this.#free[block] ?? 0;
      if (!this.#pagesIn(block).some((page) => this.#volume.lookup(page) === DELETED)) continue;
      const { data, index } = this.#contentOf(block);
      const needed = data.length + index.size;
      const gain = entries - free - needed;
      if (gain > best.gain && needed <= all - free) best = { block, gain };
    }
    if (best.block < 0) throw new NoRoom();
    this.#empty(best.block);
    this.#collected = best.block;
  }

  #empty(block: number): void {
    const { data, index } = this.#contentOf(block);
    for (const from of data) {
      const owner = this.#owners.get(from);
      if (owner !== undefined) this.#copyPage(owner.file, owner.span, block);
    }
    for (const { file, span } of index.values()) this.#renewIndex(file, span, block);
    eraseBlock(this.#volume, block, this.#eraseCount);
    this.#free[block] = this.#volume.geometry.entries;
    this.#eraseCount = (this.#eraseCount + 1) % INDEX_ID;
  }
}
