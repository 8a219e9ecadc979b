/** The flash chip behind the SPI controller, with its timing: a busy chip makes its user wait. */
import { md5 } from '@noble/hashes/legacy.js';
import { BLOCK, NOR_TIMES, NorError, SECTOR, programTime, type NorFlash } from '../nor-flash.ts';
import type { LoaderIo } from './loader-io.ts';

/** Bytes programmed between two waits. */
const PROGRAM_CHUNK = 0x1000;
/** Time to read and hash 4 KiB, in ms: 3 to 7 were seen with the real stub. */
export const DIGEST_MS_PER_SECTOR = 4;

/** Timed access to the flash; every method throws a `NorError` where the chip refuses. */
export class SpiFlash {
  private busyUntil = 0;

  constructor(
    private readonly nor: NorFlash,
    private readonly clock: { now(): number },
  ) {}

  get size(): number {
    return this.nor.size;
  }

  get busy(): boolean {
    return this.clock.now() < this.busyUntil;
  }

  /** Starts erasing a 64 KiB block if aligned and within `remaining` bytes, else a sector; returns its size in bytes. */
  async startErase(io: LoaderIo, address: number, remaining: number): Promise<number> {
    await this.ready(io);
    const block = address % BLOCK === 0 && remaining >= BLOCK;
    const size = block ? BLOCK : SECTOR;
    this.nor.erase(address, size);
    this.busyUntil = this.clock.now() + (block ? NOR_TIMES.eraseBlock : NOR_TIMES.eraseSector);
    return size;
  }

  /** Erases a sector-aligned range. */
  async erase(io: LoaderIo, address: number, size: number): Promise<void> {
    // Checks the whole range first, so that one that does not fit erases nothing.
    this.nor.read(address, size);
    for (let done = 0; done < size;) done += await this.startErase(io, address + done, size - done);
    await this.ready(io);
  }

  async program(io: LoaderIo, address: number, bytes: Uint8Array): Promise<void> {
    await this.inChunks(io, bytes, (at, chunk) => this.nor.program(address + at, chunk));
  }

  /** Programs for a loader that does not check the cells: a violation is recorded, and bits are cleared as on silicon. */
  async spill(io: LoaderIo, address: number, bytes: Uint8Array): Promise<void> {
    await this.inChunks(io, bytes, (at, chunk) => {
      try {
        this.nor.program(address + at, chunk);
      } catch (error) {
        if (!(error instanceof NorError) || error.fault !== 'cell-not-erased') throw error;
        this.nor.clearBits(address + at, chunk);
      }
    });
  }

  async read(io: LoaderIo, address: number, size: number): Promise<Uint8Array> {
    await this.ready(io);
    return this.nor.read(address, size).slice();
  }

  /** The MD5 of a range, taking the time to read and hash it. */
  async digest(io: LoaderIo, address: number, size: number): Promise<Uint8Array> {
    const bytes = await this.read(io, address, size);
    await io.sleep((size / SECTOR) * DIGEST_MS_PER_SECTOR);
    const digest = md5(bytes);
    return this.nor.faults?.digest(digest) ?? digest;
  }

  private async inChunks(io: LoaderIo, bytes: Uint8Array, put: (at: number, chunk: Uint8Array) => void): Promise<void> {
    for (let done = 0; done < bytes.length; done += PROGRAM_CHUNK) {
      await this.ready(io);
      const chunk = bytes.subarray(done, done + PROGRAM_CHUNK);
      put(done, chunk);
      this.busyUntil = this.clock.now() + programTime(chunk.length);
    }
    await this.ready(io);
  }

  private async ready(io: LoaderIo): Promise<void> {
    if (this.busy) await io.sleep(this.busyUntil - this.clock.now());
  }
}
