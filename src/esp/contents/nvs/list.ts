/** An NVS partition as the settings that a person sees, with what is wrong with them. */
import { entryWords } from './count.ts';
import { count, list } from '../../../flash/english.ts';
import { bytes, hex } from '../../../flash/finding.ts';
import type { Finding, Place } from '../../../flash/finding.ts';
import type { SettingsList, StoredSetting } from '../../../flash/partition-contents.ts';
import { entryOffset, PAGE_SIZE } from './cells.ts';
import { nvsFinding } from './findings.ts';
import type { Repair } from './findings.ts';
import { readNvs } from './read.ts';
import type { NvsOptions, NvsReading } from './read.ts';
import { isSecret } from './secret.ts';
import { MOST_PAGES } from './store.ts';
import { NVS_TYPES, shownName, shownValue } from './values.ts';
import type { NvsValue } from './values.ts';

/** Where bytes of the partition are; offset and size in bytes. */
export type PlaceOf = (offset: number, size: number) => Place;

const ON_DEVICE: PlaceOf = () => ({ in: 'device' });
/** The most names in a sentence, and the most findings about single entries. */
const MOST_NAMES = 8;
const MOST_FINDINGS = 100;

/**
 * The settings of an image. Where the firmware could not start the library, they are what is still whole on flash. `placeOf` gives
 * the findings their places.
 */
export function listNvs(image: Uint8Array, options: NvsOptions = {}, placeOf: PlaceOf = ON_DEVICE): SettingsList {
  const reading = readNvs(image, options);
  // What the firmware does not read is shown where it reads nothing, or where it has no name for it.
  const isShown = ({ namespace }: NvsValue) => reading.failed !== null || namespace === null;
  return {
    kind: 'settings',
    format: 'NVS',
    details: detailsOf(reading, image),
    settings: settingsOf([...reading.values, ...reading.recoverable.filter(isShown)]),
    types: NVS_TYPES,
    findings: findingsOf(reading, image, placeOf),
  };
}

/** Each name once, in order; of several values with one name the one that can be read. */
function settingsOf(values: readonly NvsValue[]): StoredSetting[] {
  const settings = new Map<string, StoredSetting>();
  for (const { namespaceIndex, key, type, data, ...value } of values) {
    // Longer than any name of a namespace.
    const namespace = value.namespace ?? `namespace ${namespaceIndex} (name lost)`;
    const name = JSON.stringify([namespace, key]);
    const has = settings.get(name);
    if (has !== undefined && (has.value !== null || data === null)) continue;
    settings.set(name, {
      namespace,
      key,
      type,
      value: data === null ? null : shownValue(type, data),
      size: data?.length ?? 0,
      secret: isSecret(namespace, key, type, data),
    });
  }
  const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  return [...settings.values()].sort((a, b) => order(a.namespace, b.namespace) || order(a.key, b.key));
}

function detailsOf({ pages, available, cipher }: NvsReading, image: Uint8Array): string {
  const all = count(Math.floor(image.length / PAGE_SIZE), 'page');
  if (cipher === 'keys-missing' || cipher === 'keys-wrong') return `${all}, encrypted`;
  const states = (['active', 'full', 'freeing', 'corrupt', 'blank'] as const).flatMap((state) => {
    const n = pages.filter((page) => page.state === state).length;
    return n === 0 ? [] : [`${n} ${state}`];
  });
  const encrypted = cipher === 'encrypted' ? 'encrypted; ' : '';
  return `${encrypted}${all}: ${states.join(', ')}; ${entryWords(available)} free`;
}

function findingsOf(reading: NvsReading, image: Uint8Array, placeOf: PlaceOf): Finding[] {
  const { failed, cipher, values, recoverable } = reading;
  const whole = placeOf(0, image.length);
  if (cipher === 'keys-missing') return [nvsFinding('nvs-encrypted', whole)];
  if (cipher === 'keys-wrong') return [nvsFinding('nvs-keys-wrong', whole)];
  const found: Finding[] = [];
  if (cipher === 'keys-unused') found.push(nvsFinding('nvs-keys-unused', whole));
  if (failed === 'no-free-pages') found.push(nvsFinding('nvs-no-free-page', whole));
  else if (failed === 'new-version') found.push(newVersion(image, placeOf));
  else if (failed === 'too-large')
    found.push(nvsFinding('nvs-too-large', whole, { size: bytes(image.length), most: bytes(MOST_PAGES * PAGE_SIZE) }));
  else if (failed !== null) found.push(nvsFinding('nvs-does-not-start', whole, { error: failed }));
  const single = [...repairFindings(reading.repairs, placeOf), ...unreadable(values, placeOf)];
  found.push(...single.slice(0, MOST_FINDINGS));
  if (single.length > MOST_FINDINGS) found.push(nvsFinding('nvs-more', whole, { more: single.length - MOST_FINDINGS }));
  const missed = failed === null ? missedOf(values, recoverable) : [];
  if (missed.length > 0) {
    const names = missed.slice(0, MOST_NAMES).map(({ namespace, key }) => `${namespace}/${key}`);
    if (missed.length > MOST_NAMES) names.push(`${missed.length - MOST_NAMES} more`);
    found.push(nvsFinding('nvs-recoverable', whole, { values: missed.length, names: list(names) }));
  }
  return found;
}

/** What only this reads, without what other findings say: values hidden behind others, and those without a namespace. */
function missedOf(values: readonly NvsValue[], recoverable: readonly NvsValue[]): NvsValue[] {
  const readable = namesOf(values);
  return recoverable.filter((value) => value.namespace !== null && !readable.has(fullName(value)));
}

function newVersion(image: Uint8Array, placeOf: PlaceOf): Finding {
  const pages = Array.from({ length: Math.floor(image.length / PAGE_SIZE) }, (_, page) => page);
  const page = pages.find((page) => (image[page * PAGE_SIZE + 8] ?? 0xff) < 0xfe) ?? 0;
  const values = { page, version: hex(image[page * PAGE_SIZE + 8] ?? 0) };
  return nvsFinding('nvs-new-version', placeOf(page * PAGE_SIZE, PAGE_SIZE), values);
}

/** Repairs as findings: damaged entries one behind another are one, and so are all lost pieces of a blob. */
function repairFindings(repairs: readonly Repair[], placeOf: PlaceOf): Finding[] {
  const groups: { readonly first: Repair; last: Repair; count: number }[] = [];
  const ofBlob = new Map<string, (typeof groups)[number]>();
  for (const repair of repairs) {
    const { kind, item } = repair;
    const blob = kind === 'orphan-chunk' && item !== null ? `${item.ns} ${item.key}` : null;
    const newest = groups.at(-1);
    const group =
      blob === null ? (newest !== undefined && isRun(newest.last, repair) ? newest : null) : ofBlob.get(blob);
    if (group !== null && group !== undefined) {
      group.last = repair;
      group.count++;
      continue;
    }
    const made = { first: repair, last: repair, count: 1 };
    groups.push(made);
    if (blob !== null) ofBlob.set(blob, made);
  }
  return groups.map(({ first: { kind, page, entry, item }, count }) => {
    const at = entry === null ? page * PAGE_SIZE : entryOffset(page, entry);
    const end = entry === null ? at + PAGE_SIZE : entryOffset(page, entry + (item?.span ?? count));
    const name = item === null ? '' : `“${shownName(item.key)}”`;
    return nvsFinding(`nvs-${kind}`, placeOf(at, end - at), { page, at: hex(at), count, name });
  });
}

function isRun(a: Repair | undefined, b: Repair | undefined): boolean {
  if (a === undefined || b === undefined || a.kind !== b.kind || a.page !== b.page) return false;
  return a.item === null && b.item === null && a.entry !== null && b.entry !== null && b.entry === a.entry + 1;
}

/** Values that are listed and cannot be had: hidden behind another of that name, or in a namespace without a name. */
function unreadable(values: readonly NvsValue[], placeOf: PlaceOf): Finding[] {
  const readable = namesOf(values);
  const found: Finding[] = [];
  const nameless = new Map<number, number>();
  for (const value of values.filter(({ data }) => data === null)) {
    const { namespace, namespaceIndex, type, page, entry, key } = value;
    if (namespace === null) {
      nameless.set(namespaceIndex, (nameless.get(namespaceIndex) ?? 0) + 1);
    } else if (readable.has(fullName(value))) {
      const at = entryOffset(page, entry);
      const place = placeOf(at, entryOffset(page, entry + 1) - at);
      found.push(nvsFinding('nvs-hidden', place, { type, name: `“${key}”`, at: hex(at) }));
    }
  }
  for (const [namespace, lost] of nameless)
    found.push(nvsFinding('nvs-no-namespace', placeOf(0, 0), { namespace, values: lost }));
  return found;
}

/** The names of the values that the firmware reads. */
function namesOf(values: readonly NvsValue[]): ReadonlySet<string> {
  return new Set(values.flatMap((value) => (value.data === null ? [] : [fullName(value)])));
}

function fullName({ namespace, key }: NvsValue): string {
  return JSON.stringify([namespace, key]);
}
