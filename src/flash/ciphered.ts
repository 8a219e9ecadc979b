/** Erase units that the device encrypts while writing. */
import type { Image } from './image.ts';
import { imageWithin } from './image.ts';
import type { Layout } from './layout.ts';
import type { EraseUnit } from './map.ts';
import { overlaps, rangeEnd } from './map.ts';

/**
 * Whether the device has to encrypt an image's bytes when it writes this unit. A unit that is only erased, or rewritten only
 * with what was read from it, is written as it is: reads return ciphertext there.
 */
export function isEncrypted(layout: Layout, image: Image, unit: EraseUnit): boolean {
  const ciphered = layout.ciphered.some((range) => overlaps(range, unit));
  return ciphered && imageWithin(image, unit).some((part) => part.blank !== true);
}

/** Whether the device encrypts every byte of a unit, in one range or in several adjacent ones. */
export function isCipheredWhole(layout: Layout, unit: EraseUnit): boolean {
  let done = unit.address;
  for (const range of layout.ciphered.toSorted((a, b) => a.address - b.address)) {
    if (overlaps(range, unit) && range.address <= done) done = Math.max(done, rangeEnd(range));
  }
  return done >= rangeEnd(unit);
}
