/** Messages between the two ends of a served USB device. */

/** The identity of a device, as plain data. */
export type UsbIdentity = Pick<
  USBDevice,
  | 'usbVersionMajor'
  | 'usbVersionMinor'
  | 'usbVersionSubminor'
  | 'deviceClass'
  | 'deviceSubclass'
  | 'deviceProtocol'
  | 'vendorId'
  | 'productId'
  | 'deviceVersionMajor'
  | 'deviceVersionMinor'
  | 'deviceVersionSubminor'
  | 'manufacturerName'
  | 'productName'
  | 'serialNumber'
>;
/** The configurations of a device, as plain data. */
export type UsbTree = readonly {
  readonly value: number;
  readonly name: string | null;
  readonly interfaces: readonly { readonly number: number; readonly alternates: readonly USBAlternateInterface[] }[];
}[];

/** What changes in use: the selected configuration, and each claimed interface with its alternate setting. */
export interface UsbSelection {
  readonly opened: boolean;
  readonly configuration: number | null;
  readonly claimed: readonly (readonly [number, number])[];
}

/** A request to the side that holds the device. */
export type UsbRequest =
  | { readonly do: 'open' | 'close' | 'reset' }
  /** Asks for the device as which the board came back; also valid once this one is gone. */
  | { readonly do: 'return' }
  | { readonly do: 'configure'; readonly value: number }
  | { readonly do: 'claim' | 'release'; readonly number: number }
  | { readonly do: 'alternate'; readonly number: number; readonly setting: number }
  | { readonly do: 'in'; readonly setup: USBControlTransferParameters; readonly length: number }
  | { readonly do: 'out'; readonly setup: USBControlTransferParameters; readonly bytes: Uint8Array }
  | { readonly do: 'halt'; readonly direction: USBDirection; readonly endpoint: number }
  | { readonly do: 'read'; readonly endpoint: number; readonly length: number }
  | { readonly do: 'write'; readonly endpoint: number; readonly bytes: Uint8Array };
/** A request with the id that pairs the answer with it. */
export type UsbCall = { readonly id: number; readonly request: UsbRequest };

/** The result of a transfer; null for other requests. */
export type UsbResult = {
  readonly status: USBTransferStatus;
  readonly bytes: Uint8Array;
  readonly written: number;
} | null;

/** A message from the side that holds the device. */
export type UsbMessage =
  | { readonly says: 'info'; readonly ids: UsbIdentity; readonly tree: UsbTree; readonly use: UsbSelection }
  | { readonly says: 'done'; readonly id: number; readonly outcome: UsbResult; readonly use: UsbSelection }
  | {
      readonly says: 'error';
      readonly id: number;
      readonly name: string;
      readonly message: string;
      readonly use: UsbSelection;
    }
  | { readonly says: 'lost' }
  /** The device as which the board came back, on another channel; null if it did not. */
  | { readonly says: 'back'; readonly port: MessagePort | null };
