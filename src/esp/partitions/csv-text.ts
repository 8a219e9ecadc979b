/** Text handling for partition CSVs: lines and white space as Python's `splitlines` and `strip` see them. */
import { textOf } from '../../formats/binary.ts';

/** The most bytes and lines that are read; a table holds 94 rows, so a larger file is something else. */
export const CSV_LIMITS = { bytes: 1 << 20, lines: 10_000 } as const;
/** The largest type or subtype. */
export const LARGEST_BYTE = 0xff;
/** The largest offset or size in bytes. */
export const LARGEST_WORD = 0xffffffff;
/** The size of the name field in a table row, in bytes. */
export const NAME_SIZE = 16;

/** A file's lines, or why it could not be split into lines; `size` in bytes. */
export type CsvText =
  | { readonly kind: 'lines'; readonly lines: readonly string[] }
  | { readonly kind: 'too-large'; readonly size: number }
  | { readonly kind: 'too-long'; readonly lines: number }
  | { readonly kind: 'binary-table' | 'not-text' };

const LONGEST_QUOTE = 40;
// Python breaks lines at more characters than JavaScript, so it would split a name that contains one.
// oxlint-disable-next-line no-control-regex
const LINE_END = /\r\n|[\n\r\v\f\u001c-\u001e\u0085\u2028\u2029]/u;
// oxlint-disable-next-line no-control-regex
const SPACE = /[\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]/u;
const encoder = new TextEncoder();

/** Trims what Python counts as white space. */
export function strip(text: string): string {
  let start = 0;
  let end = text.length;
  // A single regex would be quadratic on a long run of spaces.
  while (start < end && SPACE.test(text.charAt(start))) start += 1;
  while (end > start && SPACE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}

/** Text from a file, safe to show in a finding: at most 40 characters, with U+FFFD for invisible ones. */
export function quoted(text: string): string {
  const short = Array.from(text.slice(0, 2 * LONGEST_QUOTE))
    .slice(0, LONGEST_QUOTE)
    .join('');
  const shown = textOf(encoder.encode(short.replaceAll('\0', '\uFFFD')));
  return short.length < text.length ? `${shown}…` : shown;
}

/** Whether every character is visible, so that the text cannot be mistaken for another. */
export function isPrintable(text: string): boolean {
  return textOf(encoder.encode(text)) === text;
}

/** The UTF-8 size of a text, in bytes. */
export function sizeInBytes(text: string): number {
  return encoder.encode(text).length;
}

/** The longest prefix of a text that fits in `size` bytes of UTF-8 without splitting a character. */
export function cutToBytes(text: string, size: number): string {
  const { read } = encoder.encodeInto(text, new Uint8Array(size));
  return text.slice(0, read);
}

function encodingOf(data: Uint8Array): string {
  if (data[0] === 0xff && data[1] === 0xfe) return 'utf-16le';
  if (data[0] === 0xfe && data[1] === 0xff) return 'utf-16be';
  return 'utf-8';
}

/** Splits a CSV in UTF-8, or in UTF-16 with a byte order mark, into lines. Never throws. */
export function readLines(source: string | Uint8Array): CsvText {
  if (source.length > CSV_LIMITS.bytes) return { kind: 'too-large', size: source.length };
  const data = typeof source === 'string' ? encoder.encode(source) : source;
  if (data.length > CSV_LIMITS.bytes) return { kind: 'too-large', size: data.length };
  if (data[0] === 0xaa && data[1] === 0x50) return { kind: 'binary-table' };
  let text: string;
  try {
    text = new TextDecoder(encodingOf(data), { fatal: true }).decode(data);
  } catch {
    return { kind: 'not-text' };
  }
  const lines = text.split(LINE_END);
  return lines.length > CSV_LIMITS.lines ? { kind: 'too-long', lines: lines.length } : { kind: 'lines', lines };
}
