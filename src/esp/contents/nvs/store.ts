/** An NVS partition as ESP-IDF's `nvs_flash_init` leaves it (measured on v5.5.5), and its values as the library reads them. */
import { Cells, VERSION } from './cells.ts';
import { isNumber, numberSize, TYPE } from './entry.ts';
import type { Blob } from './entry.ts';
import { ANY_NS, hashOf } from './page.ts';
import type { NvsError, Page } from './page.ts';
import { eraseItem, nameOf, Pages } from './pages.ts';
import type { FoundInPage } from './pages.ts';
import type { NoteRepair, Repair } from './findings.ts';
import type { Xts } from './xts.ts';

/** A namespace: its name as a string of single bytes, and its index. */
export interface Namespace {
  readonly name: string;
  readonly index: number;
}

/** The most pages that are read, 1 MiB: hostile content of more would take too long. */
export const MOST_PAGES = 256;

/** A blob's index with what its chunks come to. */
interface BlobIndex extends Blob {
  readonly ns: number;
  readonly key: string;
  seenSize: number;
  seenChunks: number;
}

/** A mounted partition. `cells` changes as the library would change it; `repairs` says what it has repaired. */
export class Store {
  readonly cells: Cells;
  readonly pages: Pages;
  readonly repairs: Repair[] = [];
  readonly namespaces: Namespace[] = [];
  /** Filled when it is first needed, before items are erased: pages never gain one meanwhile. */
  private byKey: Map<string, Set<Page>> | null = null;

  /** `image` is copied; `version` is the version byte of the pages that are begun, `sequence` the first number in a blank partition. */
  constructor(image: Uint8Array, xts: Xts | null = null, version: number = VERSION, sequence = 0) {
    const note: NoteRepair = (kind, page, entry, item) => this.repairs.push({ kind, page, entry, item });
    this.cells = new Cells(image, xts);
    this.pages = new Pages(this.cells, version, sequence, note);
  }

  /** Starts the library; null on success. */
  mount(): NvsError | null {
    if (this.pages.count > MOST_PAGES) return 'too-large';
    const failed = this.pages.load();
    if (failed !== null) return failed;
    for (const page of this.pages.used) {
      for (let from = 0; ;) {
        const found = page.find({ ns: 0, type: TYPE.u8 }, from);
        if (found === null || found === 'mismatch') break;
        this.namespaces.push({ name: found.item.key, index: found.item.value[0] ?? 0 });
        from = found.at + found.item.span;
      }
    }
    this.checkBlobs();
    return null;
  }

  /** Erases indexes whose chunks do not add up, and then chunks without an index. */
  private checkBlobs(): void {
    const indexes: BlobIndex[] = [];
    const pagesOf = new Map<string, Set<Page>>();
    for (const { item, page } of this.pages.items(TYPE.index)) {
      indexes.push({ ns: item.ns, key: item.key, ...item.blob, seenSize: 0, seenChunks: 0 });
      const pages = pagesOf.get(nameKey(item));
      if (pages === undefined) pagesOf.set(nameKey(item), new Set([page]));
      else pages.add(page);
    }
    const byName = groupByName(indexes);
    for (const { item } of this.pages.items(TYPE.chunk)) {
      const of = byName.get(nameKey(item))?.find(({ start }) => {
        // Numbers from 0 to 127 belong to the first start, all others to the second.
        return item.chunk >= start && item.chunk < (start === 0 ? 0x80 : 0xff);
      });
      if (of === undefined) continue;
      of.seenSize += item.size;
      of.seenChunks++;
    }
    const isWrong = (index: BlobIndex) => index.seenSize !== index.size || index.seenChunks !== index.chunks;
    for (const index of indexes.filter(isWrong)) {
      const { ns, key, start } = index;
      const query = { ns, type: TYPE.index, key, start };
      const hash = hashOf(query);
      const hashed = hash === null ? query : { ...query, hash };
      // The number that stands for all namespaces matches items of any.
      const pages = ns === ANY_NS ? this.pagesWith(key) : (pagesOf.get(nameKey(index)) ?? []);
      for (const page of pages) if (eraseItem(page, hashed, 'index-mismatch')) break;
    }
    const sound = groupByName(indexes.filter((index) => !isWrong(index)));
    for (const { item, page } of this.pages.items(TYPE.chunk)) {
      const has = sound.get(nameKey(item))?.some(({ start, chunks }) => {
        return item.chunk >= start && item.chunk < start + chunks;
      });
      if (has !== true) eraseItem(page, { ...nameOf(item), type: TYPE.chunk }, 'orphan-chunk');
    }
  }

  /** The pages that have an item with this key, in any namespace. */
  private pagesWith(key: string): Iterable<Page> {
    if (this.byKey === null) {
      this.byKey = new Map();
      for (const { item, page } of this.pages.items()) {
        const pages = this.byKey.get(item.key);
        if (pages === undefined) this.byKey.set(item.key, new Set([page]));
        else pages.add(page);
      }
    }
    return this.byKey.get(key) ?? [];
  }

  /** A namespace's index, as `nvs_open` finds it. */
  indexOf(name: string): number | null {
    return this.namespaces.find((namespace) => namespace.name === name)?.index ?? null;
  }

  /** The name by which the library lists items of a namespace; null if it has none. */
  nameOf(index: number): string | null {
    return this.namespaces.find((namespace) => namespace.index === index)?.name ?? null;
  }

  /** Every item that can be asked for, in the order in which the library would find them. */
  items(): FoundInPage[] {
    return [...this.pages.items()].filter(({ item }) => item.ns !== 0 && item.type !== TYPE.chunk);
  }

  /** A value's bytes as the library's getter of that type gives them; null where it says “not found”. */
  read(ns: number, type: number, key: string): Uint8Array | null {
    // No namespace has this number, which stands for all of them; a search by it would take too long.
    if (ns === ANY_NS) return null;
    if (isNumber(type)) return this.pages.find({ ns, type, key })?.item.value.slice(0, numberSize(type)) ?? null;
    if (type === TYPE.string) return this.readData({ ns, type, key });
    const index = this.pages.find({ ns, type: TYPE.index, key });
    return index === null ? this.readData({ ns, type: TYPE.oldBlob, key }) : this.readBlob(index);
  }

  private readData(query: { ns: number; type: number; key: string }): Uint8Array | null {
    const found = this.pages.find(query);
    return found === null ? null : this.dataOf(found);
  }

  private dataOf(found: FoundInPage): Uint8Array | null {
    const data = found.page.dataOf(found);
    if (data === null) found.page.eraseAt(found.at, 'data-damaged');
    return data;
  }

  private readBlob({ item: index }: FoundInPage): Uint8Array | null {
    const { ns, key, blob } = index;
    const all = new Uint8Array(blob.size);
    let end = 0;
    for (let n = 0; n < blob.chunks; n++) {
      const found = this.pages.find({ ns, type: TYPE.chunk, key, chunk: (blob.start + n) & 0xff });
      if (found === null || found.item.size > all.length - end) {
        this.eraseBlob(ns, key);
        return null;
      }
      const data = this.dataOf(found);
      if (data === null) return null;
      all.set(data, end);
      end += data.length;
    }
    return end === all.length ? all : null;
  }

  /** Erases a blob that cannot be put together, whatever the numbers of its chunks. */
  private eraseBlob(ns: number, key: string): void {
    for (let indexes = 0; indexes < 2; indexes++) {
      const found = this.pages.find({ ns, type: TYPE.index, key });
      found?.page.eraseAt(found.at, 'index-mismatch');
    }
    for (const page of this.pages.used) {
      for (let from = 0; ;) {
        const found = page.find({ ns, type: TYPE.chunk, key }, from);
        if (found === null || found === 'mismatch') break;
        page.eraseAt(found.at, 'orphan-chunk');
        from = found.at + found.item.span;
      }
    }
  }
}

function nameKey({ ns, key }: { readonly ns: number; readonly key: string }): string {
  return `${ns} ${key}`;
}

/** Indexes by namespace and key; of those with the same start only the first, which is the one that counts. */
function groupByName(indexes: readonly BlobIndex[]): Map<string, BlobIndex[]> {
  const groups = new Map<string, BlobIndex[]>();
  for (const index of indexes) {
    const group = groups.get(nameKey(index));
    if (group === undefined) groups.set(nameKey(index), [index]);
    else if (!group.some(({ start, chunks }) => start === index.start && chunks >= index.chunks)) group.push(index);
  }
  return groups;
}
