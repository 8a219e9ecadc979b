/** Merged images: one file with bootloader, partition table and more, with padding between them. */
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { Finding } from '../../flash/finding.ts';
import type { AppImage } from '../../formats/app-image.ts';
import { readAppImage } from '../../formats/app-image.ts';
import type { AppHeader } from '../../formats/app-header.ts';
import { IMAGE_MAGIC, readAppHeader } from '../../formats/app-header.ts';
import { HASHES } from '../../formats/hashes.ts';
import type { EspInspection } from '../board/inspection.ts';
import { DEFAULT_TABLE, firstOffset, MOVED_TABLES, UNIT } from '../flash-geometry.ts';
import type { TablePlace, TableReading, TableRow } from '../partitions/table.ts';
import { isBinaryTable, readTable, TABLE_SIZE } from '../partitions/table.ts';
import { holdsData, TYPE_APP } from '../partitions/types.ts';
import { REGION } from '../loader/target.ts';
import { problemOf, shiftedFindings } from './words.ts';

/** A part of a merged image, without the padding after it. `address` is its flash address. */
export interface Part {
  readonly kind: 'bootloader' | 'partition table' | 'app' | 'data' | 'between';
  readonly name: string;
  readonly address: number;
  readonly data: Uint8Array;
  readonly row: TableRow | null;
  readonly image: AppImage | null;
}

/** A merged image; `base` is the flash address of the file's first byte. It has no parts if its table has a problem. */
export interface MergedImage {
  readonly base: number;
  /** The header where a chip expects its bootloader, also if there are no parts; null if the file has none. */
  readonly bootloader: { readonly address: number; readonly header: AppHeader } | null;
  readonly table: { readonly address: number; readonly reading: TableReading };
  readonly parts: readonly Part[];
  readonly findings: readonly Finding[];
}

/** The id of the choice that writes the parts and nothing between them. */
export const MERGED_PARTS = 'merged-parts';

/** The id of the choice that also writes the padding, which only a person chooses. */
export const MERGED_EVERYTHING = 'merged-everything';

/** The id of the choice that leaves out the image's data, also only by hand. */
export const MERGED_PROGRAMS = 'merged-programs';

/** Bootloader addresses of all chips, so that a merged image for another chip is recognised too. */
const BOOTLOADERS = [0, 0x1000, 0x2000];

/** Splits a merged image by its own table; null if the file is not one. */
export function readMerged(file: DroppedFile, board: EspInspection): MergedImage | null {
  const tables = tablesIn(file.data, board);
  const places = tables.flatMap((at) => placesWith(at, file, board));
  const [best] = places.toSorted((a, b) => b.score - a.score);
  return best === undefined ? null : split(file, best);
}

interface Places {
  readonly base: number;
  /** Where the bootloader's first byte goes; null if the file has none. */
  readonly bootloader: number | null;
  readonly address: number;
  readonly reading: TableReading;
}

/** The file offsets of partition tables: a two-byte magic is weak, so an MD5 or an end marker is required too. */
function tablesIn(data: Uint8Array, board: EspInspection): number[] {
  const offsets: number[] = [];
  for (let at = 0; at <= Math.max(...MOVED_TABLES, board.esp.table.address); at += UNIT) {
    // A file with only a table is not a merged image.
    if (!isBinaryTable(data.subarray(at)) || data.length <= UNIT) continue;
    const { rows, md5, end } = readingAt(data, at, { region: REGION, address: at }, board);
    if (rows.length > 0 && (md5.state === 'right' || end === 'marker')) offsets.push(at);
  }
  return offsets;
}

function readingAt(data: Uint8Array, at: number, place: TablePlace, board: EspInspection): TableReading {
  return readTable(data.subarray(at, at + TABLE_SIZE), place, HASHES, { flashSize: board.esp.flashSize });
}

/**
 * Every flash address at which a file with a table at offset `at` may start, with a score: for apps where the table has
 * them, a bootloader where a chip expects it, and the table at its usual address.
 */
function placesWith(at: number, file: DroppedFile, board: EspInspection): (Places & { readonly score: number })[] {
  const { data, at: reported } = file;
  const boot = board.esp.bootloader.address;
  const usual = [board.esp.table.address, DEFAULT_TABLE];
  const addresses = new Set([...usual, ...MOVED_TABLES]);
  const bases = reported === undefined ? [...addresses].map((address) => address - at) : [reported];
  return bases.flatMap((base) => {
    if (base < 0) return [];
    const address = base + at;
    const begins = (place: number) => place >= base && place < address && data[place - base] === IMAGE_MAGIC;
    const begun = [boot, ...BOOTLOADERS].filter(begins);
    // One byte in 256 is the magic by chance.
    const isKnown = (place: number) => (readAppHeader(data.subarray(place - base))?.chip.name ?? null) !== null;
    const bootloader = begun.find(isKnown) ?? begun[0] ?? null;
    const reading = readingAt(data, at, { region: REGION, address, file: file.name }, board);
    const apps = reading.rows.filter(({ type, offset }) => type === TYPE_APP && data[offset - base] === IMAGE_MAGIC);
    if (bootloader === null && apps.length === 0 && reported === undefined) return [];
    // A table lies before its partitions: where it would not, another chip's bootloader may pass for an app.
    const below = reading.rows.some(({ type, offset }) => (type === TYPE_APP || holdsData(type)) && offset < address);
    const score =
      (below ? -100 : 0) +
      4 * apps.length +
      (usual.includes(address) ? 2 : 0) +
      (bootloader === boot ? 2 : bootloader === null ? 0 : 1);
    return [{ base, bootloader, address, reading, score }];
  });
}

function split(file: DroppedFile, { base, bootloader, address, reading }: Places): MergedImage {
  const table = { address, reading };
  const header = bootloader === null ? null : readAppHeader(file.data.subarray(bootloader - base));
  const boot = bootloader === null || header === null ? null : { address: bootloader, header };
  const findings = shiftedFindings(reading.findings, address - base);
  // An invalid table would split the file in the wrong places, or into far too many parts.
  if (problemOf(findings) !== undefined) return { base, bootloader: boot, table, parts: [], findings };
  const parts: Part[] = [];
  let done = base;
  const add = (kind: Part['kind'], name: string, from: number, end: number, row: TableRow | null = null): void => {
    if (from > done) between(done, from);
    done = Math.max(done, end);
    const data = file.data.subarray(Math.min(from - base, file.data.length), Math.min(end - base, file.data.length));
    const used = lastUsed(data) + 1;
    if (used === 0) return;
    if (kind !== 'app' && kind !== 'bootloader') {
      // Blank pages in a file system or NVS have a meaning: only a completely blank partition is padding.
      const own = kind === 'between' ? data.subarray(0, used) : data;
      parts.push({ kind, name, address: from, data: own, row, image: null });
      return;
    }
    const read = readAppImage(data, HASHES, { in: 'file', name: file.name });
    const image = read.kind === 'image' ? read.image : null;
    // The image itself may end with FF, as one hash in 256 does, so its own length takes precedence.
    const length = Math.max(used, Math.min(image?.length ?? 0, data.length));
    const padding = image?.length !== null && image?.length === length ? 'image-trailing' : '';
    findings.push(
      ...shiftedFindings(
        read.findings.filter((finding) => finding.kind !== padding),
        from - base,
      ),
    );
    parts.push({ kind, name, address: from, data: data.subarray(0, length), row, image });
  };
  const between = (from: number, end: number): void => {
    const data = file.data.subarray(from - base, Math.min(end - base, file.data.length));
    const first = firstUsed(data);
    done = end;
    if (first < data.length) add('between', 'bytes between partitions', from + first, end);
  };
  if (bootloader !== null) add('bootloader', 'bootloader', bootloader, address);
  add('partition table', 'partition table', address, address + TABLE_SIZE);
  // Rows below that describe the bootloader and the table themselves.
  const rows = reading.rows.filter((row) => row.offset >= firstOffset(address));
  for (const row of rows.toSorted((a, b) => a.offset - b.offset)) {
    add(row.type === TYPE_APP ? 'app' : 'data', row.name, row.offset, row.offset + row.size, row);
  }
  if (base + file.data.length > done) between(done, base + file.data.length);
  return { base, bootloader: boot, table, parts: parts.toSorted((a, b) => a.address - b.address), findings };
}

// Loops, since a call for each byte of a whole flash takes ten times as long.
function firstUsed(data: Uint8Array): number {
  let at = 0;
  while (at < data.length && data[at] === 0xff) at++;
  return at;
}

function lastUsed(data: Uint8Array): number {
  let at = data.length - 1;
  while (at >= 0 && data[at] === 0xff) at--;
  return at;
}
