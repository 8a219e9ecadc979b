/** The wire between a host's serial port and a board: bytes take time, at a rate that both ends agree on, or in frames of full-speed USB. */
import type { Clock } from './clock.ts';

/** The host's two control lines; true means asserted (electrically low). */
export interface ControlLines {
  readonly dtr: boolean;
  readonly rts: boolean;
}

/** A board as seen from its cable; driven by both front ends: the app's own port and the browser's real stack. */
export interface UartBoard {
  /**
   * Plugs the cable in: the board gets power and sends to `receive`. A board with native USB calls `bus(false)` when it
   * leaves the bus by itself and `bus(true)` when it is back; it stays powered.
   */
  attach(receive: (bytes: Uint8Array) => void, bus?: (present: boolean) => void): void;
  /** Pulls the cable: the board loses power. */
  detach(): void;
  /** Sends bytes from the host to the board; they arrive after their time on the wire. */
  send(bytes: Uint8Array): void;
  setLines(lines: ControlLines): void;
  /** Sets the host's rate in baud; the board sets its own. */
  setBaud(rate: number): void;
  /** Transfer time of `bytes` bytes from the host, in ms; absent where the host's baud rate determines it. */
  takes?(bytes: number): number;
}

/** Time for `bytes` bytes at `baud`, in ms: a start bit, eight data bits and a stop bit each (8N1). */
export function wireTime(bytes: number, baud: number): number {
  return (bytes * 10 * 1000) / baud;
}

/** A receiver samples ten bits from one edge, so rates further apart than this are not understood. */
const BAUD_TOLERANCE = 0.03;
/** Length of a piece on the wire, in ms (approximate): one clock event carries several bytes. */
const PIECE_MS = 2;

/** Whether a receiver set to one rate understands a sender set to the other. */
export function baudsMatch(a: number, b: number): boolean {
  return Math.abs(a - b) <= BAUD_TOLERANCE * Math.max(a, b);
}

/** What arrives when the rates differ: garbage, always the same for the same bytes. */
export function garble(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, i) => (byte * 0x6d + 0x1b + i * 0x35) & 0xff & ~0x40);
}

/** The rates of the two ends of a wire, in baud. */
export interface Rates {
  host: number;
  board: number;
}

/** How one direction of a cable carries bytes. */
export interface Pace {
  /** How many of `waiting` bytes travel next, and how long they take, in ms. */
  next(waiting: number): { readonly bytes: number; readonly ms: number };
  /** The piece as it arrives. */
  arrive(piece: Uint8Array): Uint8Array;
}

/** The pace of a UART: the sender's rate, and garbage if the receiver's differs. */
export function uartPace(rates: Rates, sender: keyof Rates): Pace {
  let sent = 0;
  return {
    next(waiting) {
      sent = rates[sender];
      const bytes = Math.min(waiting, Math.max(1, Math.floor((PIECE_MS * sent) / 10_000)));
      return { bytes, ms: wireTime(bytes, sent) };
    },
    arrive(piece) {
      return baudsMatch(sent, sender === 'host' ? rates.board : rates.host) ? piece : garble(piece);
    },
  };
}

/** One direction of a cable: bytes leave in order, at the sender's pace, and arrive after their transfer time. */
export class WireDirection {
  private readonly waiting: Uint8Array[] = [];
  private idleListeners: (() => void)[] = [];
  private cancel: (() => void) | undefined;

  constructor(
    private readonly clock: Clock,
    private readonly pace: Pace,
    private readonly deliver: (bytes: Uint8Array) => void,
  ) {}

  send(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.waiting.push(bytes.slice());
    if (this.cancel === undefined) this.next(this.clock.now());
  }

  /** Calls `fn` once everything handed to `send` has left; at once if nothing is waiting. */
  whenIdle(fn: () => void): void {
    if (this.cancel === undefined) fn();
    else this.idleListeners.push(fn);
  }

  /** Drops what has not arrived yet, and the `whenIdle` callbacks. */
  clear(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.waiting.length = 0;
    this.idleListeners = [];
  }

  private next(start: number): void {
    const first = this.waiting[0];
    if (first === undefined) {
      this.cancel = undefined;
      const listeners = this.idleListeners;
      this.idleListeners = [];
      for (const listener of listeners) listener();
      return;
    }
    const { bytes, ms } = this.pace.next(first.length);
    const piece = first.subarray(0, bytes);
    if (bytes === first.length) this.waiting.shift();
    else this.waiting[0] = first.subarray(bytes);
    const end = start + ms;
    this.cancel = this.clock.at(end - this.clock.now(), () => {
      this.deliver(this.pace.arrive(piece));
      // Delivering may have cleared the wire: a frame can reset the board that receives it.
      if (this.cancel !== undefined) this.next(end);
    });
  }
}

/** The largest packet of the CDC-ACM endpoints, in bytes (ESP32-S3 TRM, "USB Serial/JTAG Controller"). */
export const USB_PACKET = 64;
/** Most bulk packets of that size in a 1 ms frame (USB 2.0, table 5-9); the rate of the silicon is unknown. */
const PACKETS_IN_A_FRAME = 19;

/** One direction of the bus: what fits into a frame arrives at the end of it, whatever baud rate is set. */
export const USB_PACE: Pace = {
  next: (waiting) => ({ bytes: Math.min(waiting, PACKETS_IN_A_FRAME * USB_PACKET), ms: 1 }),
  arrive: (piece) => piece,
};

/** Time for `bytes` bytes on the bus, in ms. */
export function usbTime(bytes: number): number {
  return Math.ceil(bytes / USB_PACKET) / PACKETS_IN_A_FRAME;
}
