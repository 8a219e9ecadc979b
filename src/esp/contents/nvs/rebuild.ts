/** An NVS partition rewritten from its values, as few pages full as they allow. */
import type { Cells } from './cells.ts';
import { PAGE_SIZE } from './cells.ts';
import { ENTRIES, MOST_IN_PAGE, spanOf, TYPE, isNumber } from './entry.ts';
import type { NvsError } from './page.ts';
import type { Namespace } from './store.ts';
import { Store } from './store.ts';
import { addNamespace, appendValue, nextPage, setValue } from './write-values.ts';
import type { Format } from './format.ts';
import { codeOf, typeOf } from './values.ts';

/** A value with the bytes of its names; `type` is `TYPE.oldBlob` for all blobs. */
export interface RawValue {
  readonly ns: number;
  readonly key: string;
  readonly type: number;
  readonly data: Uint8Array;
}

/** Everything that is to be in a partition. */
export interface Contents {
  readonly namespaces: readonly Namespace[];
  readonly values: readonly RawValue[];
}

/**
 * Everything that a mounted partition lets one read, each name and type once: an older library can leave a name with two types.
 * Values whose namespace has lost its name are among it.
 */
export function contentsOf(store: Store): Contents {
  // Of several namespaces with one name, or with one index, the library opens the first.
  const isFirst = ({ name, index }: Namespace) => store.indexOf(name) === index && store.nameOf(index) === name;
  const namespaces = store.namespaces.filter(
    (each) => isFirst(each) && store.namespaces.find(({ name }) => name === each.name) === each,
  );
  const values = new Map<string, RawValue>();
  for (const { item } of store.items()) {
    const namespace = store.nameOf(item.ns);
    if (namespace !== null && store.indexOf(namespace) !== item.ns) continue;
    const type = typeOf(item.type);
    if (type === null) continue;
    const name = valueKey({ ns: item.ns, key: item.key, type: codeOf(type) });
    if (values.has(name)) continue;
    const data = store.read(item.ns, codeOf(type), item.key);
    if (data !== null) values.set(name, { ns: item.ns, key: item.key, type: codeOf(type), data });
  }
  return { namespaces, values: [...values.values()] };
}

/** Tells values apart: one name can have several types. */
export function valueKey({ ns, key, type }: Pick<RawValue, 'ns' | 'key' | 'type'>): string {
  return `${ns} ${type} ${key}`;
}

/** How many entries a value takes if it is not split. */
function entriesOf({ type, data }: RawValue, { blobs }: Format): number {
  if (isNumber(type)) return 1;
  // A blob's index, and the entry of each chunk.
  const extra =
    type === TYPE.oldBlob && blobs === 'chunks' ? 1 + Math.max(0, Math.ceil(data.length / MOST_IN_PAGE) - 1) : 0;
  return spanOf(data.length) + extra;
}

/** How many entries everything takes at least. */
export function entriesNeeded({ namespaces, values }: Contents, format: Format): number {
  return values.reduce((sum, value) => sum + entriesOf(value, format), namespaces.length);
}

/**
 * Writes everything into a blank partition of `size` bytes; first in order, then, if that does not fit, as densely as it can. The first
 * page has the number `sequence`: one that is higher than those of the pages which are replaced.
 */
export function rebuild(contents: Contents, size: number, format: Format, sequence: number): Cells | NvsError {
  const [firsts = [], ...others] = byOccurrence(contents.values);
  const { namespaces } = contents;
  const inOrder = write({ namespaces, firsts, others }, size, format, sequence, (values) => values[0] ?? null);
  if (typeof inOrder !== 'string') return inOrder;
  const free = (Math.floor(size / PAGE_SIZE) - 1) * ENTRIES;
  // Even without a gap it would not fit.
  if (entriesNeeded(contents, format) > free) return 'not-enough-space';
  const largestFirst = firsts.toSorted((a, b) => entriesOf(b, format) - entriesOf(a, format));
  return write({ namespaces, firsts: largestFirst, others }, size, format, sequence, (values, room) => {
    return (
      values.find((value) => entriesOf(value, format) <= room) ?? values.find(isSplit(format)) ?? values[0] ?? null
    );
  });
}

/** Whether a value can begin in one page and go on in another. */
function isSplit({ blobs }: Format): (value: RawValue) => boolean {
  return ({ type }) => type === TYPE.oldBlob && blobs === 'chunks';
}

/** Values by how often their names have come up before: other types of a name are written last. */
interface Sorted {
  readonly namespaces: readonly Namespace[];
  readonly firsts: readonly RawValue[];
  readonly others: readonly (readonly RawValue[])[];
}

/** Writes values in the order in which `next` picks them, given those that are left and the entries that the newest page has free. */
function write(
  { namespaces, firsts, others }: Sorted,
  size: number,
  { xts, version, blobs }: Format,
  sequence: number,
  next: (values: readonly RawValue[], room: number) => RawValue | null,
): Cells | NvsError {
  const store = new Store(new Uint8Array(size).fill(0xff), xts, version, sequence);
  const failed = store.mount();
  if (failed !== null) return failed;
  for (const { name, index } of namespaces) {
    const full = addNamespace(store, name, index);
    if (full !== null) return full;
  }
  const left = [...firsts];
  for (let value = next(left, 0); value !== null; value = next(left, store.pages.newest?.free ?? 0)) {
    left.splice(left.indexOf(value), 1);
    const full = setValue(store, value, value.type, value.data, blobs);
    if (full !== null) return full;
  }
  for (const more of others) {
    // A second type of a name is found only in another page than the first.
    const begun = nextPage(store.pages);
    if (begun !== null) return begun;
    for (const value of more) {
      const full = appendValue(store, value, value.type, value.data, blobs);
      if (full !== null) return full;
    }
  }
  return store.cells;
}

/** The first value of each name, then the second of each that has two types, and so on. */
function byOccurrence(values: readonly RawValue[]): RawValue[][] {
  const seen = new Map<string, number>();
  const lists: RawValue[][] = [];
  for (const value of values) {
    const name = `${value.ns} ${value.key}`;
    const which = seen.get(name) ?? 0;
    seen.set(name, which + 1);
    (lists[which] ??= []).push(value);
  }
  return lists;
}
