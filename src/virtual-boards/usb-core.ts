/** Endpoint 0 of a USB device: standard requests (USB 2.0, 9.4), and class requests handed to the device's function. */
import { findDescriptor, LANGUAGES, stringDescriptor } from './usb-descriptors.ts';
import { transferTime, type ControlAnswer, type Descriptors, type Setup, type UsbPeripheral } from './usb.ts';

/** What a device does beyond the standard requests. */
export interface UsbFunction {
  /** A class or vendor request to interface 0 of the configured device. */
  request(setup: Setup, data: Uint8Array): Promise<ControlAnswer>;
  /** The host set the configuration or reset the bus: the function starts over. */
  restart(): void;
  /** The alternate setting in use. */
  alternate: number;
}

/** What endpoint 0 needs from the board. */
export interface Surroundings {
  /** Resolves after `ms` milliseconds; never, if the device is reset or loses power first. */
  sleep(ms: number): Promise<void>;
  /** Called as each transfer begins; false if it will never be answered. */
  begin(setup: Setup): boolean;
}

/** Descriptor types (USB 2.0, table 9-5). */
const DEVICE = 1;
const CONFIGURATION = 2;
const STRING = 3;
const INTERFACE = 4;

/** A device on the bus, from the moment it pulls D+ up. */
export class UsbCore implements UsbPeripheral {
  private queue: Promise<unknown> = Promise.resolve();
  private configured = 0;

  constructor(
    readonly descriptors: Descriptors,
    private readonly own: UsbFunction,
    private readonly around: Surroundings,
  ) {}

  control(setup: Setup, data: Uint8Array): Promise<ControlAnswer> {
    // The host may reuse its buffer while the transfer is queued.
    const sent = data.slice();
    const turn = this.queue.then(() => this.transfer(setup, sent));
    this.queue = turn;
    return turn;
  }

  busReset(): void {
    // The operating system configures a device again after resetting it.
    this.own.restart();
  }

  private async transfer(setup: Setup, data: Uint8Array): Promise<ControlAnswer> {
    if (!this.around.begin(setup)) return new Promise(() => {});
    await this.around.sleep(transferTime(setup.length));
    const answer = await this.answer(setup, data);
    return answer instanceof Uint8Array ? answer.slice(0, setup.length) : answer;
  }

  private answer(setup: Setup, data: Uint8Array): ControlAnswer | Promise<ControlAnswer> {
    const standard = (setup.requestType & 0x60) === 0;
    if (!standard) {
      const toInterface = (setup.requestType & 0x1f) === 1;
      return toInterface && this.configured !== 0 && setup.index === 0 ? this.own.request(setup, data) : null;
    }
    switch (setup.requestType & 0x1f) {
      case 0:
        return this.deviceRequest(setup);
      case 1:
        return this.interfaceRequest(setup);
      default:
        // A halt of endpoint 0 does not outlast the transfer.
        return setup.request === 0 ? Uint8Array.of(0, 0) : setup.request === 1 ? true : null;
    }
  }

  private deviceRequest({ request, value }: Setup): ControlAnswer {
    switch (request) {
      case 0: // GET_STATUS: self-powered
        return Uint8Array.of(1, 0);
      case 6: // GET_DESCRIPTOR
        return this.descriptor(value >> 8, value & 0xff);
      case 8: // GET_CONFIGURATION
        return Uint8Array.of(this.configured);
      case 9: // SET_CONFIGURATION
        if (value !== 0 && value !== this.descriptors.configuration[5]) return null;
        this.configured = value;
        this.own.restart();
        return true;
      default:
        return null;
    }
  }

  private interfaceRequest({ request, value, index }: Setup): ControlAnswer {
    if (this.configured === 0 || index !== 0) return null;
    switch (request) {
      case 0: // GET_STATUS
        return Uint8Array.of(0, 0);
      case 6: // GET_DESCRIPTOR: class descriptors
        return findDescriptor(this.descriptors.configuration, value >> 8) ?? null;
      case 10: // GET_INTERFACE
        return Uint8Array.of(this.own.alternate);
      case 11: // SET_INTERFACE
        if (value >= this.settings) return null;
        this.own.alternate = value;
        return true;
      default:
        return null;
    }
  }

  private get settings(): number {
    const { configuration } = this.descriptors;
    let count = 0;
    for (let at = 0; at < configuration.length; at += configuration[at] ?? 1) {
      if (configuration[at + 1] === INTERFACE) count++;
    }
    return count;
  }

  private descriptor(type: number, index: number): ControlAnswer {
    if (type === DEVICE) return this.descriptors.device;
    if (type === CONFIGURATION) return index === 0 ? this.descriptors.configuration : null;
    if (type !== STRING) return null;
    if (index === 0) return LANGUAGES;
    const text = this.descriptors.strings[index];
    return text === undefined ? null : stringDescriptor(text);
  }
}
