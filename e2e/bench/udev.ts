import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { SerialInfo, UsbInfo } from './devices.ts';

/** A device as the preloaded library finds it in files: its node, udev properties and sysfs attributes. */
export interface UdevEntry {
  node: string;
  properties: Record<string, string | number>;
  attributes: Record<string, string | Uint8Array>;
}

/** A device number as the kernel has it. */
export interface DeviceNumber {
  major: number;
  minor: number;
}

/**
 * A device number whose driver `/proc/tty/drivers` calls "serial", or undefined where there is none. Chromium lists
 * a tty only if its number belongs to such a driver, so the bench borrows one.
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

/** Makes the folders that the library expects below `root`. */
export function makeFolders(root: string): void {
  for (const folder of ['devices', 'coming', 'gone', 'sys', 'dev/bus/usb', 'policies/managed'])
    mkdirSync(join(root, folder), { recursive: true });
}

/** Plugs a device in; it is whole before the rename, which is what the library watches for. */
export function plug(root: string, id: string, entry: UdevEntry): void {
  mkdirSync(join(root, 'sys', id), { recursive: true });
  for (const [name, value] of Object.entries(entry.attributes))
    writeFileSync(join(root, 'sys', id, name), typeof value === 'string' ? `${value}\n` : value);
  mkdirSync(dirname(join(root, entry.node)), { recursive: true });
  writeFileSync(join(root, entry.node), '');
  const properties = { DEVPATH: `/devices/${id}`, DEVNAME: entry.node, ...entry.properties };
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
  // Not by way of `gone`: a program that hears late of a device pulled out looks there, also after it was plugged in again.
  writeFileSync(join(root, 'coming', id), lines.join(''));
  renameSync(join(root, 'coming', id), join(root, 'devices', id));
}

/** Takes a device's node away: from now on it cannot be opened. */
export function takeNode(root: string, node: string): void {
  rmSync(join(root, node));
}

/** Has udev say that a device was pulled out. */
export function unplug(root: string, id: string): void {
  rmSync(join(root, 'sys', id), { recursive: true });
  renameSync(join(root, 'devices', id), join(root, 'gone', id));
}

const hex4 = (value: number) => value.toString(16).padStart(4, '0');
const escaped = (text: string) =>
  [...Buffer.from(text)].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
