import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SerialInfo, UsbInfo } from './devices.ts';

/** A device in the files that the preloaded library reads: its node, udev properties and sysfs attributes. */
export interface UdevEntry {
  node: string;
  properties: Record<string, string | number>;
  attributes: Record<string, string | Uint8Array>;
}

/** A device number as in the kernel. */
export interface DeviceNumber {
  major: number;
  minor: number;
}

/**
 * A device number whose driver has the type "serial" in `/proc/tty/drivers`, or undefined if there is none. Chromium lists a
 * tty only if its number belongs to such a driver, so the bench borrows one.
 */
export function serialDeviceNumber(drivers = readFileSync('/proc/tty/drivers', 'latin1')): DeviceNumber | undefined {
  for (const line of drivers.split('\n')) {
    const [, , major, minors, type] = line.trim().split(/\s+/);
    if (type === 'serial' && major !== undefined && minors !== undefined)
      return { major: Number(major), minor: Number.parseInt(minors, 10) };
  }
  return undefined;
}

/** What udev and sysfs say about a serial port on a USB adapter. */
export function serialEntry(info: SerialInfo, { major, minor }: DeviceNumber): UdevEntry {
  return {
    node: `/dev/${info.node}`,
    properties: {
      SUBSYSTEM: 'tty',
      MAJOR: major,
      MINOR: minor,
      ID_BUS: 'usb',
      ID_VENDOR_ID: hex4(info.vendorId),
      ID_MODEL_ID: hex4(info.productId),
      ID_MODEL_ENC: info.product.replaceAll(/[^\w#+.:=@-]/g, escaped),
      ...(info.serial !== undefined && { ID_SERIAL_SHORT: info.serial }),
    },
    attributes: {},
  };
}

/** What udev and sysfs say about a full-speed USB device with one configuration. */
export function usbEntry(info: UsbInfo): UdevEntry {
  const bus = String(info.bus).padStart(3, '0');
  const device = String(info.device).padStart(3, '0');
  return {
    node: `/dev/bus/usb/${bus}/${device}`,
    properties: {
      SUBSYSTEM: 'usb',
      DEVTYPE: 'usb_device',
      MAJOR: 189,
      MINOR: (info.bus - 1) * 128 + info.device - 1,
      BUSNUM: bus,
      DEVNUM: device,
    },
    attributes: {
      idVendor: hex4(info.vendorId),
      idProduct: hex4(info.productId),
      bcdDevice: hex4(info.deviceVersion),
      ...(info.manufacturer !== undefined && { manufacturer: info.manufacturer }),
      ...(info.product !== undefined && { product: info.product }),
      ...(info.serial !== undefined && { serial: info.serial }),
      busnum: String(info.bus),
      devnum: String(info.device),
      speed: '12',
      version: ' 2.00',
      bConfigurationValue: '1',
      bNumConfigurations: '1',
      bDeviceClass: '00',
      descriptors: info.descriptors,
    },
  };
}

/** Creates the folders that the library expects below `root`. */
export function makeFolders(root: string): void {
  for (const folder of ['devices', 'coming', 'gone', 'sys', 'dev/bus/usb', 'policies/managed'])
    mkdirSync(join(root, folder), { recursive: true });
}

/** Plugs in a device; its file is complete before the rename that the library watches for. */
export function plug(root: string, id: string, entry: UdevEntry): void {
  mkdirSync(join(root, 'sys', id), { recursive: true });
  for (const [name, value] of Object.entries(entry.attributes))
    writeFileSync(join(root, 'sys', id, name), typeof value === 'string' ? `${value}\n` : value);
  mkdirSync(dirname(join(root, entry.node)), { recursive: true });
  writeFileSync(join(root, entry.node), '');
  const properties = { DEVPATH: `/devices/${id}`, DEVNAME: entry.node, ...entry.properties };
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
  // Not through `gone`: a program that learns late of an unplugged device looks there, even after it was plugged in again.
  writeFileSync(join(root, 'coming', id), lines.join(''));
  renameSync(join(root, 'coming', id), join(root, 'devices', id));
}

/** Removes a device's node: from now on it cannot be opened. */
export function takeNode(root: string, node: string): void {
  rmSync(join(root, node));
}

/** Makes udev report that a device was unplugged. */
export function unplug(root: string, id: string): void {
  rmSync(join(root, 'sys', id), { recursive: true });
  renameSync(join(root, 'devices', id), join(root, 'gone', id));
}

const hex4 = (value: number) => value.toString(16).padStart(4, '0');
const escaped = (text: string) =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
