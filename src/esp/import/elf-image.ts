/**
 * Makes an app image from a program's sections, as esptool's `elf2image` does (esptool 5, bin_image.py): flash-mapped
 * sections at offsets that match their addresses within a page, and RAM sections in the space between them.
 */
import { joinBytes, viewOf } from '../../formats/binary.ts';
import {
  CHECKSUM_SEED,
  checksumOver,
  HEADER_SIZE,
  IMAGE_MAGIC,
  MAX_SEGMENTS,
  SEGMENT_HEADER_SIZE,
  DESCRIPTION_MAGIC,
} from '../../formats/app-header.ts';
import { sha256InPieces } from '../../formats/hashes.ts';
import type { MemoryMap, Window } from './memory-maps.ts';
import { isWithin } from './memory-maps.ts';

/** One section of a program with its bytes. */
export interface ProgramSection {
  readonly name: string;
  readonly address: number;
  readonly data: Uint8Array;
}

/** Header fields of the image that do not come from the sections. */
export interface ImageSettings {
  readonly chipId: number;
  readonly entry: number;
  /** SPI mode code; `sizeAndFrequency` holds the codes of flash size and frequency in one byte. */
  readonly mode: number;
  readonly sizeAndFrequency: number;
  /** SHA-256 of the whole ELF file: stored in the app description if that field is empty; null if there is no description. */
  readonly elfSha256: Uint8Array | null;
}

/** The image with the page size used, in bytes, or why these sections cannot be made into one. */
export type MadeImage =
  | { readonly kind: 'image'; readonly data: Uint8Array; readonly page: number }
  | { readonly kind: 'pages-shared'; readonly first: number; readonly second: number; readonly page: number }
  | { readonly kind: 'too-many-segments'; readonly count: number }
  | { readonly kind: 'misaligned'; readonly address: number };

interface Piece {
  readonly address: number;
  readonly data: Uint8Array;
}

/** The description's section: ESP-IDF's name for it, and esp-hal's. */
const DESCRIPTIONS = ['.flash.appdesc', '.rodata_desc'];
/** Offsets in `esp_app_desc_t`: the ELF's SHA-256, and the page size as a power of two (0 in older ones). */
const DESCRIPTION_SHA256 = 144;
const DESCRIPTION_PAGE = 180;
const SHA256_SIZE = 32;
/** How many bytes are summed in one piece. */
const PIECE = 1 << 20;
// No write-protect pin: the ROM then leaves the flash pins as they are.
const NO_WP_PIN = 0xee;
const MOST_REVISION = 0xffff;
// ESP-IDF's bootloader for the ESP32 does not map the last page of a segment that ends less than this into the page.
const ESP32_LAST_PAGE = 0x24;

/** The bytes of the section that starts with the app description; null if there is none. */
export function descriptionIn(sections: readonly ProgramSection[], map: MemoryMap): Uint8Array | null {
  const begins = ({ data }: ProgramSection): boolean =>
    data.length >= 256 && viewOf(data).getUint32(0, true) === DESCRIPTION_MAGIC;
  return sections.find((section) => isWithin(map.flash, section.address) && begins(section))?.data ?? null;
}

/** A part of a program that its program headers load as one; size in bytes. */
export interface LoadedPart {
  readonly address: number;
  readonly size: number;
}

/**
 * Makes the image, in pieces; does not modify the sections. `loads` are the parts in the program headers, if there are any.
 */
export function* makeAppImage(
  sections: readonly ProgramSection[],
  map: MemoryMap,
  settings: ImageSettings,
  loads: readonly LoadedPart[] = [],
): Generator<void, MadeImage> {
  const joined = joinNeighbours(sections.map(padded), map);
  const misaligned = joined.find(({ address }) => address % 4 !== 0);
  if (misaligned !== undefined) return { kind: 'misaligned', address: misaligned.address };
  const sorted = joined.toSorted((a, b) => a.address - b.address);
  // esptool joins sections that are adjacent in the file, which is enough for ESP-IDF. Other linker scripts, such as
  // esp-hal's, write parts of one page in any order, so espflash (image_format/idf.rs) sorts them first.
  const mapped = joinNeighbours(
    sorted.filter(({ address }) => isWithin(map.flash, address)),
    map,
  );
  const memory = sorted.filter(({ address }) => !isWithin(map.flash, address));
  const description = descriptionIn(sections, map);
  let flash = descriptionFirst(mapped);
  let page = pageOf(flash, map, description);
  if (typeof page !== 'number') {
    // Sections with an alignment gap between them share a page, but are one part in the program headers.
    flash = descriptionFirst(joinLoaded(mapped, loads));
    page = pageOf(flash, map, description);
  }
  if (typeof page !== 'number') return page;
  let pieces = arrange(flash, memory, page, map.chip);
  if (pieces.length > MAX_SEGMENTS) pieces = arrange(flash, joinNeighbours(memory, map), page, map.chip);
  if (pieces.length > MAX_SEGMENTS) return { kind: 'too-many-segments', count: pieces.length };
  return { kind: 'image', data: yield* assemble(pieces, settings), page };
}

function padded(section: ProgramSection): ProgramSection {
  const size = Math.ceil(section.data.length / 4) * 4;
  if (size === section.data.length) return section;
  const data = new Uint8Array(size);
  data.set(section.data);
  return { ...section, data };
}

/** Joins sections that are adjacent in the list and in memory; the first one's name is kept. */
function joinNeighbours(sections: readonly ProgramSection[], map: MemoryMap): ProgramSection[] {
  const windows: readonly Window[] = [...map.flash, ...map.memory];
  const windowOf = (address: number): number => windows.findIndex((window) => isWithin([window], address));
  const groups: ProgramSection[][] = [];
  for (const section of sections) {
    const group = groups.at(-1);
    const before = group?.at(-1);
    const follows =
      before !== undefined &&
      before.address + before.data.length === section.address &&
      windowOf(before.address) === windowOf(section.address);
    if (follows) group?.push(section);
    else groups.push([section]);
  }
  return groups.flatMap((group) => {
    const [first] = group;
    if (first === undefined || group.length === 1) return group;
    return [{ ...first, data: joinBytes(group.map(({ data }) => data)) }];
  });
}

/** Joins sorted sections that one of the parts covers with all between them, which is filled with zeros as linkers do. */
function joinLoaded(sections: readonly ProgramSection[], loads: readonly LoadedPart[]): ProgramSection[] {
  const groups: { readonly first: ProgramSection; readonly rest: ProgramSection[]; end: number }[] = [];
  for (const section of sections) {
    const group = groups.at(-1);
    const end = section.address + section.data.length;
    const covers = ({ address, size }: LoadedPart): boolean =>
      group !== undefined && group.first.address >= address && section.address < address + size;
    if (group === undefined || group.end > section.address || !loads.some(covers)) {
      groups.push({ first: section, rest: [], end });
      continue;
    }
    group.rest.push(section);
    group.end = end;
  }
  // Copied once for each group: a copy for each section of a large one would be gigabytes.
  return groups.map(({ first, rest, end }) => {
    if (rest.length === 0) return first;
    const data = new Uint8Array(end - first.address);
    for (const each of [first, ...rest]) data.set(each.data, each.address - first.address);
    return { ...first, data };
  });
}

/** The description must come first in the image, even where code lies below data. */
function descriptionFirst(flash: readonly ProgramSection[]): ProgramSection[] {
  const own = flash.filter(({ name }) => DESCRIPTIONS.includes(name)).slice(0, 1);
  return [...own, ...flash.filter((section) => !own.includes(section))];
}

/** The page size from the app description, or the largest with which no two parts share a page. */
function pageOf(
  flash: readonly ProgramSection[],
  map: MemoryMap,
  description: Uint8Array | null,
): number | Extract<MadeImage, { kind: 'pages-shared' }> {
  const reported = 2 ** (description?.[DESCRIPTION_PAGE] ?? 0);
  const candidates = map.pages.includes(reported) ? [reported] : map.pages;
  let shared: Extract<MadeImage, { kind: 'pages-shared' }> | null = null;
  for (const page of candidates) {
    const meets = flash.flatMap((section, i) => {
      const other = flash.slice(0, i).find(({ address }) => pageAt(address, page) === pageAt(section.address, page));
      return other === undefined ? [] : [{ first: other.address, second: section.address }];
    })[0];
    if (meets === undefined) return page;
    shared ??= { kind: 'pages-shared', ...meets, page };
  }
  return shared ?? map.pages[0] ?? 0x10000;
}

function pageAt(address: number, page: number): number {
  return Math.floor(address / page);
}

/** Orders the pieces as in the file, filling the space before each flash-mapped one with RAM pieces or padding. */
function arrange(
  flash: readonly ProgramSection[],
  memory: readonly ProgramSection[],
  page: number,
  chip: string,
): Piece[] {
  const pieces: Piece[] = [];
  const waiting: Piece[] = [...memory];
  let at = HEADER_SIZE;
  const add = (piece: Piece): void => {
    pieces.push(piece);
    at += SEGMENT_HEADER_SIZE + piece.data.length;
  };
  for (const { address, data } of flash) {
    for (let room = roomBefore(at, address, page); room > 0; room = roomBefore(at, address, page)) {
      const [next] = waiting;
      if (next === undefined || room <= SEGMENT_HEADER_SIZE) {
        // The bootloader skips segments with address 0.
        add({ address: 0, data: new Uint8Array(room) });
        continue;
      }
      add({ address: next.address, data: next.data.subarray(0, room) });
      if (room < next.data.length) waiting[0] = { address: next.address + room, data: next.data.subarray(room) };
      else waiting.shift();
    }
    add({ address, data: chip === 'ESP32' ? lastPageFilled(data, at, page) : data });
  }
  for (const piece of waiting) add(piece);
  return pieces;
}

/** Bytes of data that a preceding segment needs so that the one at `address` gets the right offset; 0 if none is needed. */
function roomBefore(at: number, address: number, page: number): number {
  const room = page - (at % page) + (address % page) - SEGMENT_HEADER_SIZE;
  if (room === 0 || room === page) return 0;
  // May exceed a page: esptool calculates it the same way, so the output is identical.
  return room < SEGMENT_HEADER_SIZE ? room - SEGMENT_HEADER_SIZE + page : room - SEGMENT_HEADER_SIZE;
}

function lastPageFilled(data: Uint8Array, at: number, page: number): Uint8Array {
  const over = (at + data.length + SEGMENT_HEADER_SIZE) % page;
  return over < ESP32_LAST_PAGE ? joinBytes([data, new Uint8Array(ESP32_LAST_PAGE - over)]) : data;
}

function* assemble(pieces: readonly Piece[], settings: ImageSettings): Generator<void, Uint8Array> {
  const end = pieces.reduce((sum, { data }) => sum + SEGMENT_HEADER_SIZE + data.length, HEADER_SIZE);
  const hashAt = Math.ceil((end + 1) / 16) * 16;
  const out = new Uint8Array(hashAt + SHA256_SIZE);
  const view = viewOf(out);
  out.set([IMAGE_MAGIC, pieces.length, settings.mode, settings.sizeAndFrequency]);
  view.setUint32(4, settings.entry, true);
  out[8] = NO_WP_PIN;
  view.setUint16(12, settings.chipId, true);
  // Only the build system knows the supported revisions, so every revision is allowed.
  view.setUint16(17, MOST_REVISION, true);
  out[23] = 1;
  let at = HEADER_SIZE;
  for (const { address, data } of pieces) {
    view.setUint32(at, address, true);
    view.setUint32(at + 4, data.length, true);
    out.set(data, at + SEGMENT_HEADER_SIZE);
    at += SEGMENT_HEADER_SIZE + data.length;
  }
  if (settings.elfSha256 !== null) putElfSha256(out, settings.elfSha256);
  let [sum, from] = [CHECKSUM_SEED, HEADER_SIZE];
  for (const { data } of pieces) {
    from += SEGMENT_HEADER_SIZE;
    const own = out.subarray(from, from + data.length);
    for (let done = 0; done < own.length; done += PIECE) {
      sum = checksumOver(own.subarray(done, done + PIECE), sum);
      yield;
    }
    from += data.length;
  }
  out[hashAt - 1] = sum;
  out.set(yield* sha256InPieces(out.subarray(0, hashAt)), hashAt);
  return out;
}

/** ESP-IDF's build makes esptool put the hash there (`--elf-sha256-offset 0xb0`); a field already in use is kept. */
function putElfSha256(out: Uint8Array, hash: Uint8Array): void {
  const at = HEADER_SIZE + SEGMENT_HEADER_SIZE;
  const field = out.subarray(at + DESCRIPTION_SHA256, at + DESCRIPTION_SHA256 + SHA256_SIZE);
  if (viewOf(out).getUint32(at, true) === DESCRIPTION_MAGIC && field.every((byte) => byte === 0)) field.set(hash);
}
