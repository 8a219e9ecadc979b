/** A USB port with a cable in it that can be pulled, and the device that is on the bus at the moment. */
import type { Clock } from './clock.ts';
import { VirtualUsbDevice } from './usb-device.ts';
import { enumerate, type UsbBoard, type UsbPeripheral } from './usb.ts';

/** `connect` and `disconnect` as on `navigator.usb`; the device is told with them. */
export class UsbDeviceEvent extends Event {
  constructor(
    type: 'connect' | 'disconnect',
    readonly device: USBDevice,
  ) {
    super(type);
  }
}

/** A host's port with a board in it; the board has power from the moment the port is made. */
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

  /** The device that is on the bus now; null while none is. */
  get device(): VirtualUsbDevice | null {
    return this.current;
  }

  /** Resolves with the device on the bus, or with the next that comes. */
  whenConnected(): Promise<VirtualUsbDevice> {
    return this.current === null ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve(this.current);
  }

  /** Puts the cable back: the board powers up from nothing. */
  plug(): void {
    if (this.plugged) return;
    this.plugged = true;
    this.board.attach({
      appeared: (peripheral) => void this.appeared(peripheral),
      vanished: () => this.vanished(),
    });
  }

  /** Pulls the cable: the board loses its power, transfers under way are aborted, and 'disconnect' is told. */
  unplug(): void {
    if (!this.plugged) return;
    this.plugged = false;
    this.pullIn = null;
    this.board.detach();
    this.vanished();
  }

  /** Pulls the cable `afterMs` milliseconds after the k-th control transfer from now on has begun, counted from 1. */
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
