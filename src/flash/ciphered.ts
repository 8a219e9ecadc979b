/** Where the device encrypts on the way in: what may be asked of such an erase unit, and what may not. */
import type { Image } from './image.ts';
import { imageWithin } from './image.ts';
import type { Layout } from './layout.ts';
import type { EraseUnit } from './map.ts';
import { overlaps, rangeEnd } from './map.ts';

/**
 * Whether a write of an image into a unit has to be encrypted by the device. A unit that is only erased, or that only
 * gets back what was read from it, is written as it is: what a read gives there is ciphertext already.
 */
export function isEncrypted(layout: Layout, image: Image, unit: EraseUnit): boolean {
  const ciphered = layout.ciphered.some((range) => overlaps(range, unit));
  return ciphered && imageWithin(image, unit).some((part) => part.blank !== true);
}

/** Whether the device encrypts every byte of a unit, by one range or by several that meet. */
export function isCipheredWhole(layout: Layout, unit: EraseUnit): boolean {
  let done = unit.address;
  for (const range of layout.ciphered.toSorted((a, b) => a.address - b.address)) {
    if (overlaps(range, unit) && range.address <= done) done = Math.max(done, rangeEnd(range));
  }
  return done >= rangeEnd(unit);
}
