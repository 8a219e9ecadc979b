/** The entries of a directory and their dates, read from its bytes. */
import { viewOf } from '../../../formats/binary.ts';
import { ENTRY } from './geometry.ts';
import {
  hasHalves,
  isUsableName,
  LONGEST_NAME,
  LONG_UNITS,
  oemText,
  shortNameSum,
  shortNameText,
  shownShortName,
} from './names.ts';

/** Attribute bits. */
export const ATTRIBUTES = { label: 0x08, folder: 0x10, archive: 0x20, long: 0x0f, mask: 0x3f } as const;
/** The first byte of an entry that was deleted, and of the first one that was never used. */
export const DELETED = 0xe5;

/** One file or folder; `first` and `last` are the places of its entries in the directory, counted in entries. */
export interface DirectoryEntry {
  readonly name: string;
  /** The short name as text, `CONFIG~1.DOT`. */
  readonly alias: string;
  readonly folder: boolean;
  readonly attributes: number;
  readonly cluster: number;
  readonly size: number;
  readonly modified: number | null;
  readonly first: number;
  readonly last: number;
}

/** What a directory holds. */
export interface Directory {
  readonly entries: readonly DirectoryEntry[];
  /** The places of entries that the firmware lists but cannot open: names of FF bytes after a power cut. */
  readonly unusable: readonly number[];
  /** The volume label, of the root directory; null if it has none. */
  readonly label: string | null;
  /** How many entries are before the end of the directory, deleted ones included. */
  readonly used: number;
}

/** A long name that is being put together from its parts, the last part first. */
interface LongName {
  readonly parts: readonly string[];
  readonly next: number;
  readonly sum: number;
  readonly first: number;
}

/** One part of a long name; null if it cannot be one. */
function longPart(entry: Uint8Array): string | null {
  const view = viewOf(entry);
  if (view.getUint16(26, true) !== 0) return null;
  let text = '';
  let ended = false;
  for (const at of LONG_UNITS) {
    const unit = view.getUint16(at, true);
    if (ended) {
      if (unit !== 0xffff) return null;
    } else if (unit === 0) {
      ended = true;
    } else {
      text += String.fromCharCode(unit);
    }
  }
  return text;
}

/** The long name so far with one more part; null if the part does not belong to it. */
function withPart(before: LongName | null, entry: Uint8Array, index: number): LongName | null {
  const order = entry[0] ?? 0;
  const sum = entry[13] ?? 0;
  const number = order & ~0x40;
  const current: LongName | null = order & 0x40 ? { parts: [], next: number, sum, first: index } : before;
  if (current === null || number !== current.next || sum !== current.sum || number < 1 || number > 20) return null;
  const part = longPart(entry);
  return part === null ? null : { ...current, parts: [part, ...current.parts], next: number - 1 };
}

function nameFrom(long: LongName | null, short: Uint8Array, flags: number): { name: string; isLong: boolean } {
  if (long !== null && long.next === 0 && long.sum === shortNameSum(short)) {
    // A zero ends the name, in whichever part it is.
    const name = long.parts.join('').split('\0')[0] ?? '';
    if (name.length <= LONGEST_NAME && name !== '' && !hasHalves(name)) return { name, isLong: true };
    return { name: shownShortName(short, flags), isLong: true };
  }
  return { name: shownShortName(short, flags), isLong: false };
}

/** Reads the entries of a directory. */
export function parseDirectory(data: Uint8Array): Directory {
  const entries: DirectoryEntry[] = [];
  const unusable: number[] = [];
  let label: string | null = null;
  let long: LongName | null = null;
  let index = 0;
  for (; (index + 1) * ENTRY <= data.length; index++) {
    const entry = data.subarray(index * ENTRY, (index + 1) * ENTRY);
    if (entry[0] === 0) break;
    const attributes = (entry[11] ?? 0) & ATTRIBUTES.mask;
    const isLabel = (attributes & ~ATTRIBUTES.archive) === ATTRIBUTES.label;
    if (isLabel && entry[0] !== DELETED) label ??= oemText(entry.subarray(0, 11));
    if (entry[0] === DELETED || entry[0] === 0x2e || isLabel) {
      long = null;
      continue;
    }
    if (attributes === ATTRIBUTES.long) {
      long = withPart(long, entry, index);
      continue;
    }
    const short = entry.subarray(0, 11);
    const view = viewOf(entry);
    const { name, isLong } = nameFrom(long, short, entry[12] ?? 0);
    const first: number = isLong && long !== null ? long.first : index;
    long = null;
    // Erased bytes are in a short name only where its sector was being erased.
    const isErased = !isLong && short.includes(0xff);
    if ((attributes & ATTRIBUTES.label) !== 0 || isErased || !isUsableName(name)) {
      unusable.push(index);
      continue;
    }
    const folder = (attributes & ATTRIBUTES.folder) !== 0;
    entries.push({
      name,
      alias: shortNameText(short),
      folder,
      attributes,
      first,
      last: index,
      cluster: (view.getUint16(20, true) << 16) | view.getUint16(26, true),
      size: folder ? 0 : view.getUint32(28, true),
      modified: dateFrom(view.getUint16(24, true), view.getUint16(22, true)),
    });
  }
  return { entries, unusable, label, used: index };
}

const FIRST_YEAR = 1980;
const LAST_YEAR = 2107;

/** A date and a time as ms since 1970; null if none was set or it is not a date. FAT keeps local time: it is taken as UTC. */
function dateFrom(date: number, time: number): number | null {
  const [year, month, day] = [FIRST_YEAR + (date >> 9), (date >> 5) & 0xf, date & 0x1f];
  const [hour, minute, second] = [time >> 11, (time >> 5) & 0x3f, (time & 0x1f) * 2];
  if (month < 1 || month > 12 || day < 1 || hour > 23 || minute > 59 || second > 59) return null;
  const at = Date.UTC(year, month - 1, day, hour, minute, second);
  return new Date(at).getUTCDate() === day ? at : null;
}

/** The date and time words of ms since 1970, read as UTC; zeros, FAT's “not set”, for none. */
export function dateWords(modified: number | null): { readonly date: number; readonly time: number } {
  if (modified === null) return { date: 0, time: 0 };
  const at = new Date(modified);
  const year = at.getUTCFullYear();
  if (Number.isNaN(year) || year < FIRST_YEAR) return { date: (1 << 5) | 1, time: 0 };
  if (year > LAST_YEAR) return { date: ((LAST_YEAR - FIRST_YEAR) << 9) | (12 << 5) | 31, time: 0xbf7d };
  return {
    date: ((year - FIRST_YEAR) << 9) | ((at.getUTCMonth() + 1) << 5) | at.getUTCDate(),
    time: (at.getUTCHours() << 11) | (at.getUTCMinutes() << 5) | (at.getUTCSeconds() >> 1),
  };
}
