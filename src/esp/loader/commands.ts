/** The loader commands that the target needs, in the dialect of the running loader. */
import type { ESPLoader } from 'esptool-js';
import { ESPError } from 'esptool-js';
import { hexOf } from '../../formats/binary.ts';
import { md5Hex } from '../../formats/hashes.ts';
import { hex } from '../../flash/finding.ts';
import type { Range } from '../../flash/map.ts';
import { BLOCK, UNIT } from '../flash-geometry.ts';
import type { SerialTransport } from './transport.ts';
import type { Dialect } from './dialect.ts';

/** Command opcodes (esptool docs, serial protocol). */
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

/** Packet size of a stream read, in bytes: the stub sends one erase unit at a time. */
const READ_PACKET = 0x1000;
/** Bytes that the ROM returns per read command, whatever is asked for (esptool targets/esp32.py, read_flash_slow). */
const SLOW_PACKET = 64;

/** Parameters of the command that begins a write; `size` in bytes, `blocks` as sent, compressed (`packed`) or not. */
export interface Begin {
  readonly address: number;
  readonly size: number;
  readonly blocks: number;
  /** The maximum size of a block, in bytes. */
  readonly piece: number;
  readonly packed: boolean;
  readonly encrypt: boolean;
}

/** The commands of one loader. They throw esptool-js's `ESPError` if the loader refuses or does not answer. */
export class Commands {
  constructor(
    readonly loader: ESPLoader,
    readonly transport: SerialTransport,
    readonly dialect: Dialect,
  ) {}

  /** Attaches the SPI flash; not needed with the stub, which does that itself. `pins` is 0 for the usual pins. */
  async attach(pins: number): Promise<void> {
    if (this.dialect.mode === 'stub') return;
    // The ROM takes a second word: "legacy" and three unused bytes (esptool loader.py, flash_spi_attach).
    await this.loader.checkCommand('attach the flash', OP.spiAttach, words(pins, 0));
  }

  /** Sets the flash size in bytes; otherwise the loader assumes a size and refuses addresses past it. */
  async setFlashSize(size: number): Promise<void> {
    const geometry = words(0, size, BLOCK, UNIT, 0x100, 0xffff);
    await this.loader.checkCommand('set the flash size', OP.spiSetParams, geometry);
  }

  /** Begins a write; its range is erased now or just before it is written, depending on the loader. */
  async begin({ address, size, blocks, piece, packed, encrypt }: Begin): Promise<void> {
    const { beginWords, erasesFirst } = this.dialect;
    const four = [size, blocks, piece, address];
    const all = encrypt ? [...four, 1] : beginWords === 5 ? [...four, 0] : four;
    // Worst case by the data sheets: 400 ms per erase unit.
    const timeout = 3000 + (erasesFirst ? (size / UNIT) * 400 : 0);
    const op = packed ? OP.flashDeflBegin : OP.flashBegin;
    await this.loader.checkCommand('begin a write', op, words(...all), 0, 0, timeout);
  }

  /**
   * Sends one block of a write; `timeout` in ms. esptool-js's own method resends a block after an error, and a loader that
   * had accepted it the first time would write it twice.
   */
  async block(part: Uint8Array, index: number, packed: boolean, timeout: number): Promise<void> {
    const packet = new Uint8Array(16 + part.length);
    packet.set(words(part.length, index, 0, 0));
    packet.set(part, 16);
    const op = packed ? OP.flashDeflData : OP.flashData;
    await this.loader.checkCommand('write to flash', op, packet, this.loader.checksum(part), 0, timeout);
  }

  /** Ends a write. The stub acknowledges blocks before writing them, so only this reply means that everything is written. */
  async end(packed: boolean): Promise<void> {
    if (!this.dialect.ends) return;
    await this.loader.checkCommand('end a write', packed ? OP.flashDeflEnd : OP.flashEnd, words(1), 0, 0, 5000);
  }

  /** The MD5 of a range, in hex. esptool-js's own method waits three seconds even for a single erase unit. */
  async digest({ address, size }: Range): Promise<string> {
    // esptool allows 8 s per MiB.
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

  /** Reads `size` bytes of flash; `EspTarget` limits the size, because a read cannot be cancelled. */
  read(address: number, size: number): Promise<Uint8Array> {
    return this.dialect.read === 'slow' ? this.#readSlowly(address, size) : this.#readStream(address, size);
  }

  /** Switches loader and port to another rate in baud; the reply to the next command shows whether both ends did. */
  async changeRate(rate: number): Promise<void> {
    const now = this.dialect.mode === 'stub' ? this.transport.baudrate : 0;
    await this.loader.command(OP.changeBaudrate, words(rate, now));
    await this.transport.changeBaudrate(rate);
    // Bytes received while the rates differed are garbage.
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
    // The stub ends with the MD5 of what it sent. Left unread, it would be taken for the next command's reply.
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

/** 32-bit words as bytes, little-endian, as in command payloads. */
export function words(...values: number[]): Uint8Array {
  return new Uint8Array(Uint32Array.from(values).buffer);
}
