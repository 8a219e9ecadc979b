/**
 * The memory string of a DfuSe alternate setting: its name, which describes the erase units of the memory (ST UM0424,
 * 4.3.2). Parsed by our own code, because devices deviate from the format and whatever is parsed as erase units is erased.
 */
import { hex } from '../../flash/finding.ts';
import type { Access, EraseRun, Region } from '../../flash/map.ts';
import { ADDRESS_END, MOST_UNITS } from '../../flash/map.ts';

/** A parsed memory string; one that cannot be parsed is shown as it is, and never guessed at. */
export type MemoryReading =
  | {
      readonly kind: 'memory';
      readonly name: string;
      /** One for each run of equal access rights, in address order: `internal-flash`, `internal-flash-2` … */
      readonly regions: readonly Region[];
      /** Text after the map that does not look like part of it: devices leave remains of other strings there. */
      readonly ignored?: string;
    }
  | { readonly kind: 'unreadable'; readonly text: string; readonly why: string };

const MULTIPLIERS: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 * 1024 };

/** Reads one memory string. Accepts any text. */
export function readMemoryString(text: string): MemoryReading {
  return readMemoryStrings([text])[0] ?? unreadable(text, 'it is empty');
}

/**
 * Reads the memory strings of all alternate settings of a device; region ids are unique across all of them. `erasedByte`
 * is the value of an erased byte, which the strings do not give.
 */
export function readMemoryStrings(texts: readonly (string | null)[], erasedByte = 0xff): MemoryReading[] {
  const taken = new Set<string>();
  let left = MOST_UNITS;
  return texts.map((text) => {
    const scan = text === null ? 'it has no name' : scanMemory(text, left);
    if (typeof scan === 'string') return unreadable(text ?? '', scan);
    left -= scan.units;
    const areas = inOrder(scan.areas);
    if (typeof areas === 'string') return unreadable(text ?? '', areas);
    const regions = areas.map((area) => ({
      ...regionOf(area, scan.name, areas.length > 1, taken),
      ...(erasedByte !== 0xff && { erasedByte }),
    }));
    return { kind: 'memory', name: scan.name, regions, ...(scan.ignored !== '' && { ignored: scan.ignored }) };
  });
}

/**
 * Why a region is never written, whatever its access rights say; null if it may be written. Option bytes and OTP are
 * recognised by ST's names for them: an old F407 claims that they can be erased.
 */
export function neverWritten(memory: MemoryReading, region: Region): string | null {
  const name = memory.kind === 'memory' ? memory.name : '';
  if (/option/i.test(name)) return 'wrong option bytes can lock the chip permanently';
  if (/\botp\b|one.time/i.test(name)) return 'it can be written only once';
  // device-os, usbd_dct_if.c: an erase of it does nothing, and every write replaces the whole table.
  if (/\bdct\b/i.test(name))
    return 'it holds the board’s settings and keys, and only the board’s firmware can keep it consistent';
  if (/feature/i.test(name)) return 'it is a register of the chip';
  if (!region.access.write) return 'the board reports it as read-only';
  return region.access.erase ? null : 'the board reports it as not erasable';
}

function unreadable(text: string, why: string): MemoryReading {
  return { kind: 'unreadable', text, why };
}

/** Adjacent runs with the same access rights. */
interface Area {
  readonly start: number;
  readonly end: number;
  readonly rights: number;
  readonly runs: readonly EraseRun[];
}

/** A parsed string before its areas are sorted, or why it cannot be parsed. */
type Scan =
  { readonly name: string; readonly areas: Area[]; readonly units: number; readonly ignored: string } | string;

// Sticky, and with only one way to match any text: no input makes them slow.
const BLOCK = /\s*\/\s*0[xX]([0-9a-fA-F]{1,8})\s*\/\s*/y;
const RUN = /(\d{1,9})\s*\*\s*(\d{1,9})\s*(?:([BKM])\s*)?([a-g])/y;
const COMMA = /\s*,\s*/y;

function scanMemory(text: string, most: number): Scan {
  if (!text.trimStart().startsWith('@')) return 'it does not begin with “@”';
  // The name ends at the first address: it may contain colons and even slashes.
  const map = text.search(/\/\s*0[xX]/);
  if (map < 0) return 'it has no address';
  const areas: Area[] = [];
  let at = map;
  let units = 0;
  const take = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const match = pattern.exec(text);
    if (match !== null) at = pattern.lastIndex;
    return match;
  };
  for (let block = take(BLOCK); block !== null; block = take(BLOCK)) {
    let start = parseInt(block[1] ?? '', 16);
    do {
      const run = take(RUN);
      if (run === null) return `the part “${shown(text.slice(at))}” is not a run of erase units`;
      const [words, countText, sizeText, multiplier = 'B', letter = ''] = run;
      const count = Number(countText);
      const size = Number(sizeText) * (MULTIPLIERS[multiplier] ?? 1);
      if (size === 0) return `the run “${words}” has units of 0 bytes`;
      const end = start + count * size;
      if (end > ADDRESS_END) return `the run “${words}” at ${hex(start)} extends past the last address`;
      units += count;
      if (units > most) return 'it lists more erase units than any device has';
      if (count > 0) areas.push({ start, end, rights: letter.charCodeAt(0) & 7, runs: [{ count, size }] });
      start = end;
    } while (take(COMMA) !== null && text.slice(at).trim() !== '');
  }
  const rest = text.slice(at);
  // A map is made of stars and slashes: text with any of them may be a part of it that was not understood.
  if (/[*/]/.test(rest)) return `the part “${shown(rest)}” cannot be parsed`;
  if (areas.length === 0) return 'it lists no memory';
  const name = shown(text.slice(0, map).replace('@', ''));
  return { name: name === '' ? 'Memory' : name, areas, units, ignored: shown(rest) };
}

/** Areas in address order, adjacent ones with equal rights joined; or why not, if two overlap. */
function inOrder(areas: readonly Area[]): Area[] | string {
  const joined: Area[] = [];
  for (const area of areas.toSorted((a, b) => a.start - b.start || a.end - b.end)) {
    const before = joined.at(-1);
    if (before !== undefined && area.start < before.end) return `two parts of it claim ${hex(area.start)}`;
    if (before !== undefined && area.start === before.end && area.rights === before.rights) {
      joined[joined.length - 1] = { ...before, end: area.end, runs: [...before.runs, ...area.runs] };
    } else {
      joined.push(area);
    }
  }
  return joined;
}

function regionOf(area: Area, name: string, several: boolean, taken: Set<string>): Region {
  const slug =
    name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, '-')
      .replace(/^-|-$/g, '') || 'memory';
  let id = slug;
  for (let n = 2; taken.has(id); n++) id = `${slug}-${n}`;
  taken.add(id);
  return {
    id,
    name: several ? `${name} at ${hex(area.start)}` : name,
    start: area.start,
    runs: area.runs,
    access: accessOf(area.rights),
  };
}

/** The access rights of a type letter: its lowest three bits (ST UM0424, 4.3.2). */
function accessOf(rights: number): Access {
  return { read: (rights & 1) !== 0, erase: (rights & 2) !== 0, write: (rights & 4) !== 0 };
}

/** Text of a device made printable: ASCII on one line, cut after 60 characters. */
function shown(text: string): string {
  const plain = text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}
