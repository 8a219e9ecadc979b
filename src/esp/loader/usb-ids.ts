/** How a board hangs on the computer, told by the USB ids of its port. */
import { CHIPS } from '../../formats/chips/catalogue.ts';

/**
 * `bridge`: a USB-UART chip whose DTR and RTS drive the boot and reset pins. `serial-jtag`: the chip's own
 * USB-Serial/JTAG, which turns the two lines into a reset by itself. `otg`: the chip's own USB device, run by its ROM or
 * by an app, so that it goes away with every reset.
 */
export type Connection = 'bridge' | 'serial-jtag' | 'otg';

/** Espressif's USB vendor id. */
const ESPRESSIF = 0x303a;

/** What a person knows each kind by. */
export const CONNECTIONS: Readonly<Record<Connection, string>> = {
  bridge: 'USB-UART bridge',
  'serial-jtag': 'the chip’s own USB-Serial/JTAG',
  otg: 'the chip’s own USB port (USB-OTG)',
};

/** The kind of a port. Whatever is not Espressif's own USB is taken for a bridge. */
export function connectionOf({ usbVendorId, usbProductId }: SerialPortInfo): Connection {
  if (usbVendorId !== ESPRESSIF) return 'bridge';
  const own = CHIPS.flatMap((chip) => chip.usb).find((usb) => usb.product === usbProductId);
  // Any other product of this vendor is an app's own USB device (espressif/usb-pids).
  return own?.is ?? 'otg';
}

/** Whether it is the ROM's own USB device that answers: then the loader runs already, and a reset would end it. */
export function isRomDevice({ usbVendorId, usbProductId }: SerialPortInfo): boolean {
  const own = CHIPS.flatMap((chip) => chip.usb).find((usb) => usb.product === usbProductId);
  return usbVendorId === ESPRESSIF && own?.is === 'otg';
}
