/** Bytes compared, searched and summed for tests in Node and in a browser, sharing nothing with the code under test. */

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
