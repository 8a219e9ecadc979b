/** A DFU device that cannot be read: its functional descriptor says that it does not support upload. */
import type { UsbBetween } from './world.ts';

/** DFU 1.1, table 4.2: the functional descriptor is 9 bytes of type 0x21, its third byte has bitCanUpload as bit 1. */
const FUNCTIONAL = { length: 9, type: 0x21, attributes: 2, canUpload: 0b10 } as const;

/** Wraps a device so that its configuration descriptor has no bitCanUpload; everything else passes unchanged. */
export const withoutUpload: UsbBetween = (device) =>
  new Proxy(device, {
    get(target, name) {
      if (name === 'controlTransferIn') {
        return async (...transfer: Parameters<USBDevice['controlTransferIn']>) => {
          const result = await target.controlTransferIn(...transfer);
          const { requestType, value } = transfer[0];
          // GET_DESCRIPTOR of a configuration (USB 2.0, 9.4.3): the type is in the high byte.
          if (requestType === 'standard' && value >> 8 === 2 && result.data !== undefined) clearUpload(result.data);
          return result;
        };
      }
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });

function clearUpload(data: DataView): void {
  for (let at = 0; at + FUNCTIONAL.length <= data.byteLength; at += Math.max(1, data.getUint8(at))) {
    if (data.getUint8(at) !== FUNCTIONAL.length || data.getUint8(at + 1) !== FUNCTIONAL.type) continue;
    const attributes = data.getUint8(at + FUNCTIONAL.attributes);
    data.setUint8(at + FUNCTIONAL.attributes, attributes & ~FUNCTIONAL.canUpload);
  }
}
