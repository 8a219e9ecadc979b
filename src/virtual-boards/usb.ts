/** The wire between a host's USB port and a board: control transfers take time, and the cable can be pulled. */

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

/** A device's raw descriptors, and its strings by index (index 0 is the list of languages). */
export interface Descriptors {
  readonly device: Uint8Array;
  readonly configuration: Uint8Array;
  readonly strings: readonly string[];
}

/** A device while it is on the bus; driven by both front ends: the app's own device and the browser's real stack. */
export interface UsbPeripheral {
  readonly descriptors: Descriptors;
  /**
   * One control transfer on endpoint 0; transfers are queued. It may take seconds, and never settles once the device
   * has left the bus: the port reports that.
   */
  control(setup: Setup, data: Uint8Array): Promise<ControlAnswer>;
  /** The host resets the bus, as programs can ask it to: the device is back in its first configuration. */
  busReset(): void;
}

/** The host's end of the cable. */
export interface UsbHostPort {
  /** A device has pulled D+ up: the host may enumerate it. */
  appeared(peripheral: UsbPeripheral): void;
  /** The device has released D+ or lost power. */
  vanished(): void;
}

/** A board as seen from its USB cable. */
export interface UsbBoard {
  /** Plugs the cable in: the board gets power and reports to `port` what appears on the bus. */
  attach(port: UsbHostPort): void;
  /** Pulls the cable: the board loses power, whatever it is doing. */
  detach(): void;
}

/** Bytes in one packet of endpoint 0 at full speed. */
const PACKET = 64;
/** Time for one packet, in ms: 0.6 MB/s, mid-range of the 0.2 to 1 MB/s seen with full-speed control transfers. */
const PACKET_MS = 0.1;

/** Time for a control transfer of `bytes` bytes on the wire, in ms: setup, data and status stages. */
export function transferTime(bytes: number): number {
  return (2 + Math.ceil(bytes / PACKET)) * PACKET_MS;
}

/** Selects a new device's first configuration, as an operating system does before programs see the device. */
export async function enumerate(peripheral: UsbPeripheral): Promise<void> {
  const value = peripheral.descriptors.configuration[5] ?? 1;
  await peripheral.control({ requestType: 0, request: 9, value, index: 0, length: 0 }, new Uint8Array(0));
}
