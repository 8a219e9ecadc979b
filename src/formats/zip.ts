/** Reads ZIP archives: the directory, and one entry at a time (PKWARE, APPNOTE.TXT 6.3.10). */
import { Inflate } from 'fflate';
import type { Source } from '../flash/dropped-file.ts';
import type { Values } from '../flash/finding.ts';
import { hex } from '../flash/finding.ts';
import type { YieldNow } from '../flash/yielding.ts';
import { inPieces, NEVER_YIELD } from '../flash/yielding.ts';
import { holdsAt, viewOf } from './binary.ts';
import { crc32 } from './crc32.ts';

/** One file in an archive, as the central directory lists it; sizes in bytes. */
export interface ZipEntry {
  /** As it is listed: it may be absolute, or lead out of the archive. */
  readonly name: string;
  readonly size: number;
  readonly packedSize: number;
  readonly crc: number;
  readonly method: number;
  readonly encrypted: boolean;
  /** Whether its sizes are in a ZIP64 field, which is not read. */
  readonly zip64: boolean;
  /** The offset of its local header in the file. */
  readonly at: number;
}

/** The faults of an archive as a whole. */
export type ZipFaultKind = 'zip-no-directory' | 'zip-directory-damaged' | 'zip-too-many-entries' | 'zip-not-readable';

/** A fault: what is wrong, the offset in the file, and the exact values. */
export interface ZipFault {
  readonly fault: ZipFaultKind;
  readonly offset: number;
  readonly values: Values;
}

/** The entries of an archive in the order of its directory, without folders; or what is wrong with it. */
export type ZipDirectory = { readonly entries: readonly ZipEntry[] } | ZipFault;

/** The bytes of an entry, or how they differ from what the directory says. */
export type ZipContent =
  | { readonly kind: 'bytes'; readonly data: Uint8Array }
  | { readonly kind: 'damaged'; readonly what: string; readonly offset: number };

const END = [0x50, 0x4b, 5, 6];
const CENTRAL = [0x50, 0x4b, 1, 2];
const LOCAL = [0x50, 0x4b, 3, 4];
const END_SIZE = 22;
const CENTRAL_SIZE = 46;
const LOCAL_SIZE = 30;
const LONGEST_COMMENT = 0xffff;
/** The most entries that are read: a build folder of ESP-IDF has a few thousand files. */
const MOST_ENTRIES = 20_000;
const LARGEST_DIRECTORY = 16 << 20;
/** How many rows of a directory are read in one piece. */
const ROWS = 1000;
const STORED = 0;
const DEFLATED = 8;
/** The most bytes that deflate can make of one (zlib, "Maximum Compression Factor"); some bytes are overhead. */
const MOST_PER_BYTE = 1032;
// The output of one push is in memory at once, 16 MiB at most, and nothing else runs while it is made.
const PUSH = 16 << 10;
/** The push size for an entry that unpacks to more than `DENSE` times its size: it makes at most 1 MiB. */
const DENSE_PUSH = 1 << 10;
const DENSE = 16;
const SLICE = 1 << 20;
/** The push size when only the first bytes of an entry are wanted: it makes at most 65 KiB. */
const FEW = 64;

/** Whether the first bytes of a file are those of a ZIP archive. */
export function looksLikeZip(head: Uint8Array): boolean {
  return holdsAt(head, 0, LOCAL) || holdsAt(head, 0, END);
}

/** Why an entry cannot be unpacked here; null if it can. */
export function unsupported({ encrypted, method, zip64 }: ZipEntry): string | null {
  if (encrypted) return 'it is encrypted with a password';
  if (zip64) return 'it is in the ZIP64 form, for files over 4 GiB';
  return method === STORED || method === DEFLATED ? null : `it uses an unsupported compression method (${method})`;
}

/** Reads the directory at the end of an archive, and nothing else of it. */
export async function readZipDirectory(file: Source, yieldNow: YieldNow = NEVER_YIELD): Promise<ZipDirectory> {
  const from = Math.max(0, file.size - END_SIZE - LONGEST_COMMENT);
  const tail = await file.read(from, file.size);
  const end = findEnd(tail);
  if (end === null) return { fault: 'zip-no-directory', offset: file.size, values: {} };
  const view = viewOf(tail.subarray(end));
  const word = (at: number): number => view.getUint16(at, true);
  const [size, start, count] = [view.getUint32(12, true), view.getUint32(16, true), word(10)];
  const offset = from + end;
  if (count === 0xffff || size === 0xffffffff || start === 0xffffffff) {
    return { fault: 'zip-not-readable', offset, values: { why: 'it is in the ZIP64 form, for large archives' } };
  }
  if (word(4) !== 0 || word(6) !== 0 || word(8) !== count) {
    return { fault: 'zip-not-readable', offset, values: { why: 'it is one volume of a multi-volume archive' } };
  }
  if (count > MOST_ENTRIES || size > LARGEST_DIRECTORY) {
    return { fault: 'zip-too-many-entries', offset, values: { count, limit: MOST_ENTRIES } };
  }
  // A self-extracting program may precede the archive, and the offsets in the archive do not count it.
  const shift = offset - size - start;
  if (shift < 0) return { fault: 'zip-directory-damaged', offset, values: { row: 0, rows: count } };
  return inPieces(entriesOf(await file.read(start + shift, offset), count, start + shift, shift), yieldNow);
}

function findEnd(tail: Uint8Array): number | null {
  for (let at = tail.length - END_SIZE; at >= 0; at--) {
    if (holdsAt(tail, at, END) && at + END_SIZE + viewOf(tail).getUint16(at + 20, true) <= tail.length) return at;
  }
  return null;
}

function* entriesOf(directory: Uint8Array, count: number, start: number, shift: number): Generator<void, ZipDirectory> {
  const entries: ZipEntry[] = [];
  let at = 0;
  for (let row = 0; row < count; row++) {
    if (row % ROWS === ROWS - 1) yield;
    const damaged: ZipFault = {
      fault: 'zip-directory-damaged',
      offset: start + at,
      values: { row: row + 1, rows: count },
    };
    if (at + CENTRAL_SIZE > directory.length || !holdsAt(directory, at, CENTRAL)) return damaged;
    const view = viewOf(directory.subarray(at, at + CENTRAL_SIZE));
    const word = (offset: number): number => view.getUint16(offset, true);
    const long = (offset: number): number => view.getUint32(offset, true);
    const end = at + CENTRAL_SIZE + word(28) + word(30) + word(32);
    if (end > directory.length) return damaged;
    const name = nameOf(directory.subarray(at + CENTRAL_SIZE, at + CENTRAL_SIZE + word(28)));
    at = end;
    if (name.endsWith('/')) continue;
    const [packedSize, size, header] = [long(20), long(24), long(42)];
    const zip64 = packedSize === 0xffffffff || size === 0xffffffff || header === 0xffffffff;
    const encrypted = (word(8) & 1) !== 0;
    entries.push({ name, size, packedSize, crc: long(16), method: word(10), encrypted, zip64, at: header + shift });
  }
  return { entries };
}

/** Names are UTF-8 in all newer archives; others are shown byte for byte. */
function nameOf(field: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(field);
  } catch {
    return Array.from(field, (byte) => String.fromCharCode(byte)).join('');
  }
}

/**
 * Unpacks one entry for which `unsupported` is null: all of it, checked, or its first `most` bytes, unchecked. Never makes
 * more bytes than the directory says.
 */
export async function readZipEntry(
  file: Source,
  entry: ZipEntry,
  most = entry.size,
  yieldNow: YieldNow = NEVER_YIELD,
): Promise<ZipContent> {
  const damaged = (what: string, offset = entry.at): ZipContent => ({ kind: 'damaged', what, offset });
  if (entry.at + LOCAL_SIZE > file.size) return damaged(`its header would be at ${hex(entry.at)}, past the end`);
  const header = await file.read(entry.at, entry.at + LOCAL_SIZE);
  if (!holdsAt(header, 0, LOCAL)) return damaged('there is no header at its place');
  const view = viewOf(header);
  const start = entry.at + LOCAL_SIZE + view.getUint16(26, true) + view.getUint16(28, true);
  if (start + entry.packedSize > file.size) return damaged('its data is truncated', file.size);
  const impossible =
    entry.method === STORED ? entry.size !== entry.packedSize : entry.size > (entry.packedSize + 1) * MOST_PER_BYTE;
  if (impossible) return damaged(`it cannot have ${entry.size} bytes when ${entry.packedSize} are packed`);
  const wanted = Math.min(most, entry.size);
  const made =
    entry.method === STORED
      ? await file.read(start, start + wanted)
      : await inflate(file, start, entry, wanted, yieldNow);
  if (typeof made === 'string') return damaged(made, start);
  if (wanted === entry.size) {
    const computed = crc32(made);
    if (computed !== entry.crc)
      return damaged(`its CRC-32 is ${hex(computed)}, and should be ${hex(entry.crc)}`, start);
  }
  return { kind: 'bytes', data: made };
}

/** Inflates `wanted` bytes, or returns what is wrong. */
async function inflate(
  file: Source,
  start: number,
  entry: ZipEntry,
  wanted: number,
  yieldNow: YieldNow,
): Promise<Uint8Array | string> {
  const out = new Uint8Array(wanted);
  let made = 0;
  const stream = new Inflate((piece) => {
    out.set(piece.subarray(0, Math.max(0, wanted - made)), Math.min(made, wanted));
    made += piece.length;
  });
  const end = start + entry.packedSize;
  const whole = entry.size > DENSE * entry.packedSize ? DENSE_PUSH : PUSH;
  const [step, push] = wanted === entry.size ? [SLICE, whole] : [PUSH, FEW];
  for (let from = start; from < end; from += step) {
    const slice = await file.read(from, Math.min(end, from + step));
    for (let at = 0; at < slice.length; at += push) {
      await yieldNow();
      try {
        // A copy: the stream keeps what it has not used yet, and the next read may reuse the memory.
        stream.push(slice.slice(at, at + push), from + at + push >= end);
      } catch {
        return `its packed bytes are damaged, after ${made} of ${entry.size} bytes`;
      }
      if (made > entry.size) return `it unpacks to more than the ${entry.size} bytes that the directory tells`;
      if (made >= wanted && wanted < entry.size) return out;
    }
  }
  return made < wanted ? `it unpacks to ${made} bytes, and should to ${entry.size}` : out;
}
