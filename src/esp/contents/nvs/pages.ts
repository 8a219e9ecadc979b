/** The pages of an NVS partition in the order of their sequence numbers, and those that hold nothing. */
import type { Cells } from './cells.ts';
import { ENTRIES, TYPE } from './entry.ts';
import { ANY_NS, ANY_TYPE, hashOf, Page } from './page.ts';
import type { Found, NvsError, Query } from './page.ts';
import type { NoteRepair } from './findings.ts';

/** An item and its page. */
export interface FoundInPage extends Found {
  readonly page: Page;
}

/** All pages of a partition. */
export class Pages {
  /** Those with items, oldest first; the last one is written to. */
  used: Page[] = [];
  /** Blank and corrupt ones, in the order in which they will be used. */
  free: Page[] = [];
  readonly count: number;
  private readonly cells: Cells;
  private readonly note: NoteRepair;

  private readonly version: number;
  /** The sequence number of the page that is begun next. */
  nextSequence: number;

  /** `version` is the version byte of pages whose header is still to be written, `sequence` the number of the first in a blank partition. */
  constructor(cells: Cells, version: number, sequence: number, note: NoteRepair) {
    this.nextSequence = sequence;
    this.cells = cells;
    this.version = version;
    this.note = note;
    this.count = cells.pages;
  }

  /** Reads all pages and finishes what a power cut has interrupted. */
  load(): NvsError | null {
    for (let index = 0; index < this.count; index++) {
      const page = new Page(this.cells, index, this.version, this.note);
      const failed = page.load();
      if (failed !== null) return failed;
      (page.inUse ? this.used : this.free).push(page);
    }
    // Equal sequence numbers stay in the order of the pages.
    this.used.sort((a, b) => a.sequence - b.sequence);
    const newest = this.used.at(-1);
    if (newest === undefined) return this.activate();
    this.nextSequence = (newest.sequence + 1) >>> 0;
    this.eraseOlder(newest);
    const failed = this.finishFreeing();
    if (failed !== null) return failed;
    return this.free.length === 0 ? 'no-free-pages' : null;
  }

  /** Erases the earlier copy of the newest item: power was cut between writing the new one and erasing the old one. */
  private eraseOlder(newest: Page): void {
    const items = [...newest.items()];
    const item = newest.lastRead;
    if (items.length === 0 || item === null) return;
    const older = this.used.slice(0, -1).filter((page) => page.state !== 'freeing');
    const erases = (type: number) => older.some((page) => eraseItem(page, { ...nameOf(item), type }, 'duplicate'));
    if (!erases(item.type) && item.type === TYPE.index) erases(TYPE.oldBlob);
  }

  /** Starts the interrupted move of a page again; only the oldest such page is moved. */
  private finishFreeing(): NvsError | null {
    const from = this.used.find((page) => page.state === 'freeing');
    if (from === undefined) return null;
    this.note('page-freeing', from.index, null, null);
    const newest = this.used.at(-1);
    if (newest?.state === 'active') {
      this.note('newest-page-discarded', newest.index, null, null);
      newest.erase();
      this.used.pop();
      this.free.push(newest);
    }
    return this.activate() ?? this.move(from);
  }

  /** Moves what a page holds to the newest one, and erases it. */
  private move(from: Page): NvsError | null {
    const newest = this.used.at(-1);
    if (newest === undefined) return 'fail';
    const failed = from.copyTo(newest);
    if (failed !== null) return failed;
    from.erase();
    this.used = this.used.filter((page) => page !== from);
    this.free.push(from);
    return null;
  }

  /** Takes the next free page; its header is written with its first item. */
  private activate(): NvsError | null {
    const page = this.free.shift();
    if (page === undefined) return 'not-enough-space';
    if (page.state === 'corrupt') page.erase();
    this.used.push(page);
    page.sequence = this.nextSequence;
    this.nextSequence = (this.nextSequence + 1) >>> 0;
    return null;
  }

  /** Makes room when the newest page is full: the next blank page, or, to keep one blank, the one that most can be saved in. */
  makeRoom(): NvsError | null {
    if (this.free.length === 0) return 'fail';
    if (this.free.length >= 2) return this.activate();
    let from: Page | null = null;
    for (const page of this.used) if (page.used < (from?.used ?? ENTRIES)) from = page;
    if (from === null) return 'not-enough-space';
    const { used } = from;
    const failed = from.markFreeing() ?? this.activate() ?? this.move(from);
    if (failed !== null) return failed;
    return this.used.at(-1)?.used === used ? null : 'fail';
  }

  /**
   * Whether the pages are as the library leaves them when nothing interrupts it: one page at most is being written, the newest, and
   * no two have the same number or the same item.
   */
  get isRegular(): boolean {
    const numbers = new Set(this.used.map(({ sequence }) => sequence));
    const areFull = this.used.slice(0, -1).every(({ state }) => state === 'full');
    const isOpen = this.newest === null || (this.newest.state !== 'freeing' && this.newest.isCleanBehind);
    return areFull && isOpen && numbers.size === this.used.length && !this.hasDuplicates();
  }

  /** Whether an item is there twice, so that the older one would come back when the newer one is deleted. */
  private hasDuplicates(): boolean {
    const known = new Set<string>();
    for (const { item } of this.items()) {
      const name = `${item.ns} ${item.type} ${item.chunk} ${item.key}`;
      if (known.has(name)) return true;
      known.add(name);
    }
    return false;
  }

  /** Entries for new values, with one page kept blank; erased ones count, because their page can be freed. */
  get available(): number {
    const free = this.used.reduce((sum, page) => sum + ENTRIES - page.used, this.free.length * ENTRIES);
    return Math.max(0, free - ENTRIES);
  }

  /** The page that is written to. */
  get newest(): Page | null {
    return this.used.at(-1) ?? null;
  }

  /** The first item that fits, oldest page first; one of another type with that name ends the search in its page. */
  find(query: Query): FoundInPage | null {
    const hash = hashOf(query);
    const hashed = hash === null ? query : { ...query, hash };
    for (const page of this.used) {
      const found = page.find(hashed);
      if (found !== null && found !== 'mismatch') return { ...found, page };
    }
    return null;
  }

  /** Every item of one type, or of all, in the order of pages and positions. */
  *items(type: number = ANY_TYPE): Generator<FoundInPage> {
    for (const page of this.used) {
      for (let from = 0; ;) {
        const found = page.find({ ns: ANY_NS, type }, from);
        if (found === null || found === 'mismatch') break;
        yield { ...found, page };
        from = found.at + found.item.span;
      }
    }
  }
}

/** An item's namespace, key and chunk number, to look for others of that name. */
export function nameOf(item: { readonly ns: number; readonly key: string; readonly chunk: number }) {
  return { ns: item.ns, key: item.key, chunk: item.chunk };
}

/** Erases the item that a page has by this name; false if it has none. */
export function eraseItem(page: Page, query: Query, why: 'duplicate' | 'index-mismatch' | 'orphan-chunk'): boolean {
  const found = page.find(query);
  if (found === null || found === 'mismatch') return false;
  page.eraseAt(found.at, why);
  return true;
}
