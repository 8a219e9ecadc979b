/** Option bytes of an STM32F405 (RM0090, table 14): read protection, write protection, user options. */
import type { Life } from '../life.ts';
import { SectorFlash } from './sector-flash.ts';

/** Start address of the option bytes. */
export const OPTIONS_START = 0x1fff_c000;
/** RDP, the second byte: AA is level 0, CC is level 2, anything else is level 1. */
const RDP = OPTIONS_START + 1;
/** nWRP, twelve bits: a cleared bit protects its sector. */
const WRITE_PROTECTION = OPTIONS_START + 8;
/** As delivered: user options EF or so, RDP AA, nWRP FFF. The complements beside them are our reading, a common one. */
const FACTORY = [0xef, 0xaa, 0x10, 0x55, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00, 0xf0, 0xff, 0xff, 0xff, 0xff];

/** Read protection level; level 2 can never be undone. */
export type Protection = 0 | 1 | 2;

/** The option bytes of one chip. Every write is counted as a violation, because it can lock a chip for ever. */
export class OptionBytes {
  readonly cells = new SectorFlash('option bytes', {
    start: OPTIONS_START,
    runs: [{ count: 1, size: 16 }],
    eraseTime: () => 250,
    programTime: () => 0.016,
    wordSize: 4,
  });

  constructor() {
    this.cells.load(OPTIONS_START, Uint8Array.from(FACTORY));
  }

  get protection(): Protection {
    const level = this.cells.read(RDP, 1)[0];
    return level === 0xaa ? 0 : level === 0xcc ? 2 : 1;
  }

  /** Sets the level directly, bypassing the rules for a change: for a board that left the factory like that. */
  setProtection(level: Protection): void {
    const value = { 0: 0xaa, 1: 0x00, 2: 0xcc }[level];
    this.cells.load(RDP, Uint8Array.of(value));
    this.cells.load(RDP + 2, Uint8Array.of(~value & 0xff));
  }

  /** Write-protects sectors by index, bypassing the rules for a change. */
  setWriteProtected(sectors: readonly number[]): void {
    const bits = sectors.reduce((word, index) => word & ~(1 << index), 0xfff);
    this.cells.load(WRITE_PROTECTION, Uint8Array.of(bits & 0xff, bits >> 8, ~bits & 0xff, (~bits >> 8) & 0xff));
  }

  writeProtected(sector: number): boolean {
    const [low = 0xff, high = 0x0f] = this.cells.read(WRITE_PROTECTION, 2);
    return (((high << 8) | low) & (1 << sector)) === 0;
  }

  /**
   * The last part of going from level 1 to level 0: the option bytes are erased and programmed with another RDP, the others
   * unchanged (RM0090, figure 5, "RDP level decrease", and "level 1"). An erased RDP is level 1, so a cut leaves that.
   */
  async removeProtection(life: Life): Promise<void> {
    const wanted = this.cells.snapshot();
    wanted[RDP - OPTIONS_START] = 0xaa;
    wanted[RDP + 2 - OPTIONS_START] = 0x55;
    await this.cells.erase(OPTIONS_START, life);
    await this.cells.program(OPTIONS_START, wanted, life);
  }

  /** Erases and programs all 16 bytes; false at protection level 2, and for any other address or size. */
  async write(address: number, bytes: Uint8Array, life: Life): Promise<boolean> {
    this.cells.refuse('option-bytes', address);
    if (address !== OPTIONS_START || bytes.length !== 16 || this.protection === 2) return false;
    const wanted = bytes.slice();
    await this.cells.erase(OPTIONS_START, life);
    return this.cells.program(OPTIONS_START, wanted, life);
  }
}
