/** How a board is connected, by the USB ids of its port. */
import { CHIPS } from '../../formats/chips/catalogue.ts';

/**
 * `bridge`: a USB-UART chip whose DTR and RTS drive the boot and reset pins. `serial-jtag`: the chip's own USB-Serial/JTAG,
 * which turns the two lines into a reset itself. `otg`: the chip's own USB device, run by its ROM or by an app, so it
 * disappears with every reset.
 */
export type Connection = 'bridge' | 'serial-jtag' | 'otg';

/** Espressif's USB vendor id. */
const ESPRESSIF = 0x303a;

/** The name of each kind of connection, as shown to people. */
export const CONNECTIONS: Readonly<Record<Connection, string>> = {
  bridge: 'USB-UART bridge',
  'serial-jtag': 'the chip’s own USB-Serial/JTAG',
  otg: 'the chip’s own USB port (USB-OTG)',
};

/** The kind of connection of a port. Anything but Espressif's own USB is taken for a bridge. */
export function connectionOf({ usbVendorId, usbProductId }: SerialPortInfo): Connection {
  if (usbVendorId !== ESPRESSIF) return 'bridge';
  const own = CHIPS.flatMap((chip) => chip.usb).find((usb) => usb.product === usbProductId);
  // Any other product of this vendor is an app's own USB device (espressif/usb-pids).
  return own?.is ?? 'otg';
}

/** Whether the port is the ROM's own USB device: then the loader already runs, and a reset would end it. */
export function isRomDevice({ usbVendorId, usbProductId }: SerialPortInfo): boolean {
  const own = CHIPS.flatMap((chip) => chip.usb).find((usb) => usb.product === usbProductId);
  return usbVendorId === ESPRESSIF && own?.is === 'otg';
}
