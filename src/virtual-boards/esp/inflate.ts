/** A zlib stream that arrives in blocks, as both loaders inflate it. */
import { Inflate } from 'fflate';

/** The stream is damaged, too short, or its Adler-32 is wrong. */
export class InflateError extends Error {
  override readonly name = 'InflateError';
}

/** Inflates block by block; silicon ignores the Adler-32, this board checks it. */
export class BlockInflate {
  /** Bytes inflated so far. */
  total = 0;
  private out: Uint8Array[] = [];
  private readonly inflate = new Inflate((chunk) => {
    if (chunk.length > 0) this.out.push(chunk.slice());
  });
  private head = new Uint8Array(0);
  private headRead = false;
  private tail = new Uint8Array(0);
  private adler = { a: 1, b: 0 };

  /** Inflates one block; with `last` the stream must end in it. Throws an `InflateError`. */
  push(block: Uint8Array, last: boolean): Uint8Array {
    let body = block;
    if (!this.headRead) {
      this.head = join([this.head, block]);
      if (this.head.length < 2) return new Uint8Array(0);
      const [cmf = 0, flags = 0] = this.head;
      // RFC 1950: method 8, header a multiple of 31, no preset dictionary.
      if ((cmf & 0x0f) !== 8 || (cmf * 256 + flags) % 31 !== 0 || (flags & 0x20) !== 0) {
        throw new InflateError('not a zlib stream');
      }
      this.headRead = true;
      body = this.head.subarray(2);
    }
    this.tail = join([this.tail, body]).slice(-4);
    this.out = [];
    try {
      this.inflate.push(body.slice(), last);
    } catch (error) {
      throw new InflateError(String(error));
    }
    const bytes = join(this.out);
    this.total += bytes.length;
    this.sum(bytes);
    if (last && !this.adlerMatches()) throw new InflateError('Adler-32 differs');
    return bytes;
  }

  private sum(bytes: Uint8Array): void {
    let { a, b } = this.adler;
    for (const byte of bytes) {
      a = (a + byte) % 65521;
      b = (b + a) % 65521;
    }
    this.adler = { a, b };
  }

  private adlerMatches(): boolean {
    const [t0 = 0, t1 = 0, t2 = 0, t3 = 0] = this.tail;
    return this.tail.length === 4 && t0 * 256 + t1 === this.adler.b && t2 * 256 + t3 === this.adler.a;
  }
}

/** Concatenates the pieces. */
export function join(pieces: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
