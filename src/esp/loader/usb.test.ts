import { expect, test } from 'vitest';
import { connectionOf, isRomDevice } from './usb-ids.ts';

test.each([
  ['a CP2102N', { usbVendorId: 0x10c4, usbProductId: 0xea60 }, 'bridge', false],
  ['a CH340', { usbVendorId: 0x1a86, usbProductId: 0x7523 }, 'bridge', false],
  ['a port without ids', {}, 'bridge', false],
  // The product id alone is not enough: another vendor may use the same.
  ['another vendor’s 0x1001', { usbVendorId: 0x1234, usbProductId: 0x1001 }, 'bridge', false],
  ['another vendor’s 0x0009', { usbVendorId: 0x1234, usbProductId: 0x0009 }, 'bridge', false],
  ['USB-Serial/JTAG', { usbVendorId: 0x303a, usbProductId: 0x1001 }, 'serial-jtag', false],
  ['the ROM of an S2', { usbVendorId: 0x303a, usbProductId: 0x0002 }, 'otg', true],
  ['the ROM of an S3', { usbVendorId: 0x303a, usbProductId: 0x0009 }, 'otg', true],
  ['the ROM of a P4', { usbVendorId: 0x303a, usbProductId: 0x0012 }, 'otg', true],
  ['an app’s own device', { usbVendorId: 0x303a, usbProductId: 0x4001 }, 'otg', false],
] as const)('%s', (_, info, connection, rom) => {
  expect([connectionOf(info), isRomDevice(info)]).toEqual([connection, rom]);
});
