/** Boards with other descriptors than the catalogue's, as seen on real devices. */
import type {
  ControlAnswer,
  Descriptors,
  Setup,
  UsbBoard,
  UsbHostPort,
  UsbPeripheral,
} from '../../src/virtual-boards/usb.ts';
import { dfuConfiguration, LANGUAGES, stringDescriptor } from '../../src/virtual-boards/usb-descriptors.ts';

const GET_DESCRIPTOR = 6;
/** bDescriptorType of DFU's functional descriptor. */
const FUNCTIONAL = 0x21;
/** The interface number of the boards in the catalogue. */
const OWN = 0;

/** Differences in the descriptors, all optional. */
export interface Difference {
  /** Changes the descriptors; the arrays are its own to change. */
  describe?(descriptors: Descriptors): Descriptors;
  /** The external number of the board's interface. */
  readonly number?: number;
  /** String descriptors are refused. */
  readonly mute?: true;
}

/** A board with replaced descriptors. */
export class Redescribed implements UsbBoard {
  constructor(
    private readonly board: UsbBoard,
    private readonly difference: Difference,
  ) {}

  attach(port: UsbHostPort): void {
    this.board.attach({
      appeared: (peripheral) => port.appeared(describedAs(peripheral, this.difference)),
      vanished: () => port.vanished(),
    });
  }

  detach(): void {
    this.board.detach();
  }
}

function describedAs(inner: UsbPeripheral, { describe, number = OWN, mute }: Difference): UsbPeripheral {
  const { device, configuration, strings } = inner.descriptors;
  const copy = { device: device.slice(), configuration: configuration.slice(), strings: [...strings] };
  const descriptors = describe?.(copy) ?? copy;
  return {
    descriptors,
    busReset: () => inner.busReset(),
    async control(setup, data) {
      if (setup.requestType === 0x80 && setup.request === GET_DESCRIPTOR)
        return descriptorOf(descriptors, setup, mute === true);
      const toInterface = (setup.requestType & 0x1f) === 1;
      if (!toInterface) return inner.control(setup, data);
      return setup.index === number ? inner.control({ ...setup, index: OWN }, data) : null;
    },
  };
}

/** The answer to GET_DESCRIPTOR (USB 2.0, 9.4.3); null for a stall. */
function descriptorOf({ device, configuration, strings }: Descriptors, setup: Setup, mute: boolean): ControlAnswer {
  const { value, length } = setup;
  const [type, index] = [value >> 8, value & 0xff];
  if (type === 1) return device.subarray(0, length);
  if (type === 2) return configuration.subarray(0, length);
  if (type !== 3 || mute) return null;
  if (index === 0) return LANGUAGES.subarray(0, length);
  const text = strings[index];
  return text === undefined ? null : stringDescriptor(text).subarray(0, length);
}

/** Removes the device's serial number. */
export function withoutSerial(descriptors: Descriptors): Descriptors {
  descriptors.device[16] = 0;
  return descriptors;
}

/**
 * Adds an application's DFU interface (protocol 1, number 0) before the one in DFU mode, which becomes number 3: an interface's
 * number need not be its position.
 */
export function withRuntimeInterface({ device, configuration, strings }: Descriptors): Descriptors {
  const body = configuration.slice(9);
  for (let at = 0; at < body.length; at += body[at] ?? body.length) if (body[at + 1] === 4) body[at + 2] = 3;
  const all = [...configuration.subarray(0, 9), ...RUNTIME, ...body];
  all[2] = all.length & 0xff;
  all[3] = all.length >> 8;
  all[4] = 2;
  return { device, configuration: Uint8Array.from(all), strings };
}

/** DFU 1.1, 4.2: the interface of an application that detaches by itself within 255 ms. */
const RUNTIME = [9, 4, 0, 0, 0, 0xfe, 1, 1, 0, 9, FUNCTIONAL, 0x0b, 0xff, 0, 0, 8, 0x1a, 1];

const EMPTY = new Uint8Array(0);

/** An application with a vendor interface, number 0, and a DFU one, number 2, that switches the board to DFU mode. */
export class RuntimeBoard implements UsbBoard {
  #port: UsbHostPort | null = null;
  #detached = false;

  constructor(
    private readonly bootloader: UsbBoard,
    private readonly ids: { readonly vendorId: number; readonly productId: number },
  ) {}

  attach(port: UsbHostPort): void {
    this.#port = port;
    this.#detached = false;
    port.appeared(this.#application());
  }

  detach(): void {
    if (this.#detached) this.bootloader.detach();
    this.#port = null;
  }

  #application(): UsbPeripheral {
    const { vendorId, productId } = this.ids;
    const words = (...values: readonly number[]): number[] => values.flatMap((value) => [value & 0xff, value >> 8]);
    const device = Uint8Array.from([18, 1, 0, 2, 0, 0, 0, 64, ...words(vendorId, productId, 0x0100), 1, 2, 0, 1]);
    const [, , , , , , , , , ...functional] = RUNTIME;
    const interfaces = [9, 4, 0, 0, 0, 0xff, 0, 0, 0, 9, 4, 2, 0, 0, 0xfe, 1, 1, 0, ...functional];
    const head = dfuConfiguration({ names: [], configurationName: 0, transferSize: 0 }).subarray(0, 9);
    const configuration = Uint8Array.from([...head, ...interfaces]);
    configuration[2] = configuration.length;
    configuration[4] = 2;
    const descriptors = { device, configuration, strings: ['', 'Sectorwise', 'Blinky'] };
    return {
      descriptors,
      busReset: () => undefined,
      control: async (setup) => {
        if (setup.requestType === 0x80 && setup.request === GET_DESCRIPTOR)
          return descriptorOf(descriptors, setup, false);
        if (setup.requestType === 0 && setup.request === 9) return true;
        if (setup.index !== 2) return null;
        // SET_INTERFACE, DETACH, GETSTATUS in appIDLE (DFU 1.1, 6.1.2).
        if (setup.requestType === 1) return true;
        if (setup.requestType === 0x21 && setup.request === 0) {
          // After the answer, as a device that detaches by itself does.
          queueMicrotask(() => this.#leave());
          return true;
        }
        return setup.requestType === 0xa1 && setup.request === 3 ? Uint8Array.of(0, 0, 0, 0, 0, 0) : EMPTY;
      },
    };
  }

  #leave(): void {
    const port = this.#port;
    if (port === null || this.#detached) return;
    this.#detached = true;
    port.vanished();
    this.bootloader.attach(port);
  }
}
