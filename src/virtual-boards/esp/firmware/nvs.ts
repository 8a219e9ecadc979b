/** NVS partitions, version 2, plain (ESP-IDF `components/nvs_flash/src/nvs_page.hpp`, `nvs_types.hpp`). */
import { romCrc32 } from '../../crc32.ts';
import { textOf } from '../boot-flash.ts';
import { viewOf } from './bytes.ts';

/** One entry: text, or a number that is stored as u8 or i32. */
export interface NvsEntry {
  readonly key: string;
  readonly type: 'u8' | 'i32' | 'string';
  readonly value: number | string;
}

/** Entries under one name. */
export interface NvsNamespace {
  readonly name: string;
  readonly entries: readonly NvsEntry[];
}

/** Bytes to program at an offset in the partition; they only clear bits. */
export interface NvsWrite {
  readonly at: number;
  readonly bytes: Uint8Array;
}

const PAGE = 0x1000;
const ENTRY = 32;
const FIRST = 64;
const MAX = 126;
const VERSION = 0xfe;
const STATE = { blank: 0xffffffff, active: 0xfffffffe, full: 0xfffffffc, freeing: 0xfffffff8 } as const;
/** An entry's two bits in the bitmap: 11 empty, 10 written, 00 erased. */
const WRITTEN = 0b10;
const TYPE = { u8: 0x01, i32: 0x14, string: 0x21 } as const;

/**
 * An NVS partition of `size` bytes: one active page with the entries in order, the others erased. Throws a `RangeError`
 * if one page cannot hold them.
 */
export function buildNvs(size: number, namespaces: readonly NvsNamespace[]): Uint8Array {
  const out = new Uint8Array(size).fill(0xff);
  const page = new Page(out.subarray(0, PAGE));
  page.begin(0);
  for (const [index, { name, entries }] of namespaces.entries()) {
    page.put(0, { key: name, type: 'u8', value: index + 1 });
    for (const entry of entries) page.put(index + 1, entry);
  }
  return out;
}

/**
 * What NVS programs, in this order, to add a number to a partition: each entry, then its state. Nothing if the key exists
 * already, if the active page is full, or if a page is not a valid NVS page.
 */
export function nvsWritesOf(
  partition: Uint8Array,
  namespace: string,
  entry: NvsEntry & { readonly type: 'u8' | 'i32' },
): NvsWrite[] {
  const pages = Array.from({ length: Math.floor(partition.length / PAGE) }, (_, i) => {
    const at = i * PAGE;
    return { at, page: new Page(partition.slice(at, at + PAGE)) };
  });
  if (pages.some(({ page }) => page.state === 'foreign')) return [];
  const entries = pages.flatMap(({ page }) => page.entries());
  const names = entries.filter((each) => each.namespace === 0);
  const named = names.find(({ key }) => key === namespace)?.first;
  if (entries.some((each) => each.namespace === named && each.key === entry.key)) return [];
  const active = pages.find(({ page }) => page.state === 'active');
  const fresh = pages.find(({ page }) => page.state === 'blank');
  const into = active ?? (entries.length === 0 ? fresh : undefined);
  if (into === undefined || into.page.room < 2) return [];
  if (active === undefined) into.page.begin(0);
  const index = named ?? Math.max(0, ...names.map(({ first }) => first)) + 1;
  if (named === undefined) into.page.put(0, { key: namespace, type: 'u8', value: index });
  into.page.put(index, entry);
  return into.page.writes.map(({ at, bytes }) => ({ at: into.at + at, bytes }));
}

/** One page of a partition, changed in place; `writes` is what was programmed so far, by offsets in the page. */
class Page {
  readonly writes: NvsWrite[] = [];
  private used: number;

  constructor(private readonly bytes: Uint8Array) {
    this.used = Array.from({ length: MAX }, (_, i) => this.stateOf(i)).lastIndexOf(WRITTEN) + 1;
  }

  /** How many more entries fit. */
  get room(): number {
    return MAX - this.used;
  }

  get state(): 'blank' | 'active' | 'done' | 'foreign' {
    const view = viewOf(this.bytes);
    const state = view.getUint32(0, true);
    if (this.bytes.every((byte) => byte === 0xff)) return 'blank';
    const sound = this.bytes[8] === VERSION && view.getUint32(28, true) === romCrc32(this.bytes.subarray(4, 28));
    if (!sound) return 'foreign';
    if (state === STATE.active) return 'active';
    return state === STATE.full || state === STATE.freeing ? 'done' : 'foreign';
  }

  /** The entries with their namespace's number, their key and the first byte of their data. */
  entries(): { readonly namespace: number; readonly key: string; readonly first: number }[] {
    const found = [];
    for (let i = 0; i < this.used;) {
      const own = this.bytes.subarray(FIRST + i * ENTRY, FIRST + (i + 1) * ENTRY);
      const [namespace = 0, , span = 1] = own;
      if (this.stateOf(i) === WRITTEN) found.push({ namespace, key: textOf(own.subarray(8, 24)), first: own[24] ?? 0 });
      i += Math.max(1, span);
    }
    return found;
  }

  /** Makes a blank page the active one. */
  begin(seq: number): void {
    const head = new Uint8Array(ENTRY).fill(0xff);
    const view = viewOf(head);
    view.setUint32(0, STATE.active, true);
    view.setUint32(4, seq, true);
    view.setUint8(8, VERSION);
    view.setUint32(28, romCrc32(head.subarray(4, 28)), true);
    this.program(0, head);
  }

  /** Adds an entry; throws a `RangeError` if it does not fit. */
  put(namespace: number, { key, type, value }: NvsEntry): void {
    const text = typeof value === 'string' ? new TextEncoder().encode(`${value}\0`) : null;
    const span = 1 + Math.ceil((text?.length ?? 0) / ENTRY);
    if (span > this.room) throw new RangeError('these entries do not fit into one NVS page');
    const entry = new Uint8Array(ENTRY).fill(0xff);
    const view = viewOf(entry);
    entry.set([namespace, TYPE[type], span, 0xff]);
    entry.fill(0, 8, 24);
    entry.set(new TextEncoder().encode(key).subarray(0, 15), 8);
    if (text !== null) {
      view.setUint16(24, text.length, true);
      view.setUint32(28, romCrc32(text), true);
    } else if (type === 'u8') view.setUint8(24, Number(value));
    else view.setInt32(24, Number(value), true);
    view.setUint32(4, romCrc32(entry.subarray(0, 4), entry.subarray(8)), true);
    const at = FIRST + this.used * ENTRY;
    this.program(at, entry);
    if (text !== null) this.program(at + ENTRY, text);
    for (let i = this.used; i < this.used + span; i++) this.mark(i);
    this.used += span;
  }

  private stateOf(index: number): number {
    return ((this.bytes[32 + (index >> 2)] ?? 0xff) >> ((index & 3) * 2)) & 3;
  }

  private mark(index: number): void {
    const at = 32 + (index >> 2);
    this.program(at, Uint8Array.of((this.bytes[at] ?? 0xff) & ~(1 << ((index & 3) * 2))));
  }

  private program(at: number, bytes: Uint8Array): void {
    this.bytes.set(bytes, at);
    this.writes.push({ at, bytes });
  }
}
