/** Writing flash through the stub: a block is acknowledged first and written afterwards, erasing just ahead of it. */
import { SECTOR } from '../nor-flash.ts';
import { CIPHER_BLOCK, type FlashCipher } from './flash-cipher.ts';
import { parseBlock, words, type Command } from './frames.ts';
import { BlockInflate, join } from './inflate.ts';
import type { LoaderIo } from './loader-io.ts';
import type { SpiFlash } from './spi-flash.ts';
import { STUB_ERROR, StubRefusal } from './loader-errors.ts';

/** The stub inflates into a buffer of this size and writes whenever it is full (TINFL_LZ_DICT_SIZE). */
const INFLATE_BUFFER = 0x8000;

interface Running {
  readonly blocks: number;
  readonly blockSize: number;
  readonly inflate: BlockInflate | undefined;
  /** Encrypts what is written; null for a plain write. */
  readonly cipher: FlashCipher | null;
  address: number;
  remaining: number;
  nextErase: number;
  eraseEnd: number;
  nextSeq: number;
  /** Inflated bytes that do not fill a buffer yet. */
  pending: Uint8Array;
}

/** Handles writes, one at a time, plain or deflated; refuses with a `StubRefusal`, an `InflateError` or a `NorError`. */
export class StubWrite {
  private running: Running | undefined;

  constructor(
    private readonly io: LoaderIo,
    private readonly flash: SpiFlash,
    /** The chip's cipher for writes that ask for encryption; null if it does not encrypt. */
    private readonly cipher: FlashCipher | null,
    private readonly flashSize: () => number,
  ) {}

  /** Parameters: size in bytes, blocks, block size, address, whether to encrypt. Starts the first erase without waiting. */
  async begin(command: Command, deflated: boolean): Promise<void> {
    if (command.data.length !== 16 && command.data.length !== 20) throw new StubRefusal(STUB_ERROR.badLength, 'length');
    const [size = 0, blocks = 0, blockSize = 0, address = 0] = words(command.data, 4);
    this.running = undefined;
    const encrypt = command.data.length === 20 && (words(command.data, 5)[4] ?? 0) !== 0;
    // What silicon does here is unknown: a chip that does not encrypt, or no longer does so for a loader.
    if (encrypt && this.cipher === null) throw new StubRefusal(STUB_ERROR.flashFailed, 'the chip does not encrypt');
    const cipher = encrypt ? this.cipher : null;
    const nextErase = address - (address % SECTOR);
    const eraseEnd = Math.ceil((address + size) / SECTOR) * SECTOR;
    if (eraseEnd > this.flashSize()) throw new StubRefusal(STUB_ERROR.flashFailed, 'past the end of the flash');
    const inflate = deflated ? new BlockInflate() : undefined;
    const pending = new Uint8Array(0);
    const run = {
      blocks,
      blockSize,
      inflate,
      cipher,
      address,
      remaining: size,
      nextErase,
      eraseEnd,
      nextSeq: 0,
      pending,
    };
    await this.eraseNext(run);
    this.running = run;
  }

  /** Checks a block and returns a function that writes it, to be run after the acknowledgement. */
  accept(command: Command, deflated: boolean): () => Promise<void> {
    const run = this.running;
    if (run === undefined || deflated !== (run.inflate !== undefined)) {
      throw new StubRefusal(STUB_ERROR.notInFlashMode, 'no such write has begun');
    }
    const block = parseBlock(command);
    if ('wrong' in block) {
      throw new StubRefusal(block.wrong === 'checksum' ? STUB_ERROR.badChecksum : STUB_ERROR.tooMuchData, block.wrong);
    }
    // Quirk `late-block-ignored`: seen with esptool-js's stub, raw and deflated, of 4 and of 64 bytes. The stub's
    // sources of 2026 refuse a deflated one (command_handler.c, s_flash_defl_data); this build differs.
    if (run.remaining === 0) return () => Promise.resolve();
    if (block.bytes.length > run.blockSize) throw new StubRefusal(STUB_ERROR.badBlockSize, 'block too long');
    if (block.seq !== run.nextSeq || block.seq >= run.blocks) throw new StubRefusal(STUB_ERROR.badLength, 'sequence');
    run.nextSeq += 1;
    const { bytes, seq } = block;
    return deflated ? () => this.writeDeflated(run, bytes, seq) : () => this.writePlain(run, bytes);
  }

  /** FLASH_END: refused while announced bytes are missing. */
  end(): void {
    if (this.running === undefined) throw new StubRefusal(STUB_ERROR.notInFlashMode, 'no write has begun');
    if (this.running.remaining !== 0) {
      throw new StubRefusal(STUB_ERROR.badLength, `${this.running.remaining} bytes are missing`);
    }
    this.running = undefined;
  }

  /** The padding of the last block is cut off. */
  private async writePlain(run: Running, bytes: Uint8Array): Promise<void> {
    await this.write(run, bytes.slice(0, run.remaining));
  }

  private async writeDeflated(run: Running, block: Uint8Array, seq: number): Promise<void> {
    if (run.inflate === undefined) return;
    if (!this.flash.busy) await this.eraseNext(run);
    const last = seq === run.blocks - 1;
    run.pending = join([run.pending, run.inflate.push(block, last)]);
    // Stricter than the stub, which would keep writing past the announced range.
    if (run.pending.length > run.remaining) throw new StubRefusal(STUB_ERROR.tooMuchData, 'more than begin announced');
    const kept = last ? 0 : INFLATE_BUFFER - 1;
    while (run.pending.length > kept) {
      const full = run.pending.slice(0, INFLATE_BUFFER);
      run.pending = run.pending.slice(full.length);
      await this.write(run, full);
    }
  }

  private async write(run: Running, bytes: Uint8Array): Promise<void> {
    // The stub requires multiples of 4, the ROM function that encrypts of 32 (ESP-IDF, esp32/rom/spi_flash.h).
    const unit = run.cipher === null ? 4 : CIPHER_BLOCK;
    if (run.address % unit !== 0 || bytes.length % unit !== 0) {
      throw new StubRefusal(STUB_ERROR.flashFailed, `address and size of a write are multiples of ${unit}`);
    }
    while (run.nextErase < run.address + bytes.length) await this.eraseNext(run);
    await this.flash.program(this.io, run.address, run.cipher?.encrypt(run.address, bytes) ?? bytes);
    run.address += bytes.length;
    run.remaining -= bytes.length;
  }

  private async eraseNext(run: Running): Promise<void> {
    if (run.nextErase >= run.eraseEnd) return;
    run.nextErase += await this.flash.startErase(this.io, run.nextErase, run.eraseEnd - run.nextErase);
  }
}
