/**
 * The wire that esptool-js talks over, in place of its own: driven by events instead of 1 ms timers (Chrome clamps
 * those to 4 ms, so that each small command would cost as much), ends every pending call when the device is lost or
 * the person stops, and copies each byte once.
 */
import { ESPError, Transport } from 'esptool-js';
import type { Clock } from '../../flash/clock.ts';
import { sleep, within } from '../../flash/clock.ts';
import type { Failure } from '../../flash/failure.ts';
import { PASSING_READ_ERRORS } from '../../browser/web-serial.ts';
import { espFailure } from '../failures.ts';

const END = 0xc0;
const ESC = 0xdb;
const ESC_END = 0xdc;
const ESC_ESC = 0xdd;

/** Bytes that one read takes at most, noise and packet together; the longest answer is 4 KiB. */
const READ_LIMIT = 0x10000;
/** How long a packet may take from its head on, in ms: 4 KiB with every byte escaped take 720 ms at 115200 baud. */
const PACKET_MS = 1500;

/** How long a port is left alone before and after it is opened at another rate, in ms (esptool-js, `changeBaudrate`). */
const REOPEN_MS = 50;

/** How long after a refusal a port's end may be told, in ms: udev and the browser pass it on in tens. */
const VANISHES_MS = 300;

/** The failure of a link that is gone. */
export function linkLost(cause?: unknown): Failure {
  return espFailure('link-lost', { cause });
}

/** esptool-js's transport over any `SerialPort`, with its reading replaced. */
export class SerialTransport extends Transport {
  #chunks: Uint8Array[] = [];
  #wake: (() => void) | null = null;
  #ended: Failure | null = null;
  #onEnd = new Set<(failure: Failure) => void>();
  #reading: ReadableStreamDefaultReader<Uint8Array> | null = null;
  #dtr = false;
  readonly #gone = (): void => this.end(linkLost());

  constructor(
    private readonly port: SerialPort,
    private readonly clock: Clock,
  ) {
    super(port);
  }

  /** Ends every pending and later call with this failure, for good. */
  end(failure: Failure): void {
    if (this.#ended !== null) return;
    this.#ended = failure;
    this.#wake?.();
    for (const reported of this.#onEnd) reported(failure);
  }

  /** Work that ends at once when the link does, whatever it is waiting for: esptool-js retries what is hopeless. */
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

  /** Silent: esptool-js would write to the console. */
  override trace(): void {
    return undefined;
  }

  override async connect(baud = 115200): Promise<void> {
    this.#check();
    // Only while it is open: one port is opened by many a transport, and would keep them all.
    this.port.addEventListener('disconnect', this.#gone);
    // Chromium's default buffer of 255 bytes overruns within one packet of the stub.
    try {
      await this.port.open({ baudRate: baud, bufferSize: 0x10000 });
    } catch (error) {
      this.port.removeEventListener('disconnect', this.#gone);
      // A chip that is its own USB device may be on its way out as it is opened: that is no other program's port. The
      // refusal was seen to come before 'disconnect' is told.
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
   * The next SLIP packet. Noise before its head is dropped, but does not prolong the wait: a board that prints all the
   * time must end in an error too. Throws esptool-js's own error if no head comes for `timeout` ms, if a packet pauses
   * as long or does not end, and after `READ_LIMIT` bytes: its retries look for that.
   */
  override async read(timeout: number): Promise<Uint8Array> {
    const packet: number[] = [];
    let state: 'outside' | 'inside' | 'escaped' = 'outside';
    let end = this.clock.now() + timeout;
    let seen = 0;
    for (;;) {
      const left = end - this.clock.now();
      // What has arrived is looked at even when it is late: a busy page is not the board's fault.
      const chunk = await this.nextChunk(Math.max(1, state === 'outside' ? left : Math.min(timeout, left)));
      if (chunk === null) throw new ESPError(`no ${state === 'outside' ? '' : 'end of an '}answer in ${timeout} ms`);
      seen += chunk.length;
      if (seen > READ_LIMIT) throw new ESPError(`no answer in ${seen} bytes`);
      for (const [i, byte] of chunk.entries()) {
        if (byte === END) {
          // Two END bytes in a row are the end of one packet and the head of the next.
          if (state !== 'outside' && packet.length > 0) {
            if (i + 1 < chunk.length) this.#chunks.unshift(chunk.subarray(i + 1));
            return Uint8Array.from(packet);
          }
          if (state === 'outside') end = this.clock.now() + Math.max(timeout, PACKET_MS);
          state = 'inside';
        } else if (state === 'inside' && byte === ESC) state = 'escaped';
        else if (state === 'inside') packet.push(byte);
        else if (state === 'escaped') {
          packet.push(byte === ESC_END ? END : byte === ESC_ESC ? ESC : byte);
          state = 'inside';
        }
      }
    }
  }

  /** Bytes as they came; null after `timeout` ms without any. */
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

  /** What has arrived and nobody took, also after the end of the link. */
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
   * Sets both lines, DTR first. A port's `setSignals` is not atomic anyway (two calls to the driver, DTR first), and
   * one that left `break` undefined was seen to be refused.
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
    // Windows' usbser.sys passes RTS on only with the next change of DTR (esptool, reset.py).
    await this.setDTR(this.#dtr);
  }

  async #signal(signals: SerialOutputSignals): Promise<void> {
    this.#check();
    try {
      await this.port.setSignals(signals);
    } catch (error) {
      // Clearing DTR may have reset a chip that is its own USB device: then Chromium's next call finds no device ("Failed
      // to set control signals."), before 'disconnect' is told.
      throw this.#ended ?? (error instanceof DOMException ? linkLost(error) : error);
    }
  }

  /** Opens the port again at another rate. The pauses are esptool-js's, for drivers that are slow to close and open. */
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
    await this.port.close();
  }

  #check(): void {
    if (this.#ended !== null) throw this.#ended;
  }
}

/** Whether a port that could not be opened is gone, or goes within `VANISHES_MS`. */
async function vanishes(port: SerialPort, clock: Clock): Promise<boolean> {
  if (port.connected) {
    let reported = (): void => undefined;
    const gone = new Promise<void>((resolve) => (reported = resolve));
    port.addEventListener('disconnect', reported);
    await within(clock, VANISHES_MS, gone, () => undefined);
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
