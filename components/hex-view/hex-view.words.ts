/** Bytes as rows of a hex dump, and what is typed to search for them. */

/** How many bytes are read and shown at once. */
export const PAGE = 0x400;

/** How many bytes a row shows; a page of the dump begins at a multiple of it. */
export const ROW = 16;

/** How many bytes a row shows where two halves have no room beside each other. */
export const SHORT_ROW = ROW / 2;

/** One row: its offset, its bytes as hex, and as text with a dot for what is not printable ASCII. */
export interface HexRow {
  readonly offset: number;
  readonly hex: readonly string[];
  readonly text: string;
}

/** The rows of some bytes, the first at `offset`, with `row` bytes each. */
export function hexRows(data: Uint8Array, offset: number, row = ROW): readonly HexRow[] {
  return Array.from({ length: Math.ceil(data.length / row) }, (_, i) => {
    const own = [...data.subarray(i * row, (i + 1) * row)];
    return {
      offset: offset + i * row,
      hex: own.map((byte) => byte.toString(16).padStart(2, '0')),
      text: own.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.')).join(''),
    };
  });
}

/** The heads of the columns: how far the byte below is from the address of its row, in hex. */
export function columnHeads(row: number): readonly string[] {
  return Array.from({ length: row }, (_, i) => i.toString(16).toUpperCase());
}

/** Whether a byte is 00 or FF, which most of a flash is: what stands out between them is what a person looks for. */
export function isPlain(byte: string): boolean {
  return byte === '00' || byte === 'ff';
}

/** The bytes to search for: hex such as `E9 03` or `0xE903`, or else the text itself in UTF-8; null if nothing is typed. */
export function wantedBytes(typed: string, as: 'text' | 'hex'): Uint8Array | null {
  if (typed === '') return null;
  if (as === 'text') return new TextEncoder().encode(typed);
  const digits = typed.replaceAll(/0x|[\s,:-]/gi, '');
  if (digits === '' || digits.length % 2 === 1 || !/^[0-9a-f]+$/i.test(digits)) return null;
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** An offset as a person types it, decimal or hex; null if it is none. */
export function offsetTyped(typed: string): number | null {
  const text = typed.trim();
  return /^(?:0x[0-9a-f]+|\d+)$/i.test(text) ? Number(text) : null;
}
