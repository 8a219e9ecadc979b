/** An image in memory, read as a partition is. */
import type { PartitionBytes } from './partition-contents.ts';

/** The bytes of an image as those of a partition; what lies outside of it does not count, as in a partition. */
export function imageBytes(image: Uint8Array): PartitionBytes {
  return {
    size: image.length,
    read: (offset, size) => {
      const from = Math.max(0, offset);
      return Promise.resolve(image.subarray(from, Math.max(from, from + size)));
    },
  };
}
