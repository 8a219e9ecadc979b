/** The wire between a host's USB port and a board: control transfers that take time, and a cable that can be pulled. */

/** The setup packet of a control transfer (USB 2.0, table 9-2). */
export interface Setup {
  readonly requestType: number;
  readonly request: number;
  readonly value: number;
  readonly index: number;
  readonly length: number;
}

/** Bytes for an IN transfer, true for an accepted OUT transfer, null for a stall. */
export type ControlAnswer = Uint8Array | true | null;

/** What a device says of itself: raw descriptors, and strings by their index (0 is the list of languages). */
export interface Descriptors {
  readonly device: Uint8Array;
  readonly configuration: Uint8Array;
  readonly strings: readonly string[];
}

/** A device for as long as it is on the bus. Both faces (the app's own device, the browser's real stack) drive this. */
export interface UsbPeripheral {
  readonly descriptors: Descriptors;
  /**
   * One control transfer on endpoint 0; transfers queue up behind each other. It may take seconds, and never settles
   * once the device has left the bus: whoever waits learns that from the port.
   */
  control(setup: Setup, data: Uint8Array): Promise<ControlAnswer>;
  /** The host resets the bus, as it does on request of a program: the device is back in its first configuration. */
  busReset(): void;
}

/** The host's end of the cable. */
export interface UsbHostPort {
  /** A device has pulled D+ up: the host may enumerate it. */
  appeared(peripheral: UsbPeripheral): void;
  /** The device has let go of D+, or lost its power. */
  vanished(): void;
}

/** A board as its USB cable sees it. */
export interface UsbBoard {
  /** The cable is plugged in: the board gets power, and tells this port what it puts on the bus. */
  attach(port: UsbHostPort): void;
  /** The cable is pulled: the board loses its power, whatever it is doing. */
  detach(): void;
}

/** Bytes in one packet of endpoint 0 at full speed. */
const PACKET = 64;
/** Milliseconds for one packet: 0.6 MB/s, in the middle of the 0.2 to 1 MB/s seen with full-speed control transfers. */
const PACKET_MS = 0.1;

/** Milliseconds that a control transfer of `bytes` bytes takes on the wire: setup, data and status stage. */
export function transferTime(bytes: number): number {
  return (2 + Math.ceil(bytes / PACKET)) * PACKET_MS;
}

/** Gives a device that has appeared its first configuration, as an operating system does before a program sees it. */
export async function enumerate(peripheral: UsbPeripheral): Promise<void> {
  const value = peripheral.descriptors.configuration[5] ?? 1;
  await peripheral.control({ requestType: 0, request: 9, value, index: 0, length: 0 }, new Uint8Array(0));
}
