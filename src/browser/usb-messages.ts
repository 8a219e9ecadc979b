/** What the two ends of a served USB device say to each other. */

/** What a device is, as plain data. */
export type Ids = Pick<
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
/** Its configurations, as plain data. */
export type Tree = readonly {
  readonly value: number;
  readonly name: string | null;
  readonly interfaces: readonly { readonly number: number; readonly alternates: readonly USBAlternateInterface[] }[];
}[];

/** What changes as it is used: the configuration in use, and each claimed interface with its alternate setting. */
export interface Use {
  readonly opened: boolean;
  readonly configuration: number | null;
  readonly claimed: readonly (readonly [number, number])[];
}

/** What the holder of the device is asked. */
export type Wish =
  | { readonly do: 'open' | 'close' | 'reset' }
  /** Also of a device that is gone: the one as which it has come back. */
  | { readonly do: 'return' }
  | { readonly do: 'configure'; readonly value: number }
  | { readonly do: 'claim' | 'release'; readonly number: number }
  | { readonly do: 'alternate'; readonly number: number; readonly setting: number }
  | { readonly do: 'in'; readonly setup: USBControlTransferParameters; readonly length: number }
  | { readonly do: 'out'; readonly setup: USBControlTransferParameters; readonly bytes: Uint8Array }
  | { readonly do: 'halt'; readonly direction: USBDirection; readonly endpoint: number }
  | { readonly do: 'read'; readonly endpoint: number; readonly length: number }
  | { readonly do: 'write'; readonly endpoint: number; readonly bytes: Uint8Array };
/** A wish with what pairs the answer with it. */
export type Question = { readonly id: number; readonly wish: Wish };

/** How a transfer went; null where what was asked for is no transfer. */
export type Outcome = {
  readonly status: USBTransferStatus;
  readonly bytes: Uint8Array;
  readonly written: number;
} | null;

/** What the holder of the device says. */
export type Word =
  | { readonly says: 'info'; readonly ids: Ids; readonly tree: Tree; readonly use: Use }
  | { readonly says: 'done'; readonly id: number; readonly outcome: Outcome; readonly use: Use }
  | { readonly says: 'error'; readonly id: number; readonly name: string; readonly message: string; readonly use: Use }
  | { readonly says: 'lost' }
  /** The device as which this one has come back, behind another channel; null where it did not. */
  | { readonly says: 'back'; readonly port: MessagePort | null };
