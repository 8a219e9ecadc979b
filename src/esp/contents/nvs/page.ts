/** One page of NVS while the library works on it. */
import { isFilledWith } from '../../../formats/binary.ts';
import type { Cells } from './cells.ts';
import { ENTRY_STATE, PAGE_STATE, VERSION } from './cells.ts';
import {
  dataValue,
  ENTRIES,
  ENTRY_SIZE,
  hashOfName,
  hasData,
  Item,
  MOST_IN_PAGE,
  NO_CHUNK,
  spanOf,
  TYPE,
} from './entry.ts';
import type { Name } from './entry.ts';
import { HashList } from './hash-list.ts';
import type { NoteRepair, RepairKind } from './findings.ts';

/** No entry: behind all of them. */
const NONE = 0xffffffff;
/** Any namespace, in a query; the library uses the index 255 for this. */
export const ANY_NS = 0xff;
/** Any type, in a query. */
export const ANY_TYPE = 0xff;

/** Any start of a blob's chunks. */
const ANY_START = 0xff;

/** What to look for. A chunk is found by its number, or whatever its number by `NO_CHUNK`; `start` is that of a blob's index. */
export interface Query {
  readonly ns: number;
  readonly type: number;
  readonly key?: string;
  readonly chunk?: number;
  readonly start?: number;
  /** The hash of the name, where it has been worked out already for another page. */
  readonly hash?: number;
}

/** An item and its position in its page. */
export interface Found {
  readonly at: number;
  readonly item: Item;
}

/** Why the library gives up, or (`too-large`) why it is not tried: its `ESP_FAIL` and `ESP_ERR_NVS_NEW_VERSION_FOUND`, `…_PAGE_FULL`, `…_NOT_ENOUGH_SPACE`, and so on. */
export type NvsError =
  | 'fail'
  | 'new-version'
  | 'no-free-pages'
  | 'page-full'
  | 'not-enough-space'
  | 'value-too-long'
  | 'not-found'
  | 'too-large';

/** The states of a page; `corrupt` ones are erased when a new page is needed. */
export type PageStateName = 'blank' | 'active' | 'full' | 'freeing' | 'corrupt';

/** A page with what the library keeps in memory about it. */
export class Page {
  readonly index: number;
  state: PageStateName = 'corrupt';
  sequence = 0;
  version: number;
  /** Entries that are written, and erased. */
  used = 0;
  erased = 0;
  /** The entry that was looked at last in a search, found or not. */
  lastRead: Item | null = null;
  private readonly cells: Cells;
  private readonly note: NoteRepair;
  private readonly hashes = new HashList();
  private states: Uint8Array = new Uint8Array(ENTRIES).fill(ENTRY_STATE.empty);
  private firstUsed = NONE;
  private nextFree = NONE;

  /** `version` is that of a header still to be written. */
  constructor(cells: Cells, index: number, version: number, note: NoteRepair) {
    this.cells = cells;
    this.version = version;
    this.index = index;
    this.note = note;
  }

  /** Whether it has a sequence number and can hold items. */
  get inUse(): boolean {
    return this.state === 'active' || this.state === 'full' || this.state === 'freeing';
  }

  /** Entries that nothing was written to yet and that writing reaches. */
  get free(): number {
    if (this.state === 'blank') return ENTRIES;
    return this.state === 'active' ? Math.max(0, ENTRIES - this.nextFree) : 0;
  }

  /** How many bytes of a blob fit behind their entry. */
  get tailroom(): number {
    return this.state === 'blank' ? MOST_IN_PAGE : Math.max(0, this.free - 1) * ENTRY_SIZE;
  }

  /** Whether nothing was written behind the last item: what the library writes next would be damaged by it. */
  get isCleanBehind(): boolean {
    if (this.state !== 'active') return true;
    for (let at = this.nextFree; at < ENTRIES; at++)
      if (this.states[at] !== ENTRY_STATE.empty || !isFilledWith(this.cells.raw(this.index, at), 0xff)) return false;
    return true;
  }

  /** Reads the page and erases what the library erases when it starts. */
  load(): NvsError | null {
    const header = this.cells.header(this.index);
    if (header.state === PAGE_STATE.blank) {
      this.state = this.cells.isBlank(this.index) ? 'blank' : 'corrupt';
    } else if (header.crcRight) {
      if (header.version < VERSION) return 'new-version';
      this.sequence = header.sequence;
      this.version = header.version;
      if (header.state === PAGE_STATE.active) this.state = 'active';
      else if (header.state === PAGE_STATE.full) this.state = 'full';
      else if (header.state === PAGE_STATE.freeing) this.state = 'freeing';
    }
    if (this.state === 'corrupt') this.note('page-corrupt', this.index, null, null);
    if (!this.inUse) return null;
    this.states = this.cells.states(this.index);
    this.used = this.states.filter((state) => state === ENTRY_STATE.written).length;
    this.erased = this.states.filter((state) => state === ENTRY_STATE.erased).length;
    this.firstUsed = this.nextWritten(0, ENTRIES);
    if (this.state === 'active') {
      this.findNextFree();
      this.checkActive();
    } else this.checkFull();
    return null;
  }

  /** The first free entry, behind those that were written to although their bits do not say so. */
  private findNextFree(): void {
    const empty = this.states.indexOf(ENTRY_STATE.empty);
    if (empty < 0) return;
    this.nextFree = empty;
    while (this.nextFree < ENTRIES && this.cells.isTouched(this.index, this.nextFree)) {
      this.note('entry-unfinished', this.index, this.nextFree, null);
      if (this.states[this.nextFree] === ENTRY_STATE.written) this.used--;
      this.setState(this.nextFree, ENTRY_STATE.erased);
      this.erased++;
      this.nextFree++;
    }
  }

  private checkActive(): void {
    let last: Found | null = null;
    const end = Math.min(this.nextFree, ENTRIES);
    for (let at = 0; at < end;) {
      const state = this.states[at];
      if (state !== ENTRY_STATE.written) {
        if (state !== ENTRY_STATE.erased) this.eraseAt(at, 'entry-damaged');
        last = null;
        at++;
        continue;
      }
      const item = this.read(at);
      last = { at, item };
      if (!item.isConsistent(at)) {
        this.eraseAt(at++, 'entry-damaged');
        continue;
      }
      this.hashes.insert(item.hash, at);
      // The hash leaves out the type: another type of the same name, and an old blob of the same key, are found too.
      const earlier = this.hashes.find(item.hash, 0);
      const whole = this.isWhole(at, item);
      if (!whole) {
        last = null;
        this.eraseAt(at, 'item-unfinished');
      } else if (earlier !== null && earlier < at) this.eraseAt(earlier, 'duplicate');
      at += item.span;
    }
    if (last === null) return;
    const { item } = last;
    const same = this.find({ ns: item.ns, type: item.type, key: item.key });
    if (same !== null && same !== 'mismatch' && same.at < last.at) this.eraseAt(same.at, 'duplicate');
  }

  private checkFull(): void {
    for (let at = this.firstUsed; at < ENTRIES; at++) {
      if (this.states[at] !== ENTRY_STATE.written) continue;
      const item = this.read(at);
      if (!item.isConsistent(at)) {
        this.eraseAt(at, 'entry-damaged');
        continue;
      }
      this.hashes.insert(item.hash, at);
      if (!this.isWhole(at, item)) this.eraseAt(at, 'item-unfinished');
      at += item.span - 1;
    }
  }

  private isWhole(at: number, item: Item): boolean {
    return this.states.subarray(at, at + item.span).every((state) => state === ENTRY_STATE.written);
  }

  private nextWritten(from: number, end: number): number {
    for (let at = from; at < end; at++) if (this.states[at] === ENTRY_STATE.written) return at;
    return NONE;
  }

  private read(at: number): Item {
    return new Item(this.cells.entry(this.index, at));
  }

  private setState(at: number, state: number): void {
    this.states[at] = state;
    this.cells.writeEntryState(this.index, at, state);
  }

  /** Erases the entry and, if it is a sound item, its data. `why` is what was wrong with it, null if it was no longer wanted. */
  eraseAt(at: number, why: RepairKind | null): void {
    let span = 1;
    if (this.states[at] === ENTRY_STATE.written) {
      const item = this.read(at);
      const sound = item.isConsistent(at);
      if (why !== null) this.note(why, this.index, at, sound ? item : null);
      this.hashes.erase(at);
      if (sound) span = item.span;
      this.used -= this.states.subarray(at, at + span).filter((state) => state === ENTRY_STATE.written).length;
      this.erased += span;
    } else if (why !== null) this.note(why, this.index, at, null);
    for (let i = at; i < at + span; i++) this.setState(i, ENTRY_STATE.erased);
    if (at === this.firstUsed) this.firstUsed = this.nextWritten(at + span, Math.min(this.nextFree, ENTRIES));
    if (at + span > this.nextFree) this.nextFree = at + span;
  }

  /** The first item from `from` on that is looked for; `mismatch` where one of that name has another type. */
  find(query: Query, from = 0): Found | 'mismatch' | null {
    if (!this.inUse || from >= ENTRIES) return null;
    const { ns, type, key, chunk = NO_CHUNK, start } = query;
    let at = Math.max(this.firstUsed, from);
    const hash = query.hash ?? hashOf(query);
    if (hash !== null) {
      const hashed = this.hashes.find(hash, at);
      if (hashed === null) return null;
      at = hashed;
    }
    for (let next; at < Math.min(this.nextFree, ENTRIES); at = next) {
      next = at + 1;
      if (this.states[at] !== ENTRY_STATE.written) continue;
      const item = this.read(at);
      this.lastRead = item;
      if (!item.isConsistent(at)) {
        this.eraseAt(at, 'entry-damaged');
        continue;
      }
      if (hasData(item.type)) next = at + item.span;
      if (ns !== ANY_NS && item.ns !== ns) continue;
      if (key !== undefined && item.key !== key) continue;
      if (isPassedOver(item, type, chunk, start)) continue;
      if (type === TYPE.oldBlob && chunk === NO_CHUNK && item.type === TYPE.index) return 'mismatch';
      if (type === ANY_TYPE || item.type === type) return { at, item };
      if (key !== undefined || ns !== ANY_NS || chunk !== NO_CHUNK) return 'mismatch';
    }
    return null;
  }

  /** Every item in the order of their positions. */
  *items(): Generator<Found> {
    for (let from = 0; ;) {
      const found = this.find({ ns: ANY_NS, type: ANY_TYPE }, from);
      if (found === null || found === 'mismatch') return;
      yield found;
      from = found.at + found.item.span;
    }
  }

  /** The data behind an item; null if its CRC is wrong, and then the library erases the item. */
  dataOf({ at, item }: Found): Uint8Array | null {
    const data = new Uint8Array((item.span - 1) * ENTRY_SIZE);
    for (let i = 1; i < item.span; i++) data.set(this.cells.entry(this.index, at + i), (i - 1) * ENTRY_SIZE);
    const used = data.subarray(0, item.size);
    return item.dataCrc === new DataView(dataValue(used).buffer).getUint32(4, true) ? used : null;
  }

  /** Writes the header of a blank page. */
  private initialize(): void {
    this.cells.writeHeader(this.index, this.sequence, this.version);
    this.state = 'active';
    this.nextFree = 0;
    this.states.fill(ENTRY_STATE.empty);
  }

  private writeEntry(bytes: Uint8Array): NvsError | null {
    if (this.nextFree >= ENTRIES) return 'fail';
    this.cells.writeEntries(this.index, this.nextFree, bytes);
    this.setState(this.nextFree, ENTRY_STATE.written);
    if (this.firstUsed === NONE) this.firstUsed = this.nextFree;
    this.used++;
    this.nextFree++;
    return null;
  }

  /** Appends an item: a number's eight bytes, or data of any length that the page has room for. */
  write(name: Name, type: number, value: Uint8Array): NvsError | null {
    if (this.state === 'blank') this.initialize();
    if (this.state !== 'active') return 'page-full';
    const span = hasData(type) ? spanOf(value.length) : 1;
    if (value.length > MOST_IN_PAGE) return 'value-too-long';
    if (this.nextFree + span > ENTRIES) return 'page-full';
    const item = Item.of(name, type, span, hasData(type) ? dataValue(value) : value);
    this.hashes.insert(item.hash, this.nextFree);
    const failed = this.writeEntry(item.bytes);
    if (failed !== null || !hasData(type)) return failed;
    const data = new Uint8Array((span - 1) * ENTRY_SIZE).fill(0xff);
    data.set(value);
    for (let at = 0; at < data.length; at += ENTRY_SIZE) this.writeEntry(data.subarray(at, at + ENTRY_SIZE));
    return null;
  }

  /** Copies every written item to another page, in order. */
  copyTo(other: Page): NvsError | null {
    if (this.firstUsed === NONE) return null;
    if (other.state === 'blank') other.initialize();
    if (this.states[this.firstUsed] !== ENTRY_STATE.written) return 'fail';
    for (let at = this.firstUsed; at < ENTRIES;) {
      if (this.states[at] !== ENTRY_STATE.written) {
        at++;
        continue;
      }
      const item = this.read(at);
      if (item.span === 0 || at + item.span > ENTRIES) return 'fail';
      other.hashes.insert(item.hash, other.nextFree);
      for (let i = 0; i < item.span; i++) {
        const failed = other.writeEntry(this.cells.entry(this.index, at + i));
        if (failed !== null) return failed;
      }
      at += item.span;
    }
    return null;
  }

  markFull(): void {
    this.cells.writeState(this.index, PAGE_STATE.full);
    this.state = 'full';
  }

  markFreeing(): NvsError | null {
    if (this.state !== 'full' && this.state !== 'active') return 'fail';
    this.cells.writeState(this.index, PAGE_STATE.freeing);
    this.state = 'freeing';
    return null;
  }

  /** Erases the whole page; its version stays in memory, and the next header has it. */
  erase(): void {
    this.cells.erase(this.index);
    this.state = 'blank';
    this.used = 0;
    this.erased = 0;
    this.firstUsed = NONE;
    this.nextFree = NONE;
    this.hashes.clear();
  }
}

/** The hash that a query is looked up by; null where the library looks at every item. */
export function hashOf({ ns, type, key, chunk = NO_CHUNK }: Query): number | null {
  const isListed = ns !== ANY_NS && key !== undefined && (type !== TYPE.chunk || chunk !== NO_CHUNK);
  return isListed ? hashOfName({ ns, key, chunk }) : null;
}

/** Whether an item of the right namespace and key is left aside in favour of a later one. */
function isPassedOver(item: Item, type: number, chunk: number, start: number | undefined): boolean {
  if (type === TYPE.chunk) return chunk === NO_CHUNK ? item.type !== TYPE.chunk : item.chunk !== chunk;
  if (type === TYPE.oldBlob) return chunk === NO_CHUNK && item.type === TYPE.chunk;
  if (type !== TYPE.index) return false;
  return item.chunk !== NO_CHUNK || (start !== undefined && start !== ANY_START && item.blob.start !== start);
}
