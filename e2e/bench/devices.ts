/** The interfaces between the bench and a virtual device: serial, USB, and what udev says about each. */

/** The four lines that a serial device drives. */
export interface InputLines {
  cts?: boolean;
  dsr?: boolean;
  dcd?: boolean;
  ri?: boolean;
}

/** The device's end of an opened serial port. */
export interface BenchPort {
  /**
   * Sends bytes to the program, copied; false if the program is slow and the caller should wait for `drained` (otherwise
   * nothing is lost: the bytes are queued). Ignored once the port is closed.
   */
  write(bytes: Uint8Array): boolean;
  /** Resolves once the written bytes have gone to the program, or the port is closed. */
  drained(): Promise<void>;
  setInputs(lines: InputLines): void;
}

/** DTR, RTS and break as set by the program. */
export interface OutputLines {
  dtr: boolean;
  rts: boolean;
  brk: boolean;
}

/** A device behind a serial port; all calls come in the order in which the program acted. */
export interface SerialDevice {
  /** The cable was plugged in: the device has power. */
  plugged?(): void;
  /** The cable was pulled, after `close` if the port was open. */
  unplugged?(): void;
  /** A program has opened the port. */
  attach(port: BenchPort): void;
  data(bytes: Uint8Array): void;
  lines(lines: OutputLines): void;
  baud(rate: number): void;
  /** The program has closed the port, or the device was unplugged. */
  close(): void;
}

/** The setup packet of a control transfer. */
export interface Setup {
  requestType: number;
  request: number;
  value: number;
  index: number;
  length: number;
}

/** Bytes for an IN transfer (cut to the requested length), true for an accepted OUT transfer, null for a stall. */
export type ControlAnswer = Uint8Array | true | null;

/** A program's requests to a USB device besides transfers. */
export type UsbRequest =
  | { what: 'setConfiguration'; value: number }
  | { what: 'setInterface'; interface: number; alternate: number }
  | { what: 'claim' | 'release'; interface: number }
  | { what: 'clearHalt'; endpoint: number }
  | { what: 'reset' };

/** A USB device with endpoint 0 only; transfers and requests come one at a time, as on the real endpoint. */
export interface UsbDevice {
  /** `signal` is aborted if the program cancels the transfer, or the device is unplugged. */
  control(setup: Setup, data: Uint8Array, signal: AbortSignal): ControlAnswer | Promise<ControlAnswer>;
  /** Answers with 0 or a negative errno. */
  request(request: UsbRequest): number | Promise<number>;
}

/** What udev says about a serial port on a USB adapter. */
export interface SerialInfo {
  /** The node's name: `ttyUSB0`, `ttyACM0`. */
  node: string;
  vendorId: number;
  productId: number;
  product: string;
  serial?: string;
}

/** What sysfs says about a USB device; `descriptors` is the device descriptor and all configurations, raw. */
export interface UsbInfo {
  bus: number;
  device: number;
  vendorId: number;
  productId: number;
  deviceVersion: number;
  descriptors: Uint8Array;
  manufacturer?: string;
  product?: string;
  serial?: string;
}
