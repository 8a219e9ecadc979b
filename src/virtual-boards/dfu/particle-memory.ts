/** What the alternate settings of Particle's bootloader reach, each a world of its own. */
import type { Life } from './life.ts';
import type { SectorFlash } from './sector-flash.ts';

/** A memory behind an alternate setting. */
export interface Medium {
  /** The name of the alternate setting. */
  readonly name: string;
  /** Milliseconds that GETSTATUS tells for an erase and for a write (Particle's library has the two the other way round). */
  readonly erasePoll: number;
  readonly writePoll: number;
  /** Whether an address belongs to this memory; nothing else is checked before an erase, a write or a read. */
  has(address: number): boolean;
  /** False is a failure, which the host sees as a stall. */
  erase(address: number, life: Life): Promise<boolean>;
  write(address: number, bytes: Uint8Array, life: Life): Promise<boolean>;
  /** What is read; as many zeros where nothing is. */
  read(address: number, size: number): Uint8Array;
}

/** Where the system firmware begins; all below is protected, whatever the memory string says (usbd_conf.h, APP_DEFAULT_ADD). */
export const PROTECTED_BELOW = 0x0802_0000;

/** Alternate setting 0: the chip's own flash. */
export function internalFlash(flash: SectorFlash): Medium {
  const open = (address: number): boolean => address >= PROTECTED_BELOW;
  return {
    name: '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg',
    erasePoll: 0,
    writePoll: 0,
    has: (address) => flash.has(address),
    // The sector that holds the address is erased, whichever address in it is given (FLASH_SectorToErase).
    erase: async (address, life) => open(address) && flash.erase(address, life),
    // The bytes are filled up to whole words (FLASH_If_Write).
    write: async (address, bytes, life) => open(address) && flash.program(address, wholeWords(bytes), life),
    read: (address, size) => readOrZeros(flash, address, size),
  };
}

/** Alternate setting 2 of a P1: the serial flash beside the chip. */
export function serialFlash(flash: SectorFlash): Medium {
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

/** Bytes of a memory; behind its end zeros, and nothing but zeros outside. */
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
