/**
 * How a Particle board reads a module: written from device-os (flash_mal.c, ota_flash_hal), independently of the module
 * parser of the app under test, so that the two can disagree.
 */
import { crc32 } from '../crc32.ts';
import type { SectorFlash } from './sector-flash.ts';

/** The header of a module. */
export interface ModuleHeader {
  readonly start: number;
  readonly end: number;
  readonly version: number;
  readonly platform: number;
  readonly function: number;
  readonly index: number;
  /** The two dependencies; function 0 means none. */
  readonly needs: readonly { readonly function: number; readonly index: number; readonly version: number }[];
}

/** A word that gives START_VALUE under this mask is the stack pointer of a vector table (flash_mal.c, APP_START_MASK). */
const START_MASK = 0x2ff1_0000;
const START_VALUE = 0x2000_0000;
const BEHIND_VECTORS = 0x184;
/** No module may end past this address (FLASH_isUserModuleInfoValid). */
const LAST_END = 0x0810_0000;

/** The header at an address, or after the vector table found there; any 24 bytes count as a header. */
export function readHeader(flash: SectorFlash, address: number): ModuleHeader {
  const first = word(flash, address);
  const at = (first & START_MASK) >>> 0 === START_VALUE ? address + BEHIND_VECTORS : address;
  const bytes = flash.read(at, 24);
  const view = new DataView(bytes.buffer, bytes.byteOffset, 24);
  const need = (offset: number) => ({
    function: view.getUint8(offset),
    index: view.getUint8(offset + 1),
    version: view.getUint16(offset + 2, true),
  });
  return {
    start: view.getUint32(0, true),
    end: view.getUint32(4, true),
    version: view.getUint16(10, true),
    platform: view.getUint16(12, true),
    function: view.getUint8(14),
    index: view.getUint8(15),
    needs: [need(16), need(20)],
  };
}

/** Whether a header is that of a module for address `runsAt` on this platform; nothing more is checked. */
export function headerFits(header: ModuleHeader, runsAt: number, platform: number): boolean {
  return header.start === runsAt && header.end <= LAST_END && header.platform === platform;
}

/** Whether the CRC after the module at `address` is right. */
export function crcFits(flash: SectorFlash, address: number, header: ModuleHeader): boolean {
  const size = header.end - header.start;
  if (size <= 0 || !flash.has(address, size + 4)) return false;
  const bytes = flash.read(address, size + 4);
  return new DataView(bytes.buffer, bytes.byteOffset + size, 4).getUint32(0, false) === crc32(bytes.subarray(0, size));
}

function word(flash: SectorFlash, address: number): number {
  const bytes = flash.read(address, 4);
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0, true);
}
