/** Flash offsets in lists of files. */

/** The offset that a number or a text such as `0x10000` or `65536` means; null if it is not an offset below `limit`. */
export function offsetOf(value: unknown, limit: number): number | null {
  const offset = typeof value === 'string' ? fromText(value.trim()) : value;
  const isOffset = typeof offset === 'number' && Number.isSafeInteger(offset) && offset >= 0 && offset < limit;
  return isOffset ? offset : null;
}

function fromText(text: string): number | null {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number.parseInt(text, 16);
  return /^\d{1,10}$/.test(text) ? Number.parseInt(text, 10) : null;
}
