/** Changes of an NVS image, made as the firmware's own library makes them, and proved by reading the result back. */
import { hexOf, isFilledWith, sameBytes } from '../../../formats/binary.ts';
import type { Refusal } from '../../../flash/finding.ts';
import type { Rewritten } from '../file-system.ts';
import { contentRefusal } from '../refusals.ts';
import { PAGE_SIZE } from './cells.ts';
import { chooseCipher } from './cipher.ts';
import { ENTRIES, ENTRY_SIZE } from './entry.ts';
import type { Format } from './format.ts';
import { formatOf } from './format.ts';
import { Model, ON_DEVICE } from './model.ts';
import type { SettingEdit, Step } from './model.ts';
import type { NvsError } from './page.ts';
import type { NvsOptions } from './read.ts';
import { contentsOf, entriesNeeded, rebuild } from './rebuild.ts';
import type { Contents } from './rebuild.ts';
import { Store } from './store.ts';
import { addNamespace, countOf, deleteValue, setValue } from './write.ts';

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
  if (typeof inPlace !== 'string' && holds(inPlace, wanted, format)) return { data: inPlace };
  // Where the library would say that there is not enough space, a denser order of the values may have it.
  return rebuilt(wanted, image.length, opened);
}

/** The image written anew without what was deleted; as it is if that saves nothing. */
export function compact(image: Uint8Array, options: NvsOptions = {}): Rewritten {
  return edit(image, [{ edit: 'compact' }], options);
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
  if (isFilledWith(image.subarray(size), 0xff) && holds(same, contents, format)) return { data: same };
  return rebuilt(contents, size, opened);
}

/** An image that can be changed: how it is written, what it holds, and the number of its next page. */
interface Opened {
  readonly format: Format;
  readonly contents: Contents;
  readonly sequence: number;
}

/** An image that can be changed, or why it cannot. */
function open(image: Uint8Array, { keys }: NvsOptions): Opened | { readonly refusal: Refusal } {
  const { state, xts } = chooseCipher(image, keys);
  if (state === 'keys-missing' || state === 'keys-wrong') {
    const why =
      state === 'keys-wrong' ? 'it is encrypted with other keys' : 'it is encrypted, and its keys were not read';
    return { refusal: contentRefusal('contents-unreadable', ON_DEVICE, { why }) };
  }
  const format = formatOf(image, xts);
  const store = new Store(image, xts, format.version);
  const failed = store.mount();
  if (failed === null) return { format, contents: contentsOf(store), sequence: store.pages.nextSequence };
  const why = failed === 'no-free-pages' ? 'none of its pages is blank' : `the library does not start: ${failed}`;
  return { refusal: contentRefusal('contents-damaged', ON_DEVICE, { format: 'NVS', why }) };
}

function sizeRefusal(size: number): { readonly refusal: Refusal } | null {
  if (size >= LEAST_PAGES * PAGE_SIZE && size % PAGE_SIZE === 0) return null;
  const why = 'NVS needs whole pages of 4 KiB, two of them at least';
  return { refusal: contentRefusal('contents-unreadable', ON_DEVICE, { why }) };
}

/** Carries out steps on a copy, in the library's own order of writing. */
function changeInPlace(image: Uint8Array, steps: readonly Step[], format: Format): Uint8Array | NvsError {
  const { xts, version } = format;
  let store = new Store(image, xts, version);
  const failed = store.mount();
  if (failed !== null) return failed;
  const started = store.cells.data.slice();
  for (const step of steps) {
    if (step.step === 'compact') {
      const cells = rebuild(step.contents, image.length, format, store.pages.nextSequence);
      // What cannot be written anew is as dense as it gets.
      if (typeof cells === 'string') continue;
      store = new Store(cells.data, xts, version);
    }
    const full = step.step === 'compact' ? store.mount() : carryOut(store, step, format);
    if (full !== null) return full;
  }
  // Repairs alone are left to the library.
  return sameBytes(store.cells.data, started) ? image.slice() : store.cells.data;
}

function carryOut(store: Store, step: Exclude<Step, { readonly step: 'compact' }>, { blobs }: Format): NvsError | null {
  if (step.step === 'delete') return deleteValue(store, step.ns, step.key);
  const { value, namespace } = step;
  if (store.indexOf(namespace) === null) {
    const failed = addNamespace(store, namespace, value.ns);
    if (failed !== null) return failed;
  }
  // Several values of one name, of which the library would replace one.
  if (countOf(store, value.ns, value.key) > 1) {
    const failed = deleteValue(store, value.ns, value.key);
    if (failed !== null) return failed;
  }
  return setValue(store, value, value.type, value.data, blobs);
}

/** Whether the library would start from these bytes and read just these values. */
function holds(data: Uint8Array, contents: Contents, { xts, version }: Format): boolean {
  const store = new Store(data, xts, version);
  if (store.mount() !== null) return false;
  const [found, wanted] = [contentsOf(store), contents].map(linesOf);
  return (
    found !== undefined &&
    wanted !== undefined &&
    found.length === wanted.length &&
    found.every((line, i) => line === wanted[i])
  );
}

/** Everything in a partition as sorted lines; namespaces count by their names. */
function linesOf({ namespaces, values }: Contents): string[] {
  const names = new Map(namespaces.toReversed().map(({ name, index }) => [index, name]));
  const lines = values.map(({ ns, key, type, data }) => JSON.stringify([names.get(ns) ?? ns, key, type, hexOf(data)]));
  return [...lines, ...new Set(names.values())].sort();
}

/** Everything written anew, or the refusal that it does not fit. */
function rebuilt(contents: Contents, size: number, { format, sequence }: Opened): Rewritten {
  const cells = rebuild(contents, size, format, sequence);
  if (typeof cells !== 'string') {
    if (holds(cells.data, contents, format)) return { data: cells.data };
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
