/** An image in memory, read as a partition is: apart from the codecs, because all of them take both. */
import type { PartitionBytes } from '../../flash/partition-contents.ts';

/** The bytes of an image as those of a partition; rejects with a `RangeError` what is outside. */
export function imageBytes(image: Uint8Array): PartitionBytes {
  const read = (offset: number, size: number): Promise<Uint8Array> => {
    if (offset >= 0 && size >= 0 && offset + size <= image.length) {
      return Promise.resolve(image.subarray(offset, offset + size));
    }
    return Promise.reject(new RangeError(`${size} bytes at ${offset} are outside of an image of ${image.length}`));
  };
  return { size: image.length, read };
}
