import { sha256 } from '@noble/hashes/sha2.js';
import { viewOf } from './bytes.ts';

/** One segment of an Espressif image: its load address and its bytes, a multiple of four. */
export interface ImageSegment {
  readonly load: number;
  readonly data: Uint8Array;
}

/** The 24-byte header of an Espressif image, apart from its magic and its segment count. */
export interface ImageHeader {
  /** As in `ImageChip`; any number, so that tests can build images that no chip accepts. */
  readonly chipId: number;
  readonly entry: number;
  /** SPI mode: 0 QIO, 1 QOUT, 2 DIO, 3 DOUT. */
  readonly mode: number;
  /** Flash size: 2 to this power in MiB, so 2 is 4 MiB. */
  readonly size: number;
  /** SPI frequency: 0 is 40 MHz, 15 is 80 MHz. */
  readonly frequency: number;
  /** Chip revisions × 100. */
  readonly minRev: number;
  readonly maxRev: number;
}

/** Length of an image in bytes: header, segments, checksum in a padded block of 16, SHA-256. */
export function imageLength(segmentSizes: readonly number[]): number {
  const body = segmentSizes.reduce((sum, size) => sum + 8 + size, 24);
  return Math.ceil((body + 1) / 16) * 16 + 32;
}

/** Assembles an image with the right checksum and appended SHA-256; layout as in esptool's `bin_image.py`. */
export function assembleImage(header: ImageHeader, segments: readonly ImageSegment[]): Uint8Array {
  const out = new Uint8Array(imageLength(segments.map((segment) => segment.data.length)));
  const view = viewOf(out);
  out.set([0xe9, segments.length, header.mode, (header.size << 4) | header.frequency]);
  view.setUint32(4, header.entry, true);
  // No write-protect pin (0xEE), as esptool leaves it.
  out[8] = 0xee;
  view.setUint16(12, header.chipId, true);
  view.setUint16(15, header.minRev, true);
  view.setUint16(17, header.maxRev, true);
  out[23] = 1;
  let at = 24;
  let sum = 0xef;
  for (const { load, data } of segments) {
    view.setUint32(at, load, true);
    view.setUint32(at + 4, data.length, true);
    out.set(data, at + 8);
    for (const byte of data) sum ^= byte;
    at += 8 + data.length;
  }
  const hashAt = out.length - 32;
  out[hashAt - 1] = sum;
  out.set(sha256(out.subarray(0, hashAt)), hashAt);
  return out;
}
