/**
 * A `USBDevice` on the other side of a message channel. A device cannot be posted to a worker, and a hidden page's timers are
 * throttled, so the page keeps the device and the device worker gets this.
 */

import type { UsbIdentity, UsbResult, UsbCall, UsbTree, UsbSelection, UsbRequest, UsbMessage } from './usb-messages.ts';

/** The far end of a served device, as a `USBDevice`; it dispatches `disconnect` when the device is lost. */
export class RemoteUsbDevice extends EventTarget implements USBDevice {
  readonly usbVersionMajor: number;
  readonly usbVersionMinor: number;
  readonly usbVersionSubminor: number;
  readonly deviceClass: number;
  readonly deviceSubclass: number;
  readonly deviceProtocol: number;
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceVersionMajor: number;
  readonly deviceVersionMinor: number;
  readonly deviceVersionSubminor: number;
  readonly manufacturerName: string | null;
  readonly productName: string | null;
  readonly serialNumber: string | null;
  readonly configurations: USBConfiguration[];
  /** Whether the device is still there. */
  connected = true;
  #use: UsbSelection;
  #nextId = 1;
  readonly #waiting = new Map<number, { resolve(outcome: UsbResult): void; reject(error: Error): void }>();
  #cameBack: (port: MessagePort | null) => void = () => undefined;

  private constructor(
    private readonly channel: MessagePort,
    ids: UsbIdentity,
    tree: UsbTree,
    use: UsbSelection,
  ) {
    super();
    this.usbVersionMajor = ids.usbVersionMajor;
    this.usbVersionMinor = ids.usbVersionMinor;
    this.usbVersionSubminor = ids.usbVersionSubminor;
    this.deviceClass = ids.deviceClass;
    this.deviceSubclass = ids.deviceSubclass;
    this.deviceProtocol = ids.deviceProtocol;
    this.vendorId = ids.vendorId;
    this.productId = ids.productId;
    this.deviceVersionMajor = ids.deviceVersionMajor;
    this.deviceVersionMinor = ids.deviceVersionMinor;
    this.deviceVersionSubminor = ids.deviceVersionSubminor;
    this.manufacturerName = ids.manufacturerName;
    this.productName = ids.productName;
    this.serialNumber = ids.serialNumber;
    this.#use = use;
    this.configurations = tree.map(({ value, name, interfaces }) => ({
      configurationValue: value,
      configurationName: name,
      interfaces: interfaces.map(({ number, alternates }) => this.#interface(number, alternates)),
    }));
  }

  /** Resolves once the side that holds the device has sent its descriptors. */
  static connect(channel: MessagePort): Promise<RemoteUsbDevice> {
    return new Promise((resolve) => {
      let device: RemoteUsbDevice | null = null;
      channel.addEventListener('message', ({ data }: MessageEvent<UsbMessage>) => {
        if (data.says === 'info') {
          device = new RemoteUsbDevice(channel, data.ids, data.tree, data.use);
          resolve(device);
        } else device?.hear(data);
      });
      channel.start();
    });
  }

  get opened(): boolean {
    return this.#use.opened;
  }

  get configuration(): USBConfiguration | null {
    return this.configurations.find((own) => own.configurationValue === this.#use.configuration) ?? null;
  }

  /** The device as which the board came back after it left the bus by itself; null if none came in time. */
  async comesBack(): Promise<RemoteUsbDevice | null> {
    const port = await new Promise<MessagePort | null>((resolve) => {
      this.#cameBack = resolve;
      // The channel outlives the device.
      const question: UsbCall = { id: this.#nextId++, request: { do: 'return' } };
      this.channel.postMessage(question);
    });
    return port === null ? null : RemoteUsbDevice.connect(port);
  }

  async open(): Promise<void> {
    await this.#ask({ do: 'open' });
  }

  async close(): Promise<void> {
    // Closing a device that is gone is not an error, as with a local `USBDevice`.
    if (this.connected) await this.#ask({ do: 'close' });
  }

  async reset(): Promise<void> {
    await this.#ask({ do: 'reset' });
  }

  async selectConfiguration(value: number): Promise<void> {
    await this.#ask({ do: 'configure', value });
  }

  async claimInterface(number: number): Promise<void> {
    await this.#ask({ do: 'claim', number });
  }

  async releaseInterface(number: number): Promise<void> {
    await this.#ask({ do: 'release', number });
  }

  async selectAlternateInterface(number: number, setting: number): Promise<void> {
    await this.#ask({ do: 'alternate', number, setting });
  }

  async controlTransferIn(setup: USBControlTransferParameters, length: number): Promise<USBInTransferResult> {
    return inResult(await this.#ask({ do: 'in', setup: { ...setup }, length }));
  }

  async controlTransferOut(setup: USBControlTransferParameters, data?: BufferSource): Promise<USBOutTransferResult> {
    return outResult(await this.#ask({ do: 'out', setup: { ...setup }, bytes: copyOf(data) }));
  }

  async clearHalt(direction: USBDirection, endpoint: number): Promise<void> {
    await this.#ask({ do: 'halt', direction, endpoint });
  }

  async transferIn(endpoint: number, length: number): Promise<USBInTransferResult> {
    return inResult(await this.#ask({ do: 'read', endpoint, length }));
  }

  async transferOut(endpoint: number, data: BufferSource): Promise<USBOutTransferResult> {
    return outResult(await this.#ask({ do: 'write', endpoint, bytes: copyOf(data) }));
  }

  isochronousTransferIn(): Promise<USBIsochronousInTransferResult> {
    return Promise.reject(new DOMException('Isochronous transfers are not passed on.', 'NotSupportedError'));
  }

  isochronousTransferOut(): Promise<USBIsochronousOutTransferResult> {
    return Promise.reject(new DOMException('Isochronous transfers are not passed on.', 'NotSupportedError'));
  }

  forget(): Promise<void> {
    return Promise.reject(new DOMException('Only the page can forget a device.', 'NotSupportedError'));
  }

  #ask(request: UsbRequest): Promise<UsbResult> {
    if (!this.connected) return Promise.reject(new DOMException('The device was disconnected.', 'NotFoundError'));
    const id = this.#nextId++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      const question: UsbCall = { id, request };
      this.channel.postMessage(question, 'bytes' in request ? [request.bytes.buffer] : []);
    });
  }

  private hear(word: Exclude<UsbMessage, { says: 'info' }>): void {
    if (word.says === 'back') return this.#cameBack(word.port);
    if (word.says === 'lost') {
      this.connected = false;
      this.#use = { opened: false, configuration: this.#use.configuration, claimed: [] };
      // The error that Chromium gives for a transfer whose device was unplugged.
      const aborted = () => new DOMException('The transfer was cancelled.', 'AbortError');
      for (const { reject } of this.#waiting.values()) reject(aborted());
      this.#waiting.clear();
      this.dispatchEvent(new Event('disconnect'));
      return;
    }
    const waiting = this.#waiting.get(word.id);
    this.#waiting.delete(word.id);
    if (this.connected) this.#use = word.use;
    if (word.says === 'done') waiting?.resolve(word.outcome);
    else waiting?.reject(new DOMException(word.message, word.name));
  }

  #interface(interfaceNumber: number, alternates: readonly USBAlternateInterface[]): USBInterface {
    const setting = () => this.#use.claimed.find(([number]) => number === interfaceNumber)?.[1];
    return {
      interfaceNumber,
      alternates: [...alternates],
      get claimed() {
        return setting() !== undefined;
      },
      get alternate() {
        const chosen = alternates.find((one) => one.alternateSetting === setting()) ?? alternates[0];
        if (chosen === undefined) throw new RangeError('an interface without settings');
        return chosen;
      },
    };
  }
}

function inResult(outcome: UsbResult): USBInTransferResult {
  if (outcome === null) throw new TypeError('an answer without a transfer');
  const { status, bytes } = outcome;
  return { status, data: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) };
}

function outResult(outcome: UsbResult): USBOutTransferResult {
  if (outcome === null) throw new TypeError('an answer without a transfer');
  return { status: outcome.status, bytesWritten: outcome.written };
}

function copyOf(data: BufferSource | undefined): Uint8Array<ArrayBuffer> {
  if (data === undefined) return new Uint8Array(0);
  const view = ArrayBuffer.isView(data);
  return new Uint8Array(view ? new Uint8Array(data.buffer, data.byteOffset, data.byteLength) : new Uint8Array(data));
}
