/**
 * A `USBDevice` on a virtual bus, behaving as in Chromium on Linux. Errors and their order are Chromium's
 * (third_party/blink/renderer/modules/webusb/usb_device.cc); whatever needs more than endpoint 0 rejects.
 */
import { readConfiguration } from './usb-tree.ts';
import type { ControlAnswer, Setup, UsbPeripheral } from './usb.ts';

/** `bmRequestType` bits of a request (USB 2.0, table 9-2). */
const TYPE = { standard: 0x00, class: 0x20, vendor: 0x40 } as const;
const RECIPIENT = { device: 0, interface: 1, endpoint: 2, other: 3 } as const;
const IN = 0x80;
const SET_INTERFACE = 11;

/** A device during one stay on the bus. A device that comes back is a new object, as in Chromium. */
export class VirtualUsbDevice implements USBDevice {
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
  private isOpen = false;
  private gone = false;
  private readonly claimed = new Map<number, number>();
  private readonly pending = new Set<(error: DOMException) => void>();

  /** `onTransfer` is called as each control transfer begins. */
  constructor(
    private readonly peripheral: UsbPeripheral,
    private readonly onTransfer: () => void = () => {},
  ) {
    const { device, configuration, strings } = peripheral.descriptors;
    const word = (at: number): number => (device[at] ?? 0) | ((device[at + 1] ?? 0) << 8);
    [this.usbVersionMajor, this.usbVersionMinor, this.usbVersionSubminor] = bcd(word(2));
    [this.deviceVersionMajor, this.deviceVersionMinor, this.deviceVersionSubminor] = bcd(word(12));
    this.deviceClass = device[4] ?? 0;
    this.deviceSubclass = device[5] ?? 0;
    this.deviceProtocol = device[6] ?? 0;
    this.vendorId = word(8);
    this.productId = word(10);
    this.manufacturerName = strings[device[14] ?? 0] ?? null;
    this.productName = strings[device[15] ?? 0] ?? null;
    this.serialNumber = strings[device[16] ?? 0] ?? null;
    this.configurations = [readConfiguration(configuration, { claimed: this.claimed })];
  }

  get opened(): boolean {
    return this.isOpen;
  }

  /** The operating system has already selected the first configuration. */
  get configuration(): USBConfiguration | null {
    return this.configurations[0] ?? null;
  }

  /** Rejects with `NotFoundError` once the device has gone. */
  async open(): Promise<void> {
    this.assertThere();
    this.isOpen = true;
  }

  async close(): Promise<void> {
    if (!this.isOpen) return;
    for (const number of this.claimed.keys()) await this.releaseInterface(number);
    this.isOpen = false;
  }

  forget(): Promise<void> {
    return this.close();
  }

  async selectConfiguration(configurationValue: number): Promise<void> {
    this.assertOpen();
    // A configuration that is already active is not set again.
    if (configurationValue !== this.configuration?.configurationValue) {
      throw new DOMException('The configuration value provided is not supported by the device.', 'NotFoundError');
    }
  }

  async claimInterface(interfaceNumber: number): Promise<void> {
    this.assertOpen();
    this.findInterface(interfaceNumber);
    if (!this.claimed.has(interfaceNumber)) this.claimed.set(interfaceNumber, 0);
  }

  async releaseInterface(interfaceNumber: number): Promise<void> {
    this.assertOpen();
    this.findInterface(interfaceNumber);
    const alternate = this.claimed.get(interfaceNumber);
    // Linux sets an interface back to setting 0 when it is released (usb_unbind_interface).
    if (alternate !== undefined && alternate !== 0) await this.setInterface(interfaceNumber, 0);
    this.claimed.delete(interfaceNumber);
  }

  /** Rejects with `InvalidStateError` when not claimed, `NotFoundError` for a setting that does not exist. */
  async selectAlternateInterface(interfaceNumber: number, alternateSetting: number): Promise<void> {
    this.assertClaimed(interfaceNumber);
    const found = this.findInterface(interfaceNumber).alternates.some(
      (setting) => setting.alternateSetting === alternateSetting,
    );
    if (!found) {
      throw new DOMException(
        'The alternate setting provided is not supported by the device in its current configuration.',
        'NotFoundError',
      );
    }
    if ((await this.setInterface(interfaceNumber, alternateSetting)) === null) {
      throw new DOMException('Unable to set device interface.', 'NetworkError');
    }
    this.claimed.set(interfaceNumber, alternateSetting);
  }

  /** A stall is a result, not an error; a pending transfer rejects with `AbortError` when the device leaves the bus. */
  async controlTransferIn(setup: USBControlTransferParameters, length: number): Promise<USBInTransferResult> {
    this.assertMayTransfer(setup);
    const answer = await this.transfer(rawSetup(setup, length, IN), new Uint8Array(0));
    const bytes = answer instanceof Uint8Array ? answer.slice() : new Uint8Array(0);
    return { status: answer === null ? 'stall' : 'ok', data: new DataView(bytes.buffer) };
  }

  async controlTransferOut(setup: USBControlTransferParameters, data?: BufferSource): Promise<USBOutTransferResult> {
    this.assertMayTransfer(setup);
    const bytes = data === undefined ? new Uint8Array(0) : bytesOf(data);
    const answer = await this.transfer(rawSetup(setup, bytes.length, 0), bytes);
    // Chromium reports all bytes as written even if the transfer stalled (seen on the bench).
    return { status: answer === null ? 'stall' : 'ok', bytesWritten: bytes.length };
  }

  /** Resets the device, which stays on the bus. */
  async reset(): Promise<void> {
    this.assertOpen();
    this.peripheral.busReset();
    for (const number of this.claimed.keys()) this.claimed.set(number, 0);
  }

  clearHalt(): Promise<void> {
    return this.noEndpoint();
  }
  transferIn(): Promise<USBInTransferResult> {
    return this.noEndpoint();
  }
  transferOut(): Promise<USBOutTransferResult> {
    return this.noEndpoint();
  }
  isochronousTransferIn(): Promise<USBIsochronousInTransferResult> {
    return this.noEndpoint();
  }
  isochronousTransferOut(): Promise<USBIsochronousOutTransferResult> {
    return this.noEndpoint();
  }

  /** Takes the device off the bus: pending transfers abort, and this object is unusable from then on. */
  leave(): void {
    this.gone = true;
    this.isOpen = false;
    this.claimed.clear();
    for (const reject of this.pending) reject(new DOMException('The transfer was cancelled.', 'AbortError'));
    this.pending.clear();
  }

  private setInterface(index: number, value: number): Promise<ControlAnswer> {
    return this.transfer({ requestType: 1, request: SET_INTERFACE, value, index, length: 0 }, new Uint8Array(0));
  }

  private async transfer(setup: Setup, data: Uint8Array): Promise<ControlAnswer> {
    this.onTransfer();
    let abort: (error: DOMException) => void = () => {};
    const aborted = new Promise<never>((_, reject) => (abort = reject));
    this.pending.add(abort);
    try {
      return await Promise.race([this.peripheral.control(setup, data), aborted]);
    } finally {
      this.pending.delete(abort);
    }
  }

  private assertThere(): void {
    if (this.gone) throw new DOMException('The device was disconnected.', 'NotFoundError');
  }

  private assertOpen(): void {
    this.assertThere();
    if (!this.isOpen) throw new DOMException('The device must be opened first.', 'InvalidStateError');
  }

  private assertClaimed(interfaceNumber: number): void {
    this.assertOpen();
    this.findInterface(interfaceNumber);
    if (!this.claimed.has(interfaceNumber)) {
      throw new DOMException('The specified interface has not been claimed.', 'InvalidStateError');
    }
  }

  private assertMayTransfer({ recipient, index }: USBControlTransferParameters): void {
    if (recipient === 'interface') this.assertClaimed(index & 0xff);
    else this.assertOpen();
  }

  private findInterface(number: number): USBInterface {
    const found = this.configuration?.interfaces.find((candidate) => candidate.interfaceNumber === number);
    if (found === undefined) {
      throw new DOMException(
        'The interface number provided is not supported by the device in its current configuration.',
        'NotFoundError',
      );
    }
    return found;
  }

  private async noEndpoint(): Promise<never> {
    this.assertOpen();
    throw new DOMException(
      'The specified endpoint is not part of a claimed and selected alternate interface.',
      'NotFoundError',
    );
  }
}

function rawSetup(setup: USBControlTransferParameters, length: number, direction: number): Setup {
  const { request, value, index } = setup;
  return {
    requestType: direction | TYPE[setup.requestType] | RECIPIENT[setup.recipient],
    request,
    value,
    index,
    length,
  };
}

function bytesOf(data: BufferSource): Uint8Array {
  return data instanceof ArrayBuffer
    ? new Uint8Array(data)
    : new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

function bcd(version: number): [number, number, number] {
  return [version >> 8, (version >> 4) & 0xf, version & 0xf];
}
