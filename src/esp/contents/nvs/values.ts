/** Types and values of settings: bytes on flash, text for people. */
import { hexOf, viewOf } from '../../../formats/binary.ts';
import { plainCharacters } from '../../../flash/names.ts';
import { numberSize, TYPE } from './entry.ts';
import type { Blob } from './entry.ts';

/** The types of settings, by ESP-IDF's names; old and new blobs are the same to the firmware. */
export const NVS_TYPES = ['u8', 'i8', 'u16', 'i16', 'u32', 'i32', 'u64', 'i64', 'string', 'blob'] as const;

/** The type of a setting. */
export type NvsType = (typeof NVS_TYPES)[number];

/** A value with its bytes, a string's NUL included; `data` is null where the firmware gets “not found”. */
export interface NvsValue {
  /** Null where no namespace has the item's index: the firmware cannot ask for it. */
  readonly namespace: string | null;
  readonly namespaceIndex: number;
  readonly key: string;
  /** The bytes of the two names on flash, each as one character. */
  readonly bytes: { readonly namespace: string | null; readonly key: string };
  readonly type: NvsType;
  readonly data: Uint8Array | null;
  /** Where its item is: the numbers of the page and of the entry. */
  readonly page: number;
  readonly entry: number;
  /** How a blob is stored: in one page, as before ESP-IDF 3.2, or in chunks. Null for other types. */
  readonly blob: 'old' | Blob | null;
}

/** Narrows a word to a type. */
export function isNvsType(word: string): word is NvsType {
  return NVS_TYPES.some((type) => type === word);
}

/** Whether a type is one of the numbers. */
export function isNumberType(type: NvsType): boolean {
  return type !== 'string' && type !== 'blob';
}

/** The type of an item's type byte; null for none that the firmware can ask for. */
export function typeOf(code: number): NvsType | null {
  if (code === TYPE.index || code === TYPE.oldBlob) return 'blob';
  return NVS_TYPES.find((type) => type !== 'blob' && TYPE[type] === code) ?? null;
}

/** The type byte with which the firmware asks for a value. */
export function codeOf(type: NvsType): number {
  return type === 'blob' ? TYPE.oldBlob : TYPE[type];
}

/** The smallest and the largest number of a type. */
export function rangeOf(type: NvsType): { readonly least: bigint; readonly most: bigint } {
  const bits = BigInt(numberSize(codeOf(type)) * 8);
  return type.startsWith('i')
    ? { least: -(1n << (bits - 1n)), most: (1n << (bits - 1n)) - 1n }
    : { least: 0n, most: (1n << bits) - 1n };
}

/** A number from its bytes, little-endian. */
function numberFrom(type: NvsType, data: Uint8Array): bigint {
  const unsigned = data.reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  return type.startsWith('i') ? BigInt.asIntN(data.length * 8, unsigned) : unsigned;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A string's bytes up to its NUL. */
export function stringBytes(data: Uint8Array): Uint8Array {
  const end = data.indexOf(0);
  return end < 0 ? data : data.subarray(0, end);
}

/** A string's text if it is UTF-8 with one NUL at its end, so that the same text makes the same bytes; null otherwise. */
export function exactText(data: Uint8Array): string | null {
  if (data.indexOf(0) !== data.length - 1) return null;
  try {
    return strict.decode(data.subarray(0, -1));
  } catch {
    return null;
  }
}

/** A value as a person sees it: decimal, text with U+FFFD for what is not UTF-8, or hex. */
export function shownValue(type: NvsType, data: Uint8Array): string {
  if (type === 'blob') return hexOf(data);
  return type === 'string' ? decoder.decode(stringBytes(data)) : numberFrom(type, data).toString();
}

/** A name from its bytes, one character each: as UTF-8, with U+FFFD for what cannot be shown. */
export function shownName(bytes: string): string {
  return plainCharacters(decoder.decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0))));
}

/** The bytes of a name, one character each; a name of at most 15 bytes fits. */
export function nameBytes(name: string): string {
  return Array.from(new TextEncoder().encode(name), (byte) => String.fromCharCode(byte)).join('');
}

/** The bytes of a value, or what is wrong with it: the end of a sentence “cannot be set: …”. */
export type ParsedValue = { readonly data: Uint8Array } | { readonly why: string };

const HEX = /^(?:[0-9a-f]{2})*$/i;
const DECIMAL = /^-?[0-9]{1,20}$/;

/** A number's bytes, little-endian; also reads `0x…`. */
export function parseNumber(type: NvsType, text: string): ParsedValue {
  const trimmed = text.trim();
  const isHex = /^0x[0-9a-f]{1,16}$/i.test(trimmed);
  if (!isHex && !DECIMAL.test(trimmed)) return { why: 'it is not a whole number' };
  const value = BigInt(trimmed);
  const { least, most } = rangeOf(type);
  if (value < least || value > most) return { why: `${type} holds numbers from ${least} to ${most}` };
  const data = new Uint8Array(8);
  viewOf(data).setBigUint64(0, BigInt.asUintN(64, value), true);
  return { data: data.slice(0, numberSize(codeOf(type))) };
}

/** A value's bytes from the text that `shownValue` gives. */
export function parseValue(type: NvsType, text: string): ParsedValue {
  if (type === 'blob') {
    const digits = text.replaceAll(/\s/g, '');
    if (!HEX.test(digits)) return { why: 'a blob is given in hex, two digits for each byte' };
    return {
      data: Uint8Array.from({ length: digits.length / 2 }, (_, i) => parseInt(digits.slice(2 * i, 2 * i + 2), 16)),
    };
  }
  if (type !== 'string') return parseNumber(type, text);
  if (text.includes('\0')) return { why: 'a string cannot contain a NUL character' };
  return { data: new TextEncoder().encode(`${text}\0`) };
}
