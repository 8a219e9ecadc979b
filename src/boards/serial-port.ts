/** A board's cable as Chromium shows it: a `SerialPort` over a virtual board. Works in pages, workers and Node. */
import type { Clock } from './clock.ts';
import { wireTime, type UartBoard } from './uart.ts';

/** Default of `SerialOptions.bufferSize` in bytes (Web Serial, "SerialOptions dictionary"). */
const DEFAULT_BUFFER = 255;
/** Bytes that the host's driver keeps while nobody reads, or while the wire is busy. */
const DRIVER_BUFFER = 64 * 1024;

/** What the port tells of itself; the defaults are a CP2102N bridge, as on ESP32-DevKitC. */
export interface VirtualSerialPortOptions {
  readonly clock: Clock;
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
}

type State = 'closed' | 'opening' | 'open' | 'closing';

/** A `SerialPort` with a cable that can be pulled; the board has power from the moment the port is made. */
export class VirtualSerialPort extends EventTarget implements SerialPort {
  onconnect: ((this: SerialPort, ev: Event) => void) | null = null;
  ondisconnect: ((this: SerialPort, ev: Event) => void) | null = null;
  private readonly clock: Clock;
  private readonly info: SerialPortInfo;
  private state: State = 'closed';
  private plugged = true;
  private forgotten = false;
  private lines = { dtr: false, rts: false };
  private baud = 115_200;
  private bufferSize = DEFAULT_BUFFER;
  private input: Input | undefined;
  private output: Output | undefined;

  constructor(
    private readonly board: UartBoard,
    options: VirtualSerialPortOptions,
  ) {
    super();
    this.clock = options.clock;
    this.info = { usbVendorId: options.usbVendorId ?? 0x10c4, usbProductId: options.usbProductId ?? 0xea60 };
    this.powerUp();
  }

  get connected(): boolean {
    return this.plugged;
  }

  /** Null while closed or lost; a stream that was cancelled or failed is followed by a new one. */
  get readable(): ReadableStream<Uint8Array> | null {
    if (this.state !== 'open' || !this.plugged) return null;
    if (this.input === undefined || this.input.over) this.input = new Input(this.bufferSize);
    return this.input.stream;
  }

  /** Null while closed or lost; a stream that was closed or aborted is followed by a new one. */
  get writable(): WritableStream<Uint8Array> | null {
    if (this.state !== 'open' || !this.plugged) return null;
    if (this.output === undefined || this.output.over) this.output = this.newOutput();
    return this.output.stream;
  }

  /** Rejects with `InvalidStateError` when open already, `NetworkError` when unplugged, `TypeError` for bad options. */
  async open(options: SerialOptions): Promise<void> {
    if (this.forgotten || this.state !== 'closed') throw new DOMException('The port is already open.', 'InvalidStateError');
    const { baudRate, bufferSize = DEFAULT_BUFFER } = options;
    if (!(baudRate > 0)) throw new TypeError('Requested baud rate is not greater than zero.');
    if (!(bufferSize > 0)) throw new TypeError('Requested buffer size is not greater than zero.');
    this.state = 'opening';
    await Promise.resolve();
    if (!this.plugged) {
      this.state = 'closed';
      throw new DOMException('Failed to open serial port.', 'NetworkError');
    }
    this.baud = baudRate;
    this.bufferSize = bufferSize;
    this.board.setBaud(baudRate);
    // Linux raises both lines in one call when a port is opened; seen in Chromium.
    this.drive({ dtr: true, rts: true });
    this.state = 'open';
  }

  /** Rejects with `InvalidStateError` when not open, and with `TypeError` while a stream is locked. */
  async close(): Promise<void> {
    if (this.state !== 'open') throw new DOMException('The port is already closed.', 'InvalidStateError');
    const streams = [this.input?.stream, this.output?.stream];
    if (this.plugged && streams.some((stream) => stream?.locked === true)) {
      throw new TypeError('Cannot cancel a locked stream');
    }
    this.state = 'closing';
    const { input, output } = this;
    if (input !== undefined && !input.over && this.plugged) await input.stream.cancel();
    // The driver sends what it has taken before the port is closed.
    if (this.plugged) await output?.drained();
    this.shut();
  }

  async setSignals(signals: SerialOutputSignals): Promise<void> {
    this.assertOpen();
    const { dataTerminalReady, requestToSend } = signals;
    if (dataTerminalReady === undefined && requestToSend === undefined && signals.break === undefined) {
      throw new TypeError('Signals dictionary must have at least one member.');
    }
    // Two requests, DTR first: never atomic in Chromium.
    if (dataTerminalReady !== undefined) this.drive({ ...this.lines, dtr: dataTerminalReady });
    if (requestToSend !== undefined) this.drive({ ...this.lines, rts: requestToSend });
  }

  async getSignals(): Promise<SerialInputSignals> {
    this.assertOpen();
    return { dataCarrierDetect: false, clearToSend: false, ringIndicator: false, dataSetReady: false };
  }

  getInfo(): SerialPortInfo {
    return { ...this.info };
  }

  /** Closes the port for good. */
  async forget(): Promise<void> {
    this.forgotten = true;
    if (this.state === 'open') this.shut();
  }

  /** Pulls the cable: the board loses power, pending reads reject, and 'disconnect' is told. */
  unplug(): void {
    if (!this.plugged) return;
    this.plugged = false;
    this.lines = { dtr: false, rts: false };
    this.board.detach();
    this.input?.lose();
    this.output?.lose();
    this.tell('disconnect', this.ondisconnect);
  }

  /** Puts the cable back: the board powers up from nothing, and 'connect' is told. The port is closed. */
  plug(): void {
    if (this.plugged) return;
    this.plugged = true;
    if (this.state === 'open') this.shut();
    this.powerUp();
    this.tell('connect', this.onconnect);
  }

  private powerUp(): void {
    this.board.setLines(this.lines);
    // What arrives while the port is closed is lost in the bridge.
    this.board.attach((bytes) => {
      if (this.readable !== null) this.input?.arrived(bytes);
    });
  }

  private drive(lines: { dtr: boolean; rts: boolean }): void {
    this.lines = lines;
    if (this.plugged) this.board.setLines(lines);
  }

  private shut(): void {
    this.input?.end();
    this.output?.end();
    this.input = undefined;
    this.output = undefined;
    this.state = 'closed';
    // Closing drops both lines in one call (Linux, HUPCL).
    this.drive({ dtr: false, rts: false });
  }

  private newOutput(): Output {
    return new Output(this.clock, this.bufferSize, (bytes) => {
      this.board.send(bytes);
      return wireTime(bytes.length, this.baud);
    });
  }

  private assertOpen(): void {
    if (this.state !== 'open') throw new DOMException('The port is closed.', 'InvalidStateError');
    if (!this.plugged) throw new DOMException('The device has been lost.', 'NetworkError');
  }

  private tell(type: 'connect' | 'disconnect', handler: ((this: SerialPort, ev: Event) => void) | null): void {
    const event = new Event(type, { bubbles: true });
    this.dispatchEvent(event);
    handler?.call(this, event);
  }
}

/** What comes from the board: the driver's buffer and the stream that empties it. */
class Input {
  readonly stream: ReadableStream<Uint8Array>;
  /** The stream has ended in one way or another. */
  over = false;
  private controller: ReadableByteStreamController | undefined;
  private buffered: Uint8Array[] = [];
  private size = 0;
  private wake: (() => void) | undefined;

  constructor(private readonly bufferSize: number) {
    this.stream = new ReadableStream({
      type: 'bytes',
      start: (controller) => {
        this.controller = controller;
      },
      pull: (controller) => this.pull(controller),
      cancel: () => {
        this.over = true;
        this.wake?.();
      },
    });
  }

  arrived(bytes: Uint8Array): void {
    if (this.over) return;
    if (this.size + bytes.length > DRIVER_BUFFER) {
      this.fail(new DOMException('Buffer overrun', 'BufferOverrunError'));
      return;
    }
    this.buffered.push(bytes.slice());
    this.size += bytes.length;
    this.wake?.();
  }

  lose(): void {
    this.fail(new DOMException('The device has been lost.', 'NetworkError'));
  }

  end(): void {
    if (this.over) return;
    this.over = true;
    this.wake?.();
    this.controller?.close();
  }

  private async pull(controller: ReadableByteStreamController): Promise<void> {
    if (this.size === 0) await new Promise<void>((resolve) => (this.wake = resolve));
    this.wake = undefined;
    if (this.over) return;
    const chunk = new Uint8Array(Math.min(this.size, this.bufferSize));
    let filled = 0;
    while (filled < chunk.length) {
      const [first = new Uint8Array(0), ...rest] = this.buffered;
      const part = first.subarray(0, chunk.length - filled);
      chunk.set(part, filled);
      filled += part.length;
      this.buffered = part.length === first.length ? rest : [first.subarray(part.length), ...rest];
    }
    this.size -= filled;
    controller.enqueue(chunk);
  }

  private fail(error: DOMException): void {
    if (this.over) return;
    this.over = true;
    this.controller?.error(error);
    this.wake?.();
  }
}

/** What goes to the board: a write resolves when the driver has taken it, and waits while the driver is full. */
class Output {
  readonly stream: WritableStream<Uint8Array>;
  /** The stream has ended in one way or another. */
  over = false;
  private lost: 'no' | 'unnoticed' | 'noticed' = 'no';
  private busyUntil = 0;
  private msPerByte = 0;

  constructor(
    private readonly clock: Clock,
    bufferSize: number,
    private readonly transmit: (bytes: Uint8Array) => number,
  ) {
    this.stream = new WritableStream<Uint8Array>(
      {
        write: (chunk) => this.write(chunk),
        close: async () => {
          await this.drained();
          this.over = true;
        },
        abort: () => {
          this.over = true;
        },
      },
      { highWaterMark: bufferSize, size: (chunk) => chunk.byteLength },
    );
  }

  lose(): void {
    this.lost = 'unnoticed';
  }

  end(): void {
    this.over = true;
  }

  /** Resolves once the wire has carried everything. */
  async drained(): Promise<void> {
    await this.sleep(this.busyUntil - this.clock.now());
  }

  private async write(chunk: Uint8Array): Promise<void> {
    if (this.lost === 'noticed' || this.over) {
      this.over = true;
      throw new DOMException('The device has been lost.', 'NetworkError');
    }
    // Chromium's driver takes one more small write before it notices that the device is gone.
    if (this.lost === 'unnoticed') {
      this.lost = 'noticed';
      return;
    }
    const duration = this.transmit(chunk);
    this.msPerByte = duration / Math.max(1, chunk.length);
    this.busyUntil = Math.max(this.busyUntil, this.clock.now()) + duration;
    await this.sleep(this.busyUntil - this.clock.now() - DRIVER_BUFFER * this.msPerByte);
  }

  private sleep(ms: number): Promise<void> {
    if (ms <= 0) return Promise.resolve();
    return new Promise((resolve) => void this.clock.at(ms, resolve));
  }
}
