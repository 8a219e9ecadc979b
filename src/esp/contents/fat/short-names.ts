/** Short names of 8 + 3 capitals for new entries, and the entries that make up a name. */
import { viewOf } from '../../../formats/binary.ts';
import { crc32 } from '../../../formats/crc32.ts';
import { dateWords, ATTRIBUTES } from './directory.ts';
import { ENTRY } from './geometry.ts';
import { LONGEST_NAME, LONG_UNITS, LOWER_BODY, LOWER_EXTENSION, isUsableName, shortNameSum } from './names.ts';

/** A name as FAT stores it: the short name, its flags for lower case, and whether entries for a long name are needed. */
export interface StoredName {
  readonly short: Uint8Array;
  readonly flags: number;
  readonly isLong: boolean;
}

/** Why the firmware could not use a name, as the end of a sentence; null if it can. */
export function nameFault(name: string): string | null {
  if (name === '') return 'it is empty';
  if (/[. ]$/.test(name)) return 'it ends in a dot or a space';
  if (!isUsableName(name)) return 'it contains one of " * / : < > ? \\ | or an invisible character';
  // FatFs counts UTF-16 units in the entries, and the firmware's interface bytes of UTF-8.
  if (new TextEncoder().encode(name).length > LONGEST_NAME) return `it is longer than ${LONGEST_NAME} bytes in UTF-8`;
  return null;
}

const FORBIDDEN = /[^A-Z0-9!#$%&'()\-@^_`{}~]/g;

/** The part of a name before or after its last dot, in the characters of short names. */
function reduced(part: string): string {
  return part.toUpperCase().replace(/[ .]/g, '').replace(FORBIDDEN, '_');
}

function padded(body: string, extension: string): Uint8Array {
  return Uint8Array.from(body.padEnd(8) + extension.padEnd(3), (character) => character.charCodeAt(0));
}

/** Which lower-case flag a part needs; null if it mixes cases, so that only a long name shows it. */
function caseFlag(part: string, flag: number): number | null {
  if (part === part.toUpperCase()) return 0;
  return part === part.toLowerCase() ? flag : null;
}

/** The form in which a directory stores a name; `taken` are the short names in it, as text of 11 characters. */
export function storedName(name: string, taken: ReadonlySet<string>): StoredName {
  const dot = name.lastIndexOf('.');
  const [body, extension] = dot < 1 ? [name, ''] : [name.slice(0, dot), name.slice(dot + 1)];
  const [shortBody, shortExtension] = [reduced(body), reduced(extension)];
  const fits = shortBody.length <= 8 && shortExtension.length <= 3 && shortBody !== '';
  const isExact = fits && shortBody === body.toUpperCase() && shortExtension === extension.toUpperCase();
  const exact = padded(shortBody.slice(0, 8), shortExtension.slice(0, 3));
  const flags = [caseFlag(body, LOWER_BODY), caseFlag(extension, LOWER_EXTENSION)] as const;
  if (isExact && /^[ -~]*$/.test(name) && !taken.has(String.fromCharCode(...exact))) {
    const [first, second] = flags;
    if (first !== null && second !== null) return { short: exact, flags: first | second, isLong: false };
    return { short: exact, flags: 0, isLong: true };
  }
  for (let number = 1; ; number++) {
    const tail = `~${number <= COUNTED ? number : hashOf(name, number)}`;
    const short = padded(shortBody.slice(0, 8 - tail.length) + tail, shortExtension.slice(0, 3));
    if (!taken.has(String.fromCharCode(...short))) return { short, flags: 0, isLong: true };
  }
}

/** So many names that begin alike are numbered; more get a hash of the name, as FatFs and Windows do, or each would be tried. */
const COUNTED = 5;

function hashOf(name: string, number: number): string {
  const hash = (crc32(new TextEncoder().encode(name)) + number) & 0xffff;
  return hash.toString(16).toUpperCase().padStart(4, '0');
}

/** How many entries a name takes in a directory. */
export function entriesFor(name: string, { isLong }: StoredName): number {
  return 1 + (isLong ? Math.ceil(name.length / LONG_UNITS.length) : 0);
}

function longPart(name: string, number: number, isLast: boolean, sum: number): Uint8Array {
  const entry = new Uint8Array(ENTRY);
  const view = viewOf(entry);
  entry[0] = number | (isLast ? 0x40 : 0);
  entry[11] = ATTRIBUTES.long;
  entry[13] = sum;
  for (const [i, at] of LONG_UNITS.entries()) {
    const index = (number - 1) * LONG_UNITS.length + i;
    // A zero ends the name where its last entry is not full, then follow FFFF.
    view.setUint16(at, index < name.length ? name.charCodeAt(index) : index === name.length ? 0 : 0xffff, true);
  }
  return entry;
}

/** What an entry says beside its name. */
export interface EntryFacts {
  readonly attributes: number;
  readonly cluster: number;
  readonly size: number;
  readonly modified: number | null;
}

/** Writes a cluster, a size and a date into a short entry; the date of its creation stays. */
export function putFacts(entry: Uint8Array, { attributes, cluster, size, modified }: EntryFacts): void {
  const view = viewOf(entry);
  entry[11] = attributes;
  const { date, time } = dateWords(modified);
  view.setUint16(20, cluster >>> 16, true);
  view.setUint16(22, time, true);
  view.setUint16(24, date, true);
  view.setUint16(26, cluster & 0xffff, true);
  view.setUint32(28, size, true);
}

/** The entries of a new file or folder, those of its long name first. */
export function newEntries(name: string, stored: StoredName, facts: EntryFacts): Uint8Array {
  const count = entriesFor(name, stored);
  const data = new Uint8Array(count * ENTRY);
  const sum = shortNameSum(stored.short);
  for (let i = 0; i < count - 1; i++) data.set(longPart(name, count - 1 - i, i === 0, sum), i * ENTRY);
  const entry = data.subarray((count - 1) * ENTRY);
  entry.set(stored.short);
  entry[12] = stored.flags;
  const { date, time } = dateWords(facts.modified);
  viewOf(entry).setUint16(14, time, true);
  viewOf(entry).setUint16(16, date, true);
  putFacts(entry, facts);
  return data;
}
