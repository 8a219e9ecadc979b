/** The port to an Espressif board: esptool-js's commands, our own order of them. */
import { ESPError, type ESPLoader } from 'esptool-js';
import { Inflate, zlibSync } from 'fflate';
import { md5Hex } from '../formats/hashes.ts';
import type { Cancel } from '../flash/failure.ts';
import { Failure, stopped } from '../flash/failure.ts';
import { bytes, hex } from '../flash/finding.ts';
import type { FlashMap, Range } from '../flash/map.ts';
import type { Identity, Pace, Target, Watch } from '../flash/target.ts';
import type { FlashChip } from './connect.ts';
import type { EspDevice, LoaderMode } from './device.ts';
import { espFailure } from './failures.ts';
import { OPEN } from './security.ts';
import { linkLost, type SerialTransport } from './transport.ts';

/** The one region of an Espressif board. */
export const REGION = 'flash';

const UNIT = 0x1000;
const FLASH_DEFL_DATA = 0x11;
const FLASH_MD5 = 0x13;
/** Bytes at the end of a deflate stream that surely hold content besides its end mark and checksum. */
const LEAST_TAIL = 0x100;
const READ_FLASH = 0xd2;
/** Packets of a read, in bytes: the stub sends one erase unit at a time. */
const READ_PACKET = 0x1000;

/** How long a board may go on with what it does after a person's wish to stop, in ms; a sound one needs less. */
const GRACE_MS = 800;

/** What a target is made of. */
export interface EspParts {
  readonly loader: ESPLoader;
  readonly transport: SerialTransport;
  readonly flash: FlashChip;
  readonly identity: Identity;
}

/** A connected board whose stub runs. */
export class EspTarget implements EspDevice {
  readonly mode: LoaderMode = 'stub';
  readonly security = OPEN;

  readonly #loader: ESPLoader;
  readonly #transport: SerialTransport;

  constructor(private readonly parts: EspParts) {
    this.#loader = parts.loader;
    this.#transport = parts.transport;
    this.#loader.FLASH_WRITE_SIZE = this.#pieceSize(0x4000);
  }

  get flashSize(): number {
    return this.parts.flash.size;
  }

  tune(): Promise<void> {
    return Promise.resolve();
  }

  identify(): Promise<Identity> {
    return Promise.resolve(this.parts.identity);
  }

  readMap(): Promise<FlashMap> {
    const runs = [{ count: this.parts.flash.size / UNIT, size: UNIT }];
    const access = { read: true, erase: true, write: true };
    return Promise.resolve({ regions: [{ id: REGION, name: 'SPI flash', start: 0, runs, access, writeSize: 1 }] });
  }

  async read(range: Range, watch: Watch): Promise<Uint8Array> {
    const whole = new Uint8Array(range.size);
    // A read under way cannot be called off, so that long ones go in pieces that are over soon.
    const piece = this.#pieceSize(0x8000);
    const command = (at: number, size: number) =>
      this.#command(`read ${hex(range.address + at)}`, range, () => this.#readPiece(range.address + at, size));
    for (let at = 0; at < range.size; at += piece) {
      watch.cancel.check();
      const size = Math.min(piece, range.size - at);
      whole.set(await this.#stoppable(watch.cancel, () => command(at, size)), at);
      watch.onBytes?.(at + size);
    }
    return whole;
  }

  digest(range: Range, watch?: Watch): Promise<string> {
    const command = () => this.#command(`digest of ${hex(range.address)}`, range, () => this.#digestOf(range));
    return watch === undefined ? command() : this.#stoppable(watch.cancel, command);
  }

  async rewrite(range: Range, content: Uint8Array, watch: Watch): Promise<void> {
    if (range.address % UNIT !== 0 || range.size % UNIT !== 0 || content.length !== range.size) {
      throw new RangeError(`a rewrite of ${bytes(range.size)} at ${hex(range.address)} is not of whole erase units`);
    }
    const packed = zlibSync(content, { level: 9 });
    const piece = this.#loader.FLASH_WRITE_SIZE;
    let taken = 0;
    const inflate = new Inflate((out) => (taken += out.length));
    const send = async (): Promise<void> => {
      await this.#loader.flashDeflBegin(content.length, packed.length, range.address);
      for (const [block, part] of blocksOf(packed, piece).entries()) {
        if (watch.cancel.cancelled) {
          await this.#endBlocks().catch(() => undefined);
          throw stopped();
        }
        await this.#sendBlock(part, block, blockTimeout(content.length));
        // The raw stream without its two-byte head tells how many bytes of content the device has taken.
        inflate.push(block === 0 ? part.subarray(2) : part);
        watch.onBytes?.(Math.min(taken, content.length));
      }
      await this.#endBlocks();
    };
    await this.#stoppable(watch.cancel, () => this.#command(`erase and write ${hex(range.address)}`, range, send));
  }

  async leave(listen: Parameters<Target['leave']>[0]): Promise<void> {
    // The boot text comes at 115200, and esptool-js's own reset sends no pulse.
    await this.#command('restart', null, async () => {
      await this.#transport.disconnect();
      await this.#transport.connect(115200);
      void this.#transport.readLoop();
      await this.#transport.setSignals(false, true);
      await new Promise((resolve) => setTimeout(resolve, 100));
      this.#transport.flushInput();
      await this.#transport.setSignals(false, false);
    });
    const text = new TextDecoder('utf-8', { fatal: false });
    const end = Date.now() + listen.ms;
    let log = '';
    while (Date.now() < end && !listen.done(log)) {
      const chunk = await this.#transport.nextChunk(Math.max(1, end - Date.now()));
      if (chunk === null) break;
      const heard = text.decode(chunk, { stream: true });
      log += heard;
      listen.onText(heard);
    }
  }

  close(): Promise<void> {
    return this.#transport.disconnect();
  }

  pace(): Pace {
    const wire = this.#transport.baudrate / 10;
    // Firmware packs to about 60 %; erasing and programming takes 195 to 254 KiB/s: SPI NOR data sheets.
    return {
      writeBytesPerSecond: Math.min(wire / 0.6, 200 * 1024),
      readBytesPerSecond: wire,
      digestBytesPerSecond: 1024 * 1024,
      stretchMs: 30,
    };
  }

  /** The largest size up to `most` that takes less than half a second on the wire: what a cancel has to wait for. */
  #pieceSize(most: number): number {
    const fits = this.#transport.baudrate / 20;
    let size = most;
    while (size > 0x400 && size > fits) size /= 2;
    return size;
  }

  /** The digest by our own hand: esptool-js waits three seconds even for one erase unit. */
  async #digestOf({ address, size }: Range): Promise<string> {
    const words = new Uint8Array(Uint32Array.of(address, size, 0, 0).buffer);
    // esptool allows 8 s for each MiB.
    const timeout = 1000 + Math.ceil((size / 0x100000) * 8000);
    const digest = await this.#loader.checkCommand('calculate a digest', FLASH_MD5, words, 0, 16, timeout);
    if (!(digest instanceof Uint8Array)) throw new ESPError('a digest of no bytes');
    return hexOf(digest);
  }

  async #readPiece(address: number, size: number): Promise<Uint8Array> {
    const words = Uint32Array.of(address, size, READ_PACKET, 64);
    await this.#loader.checkCommand('read flash', READ_FLASH, new Uint8Array(words.buffer));
    const data = new Uint8Array(size);
    let at = 0;
    while (at < size) {
      const packet = await this.#transport.read(3000);
      if (packet.length > size - at) throw new ESPError(`a packet of ${packet.length} bytes is too long`);
      data.set(packet, at);
      at += packet.length;
      await this.#transport.write(new Uint8Array(Uint32Array.of(at).buffer));
    }
    // The stub ends with the MD5 of what it sent. Unread, it would be taken for the next command's answer.
    const digest = hexOf(await this.#transport.read(3000));
    if (digest !== md5Hex(data)) throw new ESPError(`the bytes read at ${hex(address)} were damaged on the way`);
    return data;
  }

  /**
   * One compressed block. Not esptool-js's own verb: that sends a block again after an error, and a stub that had
   * taken it the first time would inflate it twice.
   */
  async #sendBlock(part: Uint8Array, block: number, timeout: number): Promise<void> {
    const packet = new Uint8Array(16 + part.length);
    packet.set(new Uint8Array(Uint32Array.of(part.length, block, 0, 0).buffer));
    packet.set(part, 16);
    await this.#loader.checkCommand('write to flash', FLASH_DEFL_DATA, packet, this.#loader.checksum(part), 0, timeout);
  }

  /** The stub takes a block before it has written it, so that only this answer means that all is written. */
  async #endBlocks(): Promise<void> {
    await this.#loader.flashDeflFinish(false, 5000);
  }

  /**
   * Work that a cancel ends: by itself, between two answers, or after `GRACE_MS`. Then a board that does not answer has
   * a command in hand whose answer may still come, so that the link ends with it: nothing more is sent.
   */
  async #stoppable<T>(cancel: Cancel, work: () => Promise<T>): Promise<T> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let forget = (): void => undefined;
    const late = new Promise<never>((_, reject) => {
      forget = cancel.onCancel(() => {
        timer = setTimeout(() => {
          // First of the two, so that this is what the caller hears.
          reject(stopped());
          this.#transport.end(espFailure('no-answer', { values: { command: 'stop' } }));
        }, GRACE_MS);
      });
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      forget();
      clearTimeout(timer);
    }
  }

  /** Runs one command after another's end, and turns whatever goes wrong into a `Failure` with a place. */
  async #command<T>(what: string, range: Range | null, work: () => Promise<T>): Promise<T> {
    try {
      return await this.#transport.race(work());
    } catch (error) {
      if (error instanceof Failure || error instanceof RangeError) throw error;
      const about = { cause: error, ...(range !== null && { place: { in: 'flash', range } as const }) };
      if (error instanceof DOMException) throw linkLost(error);
      if (!(error instanceof ESPError)) throw error;
      const status = /status (\d+),(\d+)/.exec(error.message);
      if (status === null)
        throw espFailure('no-answer', { ...about, values: { command: what, reason: error.message } });
      // The stub puts its code into the first byte, the ROM into the second.
      const code = hex(Number(status[2]) || Number(status[1]));
      throw espFailure('device-refused', { ...about, values: { command: what, code } });
    }
  }
}

/**
 * Cuts a compressed stream into blocks. The last is never only the end of the stream: a stub that has written all
 * content refuses another block (error 0xC9, esp-flasher-stub).
 */
function blocksOf(packed: Uint8Array, size: number): Uint8Array[] {
  const blocks: Uint8Array[] = [];
  for (let at = 0; at < packed.length;) {
    const rest = packed.length - at;
    const own = rest > size && rest - size < LEAST_TAIL ? size - LEAST_TAIL : Math.min(rest, size);
    blocks.push(packed.subarray(at, at + own));
    at += own;
  }
  return blocks;
}

function hexOf(data: Uint8Array): string {
  return Array.from(data, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function blockTimeout(size: number): number {
  // Worst case of the data sheets: 400 ms per 4 KiB erase, 3 ms per 256-byte page.
  return 3000 + (size / UNIT) * 400 + (size / 256) * 3;
}
