/** Snapshots of a board's memories, stored as the pieces that differ from a start, so that thousands are cheap. */
import { isEqualBytes } from '../bytes.ts';

/** A memory of a board, as its virtual flash exposes it. */
export interface Memory {
  readonly start: number;
  readonly size: number;
  /** A view, not a copy. */
  read(address: number, size: number): Uint8Array;
  /** Stores bytes there, bypassing all flash rules. */
  load(address: number, bytes: Uint8Array): void;
}

/** The whole content of each memory of a board. */
export type Cells = readonly Uint8Array[];

/** Pieces that differ from a start, by `pieceKey`. */
export type Pieces = ReadonlyMap<number, Uint8Array>;

const PIECE = 0x1000;
const MEMORIES = 4;

/** The content of memories, copied. */
export function cellsOf(memories: readonly Memory[]): Cells {
  return memories.map((memory) => memory.read(memory.start, memory.size).slice());
}

/** The same pieces with bytes written at an offset of a memory; what no piece holds comes from `start`. */
export function withBytes(start: Cells, pieces: Pieces, memory: number, offset: number, bytes: Uint8Array): Pieces {
  const changed = new Map(pieces);
  for (let done = 0; done < bytes.length;) {
    const at = offset + done;
    const first = at - (at % PIECE);
    const key = (first / PIECE) * MEMORIES + memory;
    const piece = (changed.get(key) ?? start[memory]?.subarray(first, first + PIECE) ?? new Uint8Array(PIECE)).slice();
    const part = bytes.subarray(done, done + first + PIECE - at);
    piece.set(part, at - first);
    changed.set(key, piece);
    done += part.length;
  }
  return changed;
}

/** Loads a whole content into memories. */
export function loadCells(memories: readonly Memory[], start: Cells, pieces: Pieces = new Map()): void {
  for (const [i, memory] of memories.entries()) memory.load(memory.start, start[i] ?? new Uint8Array());
  for (const [key, piece] of pieces) {
    const memory = memories[key % MEMORIES];
    memory?.load(memory.start + Math.floor(key / MEMORIES) * PIECE, piece);
  }
}

/** The whole content at a moment. */
export function cellsAt(start: Cells, pieces: Pieces): Cells {
  const cells = start.map((memory) => memory.slice());
  for (const [key, piece] of pieces) cells[key % MEMORIES]?.set(piece, Math.floor(key / MEMORIES) * PIECE);
  return cells;
}

/** How many bytes differ. */
export function bytesApart(a: Cells, b: Cells): number {
  let standalone = 0;
  for (const [m, own] of a.entries()) {
    const other = b[m] ?? new Uint8Array();
    if (isEqualBytes(own, other)) continue;
    for (let i = 0; i < Math.max(own.length, other.length); i++) if (own[i] !== other[i]) standalone++;
  }
  return standalone;
}

/** The first byte that differs, as text; null if there is none. */
export function firstApart(a: Cells, b: Cells): string | null {
  for (const [m, own] of a.entries()) {
    const at = own.findIndex((byte, i) => byte !== b[m]?.[i]);
    if (at >= 0) return `memory ${m} +0x${at.toString(16)}: ${own[at] ?? '-'}, owed ${b[m]?.[at] ?? '-'}`;
  }
  return null;
}
