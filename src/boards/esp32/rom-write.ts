/** Writing flash through the ROM loader: begin erases, and each block is written before it is acknowledged. */
import { SECTOR } from '../nor-flash.ts';
import { parseBlock, type Command } from './frames.ts';
import { BlockInflate } from './inflate.ts';
import type { LoaderIo } from './loader-io.ts';
import { ROM_ERROR, RomRefusal } from './rom-error.ts';
import type { SpiFlash } from './spi-flash.ts';

/** The largest block that a ROM takes, in bytes (esptool, loader.py: FLASH_WRITE_SIZE). */
export const ROM_BLOCK = 0x400;

/** What a ROM takes for the size of the flash until it is told: an S3 refused a write at 0x613000 (esp-idf issue 10959). */
const ASSUMED_SIZE = 0x400000;

interface Running {
  readonly blocks: number;
  readonly blockSize: number;
  /** The first address after what begin has erased: nothing is written behind it. */
  readonly end: number;
  readonly inflate: BlockInflate | undefined;
  address: number;
  nextSeq: number;
}

/** One write after the other, plain or deflated; refuses with a `RomRefusal`, an `InflateError` or a `NorError`. */
export class RomWrite {
  /** The flash size in bytes that the ROM believes in; set by SPI_SET_PARAMS. */
  flashSize = ASSUMED_SIZE;
  private running: Running | undefined;

  constructor(
    private readonly io: LoaderIo,
    private readonly flash: SpiFlash,
  ) {}

  /** Size to erase, blocks, block size, address, and on later chips whether to encrypt. */
  async begin(parameters: readonly number[], deflated: boolean): Promise<void> {
    const [size = 0, blocks = 0, blockSize = 0, address = 0, encrypt = 0] = parameters;
    this.running = undefined;
    // No board here has a chip whose ROM encrypts and a key burnt into it.
    if (encrypt !== 0) throw new RomRefusal(ROM_ERROR.failed, 'no key to encrypt with');
    if (blockSize > ROM_BLOCK) throw new RomRefusal(ROM_ERROR.invalidMessage, `a block of ${blockSize} bytes`);
    if (address + size > this.flashSize) throw new RomRefusal(ROM_ERROR.failed, 'past the end of the flash');
    const start = address - (address % SECTOR);
    const end = Math.ceil((address + size) / SECTOR) * SECTOR;
    if (size > 0) await this.flash.erase(this.io, start, end - start);
    const inflate = deflated ? new BlockInflate() : undefined;
    this.running = { blocks, blockSize, end, inflate, address, nextSeq: 0 };
  }

  async data(command: Command, deflated: boolean): Promise<void> {
    const block = parseBlock(command);
    if ('wrong' in block) {
      const code = block.wrong === 'checksum' ? ROM_ERROR.checksum : ROM_ERROR.invalidMessage;
      throw new RomRefusal(code, block.wrong);
    }
    const run = this.running;
    if (run === undefined || deflated !== (run.inflate !== undefined)) {
      throw new RomRefusal(ROM_ERROR.failed, 'no such write has begun');
    }
    if (block.bytes.length > run.blockSize) throw new RomRefusal(ROM_ERROR.invalidMessage, 'block too long');
    if (block.seq !== run.nextSeq || block.seq >= run.blocks) throw new RomRefusal(ROM_ERROR.failed, 'sequence');
    const bytes = run.inflate?.push(block.bytes, block.seq === run.blocks - 1) ?? block.bytes;
    if (run.address + bytes.length > run.end) throw new RomRefusal(ROM_ERROR.flashWrite, 'more than begin announced');
    await this.flash.program(this.io, run.address, bytes);
    run.address += bytes.length;
    run.nextSeq += 1;
  }
}
