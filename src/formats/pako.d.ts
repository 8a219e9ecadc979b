/** What of pako 2 is used (`lib/inflate.js`): it has no types of its own, and @types/pako leaves out `strm`. */
declare module 'pako' {
  /** Unpacks a stream in pieces. */
  export class Inflate {
    /** @param options `chunkSize`: the most bytes that come out at once; `windowBits`: 15 for zlib and nothing else. */
    constructor(options: { readonly chunkSize: number; readonly windowBits: 15 });
    /** The state of zlib: how many bytes have come out, and how many of those given last were not used. */
    readonly strm: { readonly total_out: number; readonly avail_in: number };
    /** 0, or zlib's error. */
    readonly err: number;
    /** Whether the stream has ended, by its end mark and a right checksum or by an error. */
    readonly ended: boolean;
    /** Gets what comes out: a full chunk; the rest at a flush and at the end. */
    onData: (chunk: Uint8Array) => void;
    /** @param flush 0: none; 2: all that can come out so far (`Z_SYNC_FLUSH`). */
    push(data: Uint8Array, flush?: 0 | 2): boolean;
  }
}
