/** Small readers for untrusted little-endian bytes from a file or a device. */
import { plainCharacters } from '../flash/names.ts';

/** A view of exactly these bytes; it shares their memory. */
export function viewOf(data: Uint8Array): DataView {
  return new DataView(data.buffer, data.byteOffset, data.byteLength);
}

/** Whether `data` holds exactly `expected` at `offset`; false if it ends before. */
export function holdsAt(data: Uint8Array, offset: number, expected: readonly number[]): boolean {
  return offset + expected.length <= data.length && expected.every((byte, i) => data[offset + i] === byte);
}

/** Whether every byte has this value; true for no bytes at all. */
export function isFilledWith(data: Uint8Array, byte: number): boolean {
  // A callback for each byte takes ten times as long.
  for (let i = 0; i < data.length; i++) if (data[i] !== byte) return false;
  return true;
}

/** Whether two arrays hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** The bytes of all pieces, one behind another. */
export function joinBytes(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

const HEX_DIGITS = Uint8Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));

/** Bytes as lower-case hex, without spaces. */
export function hexOf(data: Uint8Array): string {
  // Digests are keys of large maps, and an engine copies a concatenated string once more before it looks it up.
  const digits = new Uint8Array(2 * data.length);
  let at = 0;
  for (const byte of data) {
    digits[at++] = HEX_DIGITS[byte >> 4] ?? 0;
    digits[at++] = HEX_DIGITS[byte & 15] ?? 0;
  }
  return decoder.decode(digits);
}

/** The bytes that hex digits of either case stand for; null for any other text. */
export function bytesOfHex(text: string): Uint8Array | null {
  if (!/^(?:[0-9a-f]{2})*$/i.test(text)) return null;
  return Uint8Array.from({ length: text.length / 2 }, (_, i) => Number.parseInt(text.slice(2 * i, 2 * i + 2), 16));
}

/** The UTF-8 text of a fixed-size field: cut at the first NUL, with U+FFFD for everything unprintable or invalid. */
export function textOf(field: Uint8Array): string {
  const end = field.indexOf(0);
  return plainCharacters(decoder.decode(end < 0 ? field : field.subarray(0, end)));
}

/** ASCII text as the list of bytes that `holdsAt` compares with. */
export function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

/** The bytes with a buffer of their own: a copy only where they are a view of a larger one. */
export function ownBuffer(data: Uint8Array): Uint8Array<ArrayBuffer> {
  return hasOwnBuffer(data) ? data : data.slice();
}

/** Whether bytes are all of their buffer, which nobody else sees then as long as it is not shared. */
export function hasOwnBuffer(data: Uint8Array): data is Uint8Array<ArrayBuffer> {
  return data.buffer instanceof ArrayBuffer && data.byteLength === data.buffer.byteLength;
}
