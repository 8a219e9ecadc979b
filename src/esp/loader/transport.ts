/**
 * Replaces esptool-js's transport: driven by events instead of 1 ms timers (Chrome clamps those to 4 ms, which each small
 * command would pay), ends every pending call when the device is lost or the person stops, and copies each byte once.
 */
import { ESPError, Transport } from 'esptool-js';
import type { Clock } from '../../flash/clock.ts';
import { sleep, withTimeout } from '../../flash/clock.ts';
import type { Failure } from '../../flash/failure.ts';
import { PASSING_READ_ERRORS } from '../../browser/web-serial.ts';
import { espFailure } from '../failures.ts';

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** The most bytes that one read consumes, noise and packet together; the longest reply is 4 KiB. */
const READ_LIMIT = 0x10000;
/** How long a packet may take from its start, in ms: 4 KiB with every byte escaped take 720 ms at 115200 baud. */
const PACKET_MS = 1500;

/** Delay before and after a port is reopened at another rate, in ms (esptool-js, `changeBaudrate`). */
const REOPEN_MS = 50;

/** How late `disconnect` may come after a refused open, in ms: udev and the browser take tens of ms to report it. */
const VANISHES_MS = 300;
/** How long closing the port of an ended link may take, in ms. */
const CLOSE_MS = 200;

/** The failure `link-lost`. */
export function linkLost(cause?: unknown): Failure {
  return espFailure('link-lost', { cause });
}

/** esptool-js's transport over any `SerialPort`, with our own reading, cancellation and clock. */
export class SerialTransport extends Transport {
  #chunks: Uint8Array[] = [];
  #wake: (() => void) | null = null;
  #ended: Failure | null = null;
  #onEnd = new Set<(failure: Failure) => void>();
  /** Where packets are put together, so that each allocates no more than its own bytes; null while one is. */
  #packet: Uint8Array | null = null;
  #reading: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #dtr = false;
  readonly #gone = (): void => this.end(linkLost());

  constructor(
    private readonly port: SerialPort,
    private readonly clock: Clock,
  ) {
    super(port);
  }

  /** Whether nothing is sent any more. */
  get isEnded(): boolean {
    return this.#ended !== null;
  }

  /** Makes every pending and later call reject with this failure. */
  end(failure: Failure): void {
    if (this.#ended !== null) return;
    this.#ended = failure;
    this.#wake?.();
    for (const reported of this.#onEnd) reported(failure);
  }

  /** Runs work that rejects as soon as the link ends, because esptool-js keeps retrying when there is no point. */
  async race<T>(work: Promise<T>): Promise<T> {
    let reported: ((failure: Failure) => void) | undefined;
    const end = new Promise<never>((_, reject) => {
      reported = reject;
      if (this.#ended === null) this.#onEnd.add(reject);
      else reject(this.#ended);
    });
    try {
      return await Promise.race([work, end]);
    } finally {
      if (reported !== undefined) this.#onEnd.delete(reported);
    }
  }

  /** Does nothing: esptool-js would write to the console. */
  override trace(): void {
    return undefined;
  }

  override async connect(baud = 115200): Promise<void> {
    this.#check();
    // Only while open: many transports may open the same port, which would keep them all alive.
    this.port.addEventListener('disconnect', this.#gone);
    // Chromium's default buffer of 255 bytes overruns within one packet of the stub.
    try {
      await this.port.open({ baudRate: baud, bufferSize: 0x10000 });
    } catch (error) {
      this.port.removeEventListener('disconnect', this.#gone);
      // A chip with its own USB device may be disconnecting while it is opened, which is not a port in use. The refusal was
      // seen to come before 'disconnect'.
      throw (await vanishes(this.port, this.clock)) ? linkLost(error) : error;
    }
    this.baudrate = baud;
  }

  override async readLoop(): Promise<void> {
    while (this.port.readable !== null && this.#ended === null) {
      const reader = this.port.readable.getReader();
      this.#reading = reader;
      try {
        for (;;) {
          const { value, done } = await reader.read();
          if (done) return;
          if (value.length > 0) this.#chunks.push(value);
          this.#wake?.();
        }
      } catch (error) {
        if (!(error instanceof Error || error instanceof DOMException) || !PASSING_READ_ERRORS.has(error.name)) {
          this.end(linkLost(error));
        }
      } finally {
        reader.releaseLock();
        this.#reading = null;
      }
    }
  }

  override async write(data: Uint8Array): Promise<void> {
    this.#check();
    if (this.port.writable === null) throw linkLost();
    const writer = this.port.writable.getWriter();
    try {
      await writer.write(slip(data));
    } catch (error) {
      throw this.#ended ?? linkLost(error);
    } finally {
      writer.releaseLock();
    }
  }

  /**
   * The next SLIP packet. Noise before it is dropped without extending the wait, so that a board that prints all the time
   * ends in an error too. Throws esptool-js's own error, which its retries expect, if no packet starts within `timeout` ms, if
   * one pauses that long or does not end, and after `READ_LIMIT` bytes.
   */
  override async read(timeout: number): Promise<Uint8Array> {
    const packet = this.#packet ?? new Uint8Array(READ_LIMIT);
    this.#packet = null;
    try {
      return packet.slice(0, await this.#readInto(packet, timeout));
    } finally {
      this.#packet = packet;
    }
  }

  /** Puts the next packet into a buffer of `READ_LIMIT` bytes; resolves to its size. */
  async #readInto(packet: Uint8Array, timeout: number): Promise<number> {
    let size = 0;
    let state: 'outside' | 'inside' | 'escaped' = 'outside';
    let end = this.clock.now() + timeout;
    let seen = 0;
    for (;;) {
      const left = end - this.clock.now();
      // Data that has arrived is used even if it is late: a busy page is not the board's fault.
      const chunk = await this.nextChunk(Math.max(1, state === 'outside' ? left : Math.min(timeout, left)));
      if (chunk === null) throw new ESPError(`no ${state === 'outside' ? '' : 'end of an '}answer in ${timeout} ms`);
      seen += chunk.length;
      if (seen > READ_LIMIT) throw new ESPError(`no answer in ${seen} bytes`);
      for (let i = 0; i < chunk.length; i++) {
        const byte = chunk[i] ?? 0;
        if (byte === END) {
          // Two END bytes in a row are the end of one packet and the start of the next.
          if (state !== 'outside' && size > 0) {
            if (i + 1 < chunk.length) this.#chunks.unshift(chunk.subarray(i + 1));
            return size;
          }
          if (state === 'outside') end = this.clock.now() + Math.max(timeout, PACKET_MS);
          state = 'inside';
        } else if (state === 'inside' && byte === ESC) state = 'escaped';
        else if (state === 'inside') packet[size++] = byte;
        else if (state === 'escaped') {
          packet[size++] = byte === ESC_END ? END : byte === ESC_ESC ? ESC : byte;
          state = 'inside';
        }
      }
    }
  }

  /** The next bytes as received; null after `timeout` ms without any. */
  async nextChunk(timeout: number): Promise<Uint8Array | null> {
    this.#check();
    if (this.#chunks.length === 0) {
      await new Promise<void>((resolve) => {
        const cancel = this.clock.at(timeout, resolve);
        this.#wake = () => {
          cancel();
          resolve();
        };
      });
      this.#wake = null;
      this.#check();
    }
    return this.#chunks.shift() ?? null;
  }

  /** Takes all received bytes that were not read, even after the link has ended. */
  rest(): Uint8Array[] {
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  override flushInput(): void {
    this.#chunks = [];
  }

  override inWaiting(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }

  override peek(): Uint8Array {
    return Uint8Array.from(this.#chunks.flatMap((chunk) => [...chunk]));
  }

  /** Drops bytes until `quietMs` pass without any, or `maxMs` in all. */
  override async drainInput(quietMs = 100, maxMs = 400): Promise<void> {
    const deadline = this.clock.now() + maxMs;
    while (this.clock.now() < deadline && (await this.nextChunk(quietMs)) !== null) this.flushInput();
  }

  /**
   * Sets both lines. `setSignals` is not atomic (two calls to the driver, DTR first), and a call with `break` undefined was
   * seen to be refused.
   */
  override async setSignals(dtr: boolean, rts: boolean): Promise<void> {
    this.#dtr = dtr;
    await this.#signal({ dataTerminalReady: dtr, requestToSend: rts });
  }

  override async setDTR(dtr: boolean): Promise<void> {
    this.#dtr = dtr;
    await this.#signal({ dataTerminalReady: dtr });
  }

  override async setRTS(rts: boolean): Promise<void> {
    await this.#signal({ requestToSend: rts });
    // Windows' usbser.sys applies RTS only with the next change of DTR (esptool, reset.py).
    await this.setDTR(this.#dtr);
  }

  async #signal(signals: SerialOutputSignals): Promise<void> {
    this.#check();
    try {
      await this.port.setSignals(signals);
    } catch (error) {
      // Clearing DTR may have reset a chip with its own USB device: then Chromium's next call finds no device ("Failed to set
      // control signals.") before 'disconnect' arrives.
      throw this.#ended ?? (error instanceof DOMException ? linkLost(error) : error);
    }
  }

  /** Reopens the port at another rate in baud. The delays are esptool-js's, for drivers that are slow to close and open. */
  override async changeBaudrate(baud: number): Promise<boolean> {
    await this.disconnect();
    await sleep(this.clock, REOPEN_MS);
    await this.connect(baud);
    await sleep(this.clock, REOPEN_MS);
    void this.readLoop();
    return true;
  }

  override async disconnect(): Promise<void> {
    this.port.removeEventListener('disconnect', this.#gone);
    await this.#reading?.cancel().catch(() => undefined);
    this.flushInput();
    // Of a link that is over nobody waits for a port that does not answer.
    if (this.#ended === null) await this.port.close();
    else await withTimeout(this.clock, CLOSE_MS, this.port.close(), () => undefined);
  }

  #check(): void {
    if (this.#ended !== null) throw this.#ended;
  }
}

/** Whether a port that could not be opened is gone, or disappears within `VANISHES_MS`. */
async function vanishes(port: SerialPort, clock: Clock): Promise<boolean> {
  if (port.connected) {
    let reported = (): void => undefined;
    const gone = new Promise<void>((resolve) => (reported = resolve));
    port.addEventListener('disconnect', reported);
    await withTimeout(clock, VANISHES_MS, gone, () => undefined);
    port.removeEventListener('disconnect', reported);
  }
  return !port.connected;
}

function slip(data: Uint8Array): Uint8Array<ArrayBuffer> {
  let extra = 2;
  for (const byte of data) if (byte === END || byte === ESC) extra++;
  const out = new Uint8Array(data.length + extra);
  let at = 0;
  out[at++] = END;
  for (const byte of data) {
    if (byte === END || byte === ESC) {
      out[at++] = ESC;
      out[at++] = byte === END ? ESC_END : ESC_ESC;
    } else out[at++] = byte;
  }
  out[at] = END;
  return out;
}
