/** Files in a drop, on disk or packed in an archive. Nothing is read before it is needed. */
import type { DroppedFile, Source, Unpacked } from '../flash/dropped-file.ts';
import type { Finding } from '../flash/finding.ts';
import { bytes } from '../flash/finding.ts';
import { plainCharacters, plainName } from '../flash/names.ts';
import type { YieldNow } from '../flash/yielding.ts';
import { NEVER_YIELD } from '../flash/yielding.ts';
import type { BoardRules } from './board-rules.ts';
import { unpackFailure } from './findings.ts';

/** What is not used, and why. */
export type UnusedFile = Unpacked['left'][number];

/** How many bytes at the start of a file are used to recognise it. */
export const HEAD = 512;

/** An open file, or why it cannot be opened; `data` is its whole content if it is in memory already. */
export type Opened =
  | { readonly kind: 'open'; readonly source: Source; readonly data?: Uint8Array }
  | { readonly kind: 'closed'; readonly why: string; readonly finding: Finding | null };

/** A file in a drop; `path` is normalised (see `tidyPath`), `size` in bytes. */
export interface Packed {
  readonly path: string;
  readonly size: number;
  /** The first bytes, at most `HEAD`; empty if it cannot be unpacked. */
  head(): Promise<Uint8Array>;
  open(): Promise<Opened>;
}

/** What reading files of a drop takes: how much may still be read into memory, and other tasks. */
export interface Reads {
  readonly budget: Budget;
  /** Called between pieces of work. */
  readonly yieldNow: YieldNow;
}

/** The rules for one unpacking. */
export interface UnpackContext extends Reads {
  readonly rules: BoardRules;
  /** How many archives are around the files. */
  readonly depth: number;
  /** The build that the user chose of several, null if none; absent where nobody can be asked. */
  readonly asked?: { readonly build: string | null };
}

/** The most files in archives whose first bytes are unpacked: each look may unpack 65 KiB. */
const MOST_LOOKS = 256;
/** The most bytes of lists that are unpacked or read: a list has a few kilobytes. */
const MOST_LIST_BYTES = 8 << 20;
/** The most parts of one drop: an archive may have 64 files, each with bytes for many places. */
const MOST_PARTS_TOGETHER = 256;

/** How much one drop may still read into memory, and how much may be unpacked to see what it is. */
export class Budget {
  readonly #rules: Pick<BoardRules, 'largest' | 'together'>;
  #left: number;
  #looks = MOST_LOOKS;
  #lists = MOST_LIST_BYTES;
  #parts = MOST_PARTS_TOGETHER;
  #spent: string | null = null;

  constructor(rules: Pick<BoardRules, 'largest' | 'together'>) {
    this.#rules = rules;
    this.#left = rules.together;
  }

  /** Why a file of `size` bytes is not read; null if it may be, which counts it. */
  refuse(size: number): string | null {
    const { largest, together } = this.#rules;
    if (size > largest) return `too large: ${bytes(size)}, and at most ${bytes(largest)} are read`;
    if (size > this.#left) return `too much at once: together at most ${bytes(together)} are read`;
    this.#left -= size;
    return null;
  }

  /** Why nothing more of the drop is opened; null as long as it is. */
  get spent(): string | null {
    return this.#spent;
  }

  /** Whether the first bytes of one more file may be unpacked, which counts it. */
  look(): boolean {
    return this.#count(--this.#looks, `at most ${MOST_LOOKS} files in archives are looked at`);
  }

  /** Whether a list of `size` bytes may be read, which counts it. */
  readList(size: number): boolean {
    return this.#count((this.#lists -= size), `at most ${bytes(MOST_LIST_BYTES)} of lists are read`);
  }

  /** Whether `count` more parts may be used, which counts them. */
  use(count: number): boolean {
    return this.#count((this.#parts -= count), `at most ${MOST_PARTS_TOGETHER} parts are used together`);
  }

  #count(left: number, why: string): boolean {
    if (left < 0) this.#spent ??= why;
    return left >= 0;
  }
}

/** How many bytes are read from a file at once, and how many of them are worked on between two calls of `yieldNow`. */
const SLICE = 1 << 20;
const PIECE = 1 << 17;

/** A file's bytes piece by piece, in order. Rejects if the file turns out shorter than its size. */
export async function* piecesOf(source: Source, yieldNow: YieldNow): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < source.size; from += SLICE) {
    const to = Math.min(source.size, from + SLICE);
    const slice = await source.read(from, to);
    mustHave(source, from + slice.length, to);
    for (let at = 0; at < slice.length; at += PIECE) {
      await yieldNow();
      yield slice.subarray(at, at + PIECE);
    }
  }
}

function mustHave(source: Source, have: number, wanted: number): void {
  if (have === wanted) return;
  const name = plainName(source.path);
  const values = { file: name, size: source.size, have };
  throw unpackFailure('file-shorter', { values, place: { in: 'file', name } });
}

/** A file's bytes as a whole. Rejects if the file turns out shorter than its size. */
export async function wholeOf(source: Source, yieldNow: YieldNow = NEVER_YIELD): Promise<Uint8Array> {
  await yieldNow();
  if (source.whole !== undefined) {
    const all = await source.whole();
    mustHave(source, all.length, source.size);
    return all;
  }
  const data = new Uint8Array(source.size);
  let at = 0;
  for await (const piece of piecesOf(source, yieldNow)) {
    data.set(piece, at);
    at += piece.length;
  }
  return data;
}

/** A dropped file on disk. */
export function fileOnDisk(source: Source): Packed {
  const path = tidyPath(source.path) || 'file';
  return {
    path,
    size: source.size,
    head: () => source.read(0, Math.min(HEAD, source.size)),
    open: () => Promise.resolve({ kind: 'open', source: { ...source, path, read: source.read.bind(source) } }),
  };
}

/** Bytes in memory as an open file. */
export function inMemory(path: string, data: Uint8Array): Opened {
  const read = (from: number, to: number): Promise<Uint8Array> => Promise.resolve(data.subarray(from, to));
  return { kind: 'open', source: { path, size: data.length, read }, data };
}

/** A normalised relative path: `/` between folders, no empty steps, no `..` that leads out of its root, nothing invisible. */
export function tidyPath(path: string): string {
  const steps: string[] = [];
  for (const step of plainCharacters(path)
    .replaceAll('\\', '/')
    .replace(/^[a-z]:/i, '')
    .split('/')) {
    if (step === '..') steps.pop();
    else if (step !== '' && step !== '.') steps.push(step);
  }
  return steps.join('/');
}

/** The name of a file without its folders. */
export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** The folder of a file, with a trailing `/`; empty if it is in none. */
export function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}

/** A file read into memory, or why it is left out. */
export type ReadFile = { readonly file: DroppedFile } | { readonly left: UnusedFile; readonly finding: Finding | null };

/** Reads a file whole, within the budget. */
export async function readWhole(packed: Packed, name: string, { budget, yieldNow }: Reads): Promise<ReadFile> {
  const why = budget.refuse(packed.size);
  if (why !== null) return { left: { name, why }, finding: null };
  const opened = await packed.open();
  if (opened.kind === 'closed') return { left: { name, why: opened.why }, finding: opened.finding };
  return { file: { name, data: opened.data ?? (await wholeOf(opened.source, yieldNow)) } };
}

/** The result of unpacking something without usable parts. */
export function nothingUsable(
  container: string | null,
  says: string,
  left: readonly UnusedFile[],
  found: readonly Finding[],
): Unpacked {
  return { container, says, parts: [], left, findings: found };
}
