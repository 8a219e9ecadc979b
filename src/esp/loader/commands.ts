/** The commands of a loader as the target needs them, in the dialect of whoever answers. */
import type { ESPLoader } from 'esptool-js';
import { ESPError } from 'esptool-js';
import { md5Hex } from '../../formats/hashes.ts';
import { hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import type { SerialTransport } from './transport.ts';
import type { Dialect } from './dialect.ts';

/** The loaders' commands (esptool docs, serial protocol). */
const OP = {
  flashBegin: 0x02,
  flashData: 0x03,
  flashEnd: 0x04,
  spiSetParams: 0x0b,
  spiAttach: 0x0d,
  readFlashSlow: 0x0e,
  changeBaudrate: 0x0f,
  flashDeflBegin: 0x10,
  flashDeflData: 0x11,
  flashDeflEnd: 0x12,
  flashMd5: 0x13,
  readFlash: 0xd2,
} as const;

const UNIT = 0x1000;
/** Packets of a stream read, in bytes: the stub sends one erase unit at a time. */
const READ_PACKET = 0x1000;
/** Bytes that the ROM reads for each command, whatever is asked for (esptool targets/esp32.py, read_flash_slow). */
const SLOW_PACKET = 64;

/** A write that is about to begin; `blocks` as they travel, packed or not. */
export interface Begin {
  readonly address: number;
  readonly size: number;
  readonly blocks: number;
  /** The most bytes in one block. */
  readonly piece: number;
  readonly packed: boolean;
  readonly encrypt: boolean;
}

/** One loader's commands. They throw esptool-js's `ESPError` for what the loader refuses or does not answer. */
export class Commands {
  constructor(
    readonly loader: ESPLoader,
    readonly transport: SerialTransport,
    readonly dialect: Dialect,
  ) {}

  /** Connects the flash pins: the stub has done that itself. `pins` is 0 for the usual ones. */
  async attach(pins: number): Promise<void> {
    if (this.dialect.mode === 'stub') return;
    // The ROM takes a second word, "legacy" and three bytes of nothing (esptool loader.py, flash_spi_attach).
    await this.loader.checkCommand('attach the flash', OP.spiAttach, words(pins, 0));
  }

  /** Tells the loader how large the flash is: without it one assumes a size of its own, and refuses what lies beyond. */
  async setFlashSize(size: number): Promise<void> {
    const geometry = words(0, size, 0x10000, UNIT, 0x100, 0xffff);
    await this.loader.checkCommand('set the flash size', OP.spiSetParams, geometry);
  }

  /** Begins a write; what it covers is erased now or just before it is written. */
  async begin({ address, size, blocks, piece, packed, encrypt }: Begin): Promise<void> {
    const { beginWords, erasesFirst } = this.dialect;
    const four = [size, blocks, piece, address];
    const all = encrypt ? [...four, 1] : beginWords === 5 ? [...four, 0] : four;
    // Worst case of the data sheets: 400 ms for each erase unit.
    const timeout = 3000 + (erasesFirst ? (size / UNIT) * 400 : 0);
    const op = packed ? OP.flashDeflBegin : OP.flashBegin;
    await this.loader.checkCommand('begin a write', op, words(...all), 0, 0, timeout);
  }

  /**
   * One block of a write. Not esptool-js's own verb: that sends a block again after an error, and a loader that had
   * taken it the first time would write it twice.
   */
  async block(part: Uint8Array, index: number, packed: boolean, timeout: number): Promise<void> {
    const packet = new Uint8Array(16 + part.length);
    packet.set(words(part.length, index, 0, 0));
    packet.set(part, 16);
    const op = packed ? OP.flashDeflData : OP.flashData;
    await this.loader.checkCommand('write to flash', op, packet, this.loader.checksum(part), 0, timeout);
  }

  /** Ends a write. The stub takes a block before it has written it, so that only this answer means that all is written. */
  async end(packed: boolean): Promise<void> {
    if (!this.dialect.ends) return;
    await this.loader.checkCommand('end a write', packed ? OP.flashDeflEnd : OP.flashEnd, words(1), 0, 0, 5000);
  }

  /** The MD5 of a range, hex. By our own hand: esptool-js waits three seconds even for one erase unit. */
  async digest({ address, size }: Range): Promise<string> {
    // esptool allows 8 s for each MiB.
    const timeout = 1000 + Math.ceil((size / 0x100000) * 8000);
    const length = this.dialect.digest === 'text' ? 32 : 16;
    const payload = words(address, size, 0, 0);
    const answer = await this.loader.checkCommand('calculate a digest', OP.flashMd5, payload, 0, length, timeout);
    if (!(answer instanceof Uint8Array)) throw new ESPError('a digest of no bytes');
    if (this.dialect.digest === 'bytes') return hexOf(answer);
    const text = new TextDecoder().decode(answer).toLowerCase();
    if (!/^[0-9a-f]{32}$/.test(text)) throw new ESPError('a digest that is no hex number');
    return text;
  }

  /** Bytes of flash; `size` is what one call may take, see `EspTarget.read`. */
  read(address: number, size: number): Promise<Uint8Array> {
    return this.dialect.read === 'slow' ? this.#readSlowly(address, size) : this.#readStream(address, size);
  }

  /** Asks for another rate and takes it up; the answer to whatever comes next shows whether both ends have it. */
  async changeRate(rate: number): Promise<void> {
    const now = this.dialect.mode === 'stub' ? this.transport.baudrate : 0;
    await this.loader.command(OP.changeBaudrate, words(rate, now));
    await this.transport.changeBaudrate(rate);
    // What came while the two ends differed is no answer to anything.
    await this.transport.drainInput(50, 200);
  }

  async #readStream(address: number, size: number): Promise<Uint8Array> {
    await this.loader.checkCommand('read flash', OP.readFlash, words(address, size, READ_PACKET, 64));
    const data = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const packet = await this.transport.read(3000);
      if (packet.length > size - at) throw new ESPError(`a packet of ${packet.length} bytes is too long`);
      data.set(packet, at);
      at += packet.length;
      await this.transport.write(words(at));
    }
    // The stub ends with the MD5 of what it sent. Unread, it would be taken for the next command's answer.
    const digest = hexOf(await this.transport.read(3000));
    if (digest !== md5Hex(data)) throw new ESPError(`the bytes read at ${hex(address)} were damaged on the way`);
    return data;
  }

  async #readSlowly(address: number, size: number): Promise<Uint8Array> {
    const data = new Uint8Array(size);
    for (let at = 0; at < size; at += SLOW_PACKET) {
      const wanted = Math.min(SLOW_PACKET, size - at);
      const payload = words(address + at, wanted);
      const answer = await this.loader.checkCommand('read flash', OP.readFlashSlow, payload, 0, SLOW_PACKET);
      if (!(answer instanceof Uint8Array)) throw new ESPError('a read of no bytes');
      data.set(answer.subarray(0, wanted), at);
    }
    return data;
  }
}

/** Words of 32 bits as commands carry them, little endian. */
export function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}

function hexOf(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
