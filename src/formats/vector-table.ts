/** Recognises programs for an STM32 or a clone by their vector table (ARMv7-M Architecture Reference Manual, B1.5.3). */
import { viewOf } from './binary.ts';

// ST's reference manuals, "Memory map": the main flash of every STM32 begins here; none has more than 2 MiB of it.
const FLASH = { start: 0x08000000, end: 0x08200000 };
/** The initial stack pointer, and the handlers of the system exceptions: the part that every table has. */
const SYSTEM_ENTRIES = 16;

/** The start of a vector table: `handlers` are the addresses of the system exceptions' code, the reset handler's first. */
export interface VectorTable {
  readonly stack: number;
  /** Whether the initial stack pointer can be one: word-aligned, in RAM or at its end. */
  readonly stackInRam: boolean;
  readonly handlers: readonly number[];
}

/** The vector table at the start of these bytes; null if its reset vector is not a Thumb address in flash. */
export function readVectorTable(data: Uint8Array, isReset = isThumb): VectorTable | null {
  if (data.length < 8) return null;
  const view = viewOf(data);
  const words = Array.from({ length: Math.min(SYSTEM_ENTRIES, data.length >> 2) }, (_, i) =>
    view.getUint32(4 * i, true),
  );
  const [stack = 0, reset = 0, ...others] = words;
  if (!isReset(reset)) return null;
  // Unused entries are 0 or hold anything.
  const handlers = [reset, ...others.filter(isThumb)].map((address) => address - 1);
  // ARMv7-M: SRAM lies in 0x20000000–0x3FFFFFFF; the F4's CCM and the H7's DTCM are at 0x10000000 and 0x20000000.
  // A stack that begins where RAM does has no room: it grows downwards.
  const inRam = (stack > 0x20000000 && stack < 0x40000000) || (stack > 0x10000000 && stack <= 0x10020000);
  return { stack, stackInRam: inRam && stack % 4 === 0, handlers };
}

/**
 * The address of the reset handler, if bytes start with a vector table that a Cortex-M starts from: a stack pointer in RAM, then a Thumb
 * address in flash. Null if they do not: the core loads any two words, and faults at its first instruction or its first push.
 */
export function entryOf(data: Uint8Array): number | null {
  return startingEntry(readVectorTable(data));
}

/**
 * The same for what a flash begins with. Its reset vector may also count from 0, where a chip that boots from its flash usually has it as
 * well (RM0090, 2.4): there the address is less than the size of the flash.
 */
export function entryAtFlashStart(data: Uint8Array): number | null {
  return startingEntry(readVectorTable(data, (word) => isThumb(word) || isThumb(word + FLASH.start)));
}

function startingEntry(table: VectorTable | null): number | null {
  return table?.stackInRam === true ? (table.handlers[0] ?? null) : null;
}

/** Whether bytes start with the vector table of a Cortex-M: a stack pointer in RAM, then a Thumb address in flash. */
export function startsLikeProgram(data: Uint8Array): boolean {
  return entryOf(data) !== null;
}

/** Whether all handlers of a vector table lie in a program of `size` bytes after its table, if it is put at `base`. */
export function runsFrom({ handlers }: VectorTable, base: number, size: number): boolean {
  return handlers.every((address) => address >= base + 4 * SYSTEM_ENTRIES && address < base + size);
}

/**
 * The one of these places that a program was linked for; null if none is possible. Its handlers must lie within it; of the
 * places that leaves, the one into which the fewest of its pointers into flash miss. `usual` is preferred unless another is
 * much better: data that merely looks like a pointer misses everywhere.
 */
export function linkedPlace(data: Uint8Array, places: readonly number[], usual: number): number | null {
  const table = readVectorTable(data);
  if (table === null) return null;
  const possible = places.filter((base) => runsFrom(table, base, data.length)).toSorted((a, b) => b - a);
  if (possible.length < 2) return possible[0] ?? null;
  const pointers = pointersIn(data);
  const misses = (base: number): number =>
    pointers.length - (below(pointers, base + data.length + 1) - below(pointers, base));
  const counted = possible.map((base) => ({ base, missed: misses(base) })).toSorted((a, b) => a.missed - b.missed);
  const [best, plain] = [counted[0], counted.find(({ base }) => base === usual)];
  if (best === undefined) return null;
  return plain !== undefined && plain.missed <= 2 * best.missed + 1 ? usual : best.base;
}

/** All words that are addresses in flash, in ascending order. */
function pointersIn(data: Uint8Array): Uint32Array {
  const view = viewOf(data);
  const found: number[] = [];
  for (let at = 0; at + 4 <= data.length; at += 4) {
    const word = view.getUint32(at, true);
    if (word >= FLASH.start && word < FLASH.end) found.push(word);
  }
  return Uint32Array.from(found).sort();
}

/** How many of these ascending numbers are below a limit. */
function below(sorted: Uint32Array, limit: number): number {
  let [from, to] = [0, sorted.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((sorted[middle] ?? 0) < limit) from = middle + 1;
    else to = middle;
  }
  return from;
}

function isThumb(word: number): boolean {
  return word % 2 === 1 && word >= FLASH.start && word < FLASH.end;
}
