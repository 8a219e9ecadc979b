/** Which serial ports may belong to one board. */
import type { Clock } from '../flash/clock.ts';
import { within } from '../flash/clock.ts';
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

/** The register of what goes wrong before a port is open. */
export const PORT_FAILURES = {
  'no-port': {
    kind: 'lost',
    says: (v) => `The port could not be used: ${v['reason']}`,
    next: 'Plug the board in, then connect again.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of these failures. */
export const portFailure = failures(PORT_FAILURES);

/** Espressif's own USB vendor id: chips that are their own USB device, in the loader and in the app. */
const ESPRESSIF = 0x303a;

/** Whether a port is a chip's own: it may come back as another USB device than it was. */
export function isOwnUsb({ usbVendorId }: SerialPortInfo): boolean {
  return usbVendorId === ESPRESSIF;
}

/** Something that tells of ports that are plugged in: a browser's `serial`, or one port that comes and goes. */
export interface PlugEvents {
  addEventListener(type: 'connect', heard: (event: Event) => void): void;
  removeEventListener(type: 'connect', heard: (event: Event) => void): void;
}

/** The ports that a board may be behind now, the likeliest kind only: the same USB ids, else Espressif's own vendor id. */
export function alike(ports: readonly SerialPort[], info: SerialPortInfo): SerialPort[] {
  const { usbVendorId, usbProductId } = info;
  const near = ports.filter((port) => port.connected && port.getInfo().usbVendorId === usbVendorId);
  const same = near.filter((port) => port.getInfo().usbProductId === usbProductId);
  // The ROM's loader and an app have product ids of their own.
  return same.length > 0 || !isOwnUsb(info) ? same : near;
}

/**
 * Waits for the port of a board that has just vanished. `others` were there beside it, and are other boards. Null after
 * `ms` without one, or if two came that nothing tells apart.
 */
export function waitForPort(
  info: SerialPortInfo,
  others: readonly SerialPort[],
  events: PlugEvents,
  granted: () => Promise<readonly SerialPort[]>,
  clock: Clock,
  ms: number,
): Promise<SerialPort | null> {
  const { promise, resolve } = deferred<SerialPort | null>();
  const look = async () => {
    const ports = await granted();
    const [again, ...more] = alike(
      ports.filter((port) => !others.includes(port)),
      info,
    );
    if (again !== undefined) resolve(more.length === 0 ? again : null);
  };
  const heard = () => void look();
  events.addEventListener('connect', heard);
  heard();
  return within(clock, ms, promise, () => null).finally(() => {
    events.removeEventListener('connect', heard);
  });
}

/** Waits for a port that has just vanished to be there again as the same object; null after `ms`. */
export function portAgain(port: SerialPort, clock: Clock, ms: number): Promise<SerialPort | null> {
  const { promise, resolve } = deferred<SerialPort>();
  const heard = () => resolve(port);
  port.addEventListener('connect', heard);
  if (port.connected) heard();
  return within(clock, ms, promise, () => null).finally(() => {
    port.removeEventListener('connect', heard);
  });
}

/** What a browser's `usb` is to someone who waits for a device. */
export interface UsbBus extends PlugEvents {
  getDevices(): Promise<readonly USBDevice[]>;
}

/**
 * Waits for a board that was sent into DFU mode to be there as another device, which was granted before. `others` were
 * there beside it. Null after `ms` without one, or if two came that nothing tells apart.
 */
export function waitForDfuMode(
  bus: UsbBus,
  others: readonly USBDevice[],
  clock: Clock,
  ms: number,
): Promise<USBDevice | null> {
  const { promise, resolve } = deferred<USBDevice | null>();
  const look = async () => {
    const [again, ...more] = (await bus.getDevices()).filter((device) => !others.includes(device) && isDfuMode(device));
    if (again !== undefined) resolve(more.length === 0 ? again : null);
  };
  const heard = () => void look();
  bus.addEventListener('connect', heard);
  heard();
  return within(clock, ms, promise, () => null).finally(() => {
    bus.removeEventListener('connect', heard);
  });
}

/** Whether a device is in DFU mode: class FE, subclass 1, protocol 2 (DFU 1.1, table 4.4); protocol 1 is an app's. */
function isDfuMode({ configurations }: USBDevice): boolean {
  return configurations
    .flatMap(({ interfaces }) => interfaces)
    .flatMap(({ alternates }) => alternates)
    .some(
      ({ interfaceClass, interfaceSubclass, interfaceProtocol }) =>
        interfaceClass === 0xfe && interfaceSubclass === 1 && interfaceProtocol === 2,
    );
}

function deferred<T>(): { readonly promise: Promise<T>; readonly resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
