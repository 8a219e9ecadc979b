/** The CRC-32 that the boards' own code computes; the app's is another implementation. */
const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) === 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value >>> 0;
});

/** The register of the reflected CRC with polynomial 0x04C11DB7 behind these bytes; `start` is what it holds before them. */
export function crcRegister(start: number, ...parts: readonly Uint8Array[]): number {
  let register = start;
  for (const part of parts) {
    for (const byte of part) register = (register >>> 8) ^ (TABLE[(register ^ byte) & 0xff] ?? 0);
  }
  return register >>> 0;
}

/** The CRC-32 of ZIP files, which Particle appends to a module. */
export function crc32(bytes: Uint8Array): number {
  return ~crcRegister(0xffff_ffff, bytes) >>> 0;
}

/**
 * The ESP32 ROM's `crc32_le` with the initial value 0xFFFFFFFF, as otadata and NVS use it. The ROM inverts that
 * value before and after, so the register starts at zero: it is not the CRC-32 of ZIP files.
 */
export function romCrc32(...parts: readonly Uint8Array[]): number {
  return ~crcRegister(0, ...parts) >>> 0;
}
