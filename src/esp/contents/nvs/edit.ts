/** Changes of an NVS image, made as the firmware's own library makes them, and proved by reading the result back. */
import { isFilledWith, sameBytes } from '../../../formats/binary.ts';
import { bytes } from '../../../flash/finding.ts';
import type { Refusal } from '../../../flash/finding.ts';
import type { Rewritten } from '../file-system.ts';
import { contentRefusal, unchangeable } from '../refusals.ts';
import { PAGE_SIZE } from './cells.ts';
import { chooseCipher } from './cipher.ts';
import { ENTRIES, ENTRY_SIZE } from './entry.ts';
import type { Format } from './format.ts';
import { formatOf } from './format.ts';
import { Model, ON_DEVICE } from './model.ts';
import type { SettingEdit, Step } from './model.ts';
import type { NvsError } from './page.ts';
import type { NvsOptions } from './read.ts';
import { readNvs } from './read.ts';
import { contentsOf, entriesNeeded, rebuild } from './rebuild.ts';
import type { Contents, RawValue } from './rebuild.ts';
import { codeOf } from './values.ts';
import type { Xts } from './xts.ts';
import { MOST_PAGES, Store } from './store.ts';
import { addNamespace, deleteValue, repeatedNames, setValue } from './write-values.ts';

/** The fewest pages with which NVS works: one for values, one that stays blank. */
const LEAST_PAGES = 2;

/** A blank partition, which is an empty one: the library writes nothing before there is a value. `size` in bytes, whole pages. */
export function make(size: number): Rewritten {
  return sizeRefusal(size) ?? { data: new Uint8Array(size).fill(0xff) };
}

/** The image with edits applied in order; where nothing changes, its bytes. */
export function edit(image: Uint8Array, edits: readonly SettingEdit[], options: NvsOptions = {}): Rewritten {
  const opened = open(image, options);
  if ('refusal' in opened) return opened;
  const { format, contents } = opened;
  const model = new Model(contents, image.length, format);
  const steps: Step[] = [];
  for (const each of edits) {
    const step = model.apply(each);
    if (!('step' in step)) return { refusal: step };
    steps.push(step);
  }
  const wanted = model.contents;
  const inPlace = changeInPlace(image, steps, format);
  if (typeof inPlace !== 'string' && sameBytes(inPlace, image)) return { data: inPlace };
  const proof = typeof inPlace === 'string' ? 'other' : prove(inPlace, wanted, format);
  if (typeof inPlace !== 'string' && proof === 'regular') return { data: inPlace };
  // Where the library would say that there is not enough space, a denser order of the values may have it. What damage has left
  // behind would disturb what the library writes next.
  const fresh = rebuilt(wanted, image.length, opened);
  return 'refusal' in fresh && typeof inPlace !== 'string' && proof === 'same' ? { data: inPlace } : fresh;
}

/** The image rewritten without what was deleted; as it is if that saves nothing. */
export function compact(image: Uint8Array, options: NvsOptions = {}): Rewritten {
  return edit(image, [{ edit: 'compact' }], options);
}

/**
 * Everything sound that is on flash, rewritten: what the library reads, and what it does not read because of damage. Of several
 * values of one name, the one that it reads counts.
 */
export function salvage(image: Uint8Array, options: NvsOptions = {}): Rewritten {
  const readable = cipherOf(image, options);
  if ('refusal' in readable) return readable;
  const { xts } = readable;
  const format = formatOf(image, xts);
  const store = new Store(image, xts, format.version);
  store.mount();
  const { values, recoverable } = readNvs(image, options);
  const names: string[] = [];
  const kept = new Map<string, RawValue>();
  for (const { bytes: name, type, data } of [...values, ...recoverable]) {
    if (name.namespace === null || data === null) continue;
    if (!names.includes(name.namespace)) names.push(name.namespace);
    const ns = names.indexOf(name.namespace) + 1;
    const id = `${ns} ${name.key}`;
    if (!kept.has(id)) kept.set(id, { ns, key: name.key, type: codeOf(type), data });
  }
  const namespaces = names.map((name, i) => ({ name, index: i + 1 }));
  const contents = { namespaces, values: [...kept.values()] };
  return rebuilt(contents, image.length, { format, contents, sequence: store.pages.nextSequence });
}

/** The image for a partition of another size, in bytes; a smaller one keeps at least one page blank, as the library needs it. */
export function resize(image: Uint8Array, size: number, options: NvsOptions = {}): Rewritten {
  const wrong = sizeRefusal(size);
  if (wrong !== null) return wrong;
  const whole = image.subarray(0, Math.min(size, image.length - (image.length % PAGE_SIZE)));
  const same = new Uint8Array(size).fill(0xff);
  same.set(whole);
  if (size >= image.length) {
    // Blank pages are also what an image without any needs.
    const opened = open(same, options);
    return 'refusal' in opened ? opened : { data: same };
  }
  const opened = open(image, options);
  if ('refusal' in opened) return opened;
  const { format, contents } = opened;
  if (isFilledWith(image.subarray(size), 0xff) && prove(same, contents, format) !== 'other') return { data: same };
  return rebuilt(contents, size, opened);
}

/** An image that can be changed: how it is written, what it holds, and the number of its next page. */
interface Opened {
  readonly format: Format;
  readonly contents: Contents;
  readonly sequence: number;
}

/** An image that can be changed, or why it cannot. */
function open(image: Uint8Array, options: NvsOptions): Opened | { readonly refusal: Refusal } {
  const readable = cipherOf(image, options);
  if ('refusal' in readable) return readable;
  const { xts } = readable;
  const format = formatOf(image, xts);
  const store = new Store(image, xts, format.version);
  const failed = store.mount();
  if (failed === null) return { format, contents: contentsOf(store), sequence: store.pages.nextSequence };
  const why = failed === 'no-free-pages' ? 'none of its pages is blank' : `the library does not start: ${failed}`;
  return { refusal: contentRefusal('contents-damaged', ON_DEVICE, { format: 'NVS', why }) };
}

/** What its entries are read with, or why they cannot be read at all. */
function cipherOf(
  image: Uint8Array,
  { keys }: NvsOptions,
): { readonly xts: Xts | null } | { readonly refusal: Refusal } {
  if (image.length > MOST_PAGES * PAGE_SIZE) return tooLarge();
  const { state, xts } = chooseCipher(image, keys);
  if (state === 'keys-wrong') return unchangeable('it is encrypted with other keys');
  return state === 'keys-missing' ? unchangeable('it is encrypted, and its keys were not read') : { xts };
}

function tooLarge(): { readonly refusal: Refusal } {
  return unchangeable(`NVS is read and written only up to ${bytes(MOST_PAGES * PAGE_SIZE)}`);
}

function sizeRefusal(size: number): { readonly refusal: Refusal } | null {
  if (size > MOST_PAGES * PAGE_SIZE) return tooLarge();
  if (size >= LEAST_PAGES * PAGE_SIZE && size % PAGE_SIZE === 0) return null;
  return unchangeable('NVS needs whole pages of 4 KiB, two of them at least');
}

/** Carries out steps on a copy, in the library's own order of writing. */
function changeInPlace(image: Uint8Array, steps: readonly Step[], format: Format): Uint8Array | NvsError {
  const { xts, version } = format;
  let store = new Store(image, xts, version);
  const failed = store.mount();
  if (failed !== null) return failed;
  const started = store.cells.data.slice();
  let repeated = repeatedNames(store);
  for (const step of steps) {
    if (step.step === 'compact') {
      const cells = rebuild(step.contents, image.length, format, store.pages.nextSequence);
      // What cannot be rewritten is as dense as it gets.
      if (typeof cells === 'string' || prove(cells.data, step.contents, format) !== 'regular') continue;
      store = new Store(cells.data, xts, version);
      const full = store.mount();
      if (full !== null) return full;
      repeated = repeatedNames(store);
      continue;
    }
    const full = carryOut(store, step, repeated, format);
    if (full !== null) return full;
  }
  // Repairs alone are left to the library.
  return sameBytes(store.cells.data, started) ? image.slice() : store.cells.data;
}

/** Carries out one step; of names that are `repeated`, the library would replace only one value. */
function carryOut(
  store: Store,
  step: Exclude<Step, { readonly step: 'compact' }>,
  repeated: ReadonlySet<string>,
  { blobs }: Format,
): NvsError | null {
  if (step.step === 'delete') return deleteValue(store, step.ns, step.key);
  const { value, namespace } = step;
  if (store.indexOf(namespace) === null) {
    const failed = addNamespace(store, namespace, value.ns);
    if (failed !== null) return failed;
  }
  if (repeated.has(`${value.ns} ${value.key}`)) {
    const failed = deleteValue(store, value.ns, value.key);
    if (failed !== null && failed !== 'not-found') return failed;
  }
  return setValue(store, value, value.type, value.data, blobs);
}

/**
 * What the library would make of these bytes: it starts and reads just these values (`same`), without having to repair anything
 * and with pages that it could have left so itself (`regular`), or not.
 */
function prove(data: Uint8Array, contents: Contents, { xts, version }: Format): 'regular' | 'same' | 'other' {
  const store = new Store(data, xts, version);
  if (store.mount() !== null) return 'other';
  const isRegular = store.repairs.length === 0 && store.pages.isRegular;
  if (!isSame(contentsOf(store), contents)) return 'other';
  return isRegular ? 'regular' : 'same';
}

/** Whether two contents are the same to the firmware, which knows namespaces by their names. */
function isSame(a: Contents, b: Contents): boolean {
  const [ours, theirs] = [byName(a), byName(b)];
  const sameNames = sameItems(
    a.namespaces.map(({ name }) => name),
    b.namespaces.map(({ name }) => name),
  );
  if (!sameNames || ours.size !== theirs.size) return false;
  for (const [name, data] of ours) {
    const other = theirs.get(name);
    if (other === undefined || !sameBytes(data, other)) return false;
  }
  return true;
}

function sameItems(a: readonly string[], b: readonly string[]): boolean {
  const all = new Set(a);
  return all.size === new Set(b).size && b.every((each) => all.has(each));
}

/** Values by namespace, key and type; where a namespace has lost its name, by its index. */
function byName({ namespaces, values }: Contents): Map<string, Uint8Array> {
  const names = new Map(namespaces.map(({ name, index }) => [index, name]));
  return new Map(values.map(({ ns, key, type, data }) => [JSON.stringify([names.get(ns) ?? ns, key, type]), data]));
}

/** Everything rewritten, or the refusal that it does not fit. */
function rebuilt(contents: Contents, size: number, { format, sequence }: Opened): Rewritten {
  const cells = rebuild(contents, size, format, sequence);
  if (typeof cells !== 'string') {
    if (prove(cells.data, contents, format) === 'regular') return { data: cells.data };
    const why = 'its values could not be read back as they are';
    return { refusal: contentRefusal('contents-damaged', ON_DEVICE, { format: 'NVS', why }) };
  }
  const needed = entriesNeeded(contents, format) * ENTRY_SIZE;
  const available = (Math.floor(size / PAGE_SIZE) - 1) * ENTRIES * ENTRY_SIZE;
  if (needed <= available) return { refusal: contentRefusal('settings-do-not-pack', ON_DEVICE, { needed, available }) };
  return {
    refusal: contentRefusal('contents-too-large', ON_DEVICE, {
      what: 'Everything together',
      format: 'NVS',
      needed,
      available,
    }),
  };
}
