/** A NOR flash chip, stricter than silicon: what would silently corrupt real cells is an error here. */
import type { FlashFaults } from './faults/flash-faults.ts';

/** Smallest erase unit, in bytes. */
export const SECTOR = 0x1000;
/** Large erase block, in bytes. */
export const BLOCK = 0x10000;
/** Most bytes that one page program command can write. */
export const PAGE = 0x100;

/** Typical times in milliseconds (W25Q32JV datasheet, AC characteristics: tSE, tBE2, tPP 0.4–0.7). */
export const NOR_TIMES = { eraseSector: 45, eraseBlock: 150, programPage: 0.6 } as const;

/** Time to program `bytes` bytes, in ms. */
export function programTime(bytes: number): number {
  return Math.ceil(bytes / PAGE) * NOR_TIMES.programPage;
}

/** Ways to misuse a flash chip. */
export type NorFault = 'misaligned-erase' | 'out-of-range' | 'cell-not-erased';

/** A use of the flash chip that would do damage on silicon; `address` is the first byte concerned. */
export class NorError extends Error {
  override readonly name = 'NorError';
  constructor(
    readonly fault: NorFault,
    readonly address: number,
  ) {
    super(`${fault} at 0x${address.toString(16)}`);
  }
}

/** Flash cells with the rules of NOR and wear counters; addresses and sizes in bytes. */
export class NorFlash {
  /** Every violation since the chip was made: refused, or carried out for a caller that ignores the error. */
  readonly violations: NorError[] = [];
  /** Injected faults; null on a healthy chip. */
  faults: FlashFaults | null = null;
  private readonly cells: Uint8Array;
  private readonly erases: Uint32Array;
  private programmed = 0;

  /** An erased chip; throws a `RangeError` unless `size` is a positive multiple of 4 KiB. */
  constructor(readonly size: number) {
    if (size <= 0 || size % SECTOR !== 0) throw new RangeError(`a flash of ${size} bytes is not made of 4 KiB sectors`);
    this.cells = new Uint8Array(size).fill(0xff);
    this.erases = new Uint32Array(size / SECTOR);
  }

  /** A view, not a copy: it changes as the flash does. Throws a `NorError` outside the chip. */
  read(address: number, size: number): Uint8Array {
    this.inRange(address, size);
    return this.cells.subarray(address, address + size);
  }

  /** Whether every cell of a range is erased; throws a `NorError` outside the chip. */
  isErased(address: number, size: number): boolean {
    this.inRange(address, size);
    for (let at = address; at < address + size; at++) if (this.cells[at] !== 0xff) return false;
    return true;
  }

  /** Erases whole sectors, counting each; throws a `NorError` when misaligned or outside the chip. */
  erase(address: number, size: number): void {
    if (address % SECTOR !== 0) this.refuse('misaligned-erase', address);
    if (size % SECTOR !== 0) this.refuse('misaligned-erase', address + size);
    this.inRange(address, size);
    if (this.faults === null) this.cells.fill(0xff, address, address + size);
    else this.faults.erase(address, this.cells.subarray(address, address + size));
    for (let sector = address / SECTOR; sector < (address + size) / SECTOR; sector++) {
      this.erases[sector] = (this.erases[sector] ?? 0) + 1;
    }
  }

  /**
   * Programs bytes into erased cells. A byte may be programmed again with the value it holds; any other value for a
   * cell that is not erased throws a `NorError`, and nothing of this call is written.
   */
  program(address: number, bytes: Uint8Array): void {
    this.inRange(address, bytes.length);
    const old = this.cells.subarray(address, address + bytes.length);
    for (let i = 0; i < bytes.length; i++) {
      const held = this.faults?.believed(address + i, old[i] ?? 0xff) ?? old[i];
      if (held !== 0xff && held !== bytes[i]) this.refuse('cell-not-erased', address + i);
    }
    if (this.faults === null) this.cells.set(bytes, address);
    else this.faults.program(address, old, bytes);
    this.programmed += bytes.length;
  }

  /**
   * Programs bytes as silicon does, without checking the rules: bits go to 0, never to 1 (W25Q32JV datasheet, "Page
   * Program"). For code on the chip that clears further bits on purpose, as NVS does. Throws a `NorError` only outside
   * the chip.
   */
  clearBits(address: number, bytes: Uint8Array): void {
    this.inRange(address, bytes.length);
    const old = this.cells.subarray(address, address + bytes.length);
    if (this.faults === null) for (let i = 0; i < bytes.length; i++) old[i] = (old[i] ?? 0xff) & (bytes[i] ?? 0xff);
    else this.faults.program(address, old, bytes);
    this.programmed += bytes.length;
  }

  /** Loads factory content: no rules are checked, nothing is counted. Throws a `NorError` outside the chip. */
  load(address: number, bytes: Uint8Array): void {
    this.inRange(address, bytes.length);
    this.cells.set(bytes, address);
    this.faults?.forget(address, bytes.length);
  }

  /** A copy of the whole chip. */
  snapshot(): Uint8Array {
    return this.cells.slice();
  }

  /** How often the sector at this address has been erased. */
  eraseCount(address: number): number {
    return this.erases[Math.floor(address / SECTOR)] ?? 0;
  }

  /** Sectors erased since the chip was made; a 64 KiB block erase counts as 16. */
  get totalErases(): number {
    return this.erases.reduce((sum, count) => sum + count, 0);
  }

  /** Bytes programmed since the chip was made. */
  get programmedBytes(): number {
    return this.programmed;
  }

  private inRange(address: number, size: number): void {
    if (address < 0 || size < 0) this.refuse('out-of-range', address);
    if (address + size > this.size) this.refuse('out-of-range', Math.max(address, this.size));
  }

  private refuse(fault: NorFault, address: number): never {
    const error = new NorError(fault, address);
    this.violations.push(error);
    throw error;
  }
}
