/** One-time programmable bytes of an STM32F4 (RM0090, "One-time programmable bytes"). */
import type { Life } from './life.ts';
import { SectorFlash } from './sector-flash.ts';

/** Where the 16 blocks of 32 bytes begin. */
export const OTP_START = 0x1fff_7800;
const BLOCK = 32;
/** Where the 16 lock bytes begin, one for each block. */
const LOCKS = OTP_START + 16 * BLOCK;

/** Cells that can never be erased: each write to them is counted as a violation, because it is for ever. */
export class Otp {
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

  /** Burns bytes; false where a block is locked (its lock byte is 00) or a cell is burned already. */
  async burn(address: number, bytes: Uint8Array, life: Life): Promise<boolean> {
    if (!this.cells.has(address, bytes.length)) return this.cells.refuse('out-of-range', address);
    this.cells.refuse('one-time-burned', address);
    for (let at = address; at < address + bytes.length && at < LOCKS; at++) {
      if (this.cells.read(LOCKS + Math.floor((at - OTP_START) / BLOCK), 1)[0] === 0) return false;
    }
    return this.cells.program(address, bytes, life);
  }
}
