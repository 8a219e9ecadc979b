/** The memories that ST's bootloader reaches: the address decides, not the alternate setting. */
import type { Life } from '../life.ts';
import { OptionBytes } from './option-bytes.ts';
import { SectorFlash } from './sector-flash.ts';
import { FLASH_START, stm32Flash } from './stm32-flash.ts';

/** Start of the device feature area, four bytes that ST does not explain. */
const FEATURE = 0xffff_0000;

/** The memories of an STM32F405, fresh from the factory. */
export class StMemory {
  readonly flash: SectorFlash = stm32Flash();
  readonly otp = new Otp();
  readonly options = new OptionBytes();

  /** Bytes at an address; null if there is nothing to read. */
  read(address: number, size: number): Uint8Array | null {
    if (this.flash.has(address, size)) return this.flash.read(address, size);
    if (this.otp.cells.has(address, size)) return this.otp.cells.read(address, size);
    if (this.options.cells.has(address, size)) return this.options.cells.read(address, size);
    // What this area holds is not known.
    if (address >= FEATURE && address + size <= FEATURE + 4) return new Uint8Array(size);
    return null;
  }

  /** Whether the bootloader accepts writes to an address. */
  canWrite(address: number): boolean {
    return this.flash.has(address) || this.otp.cells.has(address) || this.options.cells.has(address);
  }

  /** Writes; `reset` after new option bytes. A write to a protected sector changes nothing and is not an error. */
  async program(address: number, bytes: Uint8Array, life: Life): Promise<'done' | 'failed' | 'reset'> {
    if (this.options.cells.has(address)) return (await this.options.write(address, bytes, life)) ? 'reset' : 'failed';
    if (this.otp.cells.has(address)) return (await this.otp.burn(address, bytes, life)) ? 'done' : 'failed';
    if (this.protects(address)) return 'done';
    return (await this.flash.program(address, bytes, life)) ? 'done' : 'failed';
  }

  /** Erases a sector; a write-protected one stays unchanged, without an error (AN2662, 4.5.3). */
  async erase(address: number, life: Life): Promise<void> {
    if (!this.protects(address)) await this.flash.erase(address, life);
  }

  /** Erases every sector that is not write-protected. */
  async massErase(life: Life): Promise<void> {
    for (const { address } of this.flash.sectors) await this.erase(address, life);
  }

  private protects(address: number): boolean {
    const sector = this.flash.sectorAt(address);
    return sector !== undefined && this.options.writeProtected(sector.index);
  }
}

/** Start of the 16 blocks of 32 bytes. */
const OTP_START = 0x1fff_7800;
const BLOCK = 32;
/** Start of the 16 lock bytes, one for each block. */
const LOCKS = OTP_START + 16 * BLOCK;

/**
 * One-time programmable bytes of an STM32F4 (RM0090, "One-time programmable bytes"). A cell can never be erased, so each
 * write is counted as a violation.
 */
class Otp {
  readonly cells = new SectorFlash('OTP', {
    start: OTP_START,
    runs: [
      { count: 1, size: 16 * BLOCK },
      { count: 1, size: 16 },
    ],
    eraseTime: () => 0,
    programTime: (bytes) => bytes * 0.016,
    wordSize: 1,
  });

  /** Burns bytes; false outside OTP, or if a block is locked (its lock byte is 00) or a cell is already burned. */
  async burn(address: number, bytes: Uint8Array, life: Life): Promise<boolean> {
    if (!this.cells.has(address, bytes.length)) return this.cells.refuse('out-of-range', address);
    this.cells.refuse('one-time-burned', address);
    for (let at = address; at < address + bytes.length && at < LOCKS; at++) {
      if (this.cells.read(LOCKS + Math.floor((at - OTP_START) / BLOCK), 1)[0] === 0) return false;
    }
    return this.cells.program(address, bytes, life);
  }
}

/** Initial value of the bootloader's address pointer (AN2662, 4.4.1). */
export const POINTER_AT_START = FLASH_START;
