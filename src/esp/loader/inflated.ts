/**
 * How much content lies in the first bytes of a zlib stream. It follows the stream's symbols and makes no content:
 * to unpack each block only to count it would cost several times its size in memory, for every block of a large image.
 */

/** The order in which a block tells the lengths of its length codes (RFC 1951, 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15] as const;
/** Lengths of matches and their extra bits, from symbol 257 on; distances only by their extra bits (RFC 1951, 3.2.5). */
const LENGTHS = [3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131, 163, 195, 227, 258]; // prettier-ignore
const LENGTH_BITS = [0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0];
const LONGEST = 15;

/** A code by its lengths: how many codes of each, and the symbols in the order of their codes. */
interface Code {
  readonly counts: Uint16Array;
  readonly symbols: Uint16Array;
}

const FIXED: readonly [Code, Code] = [
  codeOf([...rep(8, 144), ...rep(9, 112), ...rep(7, 24), ...rep(8, 8)]),
  codeOf(rep(5, 30)),
];

/**
 * For each of some ascending offsets into a zlib stream, the bytes of content that a loader can have made of what is
 * before it. Throws a `RangeError` for what is no such stream.
 */
export function inflatedAt(stream: Uint8Array, offsets: readonly number[]): number[] {
  const found: number[] = [];
  // The stream's own head of two bytes comes first (RFC 1950).
  let at = 16;
  let content = 0;
  const note = (): void => {
    // A symbol counts for the byte in which it ends.
    for (let next = offsets[found.length]; next !== undefined && at > next * 8; next = offsets[found.length]) {
      found.push(content);
    }
  };
  const mustHave = (): void => {
    if (at > stream.length * 8) throw new RangeError('the stream ends early');
  };
  const bits = (count: number): number => {
    let value = 0;
    for (let i = 0; i < count; i++, at++) value |= (((stream[at >> 3] ?? 0) >> (at & 7)) & 1) << i;
    mustHave();
    return value;
  };
  const symbol = ({ counts, symbols }: Code): number => {
    let code = 0;
    let first = 0;
    let index = 0;
    for (let length = 1; length <= LONGEST; length++) {
      code |= bits(1);
      const count = counts[length] ?? 0;
      if (code - count < first) return symbols[index + code - first] ?? 0;
      index += count;
      first = (first + count) << 1;
      code <<= 1;
    }
    throw new RangeError('a code that stands for nothing');
  };
  const stored = (): void => {
    at = (at + 7) & ~7;
    const length = bits(16);
    bits(16);
    for (let i = 0; i < length; i++) {
      at += 8;
      note();
      content++;
    }
    mustHave();
  };
  const packed = ([literals, distances]: readonly [Code, Code]): void => {
    for (;;) {
      const own = symbol(literals);
      if (own === 256) return;
      let size = 1;
      if (own > 256) {
        size = (LENGTHS[own - 257] ?? 0) + bits(LENGTH_BITS[own - 257] ?? 0);
        const distance = symbol(distances);
        bits(distance < 4 ? 0 : (distance >> 1) - 1);
      }
      note();
      content += size;
    }
  };
  const codes = (): [Code, Code] => {
    const [literals, distances, reported] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const own = Array.from<number>({ length: ORDER.length }).fill(0);
    for (const place of ORDER.slice(0, reported)) own[place] = bits(3);
    const meta = codeOf(own);
    const lengths: number[] = [];
    while (lengths.length < literals + distances) {
      const next = symbol(meta);
      if (next < 16) lengths.push(next);
      else if (next === 16) lengths.push(...rep(lengths.at(-1) ?? 0, 3 + bits(2)));
      else lengths.push(...rep(0, next === 17 ? 3 + bits(3) : 11 + bits(7)));
    }
    return [codeOf(lengths.slice(0, literals)), codeOf(lengths.slice(literals))];
  };
  for (let last = 0; last === 0;) {
    last = bits(1);
    const kind = bits(2);
    if (kind === 0) stored();
    else if (kind === 1) packed(FIXED);
    else if (kind === 2) packed(codes());
    else throw new RangeError('a block of no known kind');
  }
  return [...found, ...rep(content, offsets.length - found.length)];
}

function codeOf(lengths: readonly number[]): Code {
  const counts = new Uint16Array(LONGEST + 1);
  for (const length of lengths) counts[length] = (counts[length] ?? 0) + 1;
  counts[0] = 0;
  const starts = new Uint16Array(LONGEST + 2);
  for (let length = 1; length <= LONGEST; length++) starts[length + 1] = (starts[length] ?? 0) + (counts[length] ?? 0);
  const symbols = new Uint16Array(lengths.length);
  for (const [symbol, length] of lengths.entries()) {
    if (length === 0) continue;
    const place = starts[length] ?? 0;
    symbols[place] = symbol;
    starts[length] = place + 1;
  }
  return { counts, symbols };
}

function rep(value: number, times: number): number[] {
  return Array.from<number>({ length: times }).fill(value);
}
