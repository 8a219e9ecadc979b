import { once } from 'node:events';
import type { Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import type { BenchPort, ControlAnswer, InputLines, SerialDevice, Setup, UsbDevice, UsbRequest } from './devices.ts';
import { encode, type FromProgram, type ToProgram } from './frames.ts';

/** Something that a program did with a device, for tests to wait for and compare. */
export type Activity =
  | { what: 'open' | 'close' }
  | { what: 'lines'; dtr: boolean; rts: boolean; brk: boolean }
  | { what: 'baud'; rate: number }
  | { what: 'control'; setup: Setup; size: number }
  | { what: 'request'; request: UsbRequest };

/** An opened device node: passes what the program does to the device. */
export interface Connection {
  take(message: FromProgram): void;
  /** The device is unplugged: resolves once the program has received everything that it still gets. */
  pulled(): Promise<void>;
  end(): void;
}

const EPIPE = -32;
const ENODEV = -19;
const ENOENT = -2;
const EOPNOTSUPP = -95;
/** The kind of a control transfer (USBDEVFS_URB_TYPE_CONTROL). */
const CONTROL = 2;
const SETUP_SIZE = 8;

/** Sends a message to the program; false if the socket asks to wait. A closed socket accepts nothing. */
export function say(socket: Socket, message: ToProgram): boolean {
  return socket.writable && socket.write(encode(message));
}

/** The device's end of an opened serial port. */
class SocketPort implements BenchPort {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  write(bytes: Uint8Array): boolean {
    return say(this.#socket, { type: 'data', bytes });
  }

  async drained(): Promise<void> {
    if (!this.#socket.writable || !this.#socket.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      const done = () => {
        this.#socket.off('drain', done).off('close', done);
        resolve();
      };
      this.#socket.on('drain', done).on('close', done);
    });
  }

  setInputs({ cts = false, dsr = false, dcd = false, ri = false }: InputLines): void {
    // TIOCM_CTS, TIOCM_DSR, TIOCM_CAR and TIOCM_RNG of asm/termios.h.
    const bits = (cts ? 0x20 : 0) | (dsr ? 0x100 : 0) | (dcd ? 0x40 : 0) | (ri ? 0x80 : 0);
    say(this.#socket, { type: 'inputs', bits });
  }
}

/** Connects an opened port to its device. */
export function serialConnection(socket: Socket, device: SerialDevice, log: (activity: Activity) => void): Connection {
  device.attach(new SocketPort(socket));
  return {
    take(message) {
      switch (message.type) {
        case 'data':
          return device.data(message.bytes);
        case 'lines': {
          const { dtr, rts, brk } = message;
          log({ what: 'lines', dtr, rts, brk });
          return device.lines({ dtr, rts, brk });
        }
        case 'baud':
          log({ what: 'baud', rate: message.rate });
          return device.baud(message.rate);
        default:
          throw new Error(`a serial port has no use for ${message.type}`);
      }
    },
    // The kernel discards what it still holds of a tty that hangs up (tty_io.c, __tty_hangup).
    pulled: () => Promise.resolve(),
    end: () => device.close(),
  };
}

/** Connects an opened usbfs node to its device. */
export class UsbConnection implements Connection {
  readonly #socket: Socket;
  readonly #device: UsbDevice;
  readonly #log: (activity: Activity) => void;
  readonly #fault: (error: unknown) => void;
  readonly #transfers = new Map<number, AbortController>();
  #queue: Promise<void> = Promise.resolve();
  #gone = false;

  constructor(socket: Socket, device: UsbDevice, log: (activity: Activity) => void, fault: (error: unknown) => void) {
    this.#socket = socket;
    this.#device = device;
    this.#log = log;
    this.#fault = fault;
  }

  take(message: FromProgram): void {
    switch (message.type) {
      case 'transfer': {
        if (message.kind !== CONTROL) return this.#complete(message.id, EPIPE);
        const abort = new AbortController();
        this.#transfers.set(message.id, abort);
        return this.#then(() => this.#control(message.id, message.bytes, abort.signal));
      }
      case 'cancel':
        return this.#transfers.get(message.id)?.abort();
      case 'request':
        return this.#then(() => this.#request(message.id, readRequest(message.op, message.a, message.b)));
      default:
        throw new Error(`a USB device has no use for ${message.type}`);
    }
  }

  /**
   * Finished transfers stay with usbfs until the program takes them, and usbfs tells a program of the end before udev does: so
   * this waits for the program's side, which ends once it has read everything.
   */
  async pulled(): Promise<void> {
    this.#gone = true;
    // An answer that the device has just given is sent by promises that have yet to run.
    await turn();
    if (this.#socket.closed) return;
    const closed = once(this.#socket, 'close');
    this.#socket.end();
    await closed;
  }

  end(): void {
    for (const abort of this.#transfers.values()) abort.abort();
  }

  // One endpoint, one thing at a time: a program may submit several transfers before the first is done.
  #then(step: () => Promise<void>): void {
    this.#queue = this.#queue.then(() => (this.#gone ? undefined : step())).catch(this.#fault);
  }

  async #control(id: number, bytes: Uint8Array, signal: AbortSignal): Promise<void> {
    try {
      const setup = readSetup(bytes);
      const data = bytes.subarray(SETUP_SIZE, SETUP_SIZE + setup.length);
      this.#log({ what: 'control', setup, size: data.length });
      const answer = signal.aborted ? 'aborted' : await this.#answer(setup, data, signal);
      if (answer === 'aborted') return this.#complete(id, ENOENT);
      if (answer === null) return this.#complete(id, EPIPE);
      this.#complete(id, 0, answer === true ? undefined : answer.subarray(0, setup.length));
    } catch (error) {
      this.#complete(id, EPIPE);
      throw error;
    } finally {
      this.#transfers.delete(id);
    }
  }

  // A cancelled transfer must not block the ones behind it, even if the device never answers.
  async #answer(setup: Setup, data: Uint8Array, signal: AbortSignal): Promise<ControlAnswer | 'aborted'> {
    const aborted = new Promise<'aborted'>((resolve) => {
      signal.addEventListener('abort', () => resolve('aborted'), { once: true });
    });
    return Promise.race([this.#device.control(setup, data, signal), aborted]);
  }

  async #request(id: number, request: UsbRequest | undefined): Promise<void> {
    let status = EOPNOTSUPP;
    try {
      if (request === undefined) return;
      this.#log({ what: 'request', request });
      status = ENODEV;
      status = await this.#device.request(request);
    } finally {
      say(this.#socket, { type: 'answer', id, status });
    }
  }

  #complete(id: number, status: number, bytes: Uint8Array = new Uint8Array(0)): void {
    say(this.#socket, { type: 'completion', id, status, bytes });
  }
}

function readSetup(bytes: Uint8Array): Setup {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return {
    requestType: view.getUint8(0),
    request: view.getUint8(1),
    value: view.getUint16(2, true),
    index: view.getUint16(4, true),
    length: view.getUint16(6, true),
  };
}

function readRequest(op: string, a: number, b: number): UsbRequest | undefined {
  switch (op) {
    case 'c':
      return { what: 'setConfiguration', value: a };
    case 'i':
      return { what: 'setInterface', interface: a, alternate: b };
    case '+':
      return { what: 'claim', interface: a };
    case '-':
      return { what: 'release', interface: a };
    case 'h':
      return { what: 'clearHalt', endpoint: a };
    case 'r':
      return { what: 'reset' };
    default:
      return undefined;
  }
}
