/** CRC-32 as the ROM's `crc32_le` computes it. */
import { crc32 } from '../../formats/crc32.ts';

/**
 * The CRC-32 (reflected, polynomial 0xEDB88320) that `esp_rom_crc32_le(0xFFFFFFFF, data)` returns. The ROM inverts the
 * start value, so the register starts at 0, unlike the CRC-32 of zip files.
 */
export function romCrc32(data: Uint8Array): number {
  return crc32(data, 0xffffffff);
}
