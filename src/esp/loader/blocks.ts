/**
 * Cuts a compressed stream into the blocks of a write, so that the stub erases and programs while the next block travels. The stub
 * accepts a block and works on it while one more arrives: it begins to erase what comes next, unless the flash is busy, and
 * programs whenever its buffer is full, for which it waits until the flash is free. Where the cuts are decides how long the wire
 * waits for that, so they are chosen by working out how the stub would do.
 */
import { Inflate } from 'pako';
import { BLOCK, UNIT } from '../flash-geometry.ts';

/** The stub unpacks into a buffer of this size and programs whenever it is full (TINFL_LZ_DICT_SIZE). */
const BUFFER = 0x8000;
/** The most bytes that one block may hold unpacked: what a stop has to wait for, when little unpacks to much. */
const MOST_UNPACKED = 2 * BUFFER;
/** Blocks are of whole steps, in bytes: one of these unpacks to at most 66 KiB. */
const STEP = 0x40;
/** Cuts are tried this many bytes apart; where `MOST_UNPACKED` asks for less, they are finer. */
const GRID = 0x200;
/**
 * The least size of the last block, in bytes: with it, some content always comes besides the end mark and the checksum. Once all
 * content is written, another block is an error (0xC9: esp-flasher-stub, command_handler.c), although the build in
 * esptool-js 0.7.0 accepts it.
 */
const LEAST_TAIL = 0x40;
/** The bytes of a block's command and of its answer. */
const COMMAND = 38;

/** What the stub erases at once, and how long that takes, in ms: the typical times of SPI NOR data sheets. */
const SECTOR_ERASE = { size: UNIT, ms: 45 } as const;
const BLOCK_ERASE = { size: BLOCK, ms: 150 } as const;
/** Time to program a byte, in ms: 0.6 ms for 256 of them. */
const PROGRAM_MS = 0.6 / 256;

/** How many ways to one place are followed: those with which the wire is free first. */
const WAYS = 3;

/** Where a stream goes, and how fast. */
export interface StreamTarget {
  /** Of the write, in bytes. */
  readonly address: number;
  readonly size: number;
  /** The most compressed bytes in a block. */
  readonly piece: number;
  /** Bytes that travel in a millisecond; null where that is far more than the flash takes, or erasing comes first. */
  readonly perMs: number | null;
}

/** How the stub stands once a block was accepted; times in ms since the first one was sent. */
interface SendSchedule {
  /** When the next block may be sent, when the work on this one ends, and when the flash is free. */
  readonly wire: number;
  readonly done: number;
  readonly free: number;
  /** Up to where it has erased, as an address. */
  readonly erased: number;
  /** Where this block begins, and the way there; null at the start. */
  readonly from: { readonly at: number; readonly schedule: SendSchedule } | null;
}

/** Cuts a zlib stream into blocks, in order. */
export function cutBlocks(stream: Uint8Array, target: StreamTarget): Uint8Array[] {
  const sizes = unpackedSizes(stream);
  const sizeAt = (at: number): number => (at >= stream.length ? target.size : (sizes[at / STEP] ?? target.size));
  const cuts =
    target.perMs === null ? evenCuts(stream.length, target, sizeAt) : timedCuts(stream.length, target, sizeAt);
  return cuts.map((cut, i) => stream.subarray(cuts[i - 1] ?? 0, cut));
}

type SizeAt = (at: number) => number;

/** Where blocks end that are as large as they may be. */
function evenCuts(length: number, { piece }: StreamTarget, sizeAt: SizeAt): number[] {
  const cuts: number[] = [];
  for (let at = 0; at < length;) {
    const ends = endsFrom(at, length, piece, sizeAt);
    at = ends.at(-1) ?? length;
    cuts.push(at);
  }
  return cuts;
}

/** Where a block that begins at `at` may end, in order: at least one place. */
function endsFrom(at: number, length: number, piece: number, sizeAt: SizeAt): number[] {
  const most = Math.min(at + piece, length);
  const fits = (to: number) => sizeAt(to) - sizeAt(at) <= MOST_UNPACKED;
  const leaves = (to: number) => length - to >= LEAST_TAIL && sizeAt(to) < sizeAt(length);
  const ends: number[] = [];
  for (let to = at - (at % GRID) + GRID; to < most && fits(to) && leaves(to); to += GRID) ends.push(to);
  const end = most < length ? most - (most % STEP) : length;
  if (end > (ends.at(-1) ?? at) && fits(end) && (end === length || leaves(end))) ends.push(end);
  if (ends.length > 0) return ends;
  // Little that unpacks to much: one step at a time.
  let to = at + STEP;
  while (fits(to + STEP) && leaves(to + STEP)) to += STEP;
  return [to < most && leaves(to) ? to : length];
}

/** Where blocks end with which a write takes the least time. */
function timedCuts(length: number, target: StreamTarget, sizeAt: SizeAt): number[] {
  const { address, piece } = target;
  const first = erasedFrom(address, eraseEnd(target));
  const start: SendSchedule = { wire: 0, done: 0, free: first.ms, erased: address + first.size, from: null };
  const schedules = new Map<number, SendSchedule[]>([[0, [start]]]);
  for (let at = 0; at < length; at += STEP) {
    const here = schedules.get(at) ?? [];
    for (const to of here.length === 0 ? [] : endsFrom(at, length, piece, sizeAt)) {
      const there = here.map((schedule) => after(schedule, at, to, to >= length, target, sizeAt));
      schedules.set(to, best([...(schedules.get(to) ?? []), ...there]));
    }
    schedules.delete(at);
  }
  const [last] = (schedules.get(length) ?? []).toSorted((a, b) => a.done - b.done);
  const cuts = [length];
  for (let schedule = last?.from ?? null; schedule !== null && schedule.at > 0; schedule = schedule.schedule.from)
    cuts.unshift(schedule.at);
  return cuts;
}

/** The ways that are followed: of those by which the wire is free first, and then the flash. */
function best(schedules: readonly SendSchedule[]): SendSchedule[] {
  const sorted = schedules.toSorted((a, b) => a.wire - b.wire || a.done - b.done);
  const kept: SendSchedule[] = [];
  for (const schedule of sorted) {
    const worse = kept.some(
      (each) => each.done <= schedule.done && each.free <= schedule.free && each.erased >= schedule.erased,
    );
    if (!worse) kept.push(schedule);
    if (kept.length === WAYS) break;
  }
  return kept;
}

/** How the stub stands once it has accepted the block from `at` to `to`. */
function after(
  schedule: SendSchedule,
  at: number,
  to: number,
  last: boolean,
  target: StreamTarget,
  sizeAt: SizeAt,
): SendSchedule {
  const { address, size, perMs } = target;
  const end = eraseEnd(target);
  const arrives = schedule.wire + (to - at + COMMAND) / (perMs ?? 1);
  const wire = Math.max(arrives, schedule.done);
  let [time, free, erased] = [wire, schedule.free, schedule.erased];
  const eraseTo = (needed: number): void => {
    while (erased < needed) {
      const next = erasedFrom(erased, end);
      free = Math.max(time, free) + next.ms;
      erased += next.size;
    }
  };
  if (free <= time) eraseTo(Math.min(erased + 1, end));
  const whole = (unpacked: number) => Math.floor(unpacked / BUFFER) * BUFFER;
  const written = last ? size : whole(sizeAt(to));
  for (let from = whole(sizeAt(at)); from < written; from += BUFFER) {
    const filled = Math.min(from + BUFFER, written);
    eraseTo(address + filled);
    time = Math.max(time, free) + (filled - from) * PROGRAM_MS;
    free = time;
  }
  return { wire, done: time, free, erased, from: { at, schedule } };
}

/** The sizes that come out of a zlib stream's beginnings, each `STEP` longer than the one before. */
function unpackedSizes(stream: Uint8Array): number[] {
  const sizes: number[] = [0];
  const inflate = new Inflate({ chunkSize: BUFFER, windowBits: 15 });
  // Only the sizes are wanted: nothing that comes out is kept.
  inflate.onData = () => undefined;
  for (let at = 0; at < stream.length; at += STEP) {
    inflate.push(stream.subarray(at, at + STEP));
    sizes.push(inflate.strm.total_out);
  }
  return sizes;
}

/** Up to where the stub erases, as an address: whole sectors. */
function eraseEnd({ address, size }: StreamTarget): number {
  return Math.ceil((address + size) / SECTOR_ERASE.size) * SECTOR_ERASE.size;
}

/** What the stub erases next, at most up to `end`. */
function erasedFrom(address: number, end: number): typeof SECTOR_ERASE | typeof BLOCK_ERASE {
  return address % BLOCK_ERASE.size === 0 && end - address >= BLOCK_ERASE.size ? BLOCK_ERASE : SECTOR_ERASE;
}
