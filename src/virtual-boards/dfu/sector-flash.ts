/** Flash cells in sectors of different sizes, stricter than silicon: silent corruption is an error here. */
import { randomWords } from '../esp/firmware/random.ts';
import type { FlashFaults } from '../faults/flash-faults.ts';
import type { Life } from '../life.ts';

/** Geometry and timing of a flash; sizes in bytes, times in milliseconds. */
export interface FlashShape {
  readonly start: number;
  readonly runs: readonly { readonly count: number; readonly size: number }[];
  /** Time to erase a sector of this size, in ms. */
  readonly eraseTime: (size: number) => number;
  /** Time to program `bytes` bytes, in ms. */
  readonly programTime: (bytes: number) => number;
  /** The smallest unit that can be programmed, in bytes; an address must be a multiple of it. */
  readonly wordSize: number;
}

/** An erase unit. */
export interface Sector {
  readonly index: number;
  readonly address: number;
  readonly size: number;
}

/** Ways to misuse a memory of the board. */
export type FlashFault = 'out-of-range' | 'misaligned-program' | 'cell-not-erased' | 'one-time-burned' | 'option-bytes';

/** A use of a memory that would do damage on silicon; `address` is the first byte concerned. */
export interface Violation {
  readonly fault: FlashFault;
  readonly memory: string;
  readonly address: number;
}

/** An operation in progress, and what it leaves behind if power is lost in the middle. */
interface Operation {
  readonly startedAt: number;
  readonly life: Life;
  readonly interrupted: (elapsedMs: number) => void;
}

/** Flash with its rules, timing and wear counters. */
export class SectorFlash {
  readonly sectors: readonly Sector[];
  readonly start: number;
  readonly size: number;
  /** Every violation since the chip was made. */
  readonly violations: Violation[] = [];
  /** Injected faults; null on a healthy flash. */
  faults: FlashFaults | null = null;
  private readonly cells: Uint8Array;
  private readonly erases: Uint32Array;
  private operation: Operation | undefined;

  /** An erased flash. */
  constructor(
    readonly name: string,
    private readonly shape: FlashShape,
  ) {
    const sectors: Sector[] = [];
    let address = shape.start;
    for (const { count, size } of shape.runs) {
      for (let i = 0; i < count; i++, address += size) sectors.push({ index: sectors.length, address, size });
    }
    this.sectors = sectors;
    this.start = shape.start;
    this.size = address - shape.start;
    this.cells = new Uint8Array(this.size).fill(0xff);
    this.erases = new Uint32Array(sectors.length);
  }

  /** Whether [address, address + size) lies in this flash. */
  has(address: number, size = 1): boolean {
    return address >= this.start && size >= 0 && address + size <= this.start + this.size;
  }

  /** The sector that holds an address; undefined outside the flash. */
  sectorAt(address: number): Sector | undefined {
    return this.sectors.find((sector) => address >= sector.address && address < sector.address + sector.size);
  }

  /** A view, not a copy; throws a `RangeError` outside the flash. */
  read(address: number, size: number): Uint8Array {
    if (!this.has(address, size)) throw new RangeError(`${this.name} has no ${size} bytes at ${hex(address)}`);
    return this.cells.subarray(address - this.start, address - this.start + size);
  }

  /** Erases the whole sector at an address, taking its time; false, with a violation, outside the flash. */
  async erase(address: number, life: Life): Promise<boolean> {
    const sector = this.sectorAt(address);
    if (sector === undefined) return this.refuse('out-of-range', address);
    const erased = (this.erases[sector.index] ?? 0) + 1;
    this.erases[sector.index] = erased;
    const cells = this.read(sector.address, sector.size);
    const interrupted = (): void => {
      halfErased(cells, sector.index, erased);
      this.faults?.forget(sector.address, sector.size);
    };
    this.operation = { startedAt: life.now(), life, interrupted };
    await life.sleep(this.shape.eraseTime(sector.size));
    this.operation = undefined;
    if (this.faults === null) cells.fill(0xff);
    else this.faults.erase(sector.address, cells);
    return true;
  }

  /**
   * Programs bytes into erased cells, word by word, taking its time. A byte may be programmed again with the value it
   * holds. The first word with any other byte ends the operation: that word is corrupted, a violation is recorded, and
   * the result is false.
   */
  async program(address: number, bytes: Uint8Array, life: Life): Promise<boolean> {
    if (!this.has(address, bytes.length)) return this.refuse('out-of-range', address);
    if (address % this.shape.wordSize !== 0) return this.refuse('misaligned-program', address);
    const cells = this.read(address, bytes.length);
    const bad = bytes.findIndex((byte, i) => {
      const held = this.faults?.believed(address + i, cells[i] ?? 0xff) ?? cells[i];
      return held !== 0xff && held !== byte;
    });
    const good = bad < 0 ? bytes.length : bad - (bad % this.shape.wordSize);
    const time = this.shape.programTime(good);
    this.operation = {
      startedAt: life.now(),
      life,
      interrupted: (elapsed) => {
        const words = Math.floor(((elapsed / time) * good) / this.shape.wordSize);
        const done = Math.min(words * this.shape.wordSize, good);
        cells.set(bytes.subarray(0, done));
        for (let i = done; i < Math.min(done + this.shape.wordSize, good); i++) {
          // The word in progress got some of its bits.
          cells[i] = (cells[i] ?? 0) & ((bytes[i] ?? 0) | 0x5a);
        }
        this.faults?.forget(address, good);
      },
    };
    await life.sleep(time);
    this.operation = undefined;
    if (this.faults === null) cells.set(bytes.subarray(0, good));
    else this.faults.program(address, cells.subarray(0, good), bytes.subarray(0, good));
    if (bad < 0) return true;
    for (let i = good; i < Math.min(good + this.shape.wordSize, bytes.length); i++) {
      cells[i] = (cells[i] ?? 0) & (bytes[i] ?? 0);
    }
    return this.refuse('cell-not-erased', address + bad);
  }

  /** Power was lost: the operation in progress stays as it is at this moment. Call it before its `Life` ends. */
  powerLost(): void {
    const { operation } = this;
    this.operation = undefined;
    operation?.interrupted(operation.life.now() - operation.startedAt);
  }

  /** Loads factory content: no rules are checked, nothing is counted. Throws a `RangeError` outside the flash. */
  load(address: number, bytes: Uint8Array): void {
    this.read(address, bytes.length).set(bytes);
    this.faults?.forget(address, bytes.length);
  }

  /** A copy of the whole flash. */
  snapshot(): Uint8Array {
    return this.cells.slice();
  }

  /** How often each sector has been erased, in order. */
  get erasesPerSector(): readonly number[] {
    return [...this.erases];
  }

  /** Sectors erased since the flash was made. */
  get totalErases(): number {
    return this.erases.reduce((sum, count) => sum + count, 0);
  }

  /** Records a violation; always false, for the caller to return. */
  refuse(fault: FlashFault, address: number): false {
    this.violations.push({ fault, memory: this.name, address });
    return false;
  }
}

/**
 * What a sector holds after an interrupted erase. That is unknown on silicon, so it varies here, but is always the same
 * for the same sector and count: noise, a first half that is already blank, or the old bytes with some bits erased.
 */
function halfErased(cells: Uint8Array, index: number, count: number): void {
  const next = randomWords(index, count);
  const kind = (index + count) % 3;
  if (kind === 0) cells.forEach((_, i) => (cells[i] = next() & 0xff));
  else if (kind === 1) {
    const edge = cells.length >> 1;
    cells.fill(0xff, 0, edge);
    for (let i = edge; i < edge + 64; i++) cells[i] = next() & 0xff;
  } else cells.forEach((byte, i) => (cells[i] = byte | (next() & next() & 0xff)));
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(8, '0')}`;
}
