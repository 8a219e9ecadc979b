/** A `SerialPort` over a virtual board, behaving as in Chromium. Works in pages, workers and Node. */
import type { Clock } from './clock.ts';
import { SerialInput, SerialOutput } from './serial-streams.ts';
import { wireTime, type UartBoard } from './uart.ts';

/** Default of `SerialOptions.bufferSize` in bytes (Web Serial, "SerialOptions dictionary"). */
const DEFAULT_BUFFER = 255;
/** The board's clock and the ids in `getInfo()`; the ids default to a CP2102N bridge, as on ESP32-DevKitC. */
export interface VirtualSerialPortOptions {
  readonly clock: Clock;
  readonly usbVendorId?: number;
  readonly usbProductId?: number;
}

type State = 'closed' | 'opening' | 'open' | 'closing';

/** A `SerialPort` with a cable that can be pulled; the board is powered as soon as the port is made. */
export class VirtualSerialPort extends EventTarget implements SerialPort {
  onconnect: ((this: SerialPort, ev: Event) => void) | null = null;
  ondisconnect: ((this: SerialPort, ev: Event) => void) | null = null;
  private readonly clock: Clock;
  private readonly info: SerialPortInfo;
  private state: State = 'closed';
  private plugged = true;
  /** Whether the board is on the bus; one with native USB may leave it for a while. */
  private present = true;
  /** Whether the device was lost while the port was open, and the page has not closed the port yet. */
  private stale = false;
  private forgotten = false;
  private lines = { dtr: false, rts: false };
  private baud = 115_200;
  private bufferSize = DEFAULT_BUFFER;
  private input: SerialInput | undefined;
  private output: SerialOutput | undefined;

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
    return this.plugged && this.present;
  }

  /** Null while closed or lost; a cancelled or failed stream is replaced by a new one. */
  get readable(): ReadableStream<Uint8Array> | null {
    if (!this.usable) return null;
    if (this.input === undefined || this.input.over) this.input = new SerialInput(this.bufferSize);
    return this.input.stream;
  }

  /** Null while closed or lost; a closed or aborted stream is replaced by a new one. */
  get writable(): WritableStream<Uint8Array> | null {
    if (!this.usable) return null;
    if (this.output === undefined || this.output.over) this.output = this.newOutput();
    return this.output.stream;
  }

  private get usable(): boolean {
    return this.state === 'open' && this.connected && !this.stale;
  }

  /** Rejects with `InvalidStateError` when open already, `NetworkError` when unplugged, `TypeError` for bad options. */
  async open(options: SerialOptions): Promise<void> {
    // In Chromium a device that comes back is a new port, whatever state the old one is in.
    if (this.stale && this.connected) this.shut();
    if (this.forgotten || this.state !== 'closed') {
      throw new DOMException('The port is already open.', 'InvalidStateError');
    }
    const { baudRate, bufferSize = DEFAULT_BUFFER } = options;
    if (!(baudRate > 0)) throw new TypeError('Requested baud rate is not greater than zero.');
    if (!(bufferSize > 0)) throw new TypeError('Requested buffer size is not greater than zero.');
    this.state = 'opening';
    await Promise.resolve();
    if (!this.connected) {
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
    if (this.usable && streams.some((stream) => stream?.locked === true)) {
      throw new TypeError('Cannot cancel a locked stream');
    }
    const { input, output, usable } = this;
    this.state = 'closing';
    if (input !== undefined && !input.over && usable) await input.stream.cancel();
    // The driver sends what it has accepted before the port closes.
    if (usable) await output?.drained();
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
    if (requestToSend === undefined) return;
    // The first request may have reset a chip with native USB. Chromium's message, seen with such a board.
    if (!this.usable) throw new DOMException('Failed to set control signals.', 'NetworkError');
    this.drive({ ...this.lines, rts: requestToSend });
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

  /** Pulls the cable: the board loses power, pending reads reject, and `disconnect` fires. */
  unplug(): void {
    if (!this.plugged) return;
    const seen = this.connected;
    this.plugged = false;
    this.lines = { dtr: false, rts: false };
    this.board.detach();
    if (seen) this.lose();
  }

  /** Plugs the cable back in: the board cold-boots and `connect` fires. The port has to be opened again. */
  plug(): void {
    if (this.plugged) return;
    this.plugged = true;
    this.present = true;
    this.powerUp();
    this.tell('connect', this.onconnect);
  }

  private powerUp(): void {
    this.board.setLines(this.lines);
    // What arrives while the port is closed is lost in the bridge.
    const receive = (bytes: Uint8Array): void => {
      if (this.readable !== null) this.input?.arrived(bytes);
    };
    this.board.attach(receive, (present) => this.onBus(present));
  }

  /** A board with native USB left the bus or came back, with its cable untouched. */
  private onBus(present: boolean): void {
    if (present === this.present || !this.plugged) return;
    this.present = present;
    if (!present) {
      this.lose();
      return;
    }
    this.tell('connect', this.onconnect);
  }

  private lose(): void {
    this.stale = this.state === 'open';
    this.lines = { dtr: false, rts: false };
    this.input?.lose();
    this.output?.lose();
    this.tell('disconnect', this.ondisconnect);
  }

  private drive(lines: { dtr: boolean; rts: boolean }): void {
    if (!this.connected) return;
    this.lines = lines;
    this.board.setLines(lines);
  }

  private shut(): void {
    this.input?.end();
    this.output?.end();
    this.input = undefined;
    this.output = undefined;
    this.state = 'closed';
    this.stale = false;
    // Closing drops both lines in one call (Linux, HUPCL).
    this.drive({ dtr: false, rts: false });
  }

  private newOutput(): SerialOutput {
    return new SerialOutput(this.clock, this.bufferSize, (bytes) => {
      this.board.send(bytes);
      return this.board.takes?.(bytes.length) ?? wireTime(bytes.length, this.baud);
    });
  }

  private assertOpen(): void {
    if (this.state !== 'open') throw new DOMException('The port is closed.', 'InvalidStateError');
    if (!this.usable) throw new DOMException('The device has been lost.', 'NetworkError');
  }

  private tell(type: 'connect' | 'disconnect', handler: ((this: SerialPort, ev: Event) => void) | null): void {
    const event = new Event(type, { bubbles: true });
    this.dispatchEvent(event);
    handler?.call(this, event);
  }
}
