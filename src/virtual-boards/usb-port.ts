/** A host's USB port with a cable that can be pulled, and the device currently on the bus. */
import type { Clock } from './clock.ts';
import { VirtualUsbDevice } from './usb-device.ts';
import { enumerate, type UsbBoard, type UsbPeripheral } from './usb.ts';

/** A `connect` or `disconnect` event with its device, as on `navigator.usb`. */
export class UsbDeviceEvent extends Event {
  constructor(
    type: 'connect' | 'disconnect',
    readonly device: USBDevice,
  ) {
    super(type);
  }
}

/** A host's port with a board plugged in; the board is powered as soon as the port is made. */
export class VirtualUsbPort extends EventTarget {
  private current: VirtualUsbDevice | null = null;
  private plugged = false;
  private waiting: ((device: VirtualUsbDevice) => void)[] = [];
  private pullIn: { transfers: number; afterMs: number } | null = null;

  constructor(
    private readonly board: UsbBoard,
    private readonly clock: Clock,
  ) {
    super();
    this.plug();
  }

  /** The device on the bus; null while there is none. */
  get device(): VirtualUsbDevice | null {
    return this.current;
  }

  /** Resolves with the device on the bus, or with the next one to appear. */
  whenConnected(): Promise<VirtualUsbDevice> {
    return this.current === null ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(this.current);
  }

  /** Plugs the cable in: the board cold-boots. */
  plug(): void {
    if (this.plugged) return;
    this.plugged = true;
    this.board.attach({
      appeared: (peripheral) => void this.appeared(peripheral),
      vanished: () => this.vanished(),
    });
  }

  /** Pulls the cable: the board loses power, pending transfers abort, and `disconnect` fires. */
  unplug(): void {
    if (!this.plugged) return;
    this.plugged = false;
    this.pullIn = null;
    this.board.detach();
    this.vanished();
  }

  /** Pulls the cable `afterMs` milliseconds after the start of the k-th control transfer from now, counted from 1. */
  unplugAt(k: number, afterMs = 0): void {
    this.pullIn = { transfers: k, afterMs };
  }

  private async appeared(peripheral: UsbPeripheral): Promise<void> {
    // The operating system's own transfers, before any program sees the device.
    await enumerate(peripheral);
    if (!this.plugged) return;
    const device = new VirtualUsbDevice(peripheral, () => this.transferBegins());
    this.current = device;
    const { waiting } = this;
    this.waiting = [];
    for (const tell of waiting) tell(device);
    this.dispatchEvent(new UsbDeviceEvent('connect', device));
  }

  private vanished(): void {
    const device = this.current;
    if (device === null) return;
    this.current = null;
    device.leave();
    this.dispatchEvent(new UsbDeviceEvent('disconnect', device));
  }

  private transferBegins(): void {
    if (this.pullIn === null || --this.pullIn.transfers > 0) return;
    const { afterMs } = this.pullIn;
    this.pullIn = null;
    this.clock.at(afterMs, () => this.unplug());
  }
}
