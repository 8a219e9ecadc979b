/** The memories behind the alternate settings of Particle's bootloader, each with its own address space. */
import type { Life } from '../life.ts';
import type { SectorFlash } from './sector-flash.ts';

/** A memory behind an alternate setting. */
export interface AlternateMemory {
  /** The name of the alternate setting. */
  readonly name: string;
  /** Poll times in GETSTATUS for an erase and a write, in ms (Particle's library has the two the other way round). */
  readonly erasePoll: number;
  readonly writePoll: number;
  /** Whether an address belongs to this memory; nothing else is checked before an erase, a write or a read. */
  has(address: number): boolean;
  /** Returns false on failure, which the host sees as a stall. */
  erase(address: number, life: Life): Promise<boolean>;
  write(address: number, bytes: Uint8Array, life: Life): Promise<boolean>;
  /** The bytes at an address; zeros where there is no memory. */
  read(address: number, size: number): Uint8Array;
}

/** Start of the system firmware; all below is protected, whatever the memory string says (usbd_conf.h, APP_DEFAULT_ADD). */
export const PROTECTED_BELOW = 0x0802_0000;

/** Alternate setting 0: the chip's own flash. */
export function internalFlash(flash: SectorFlash): AlternateMemory {
  const open = (address: number): boolean => address >= PROTECTED_BELOW;
  return {
    name: '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg',
    erasePoll: 0,
    writePoll: 0,
    has: (address) => flash.has(address),
    // Any address in a sector erases the whole sector (FLASH_SectorToErase).
    erase: async (address, life) => open(address) && flash.erase(address, life),
    // The bytes are padded to whole words (FLASH_If_Write).
    write: async (address, bytes, life) => open(address) && flash.program(address, wholeWords(bytes), life),
    read: (address, size) => readOrZeros(flash, address, size),
  };
}

/** Alternate setting 2 of a P1: the serial flash beside the chip. */
export function serialFlash(flash: SectorFlash): AlternateMemory {
  return {
    name: '@Serial Flash   /0x00000000/256*004Kg',
    erasePoll: 0,
    writePoll: 0,
    has: (address) => flash.has(address),
    erase: (address, life) => flash.erase(address, life),
    write: (address, bytes, life) => flash.program(address, bytes, life),
    read: (address, size) => readOrZeros(flash, address, size),
  };
}

/** `size` bytes from an address; zeros past the end of the memory, and only zeros outside it. */
export function readOrZeros(flash: SectorFlash, address: number, size: number): Uint8Array {
  const out = new Uint8Array(size);
  if (flash.has(address)) {
    out.set(flash.read(address, Math.min(size, flash.start + flash.size - address)));
  }
  return out;
}

function wholeWords(bytes: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.ceil(bytes.length / 4) * 4).fill(0xff);
  out.set(bytes);
  return out;
}
