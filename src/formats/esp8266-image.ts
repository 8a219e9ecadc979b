/** Images of the ESP8266, which share the first byte with those of later chips but name no chip (esptool, bin_image.py). */
import { viewOf } from './binary.ts';

/** The size in bytes of their header. */
const HEADER_SIZE = 8;
/** The first byte of an image with its flash-mapped code first (`ESP8266V2FirmwareImage`), and the "segments" it then has. */
const V2 = { magic: 0xea, count: 4 } as const;
const V1_MAGIC = 0xe9;
const MAX_SEGMENTS = 16;
const LONGEST_SEGMENT = 0x100000;

// esptool targets/esp8266.py, MEMORY_MAP and IROM_MAP_*; IRAM here includes the 32 KiB that the cache may use, where
// Arduino's eboot runs.
const DRAM = [0x3ffe8000, 0x40000000] as const;
const IRAM = [0x40100000, 0x40110000] as const;
const IROM = [0x40200000, 0x40300000] as const;

/** The address ranges that programs for the ESP8266 use; the ends are exclusive. */
export const ESP8266_MEMORY = { flash: [IROM], memory: [DRAM, IRAM] } as const;

/**
 * Whether bytes start like an image for the ESP8266: its entry point and the address of its first segment are this chip's. In
 * an image of a later chip, pin settings and the chip id are in the place of that address.
 */
export function isEsp8266Image(data: Uint8Array): boolean {
  if (data.length < 2 * HEADER_SIZE) return false;
  const view = viewOf(data);
  const [magic, count] = [view.getUint8(0), view.getUint8(1)];
  const [entry, address, size] = [view.getUint32(4, true), view.getUint32(8, true), view.getUint32(12, true)];
  if (!isIn(entry, IRAM, IROM) || size === 0 || size % 4 !== 0 || size > LONGEST_SEGMENT) return false;
  if (magic === V2.magic) return count === V2.count && address === 0;
  return magic === V1_MAGIC && count > 0 && count <= MAX_SEGMENTS && isIn(address, DRAM, IRAM, IROM);
}

function isIn(address: number, ...ranges: readonly (readonly [number, number])[]): boolean {
  return ranges.some(([from, to]) => address >= from && address < to);
}
