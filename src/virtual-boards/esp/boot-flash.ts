import type { NorFlash } from '../nor-flash.ts';

/** The part of `NorFlash` that a bootloader needs. */
export type ReadableFlash = Pick<NorFlash, 'size' | 'read'>;

/** Eight lower-case hex digits, as `%08x` prints them. */
export function hex8(value: number): string {
  return (value >>> 0).toString(16).padStart(8, '0');
}

/** Lower-case hex, as `0x%x` prints it. */
export function hex(value: number): string {
  return `0x${(value >>> 0).toString(16)}`;
}

/** Text up to its first zero byte. */
export function textOf(bytes: Uint8Array): string {
  const end = bytes.indexOf(0);
  return String.fromCharCode(...bytes.subarray(0, end < 0 ? bytes.length : end));
}

/** A little-endian view of bytes. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/**
 * Reads `size` bytes at `address`, wrapping to zero at the end of the chip: a SPI flash ignores address bits that it does
 * not have, which a bootloader meets whose header claims too large a flash.
 */
export function readWrapped(flash: ReadableFlash, address: number, size: number): Uint8Array {
  const start = address % flash.size;
  if (start + size <= flash.size) return flash.read(start, size);
  const out = new Uint8Array(size);
  for (let done = 0; done < size;) {
    const at = (address + done) % flash.size;
    const part = flash.read(at, Math.min(size - done, flash.size - at));
    out.set(part, done);
    done += part.length;
  }
  return out;
}
