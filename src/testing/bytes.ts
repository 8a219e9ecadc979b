/** Bytes made, compared, searched and summed for tests in Node and in a browser, sharing nothing with the code under test. */

/** Whether two arrays hold the same bytes; four at once where both are aligned, because whole flashes are compared. */
export function isEqualBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  const aligned = a.byteOffset % 4 === 0 && b.byteOffset % 4 === 0;
  const words = aligned ? a.length >> 2 : 0;
  if (words > 0) {
    const own = new Uint32Array(a.buffer, a.byteOffset, words);
    const other = new Uint32Array(b.buffer, b.byteOffset, words);
    for (let i = 0; i < words; i++) if (own[i] !== other[i]) return false;
  }
  for (let i = words * 4; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}

/** Where two memories differ: first and last offset and number of bytes. Null if they are equal. */
export function difference(a: Uint8Array, b: Uint8Array): string | null {
  if (a.length !== b.length) return `${a.length} bytes against ${b.length}`;
  if (isEqualBytes(a, b)) return null;
  let first = -1;
  let last = -1;
  let count = 0;
  for (let i = 0; i < a.length; i++) {
    if (a[i] === b[i]) continue;
    if (first < 0) first = i;
    last = i;
    count++;
  }
  return `${count} bytes from +${first.toString(16)} to +${last.toString(16)}`;
}

/** `size` pseudo-random bytes without short repeats, none of them blank; the same for the same seed. */
export function noise(size: number, seed = 1): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let state = seed;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1103515245) + 12345) >>> 0;
    bytes[i] = (state >>> 16) % 0xff;
  }
  return bytes;
}

/** Whether bytes contain a piece; an empty piece is in all of them. */
export function containsBytes(bytes: Uint8Array, piece: Uint8Array): boolean {
  const [first] = piece;
  if (first === undefined) return true;
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1)) {
    let i = 1;
    while (i < piece.length && bytes[at + i] === piece[i]) i++;
    if (i === piece.length) return true;
  }
  return false;
}

const CRC_STEPS = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

/** The CRC-32 of ZIP files (ISO 3309), unsigned, of parts one behind another. */
export function zipCrc32(...parts: readonly Uint8Array[]): number {
  let register = 0xffff_ffff;
  for (const part of parts)
    for (const byte of part) register = (register >>> 8) ^ (CRC_STEPS[(register ^ byte) & 0xff] ?? 0);
  return ~register >>> 0;
}
