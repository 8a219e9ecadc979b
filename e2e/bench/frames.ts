/** The frames between the preloaded library and the bench: 4 bytes of size (little endian), a type, the body. */

/** Messages from the library: a program has opened a device node, or acts on an opened one. */
export type FromProgram =
  | { type: 'open'; node: string }
  | { type: 'data'; bytes: Uint8Array }
  | { type: 'lines'; dtr: boolean; rts: boolean; brk: boolean }
  | { type: 'baud'; rate: number }
  | { type: 'transfer'; id: number; kind: number; endpoint: number; size: number; bytes: Uint8Array }
  | { type: 'cancel'; id: number }
  | { type: 'request'; id: number; op: string; a: number; b: number };

/** Messages from the bench; `status` is 0 or a negative errno. */
export type ToProgram =
  | { type: 'data'; bytes: Uint8Array }
  | { type: 'inputs'; bits: number }
  | { type: 'completion'; id: number; status: number; bytes: Uint8Array }
  | { type: 'answer'; id: number; status: number };

/** One frame as it is on the wire. */
export interface Frame {
  type: string;
  body: Uint8Array;
}

const HEAD = 5;
const text = new TextDecoder();

/** The bytes of one frame; `type` is one ASCII character. */
export function encodeFrame(type: string, ...parts: readonly Uint8Array[]): Uint8Array {
  const size = parts.reduce((sum, part) => sum + part.length, 0);
  const bytes = new Uint8Array(HEAD + size);
  new DataView(bytes.buffer).setUint32(0, size, true);
  bytes[4] = type.charCodeAt(0);
  let at = HEAD;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** The bytes of a message to the program. */
export function encode(message: ToProgram): Uint8Array {
  switch (message.type) {
    case 'data':
      return encodeFrame('D', message.bytes);
    case 'inputs':
      return encodeFrame('I', words(message.bits));
    case 'completion':
      return encodeFrame('U', words(message.id, message.status), message.bytes);
    case 'answer':
      return encodeFrame('A', words(message.id, message.status));
  }
}

/** Parses a frame from the program; throws a `RangeError` if the type is unknown or the body too short. */
export function parse({ type, body }: Frame): FromProgram {
  const view = new DataView(body.buffer, body.byteOffset, body.length);
  const word = (at: number) => view.getUint32(at, true);
  switch (type) {
    case 'O':
      return { type: 'open', node: text.decode(body) };
    case 'D':
      return { type: 'data', bytes: body };
    case 'L': {
      const bits = view.getUint8(0);
      return { type: 'lines', dtr: (bits & 1) !== 0, rts: (bits & 2) !== 0, brk: (bits & 4) !== 0 };
    }
    case 'B':
      return { type: 'baud', rate: word(0) };
    case 'S':
      return {
        type: 'transfer',
        id: word(0),
        kind: view.getUint8(4),
        endpoint: view.getUint8(5),
        size: word(6),
        bytes: body.subarray(10),
      };
    case 'C':
      return { type: 'cancel', id: word(0) };
    case 'Q':
      return { type: 'request', id: word(0), op: String.fromCharCode(view.getUint8(4)), a: word(8), b: word(12) };
    default:
      throw new RangeError(`no frame has the type ${JSON.stringify(type)}`);
  }
}

/** Splits a stream of bytes into frames, however the stream is chunked. */
export class FrameDecoder {
  #chunks: Uint8Array[] = [];
  #size = 0;

  /** The frames that these bytes complete; their bodies share no memory with `bytes`, which may be reused. */
  push(bytes: Uint8Array): Frame[] {
    this.#chunks.push(bytes);
    this.#size += bytes.length;
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== undefined; frame = this.#next()) frames.push(frame);
    return frames;
  }

  #next(): Frame | undefined {
    if (this.#size < HEAD) return undefined;
    // Joined only if a frame is split, so that a large frame in many chunks is not copied once per chunk.
    const head = this.#peek(HEAD);
    const size = new DataView(head.buffer, head.byteOffset).getUint32(0, true);
    if (this.#size < HEAD + size) return undefined;
    const whole = this.#take(HEAD + size);
    return { type: String.fromCharCode(head[4] ?? 0), body: whole.subarray(HEAD) };
  }

  #peek(count: number): Uint8Array {
    const [first] = this.#chunks;
    if (first !== undefined && first.length >= count) return first;
    this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0] ?? new Uint8Array(0);
  }

  #take(count: number): Uint8Array {
    const joined = this.#peek(count);
    this.#chunks = joined.length > count ? [joined.subarray(count), ...this.#chunks.slice(1)] : this.#chunks.slice(1);
    this.#size -= count;
    return joined.subarray(0, count);
  }
}

function words(...values: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(4 * values.length);
  const view = new DataView(bytes.buffer);
  // setInt32 and setUint32 write the same bits: a status is negative, an id may be above 2^31.
  values.forEach((value, i) => view.setInt32(4 * i, value | 0, true));
  return bytes;
}
