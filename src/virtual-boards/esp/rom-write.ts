/** Writing flash through the ROM loader: begin erases, and each block is written before it is acknowledged. */
import { SECTOR } from '../nor-flash.ts';
import type { RomDialect } from './chips/chip.ts';
import { parseBlock, type Command } from './frames.ts';
import { BlockInflate } from './inflate.ts';
import type { LoaderIo } from './loader-io.ts';
import { ROM_ERROR, RomRefusal } from './loader-errors.ts';
import type { SpiFlash } from './spi-flash.ts';

/** The largest block that a ROM accepts, in bytes (esptool, loader.py: FLASH_WRITE_SIZE). */
export const ROM_BLOCK = 0x400;

/** Flash size a ROM assumes until it is set, in bytes: an S3 refused a write at 0x613000 (esp-idf issue 10959). */
const ASSUMED_SIZE = 0x400000;

/** Size of a ROM's inflate buffer in bytes: the reach of a deflate stream's matches (RFC 1951). */
const BUFFER = 0x8000;

interface Running {
  readonly blocks: number;
  readonly blockSize: number;
  /** The first address after the range that begin erased. */
  readonly end: number;
  readonly inflate: BlockInflate | undefined;
  /** Where the next byte goes. */
  address: number;
  nextSeq: number;
  /** Whether every announced block was accepted, including the end of a deflate stream. */
  whole: boolean;
}

/**
 * Handles writes, one at a time, plain or deflated; refuses with a `RomRefusal`, an `InflateError` or a `NorError`. The
 * ROM programs cells without checking that they are erased.
 */
export class RomWrite {
  /** The flash size in bytes that the ROM goes by; set by SPI_SET_PARAMS. */
  flashSize = ASSUMED_SIZE;
  private running: Running | undefined;
  /** Keeps the bytes inflated earlier. What RAM holds before the first ones is unknown: zeros here. */
  private readonly buffer = new Uint8Array(BUFFER);
  private filled = 0;

  constructor(
    private readonly io: LoaderIo,
    private readonly flash: SpiFlash,
    private readonly rom: Pick<RomDialect, 'inflated' | 'readsBack'>,
  ) {}

  /** Whether a write has begun and is incomplete. */
  get amid(): boolean {
    return this.running !== undefined && !this.running.whole;
  }

  /** Begins a write; `parameters`: size to erase, blocks, block size, address, and on later chips whether to encrypt. */
  async begin(parameters: readonly number[], deflated: boolean): Promise<void> {
    const [size = 0, blocks = 0, blockSize = 0, address = 0, encrypt = 0] = parameters;
    this.running = undefined;
    // No board here has both a ROM that encrypts and a burnt key.
    if (encrypt !== 0) throw new RomRefusal(ROM_ERROR.failed, 'no key to encrypt with');
    if (blockSize > ROM_BLOCK) throw new RomRefusal(ROM_ERROR.invalidMessage, `a block of ${blockSize} bytes`);
    if (address + size > this.flashSize) throw new RomRefusal(ROM_ERROR.failed, 'past the end of the flash');
    const start = address - (address % SECTOR);
    const end = Math.ceil((address + size) / SECTOR) * SECTOR;
    if (size > 0) await this.flash.erase(this.io, start, end - start);
    const inflate = deflated ? new BlockInflate() : undefined;
    this.filled = 0;
    this.running = { blocks, blockSize, end, inflate, address, nextSeq: 0, whole: blocks === 0 };
  }

  async data(command: Command, deflated: boolean): Promise<void> {
    const block = parseBlock(command);
    if ('wrong' in block) {
      if (block.wrong === 'length') throw new RomRefusal(ROM_ERROR.invalidMessage, block.wrong);
      // Quirk `spoilt-block-counts`: the ROM now expects the next block (seen on ROM code).
      if (this.running?.nextSeq === block.seq) this.running.nextSeq += 1;
      throw new RomRefusal(ROM_ERROR.checksum, block.wrong);
    }
    const run = this.running;
    if (run === undefined || deflated !== (run.inflate !== undefined)) {
      throw new RomRefusal(ROM_ERROR.failed, 'no such write has begun');
    }
    if (block.bytes.length > run.blockSize) throw new RomRefusal(ROM_ERROR.invalidMessage, 'block too long');
    if (block.seq !== run.nextSeq) throw new RomRefusal(ROM_ERROR.failed, 'sequence');
    if (run.inflate === undefined) await this.plain(run, block.bytes);
    else await this.deflated(run, run.inflate, block.bytes);
  }

  /** Quirk `surplus-block-taken`: blocks are not counted, so what follows the last one is written as well. */
  private async plain(run: Running, bytes: Uint8Array): Promise<void> {
    run.nextSeq += 1;
    const { address } = run;
    if (!(await this.write(address, bytes))) throw new RomRefusal(ROM_ERROR.flashWrite, 'past the end of the flash');
    run.address += bytes.length;
    run.whole = run.nextSeq >= run.blocks;
    if (!this.rom.readsBack) return;
    const held = await this.flash.read(this.io, address, bytes.length);
    if (held.some((byte, i) => byte !== bytes[i])) throw new RomRefusal(ROM_ERROR.flashWrite, 'the cells differ');
  }

  private async deflated(run: Running, inflate: BlockInflate, block: Uint8Array): Promise<void> {
    if (run.nextSeq >= run.blocks) throw new RomRefusal(ROM_ERROR.failed, 'sequence');
    const last = run.nextSeq === run.blocks - 1;
    const bytes = inflate.push(block, last);
    const pending = this.rom.inflated === 'exact' ? 0 : this.filled;
    // Stricter than silicon, which would keep writing.
    if (run.address + pending + bytes.length > run.end) {
      throw new RomRefusal(ROM_ERROR.flashWrite, 'more than begin announced');
    }
    run.nextSeq += 1;
    if (this.rom.inflated === 'exact') {
      await this.write(run.address, bytes);
      run.address += bytes.length;
    } else await this.throughBuffer(run, bytes, last);
    run.whole = last;
  }

  /**
   * Quirk `esp32-rom-writes-whole-buffers`: each full buffer is written; after the last block the whole buffer is written
   * once more, and the result of that write is ignored.
   */
  private async throughBuffer(run: Running, bytes: Uint8Array, last: boolean): Promise<void> {
    for (let done = 0; done < bytes.length;) {
      const part = bytes.subarray(done, done + BUFFER - this.filled);
      this.buffer.set(part, this.filled);
      done += part.length;
      this.filled += part.length;
      if (this.filled < BUFFER) break;
      await this.write(run.address, this.buffer);
      run.address += BUFFER;
      this.filled = 0;
    }
    if (last) await this.write(run.address, this.buffer);
  }

  /**
   * Writes bytes and returns whether they were written: what does not fit as a whole is not started (ESP-IDF,
   * spi_flash_rom_patch.c, from the ROM: `esp_rom_spiflash_write`).
   */
  private async write(address: number, bytes: Uint8Array): Promise<boolean> {
    if (address + bytes.length > Math.min(this.flashSize, this.flash.size)) return false;
    await this.flash.spill(this.io, address, bytes);
    return true;
  }
}
