/** Reading that asks for bytes piece by piece: the same code reads a board, where bytes take time, and an image in memory. */
import type { PartitionBytes } from '../../../flash/partition-contents.ts';

/** A computation that yields the pieces that it needs, offset and size in bytes, is given them, and returns its result. */
export type Reading<T> = Generator<{ readonly offset: number; readonly size: number }, T, Uint8Array>;

/** Asks for one piece. */
export function* piece(offset: number, size: number): Reading<Uint8Array> {
  return yield { offset, size };
}

/** Carries out a reading over bytes that may take time. */
export async function readFrom<T>(bytes: PartitionBytes, reading: Reading<T>): Promise<T> {
  let next = reading.next();
  while (next.done !== true) next = reading.next(await bytes.read(next.value.offset, next.value.size));
  return next.value;
}

/** Carries out a reading over an image in memory. */
export function readIn<T>(image: Uint8Array, reading: Reading<T>): T {
  let next = reading.next();
  while (next.done !== true) {
    const { offset, size } = next.value;
    next = reading.next(image.subarray(offset, offset + size));
  }
  return next.value;
}
