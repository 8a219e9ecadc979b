/** Descriptors as bytes (USB 2.0, chapter 9). Words are little endian. */

/** The fields of a device descriptor that vary by device; versions in BCD. */
export interface DeviceDescriptor {
  readonly usbVersion: number;
  readonly vendorId: number;
  readonly productId: number;
  readonly deviceVersion: number;
}

/** An 18-byte device descriptor, classes left to the interfaces; strings 1 to 3: manufacturer, product, serial number. */
export function deviceDescriptor({ usbVersion, vendorId, productId, deviceVersion }: DeviceDescriptor): Uint8Array {
  const words = (...values: readonly number[]): number[] => values.flatMap((value) => [value & 0xff, value >> 8]);
  const ids = words(vendorId, productId, deviceVersion);
  return Uint8Array.from([18, 1, ...words(usbVersion), 0, 0, 0, 64, ...ids, 1, 2, 3, 1]);
}

/** The fields of a DFU bootloader's configuration that vary by device; `transferSize` in bytes. */
export interface DfuConfiguration {
  /** The string index of each alternate setting's name, in order. */
  readonly names: readonly number[];
  readonly configurationName: number;
  readonly transferSize: number;
}

/**
 * One configuration with one interface in DFU mode (class FE, subclass 1, protocol 2), an alternate setting for each
 * name, and the DFU functional descriptor: download, upload, will detach, 255 ms, DFU version 1.1a (DFU 1.1, 4.2).
 */
export function dfuConfiguration({ names, configurationName, transferSize }: DfuConfiguration): Uint8Array {
  const settings = names.flatMap((name, alternate) => [9, 4, 0, alternate, 0, 0xfe, 1, 2, name]);
  const functional = [9, DFU_FUNCTIONAL, 0x0b, 0xff, 0x00, transferSize & 0xff, transferSize >> 8, 0x1a, 0x01];
  const total = 9 + settings.length + functional.length;
  // Self-powered and 100 mA, as in ST's library.
  const head = [9, 2, total & 0xff, total >> 8, 1, 1, configurationName, 0xc0, 50];
  return Uint8Array.from([...head, ...settings, ...functional]);
}

/** The type of the DFU functional descriptor. */
export const DFU_FUNCTIONAL = 0x21;

/** A string descriptor in UTF-16; throws a `RangeError` if the string is too long for one. */
export function stringDescriptor(text: string): Uint8Array {
  const length = 2 + 2 * text.length;
  if (length > 0xff) throw new RangeError(`${text.length} characters do not fit in a string descriptor`);
  const out = Uint8Array.from({ length }, (_, i) => (text.charCodeAt((i >> 1) - 1) >> (8 * (i & 1))) & 0xff);
  out[0] = length;
  out[1] = 3;
  return out;
}

/** String 0: the device speaks US English only. */
export const LANGUAGES = Uint8Array.of(4, 3, 0x09, 0x04);

/** The first descriptor of a type inside a configuration, as a view; undefined if there is none. */
export function findDescriptor(configuration: Uint8Array, type: number): Uint8Array | undefined {
  for (let at = 0; at < configuration.length; at += configuration[at] ?? 1) {
    if (configuration[at + 1] === type) return configuration.subarray(at, at + (configuration[at] ?? 0));
    if (configuration[at] === 0) return undefined;
  }
  return undefined;
}
