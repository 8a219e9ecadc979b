/** The judge's own flash reader. It shares no code with the app, whose mistakes it would repeat. */
import { md5 as digest } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { isEqualBytes, zipCrc32 } from '../../bytes.ts';

/** The content of a board's first memory; `start` is the address of the first byte. */
export interface Cells {
  readonly start: number;
  readonly bytes: Uint8Array;
}

/** A range of addresses; the size is in bytes. */
export interface Span {
  readonly address: number;
  readonly size: number;
}

/** A row of a partition table. */
export interface Row extends Span {
  readonly label: string;
  readonly type: number;
  readonly subtype: number;
}

/** What an app image says about itself. */
export interface AppFacts {
  /** Whether all segments are there and the checksum and, if appended, the SHA-256 are right. */
  readonly whole: boolean;
  readonly version: string;
  readonly project: string;
}

/** ESP-IDF's default table address (Kconfig, PARTITION_TABLE_OFFSET). */
const TABLE = 0x8000;
const UNIT = 0x1000;

/** The bytes that are checked where a sentence is about a start only. */
export const LOOKED_AT = 0x100;

/** The bytes of a range; null if it is not entirely in this memory. */
export function bytesAt({ start, bytes }: Cells, { address, size }: Span): Uint8Array | null {
  const from = address - start;
  return from < 0 || from + size > bytes.length ? null : bytes.subarray(from, from + size);
}

/** Whether two ranges are equal; false if either is null. */
export function same(a: Uint8Array | null, b: Uint8Array | null): boolean {
  return a !== null && b !== null && isEqualBytes(a, b);
}

/** The address of the first byte that differs between two states of a memory and is not `known`; null if there is none. */
export function firstChange(before: Cells, after: Cells, known: (address: number) => boolean): number | null {
  for (let at = 0; at < before.bytes.length; at += UNIT) {
    const [old, now] = [before.bytes.subarray(at, at + UNIT), after.bytes.subarray(at, at + UNIT)];
    if (isEqualBytes(old, now)) continue;
    for (const [i, byte] of old.entries())
      if (byte !== now[i] && !known(before.start + at + i)) return before.start + at + i;
  }
  return null;
}

/** The number of bytes that are not erased. */
export function written(bytes: Uint8Array): number {
  // A call for each byte of each partition took half of the time of all claims.
  let sum = 0;
  for (let i = 0; i < bytes.length; i++) if (bytes[i] !== 0xff) sum++;
  return sum;
}

/** MD5 in hex. */
export function md5(bytes: Uint8Array): string {
  return bytesToHex(digest(bytes));
}

/** The rows of the table at its default address (gen_esp32part.py: `<2sBBLL16sL`). */
export function tableIn(cells: Cells): Row[] {
  const rows: Row[] = [];
  const data = bytesAt(cells, { address: TABLE, size: 0xc00 }) ?? new Uint8Array();
  const view = viewOf(data);
  for (let at = 0; at + 32 <= data.length && view.getUint16(at, true) === 0x50aa; at += 32) {
    rows.push({
      label: text(data.subarray(at + 12, at + 28)),
      type: data[at + 2] ?? 0,
      subtype: data[at + 3] ?? 0,
      address: view.getUint32(at + 4, true),
      size: view.getUint32(at + 8, true),
    });
  }
  return rows;
}

/** Reads an app image; null if none starts there (esp_app_format.h). */
export function appIn(cells: Cells, { address, size }: Span): AppFacts | null {
  const data = bytesAt(cells, { address, size });
  if (data?.[0] !== 0xe9 || data.length < 0x120) return null;
  const described = viewOf(data).getUint32(32, true) === 0xabcd5432;
  return {
    whole: isWhole(data),
    version: described ? text(data.subarray(48, 80)) : '',
    project: described ? text(data.subarray(80, 112)) : '',
  };
}

function isWhole(data: Uint8Array): boolean {
  const view = viewOf(data);
  let at = 24;
  let sum = 0xef;
  for (let n = data[1] ?? 0; n > 0; n--) {
    if (at + 8 > data.length) return false;
    const end = at + 8 + view.getUint32(at + 4, true);
    if (end > data.length) return false;
    for (let i = at + 8; i < end; i++) sum ^= data[i] ?? 0;
    at = end;
  }
  const last = at + 15 - (at % 16);
  if (data[last] !== sum) return false;
  if (data[23] !== 1) return true;
  return same(sha256(data.subarray(0, last + 1)), data.subarray(last + 1, last + 33));
}

/** Counts written entries and pages in use (nvs_page.hpp: two bits an entry, 0b10 is written). */
export function nvsIn(data: Uint8Array): { readonly entries: number; readonly pages: number } {
  let [entries, pages] = [0, 0];
  for (let at = 0; at + UNIT <= data.length; at += UNIT) {
    const state = viewOf(data).getUint32(at, true);
    if (![0xfffffffe, 0xfffffffc, 0xfffffff8].includes(state)) continue;
    pages++;
    for (let i = 0; i < 126; i++) if ((((data[at + 32 + (i >> 2)] ?? 0) >> ((i & 3) * 2)) & 3) === 2) entries++;
  }
  return { entries, pages };
}

/** The sequence numbers of both otadata entries (esp_ota_select_entry_t); 0xffffffff for a blank one. */
export function sequencesIn(data: Uint8Array): readonly [number, number] {
  const view = viewOf(data);
  return [view.getUint32(0, true), view.getUint32(UNIT, true)];
}

/** The version of a Particle module and whether its CRC is right; null if none starts there (device-os, module_info.h). */
export function moduleIn(
  data: Uint8Array,
  address: number,
): { readonly version: number; readonly sound: boolean } | null {
  const view = viewOf(data);
  // A header is at the start, or after the vector table of a system part.
  for (const at of [0, 0x184]) {
    if (at + 24 > data.length) continue;
    const [start, end] = [view.getUint32(at, true), view.getUint32(at + 4, true)];
    const size = end - start;
    if (start !== address || size <= at || size + 4 > data.length) continue;
    const sound = view.getUint32(size, false) === zipCrc32(data.subarray(0, size));
    return { version: view.getUint16(at + 10, true), sound };
  }
  return null;
}

/** The address of the app that a boot log says was loaded; null if it names none. */
export function loadedBy(log: string): number | null {
  const found = [...log.matchAll(/Loaded app from partition at offset (0x[0-9a-f]+)/g)].at(-1);
  return found?.[1] === undefined ? null : Number(found[1]);
}

/** An address in hex. */
export function hex(value: number): string {
  return `0x${value.toString(16)}`;
}

function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.length);
}

function text(data: Uint8Array): string {
  const end = data.indexOf(0);
  return new TextDecoder().decode(end < 0 ? data : data.subarray(0, end));
}
