/** The ways to a real board: through the browser's Web Serial or WebUSB. */
import { browserClock } from '../browser/clock.ts';
import type { LinkKind } from '../browser/messages.ts';
import type { PlugEvents } from '../browser/ports.ts';
import { likelyPorts, waitForDfuMode, waitForPort } from '../browser/ports.ts';
import { COMES_BACK_MS, servePort } from '../browser/remote-port.ts';
import { serveUsb } from '../browser/serve-usb.ts';

/** A way to connect to a board. */
export interface Connect {
  readonly link: LinkKind;
  readonly virtual: boolean;
  /** How many times as fast as silicon it is: estimates go by that; 1 for every real one. */
  readonly speed: number;
  /** How many of the plugged-in ports or devices may be this board; 1 before the person has chosen one, unless it was met before. */
  readonly howMany: () => Promise<number>;
  /** Tells when something is plugged in. */
  readonly plugs: PlugEvents;
  /**
   * Opens the browser's chooser unless exactly one may be this board; `choose` opens it in any case. Resolves with the far end
   * of a served port or device; rejects with `NotFoundError` if the person closes the chooser.
   */
  readonly open: (choose: boolean) => Promise<MessagePort>;
  /** Resolves when the device that was served last has left the bus and come back, or after `COMES_BACK_MS` without it. */
  readonly comesBack: () => Promise<void>;
  /** Closes the port or device that was served last, after the far end has ended. Never rejects. */
  readonly release: () => Promise<void>;
}

/**
 * A real port: requested once, and found again among the granted ones after it was unplugged. `known` if a board that was met
 * before is meant: the only granted port that is plugged in is then its port.
 */
export function serialPort(serial: Serial, known = false): Connect {
  let port: SerialPort | null = null;
  let release = (): Promise<void> => Promise.resolve();
  // A board that was plugged in again has a new SerialPort object.
  const found = async (own: SerialPort) =>
    own.connected ? [own] : likelyPorts(await serial.getPorts(), own.getInfo());
  const granted = async () => (await serial.getPorts()).filter(({ connected }) => connected);
  const open = async (choose: boolean) => {
    const [own, ...more] = choose ? [] : port !== null ? await found(port) : known ? await granted() : [];
    // Two adapters of one kind are indistinguishable, so the user has to choose.
    port = own !== undefined && more.length === 0 ? own : await serial.requestPort();
    const info = port.getInfo();
    const others = (await granted()).filter((each) => each !== port);
    const { port1, port2 } = new MessageChannel();
    release = servePort(port, port1, browserClock, async () => {
      const again = await waitForPort(info, others, serial, () => serial.getPorts(), browserClock, COMES_BACK_MS);
      port = again ?? port;
      return again;
    });
    return port2;
  };
  // The browser tells of granted ports only while they are plugged in.
  const howMany = async () => (port !== null ? (await found(port)).length : known ? (await granted()).length : 1);
  const comesBack = () => Promise.resolve();
  return {
    link: 'serial',
    virtual: false,
    speed: 1,
    howMany,
    plugs: serial,
    open,
    comesBack,
    release: () => release(),
  };
}

/** Stops listening for the disconnect of the USB device that was served last: each connection serves it again. */
let forgetUsb = (): void => undefined;

/** Filters for boards in DFU mode or able to enter it, by the interface class of DFU 1.1 (table 4.1). */
const DFU_INTERFACE: USBDeviceFilter = { classCode: 0xfe, subclassCode: 0x01 };

/** A real device in DFU mode: requested once, and found again among the granted ones after it re-enumerates; `known` as above. */
export function usbDevice(usb: USB, known = false): Connect {
  let device: USBDevice | null = null;
  let release = (): Promise<void> => Promise.resolve();
  let comesBack = (): Promise<void> => Promise.resolve();
  const serve = (own: USBDevice): MessagePort => {
    device = own;
    forgetUsb();
    const present = usb.getDevices();
    const { port1, port2 } = new MessageChannel();
    const served = serveUsb(own, port1, async () => {
      const again = await waitForDfuMode(usb, await present, browserClock, COMES_BACK_MS);
      return again === null ? null : serve(again);
    });
    release = () => served.release();
    comesBack = async () => {
      device = (await waitForDfuMode(usb, await present, browserClock, COMES_BACK_MS)) ?? own;
    };
    const gone = (event: USBConnectionEvent) => {
      if (event.device !== own) return;
      usb.removeEventListener('disconnect', gone);
      served.lost();
    };
    forgetUsb = () => usb.removeEventListener('disconnect', gone);
    usb.addEventListener('disconnect', gone);
    return port2;
  };
  // After re-enumeration a board has a new USBDevice object.
  const found = async ({ vendorId, productId }: USBDevice) =>
    (await usb.getDevices()).filter((each) => each.vendorId === vendorId && each.productId === productId);
  const open = async (choose: boolean) => {
    const [own, ...more] = choose ? [] : device !== null ? await found(device) : known ? await usb.getDevices() : [];
    const only = own !== undefined && more.length === 0 ? own : null;
    return serve(only ?? (await usb.requestDevice({ filters: [DFU_INTERFACE] })));
  };
  const howMany = async () =>
    device !== null ? (await found(device)).length : known ? (await usb.getDevices()).length : 1;
  return {
    link: 'usb',
    virtual: false,
    speed: 1,
    howMany,
    plugs: usb,
    open,
    comesBack: () => comesBack(),
    release: () => release(),
  };
}
