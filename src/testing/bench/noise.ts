/** Bytes that do not compress. */
import { randomWords } from '../../virtual-boards/esp/firmware/random.ts';

/** `size` bytes, a multiple of four; the same seed gives the same. */
export function noise(size: number, seed: number): Uint8Array {
  const next = randomWords(seed, size);
  return new Uint8Array(Uint32Array.from({ length: size / 4 }, next).buffer);
}
