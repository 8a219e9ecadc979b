/** Reads NVS as the firmware would: what ESP-IDF's `nvs_flash_init` and its getters give (v5.5.5), and what they miss. */
import type { NvsError } from './page.ts';
import { PAGE_SIZE } from './cells.ts';
import { chooseCipher } from './cipher.ts';
import type { CipherState } from './cipher.ts';
import { recover } from './recover.ts';
import type { Repair } from './findings.ts';
import { MOST_PAGES, Store } from './store.ts';
import { codeOf, shownName, typeOf } from './values.ts';
import type { NvsValue } from './values.ts';
import { TYPE } from './entry.ts';

/** What reading and writing may be given: the 64 bytes of keys of an `nvs_keys` partition. */
export interface NvsOptions {
  readonly keys?: Uint8Array;
}

/** One page; `sequence` is null where it holds none. */
export interface NvsPage {
  readonly index: number;
  readonly state: 'blank' | 'active' | 'full' | 'freeing' | 'corrupt';
  readonly sequence: number | null;
  readonly version: number;
  readonly used: number;
  readonly erased: number;
}

/** Everything that is read from a partition. */
export interface NvsReading {
  /** Null if the library starts; otherwise why it does not, and then the firmware reads nothing. */
  readonly failed: NvsError | null;
  readonly cipher: CipherState;
  readonly namespaces: readonly { readonly name: string; readonly index: number }[];
  /** What the library lists, in its order. */
  readonly values: readonly NvsValue[];
  /** Sound values on flash that the firmware does not read, because of damage or of a power cut. */
  readonly recoverable: readonly NvsValue[];
  /** The pages after the library has started. */
  readonly pages: readonly NvsPage[];
  /** What the library repairs when it starts, and when every value is read. */
  readonly repairs: readonly Repair[];
  /** Entries that new values can have, one page kept blank; as `nvs_get_stats` says it. */
  readonly available: number;
  /** The partition after the library has started, and after every value has been read. */
  readonly started: Uint8Array;
  readonly afterReading: Uint8Array;
}

/** Reads an image of whole pages; bytes behind the last whole page are left out. Never throws. */
export function readNvs(image: Uint8Array, { keys }: NvsOptions = {}): NvsReading {
  const isTooLarge = image.length > MOST_PAGES * PAGE_SIZE;
  const { state: cipher, xts } = isTooLarge ? { state: 'plain' as const, xts: null } : chooseCipher(image, keys);
  const store = new Store(image, xts);
  // Without its keys, every encrypted entry looks damaged.
  const failed = cipher === 'keys-missing' || cipher === 'keys-wrong' ? 'fail' : store.mount();
  const started = store.cells.data.slice();
  const values = failed === null ? readValues(store) : [];
  const isComplete = failed === null && store.repairs.length === 0 && values.every(({ data }) => data !== null);
  return {
    failed,
    cipher,
    namespaces: store.namespaces.map(({ name, index }) => ({ name: shownName(name), index })),
    values,
    recoverable: isComplete || isTooLarge ? [] : recover(image, xts, values),
    pages: pagesOf(store),
    repairs: store.repairs,
    available: store.pages.available,
    started,
    afterReading: store.cells.data,
  };
}

/** Reads every value that a mounted partition lists. */
export function readValues(store: Store): NvsValue[] {
  // Items of the same name share their value: damage can repeat a large one's name many times.
  const known = new Map<string, Uint8Array>();
  const read = (ns: number, type: number, key: string): Uint8Array | null => {
    const name = JSON.stringify([ns, type, key]);
    const data = known.get(name) ?? store.read(ns, type, key);
    if (data !== null) known.set(name, data);
    return data;
  };
  return store.items().flatMap(({ item, page, at }) => {
    const type = typeOf(item.type);
    if (type === null) return [];
    const name = store.nameOf(item.ns);
    const index = name === null ? null : store.indexOf(name);
    return [
      {
        namespace: name === null ? null : shownName(name),
        namespaceIndex: item.ns,
        key: shownName(item.key),
        bytes: { namespace: name, key: item.key },
        type,
        data: index === null ? null : read(index, codeOf(type), item.key),
        page: page.index,
        entry: at,
        blob: item.type === TYPE.index ? item.blob : item.type === TYPE.oldBlob ? ('old' as const) : null,
      },
    ];
  });
}

function pagesOf(store: Store): NvsPage[] {
  return [...store.pages.used, ...store.pages.free]
    .map(({ index, state, sequence, version, used, erased, inUse }) => {
      return { index, state, sequence: inUse ? sequence : null, version, used, erased };
    })
    .sort((a, b) => a.index - b.index);
}
