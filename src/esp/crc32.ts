/** CRC-32 as the ROM's `crc32_le` computes it. */

/**
 * The CRC-32 (reflected, polynomial 0xEDB88320) that `esp_rom_crc32_le(0xFFFFFFFF, data)` returns. That start value
 * is inverted inside, so the register begins at 0, unlike the CRC-32 of zip files.
 */
export function romCrc32(data: Uint8Array): number {
  let crc = 0;
  for (const byte of data) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}
