/** Intel HEX: bytes at addresses as text (Intel, Hexadecimal Object File Format Specification, revision A, 1988). */
import type { Values } from '../flash/finding.ts';
import { hex } from '../flash/finding.ts';
import type { SparseLimits } from './sparse-bytes.ts';
import { SparseBytes } from './sparse-bytes.ts';

/** The faults of a record or of the file. */
export type HexFaultKind =
  | 'hex-character'
  | 'hex-length'
  | 'hex-checksum'
  | 'hex-type'
  | 'hex-overlap'
  | 'hex-end-missing'
  | 'hex-no-data'
  | 'address-past-flash';

/** The first fault: what is wrong, on which line (from 1), and the exact values. */
export interface HexFault {
  readonly fault: HexFaultKind;
  readonly line: number;
  readonly values: Values;
}

const [DATA, END, SEGMENT, SEGMENT_START, LINEAR, LINEAR_START] = [0, 1, 2, 3, 4, 5];
/** The number of data bytes in each type of record, except data records, which may have any. */
const LENGTHS: Readonly<Record<number, number>> = {
  [END]: 0,
  [SEGMENT]: 2,
  [SEGMENT_START]: 4,
  [LINEAR]: 2,
  [LINEAR_START]: 4,
};
/** The bytes around the data of a record: length, address (2), type and checksum. */
const AROUND = 5;
const LONGEST = AROUND + 255;
const [COLON, CR, LF, BOM] = [0x3a, 0x0d, 0x0a, 0xef];

/** Whether the first bytes of a file can be those of an Intel HEX file: a colon, then at least the smallest record. */
export function looksLikeHex(head: Uint8Array): boolean {
  return /^\uFEFF?\s*:[0-9a-f]{10}[0-9a-f]*\s*(\n|\r|$)/i.test(firstLine(head));
}

/** The text up to the end of the first line that is not empty, as far as `head` has it. */
function firstLine(head: Uint8Array): string {
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(head);
  return /^\uFEFF?\s*[^\r\n]*/.exec(text)?.[0] ?? '';
}

/** Reads a file piece by piece. After the first fault nothing more is read. */
export class IntelHexReader {
  readonly bytes: SparseBytes;
  /** The line of the first text after the end record; null if there is none. */
  textAfterEnd: number | null = null;
  readonly #record = new Uint8Array(LONGEST);
  readonly #limit: number;
  #digits = 0;
  #line = 1;
  #state: 'start' | 'record' | 'tail' = 'start';
  #afterCr = false;
  #ended = false;
  #fault: HexFault | null = null;
  #base = 0;
  #linear = false;
  #first = true;

  /** `limit` is the first address past any flash; `most` is how much of a file is used. */
  constructor(limit: number, most: SparseLimits) {
    this.#limit = limit;
    this.bytes = new SparseBytes(most);
  }

  /** Takes the next bytes of the file; returns the first fault, or null. */
  push(piece: Uint8Array): HexFault | null {
    // Some editors start a text with a byte order mark; it means nothing here.
    const from = this.#first && piece[0] === BOM && piece[1] === 0xbb && piece[2] === 0xbf ? 3 : 0;
    if (piece.length > 0) this.#first = false;
    for (let i = from; i < piece.length && this.#fault === null; i++) this.#take(piece[i] ?? 0);
    return this.#fault;
  }

  /** Ends the file; returns the first fault, or null. */
  end(): HexFault | null {
    if (this.#fault === null) this.#endLine();
    if (this.#fault === null && !this.#ended) this.#fail('hex-end-missing');
    if (this.#fault === null && this.bytes.size === 0) this.#fail('hex-no-data');
    return this.#fault;
  }

  #take(byte: number): void {
    const half = this.#afterCr && byte === LF;
    this.#afterCr = byte === CR;
    if (half) return;
    if (byte === CR || byte === LF) {
      this.#endLine();
      this.#line++;
    } else if (this.#ended) {
      if (!isSpace(byte)) this.textAfterEnd ??= this.#line;
    } else if (this.#state === 'record') {
      this.#takeInRecord(byte);
    } else if (!isSpace(byte)) {
      if (this.#state === 'start' && byte === COLON) this.#state = 'record';
      else this.#fail('hex-character', { found: characterOf(byte) });
    }
  }

  #takeInRecord(byte: number): void {
    const digit = digitOf(byte);
    if (digit === null) {
      if (isSpace(byte)) this.#endRecord();
      else this.#fail('hex-character', { found: characterOf(byte) });
      return;
    }
    const at = this.#digits >> 1;
    // Writes past the longest record are dropped here; its wrong length is reported.
    this.#record[at] = this.#digits % 2 === 0 ? digit << 4 : (this.#record[at] ?? 0) | digit;
    this.#digits++;
  }

  #endLine(): void {
    if (this.#state === 'record') this.#endRecord();
    this.#state = 'start';
  }

  #endRecord(): void {
    const digits = this.#digits;
    this.#digits = 0;
    this.#state = 'tail';
    const record = this.#record.subarray(0, digits >> 1);
    const size = record[0] ?? 0;
    if (digits !== 2 * (AROUND + size)) {
      this.#fail('hex-length', { found: digits / 2, expected: AROUND + size });
      return;
    }
    let sum = 0;
    for (const byte of record) sum = (sum + byte) & 0xff;
    if (sum !== 0) {
      const stored = record.at(-1) ?? 0;
      this.#fail('hex-checksum', { stored: hex(stored), computed: hex((stored - sum) & 0xff) });
      return;
    }
    this.#use(record[3] ?? 0, ((record[1] ?? 0) << 8) | (record[2] ?? 0), record.subarray(4, 4 + size));
  }

  #use(type: number, offset: number, data: Uint8Array): void {
    if (type === DATA) {
      this.#put(offset, data);
      return;
    }
    const expected = LENGTHS[type];
    if (expected === undefined) {
      this.#fail('hex-type', { type: hex(type) });
    } else if (data.length !== expected) {
      this.#fail('hex-length', { found: AROUND + data.length, expected: AROUND + expected });
    } else if (type === END) {
      this.#ended = true;
    } else if (type === SEGMENT || type === LINEAR) {
      const base = ((data[0] ?? 0) << 8) | (data[1] ?? 0);
      this.#linear = type === LINEAR;
      this.#base = base * (this.#linear ? 0x10000 : 16);
    }
    // Start addresses tell a processor where to begin; they do not matter for flash.
  }

  #put(offset: number, data: Uint8Array): void {
    if (this.#linear) {
      this.#putAt(this.#base + offset, data);
      return;
    }
    // In a segment, addresses wrap within its 64 KiB.
    const room = 0x10000 - offset;
    this.#putAt(this.#base + offset, data.subarray(0, room));
    if (data.length > room) this.#putAt(this.#base, data.subarray(room));
  }

  #putAt(address: number, data: Uint8Array): void {
    if (data.length > 0 && address + data.length > this.#limit) {
      this.#fail('address-past-flash', { address: hex(address), limit: hex(this.#limit) });
      return;
    }
    const conflict = this.bytes.put(address, data);
    if (conflict !== null) this.#fail('hex-overlap', { address: hex(conflict) });
  }

  #fail(fault: HexFault['fault'], values: Values = {}): void {
    this.#fault ??= { fault, line: this.#line, values };
  }
}

function digitOf(byte: number): number | null {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const upper = byte & 0xdf;
  return upper >= 0x41 && upper <= 0x46 ? upper - 0x37 : null;
}

function isSpace(byte: number): boolean {
  return byte === 0x20 || byte === 0x09;
}

function characterOf(byte: number): string {
  return byte > 0x20 && byte < 0x7f ? `“${String.fromCharCode(byte)}”` : `the byte ${hex(byte)}`;
}
