import type { ControlAnswer, Setup, UsbDevice, UsbInfo, UsbRequest } from './devices.ts';

const STRINGS = ['Sectorwise', 'Scratch memory', 'bench0002'];
/** Two alternate settings of one vendor interface without endpoints. */
const SETTINGS = [0, 1].flatMap((alternate) => [9, 4, 0, alternate, 0, 0xff, 0, 0, 0]);
const DEVICE = [18, 1, 0x00, 0x02, 0, 0, 0, 64, 0x09, 0x12, 0x01, 0x00, 0x00, 0x01, 1, 2, 3, 1];
const CONFIGURATION = [9, 2, 9 + SETTINGS.length, 0, 1, 1, 0, 0xc0, 50, ...SETTINGS];
const EINVAL = -22;

/** The vendor requests of the scratch device. */
export const REQUEST = { store: 1, fetch: 2, never: 3 };

/** What sysfs says about the scratch device. */
export const SCRATCH: UsbInfo = {
  bus: 1,
  device: 2,
  vendorId: 0x1209,
  productId: 0x0001,
  deviceVersion: 0x0100,
  manufacturer: 'Sectorwise',
  product: 'Scratch memory',
  serial: 'bench0002',
  descriptors: Uint8Array.from([...DEVICE, ...CONFIGURATION]),
};

/** A USB device that stores bytes on endpoint 0; the simplest example of a USB device on the bench. */
export class ScratchDevice implements UsbDevice {
  readonly requests: UsbRequest[] = [];
  #memory = new Uint8Array(0);

  request(request: UsbRequest): number {
    this.requests.push(request);
    return request.what === 'setInterface' && request.alternate > 1 ? EINVAL : 0;
  }

  control(setup: Setup, data: Uint8Array): ControlAnswer | Promise<ControlAnswer> {
    if (setup.requestType === 0x80 && setup.request === 6) return descriptor(setup.value >> 8, setup.value & 0xff);
    if (setup.requestType === 0x41 && setup.request === REQUEST.store) {
      this.#memory = data.slice();
      return true;
    }
    if (setup.requestType === 0xc1 && setup.request === REQUEST.fetch) return this.#memory;
    if (setup.requestType === 0xc1 && setup.request === REQUEST.never) return new Promise(() => {});
    return null;
  }
}

function descriptor(type: number, index: number): ControlAnswer {
  if (type === 1) return Uint8Array.from(DEVICE);
  if (type === 2) return Uint8Array.from(CONFIGURATION);
  if (type !== 3) return null;
  if (index === 0) return Uint8Array.of(4, 3, 0x09, 0x04);
  const text = STRINGS[index - 1];
  return text === undefined ? null : Uint8Array.from([2 + 2 * text.length, 3, ...Buffer.from(text, 'utf16le')]);
}
