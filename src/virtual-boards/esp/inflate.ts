/** A zlib stream that arrives in blocks, as both loaders inflate it. */
import { Inflate } from 'pako';

/** The stream is damaged, too short, or its Adler-32 is wrong. */
export class InflateError extends Error {
  override readonly name = 'InflateError';
}

/** What both loaders unpack into (TINFL_LZ_DICT_SIZE), in bytes. */
const BUFFER = 0x8000;
/** zlib's flush by which all comes out that went in. */
const SYNC = 2;

/** Inflates block by block; silicon ignores the Adler-32, this board checks it. */
export class BlockInflate {
  /** Bytes inflated so far. */
  total = 0;
  private out: Uint8Array[] = [];
  private readonly inflate = new Inflate({ chunkSize: BUFFER, windowBits: 15 });

  constructor() {
    this.inflate.onData = (chunk) => this.out.push(chunk);
  }

  /** Inflates one block; with `last` the stream must end in it. Throws an `InflateError`. */
  push(block: Uint8Array, last: boolean): Uint8Array {
    if (this.inflate.ended) throw new InflateError('the stream has ended before');
    this.out = [];
    this.inflate.push(block, SYNC);
    const { err, ended, strm } = this.inflate;
    if (err !== 0) throw new InflateError(`not a zlib stream, or a damaged one: ${err}`);
    if (ended && strm.avail_in > 0) throw new InflateError('bytes behind the end of the stream');
    if (last && !ended) throw new InflateError('the stream has not ended');
    const bytes = join(this.out);
    this.total += bytes.length;
    return bytes;
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
