/**
 * How much comes out of the beginnings of a zlib stream (RFC 1950, 1951), counted symbol by symbol. Unpacking it piece by piece
 * would copy the window of 32 KiB for each: hundreds of megabytes for a flash of 16.
 */

/** A zlib stream's header, in bytes. */
const HEADER = 2;
/** The order in which the lengths of the codes for code lengths are sent (RFC 1951, 3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];
/** The first symbol for a length, and the one for the longest. */
const [FIRST_LENGTH, LAST_LENGTH] = [257, 285];
const END_OF_BLOCK = 256;
/** The longest code, in bits. */
const MOST_BITS = 15;

/** What the next bits stand for, by their value: the symbol, and the number of bits of its code below it; 0 for no code. */
interface Codes {
  readonly bits: number;
  readonly table: Uint16Array;
}

/** Bits of a stream, the lowest of each byte first; `at` is the next one. Past the end of the stream they are 0. */
class Bits {
  constructor(
    private readonly stream: Uint8Array,
    public at: number,
  ) {}

  peek(count: number): number {
    const { stream, at } = this;
    const byte = at >> 3;
    const three = (stream[byte] ?? 0) | ((stream[byte + 1] ?? 0) << 8) | ((stream[byte + 2] ?? 0) << 16);
    return (three >> (at & 7)) & ((1 << count) - 1);
  }

  take(count: number): number {
    const value = this.peek(count);
    this.at += count;
    if (this.at > this.stream.length * 8) throw new RangeError('a zlib stream that ends too soon');
    return value;
  }

  symbol({ bits, table }: Codes): number {
    const entry = table[this.peek(bits)] ?? 0;
    if (entry === 0) throw new RangeError('a zlib stream with a code that has no meaning');
    this.take(entry & 15);
    return entry >> 4;
  }
}

/**
 * The sizes, in bytes, that come out of the first 0, `step`, 2 × `step` … bytes of a stream, up to the last one before its content
 * ends. Throws a `RangeError` for a stream that is not whole.
 */
export function unpackedSizes(stream: Uint8Array, step: number): number[] {
  const bits = new Bits(stream, HEADER * 8);
  const sizes = [0];
  let size = 0;
  // What ends behind a boundary does not come out of what lies before it.
  const comes = (count: number): void => {
    while (sizes.length * step * 8 < bits.at) sizes.push(size);
    size += count;
  };
  for (let last = 0; last === 0;) {
    last = bits.take(1);
    const kind = bits.take(2);
    if (kind === 0) countStored(bits, comes);
    else countCoded(bits, kind === 1 ? fixedCodes() : sentCodes(bits), comes);
  }
  return sizes;
}

function countStored(bits: Bits, comes: (count: number) => void): void {
  bits.at = Math.ceil(bits.at / 8) * 8;
  const length = bits.take(8) | (bits.take(8) << 8);
  bits.at += 16;
  for (let i = 0; i < length; i++) {
    bits.take(8);
    comes(1);
  }
}

interface BlockCodes {
  readonly symbols: Codes;
  readonly distances: Codes;
}

function countCoded(bits: Bits, { symbols, distances }: BlockCodes, comes: (count: number) => void): void {
  for (;;) {
    const symbol = bits.symbol(symbols);
    if (symbol === END_OF_BLOCK) return;
    if (symbol < END_OF_BLOCK) {
      comes(1);
      continue;
    }
    const length = lengthOf(symbol, bits);
    bits.take(extraOf(bits.symbol(distances), 2));
    comes(length);
  }
}

/** The length that a symbol stands for, with its extra bits (RFC 1951, 3.2.5). */
function lengthOf(symbol: number, bits: Bits): number {
  if (symbol === LAST_LENGTH) return 258;
  const index = symbol - FIRST_LENGTH;
  const extra = extraOf(index, 4);
  return 3 + (extra === 0 ? index : (4 + (index & 3)) << extra) + bits.take(extra);
}

/** How many extra bits follow a symbol: none after the first ones, then one more after each `group`. */
function extraOf(index: number, group: 2 | 4): number {
  return Math.max(0, Math.floor(index / group) - 1);
}

function fixedCodes(): BlockCodes {
  const lengths = Array.from({ length: 288 }, (_, symbol) =>
    symbol < 144 ? 8 : symbol < 256 ? 9 : symbol < 280 ? 7 : 8,
  );
  return { symbols: codesOf(lengths), distances: codesOf(Array.from({ length: 30 }, () => 5)) };
}

/** The codes of a block that sends them, as lengths that are themselves coded. */
function sentCodes(bits: Bits): BlockCodes {
  const [symbols, distances, count] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4];
  const own = Array.from({ length: ORDER.length }, () => 0);
  for (const symbol of ORDER.slice(0, count)) own[symbol] = bits.take(3);
  const codes = codesOf(own);
  const lengths: number[] = [];
  while (lengths.length < symbols + distances) {
    const symbol = bits.symbol(codes);
    if (symbol < 16) {
      lengths.push(symbol);
      continue;
    }
    const value = symbol === 16 ? (lengths.at(-1) ?? 0) : 0;
    const times = symbol === 16 ? 3 + bits.take(2) : symbol === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
    for (let i = 0; i < times; i++) lengths.push(value);
  }
  return { symbols: codesOf(lengths.slice(0, symbols)), distances: codesOf(lengths.slice(symbols)) };
}

/** The canonical codes with these lengths, by symbol (RFC 1951, 3.2.2). */
function codesOf(lengths: readonly number[]): Codes {
  const bits = Math.max(1, ...lengths);
  const table = new Uint16Array(1 << bits);
  let code = 0;
  for (let length = 1; length <= Math.min(bits, MOST_BITS); length++) {
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      const entry = (symbol << 4) | length;
      for (let at = reversed(code, length); at < table.length; at += 1 << length) table[at] = entry;
      code++;
    }
    code <<= 1;
  }
  return { bits, table };
}

/** Codes are sent from their highest bit on. */
function reversed(code: number, length: number): number {
  let out = 0;
  for (let i = 0; i < length; i++) out |= ((code >> i) & 1) << (length - 1 - i);
  return out;
}
