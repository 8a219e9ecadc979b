/** Finds the port or device of a board again, after a reset or replugging. */
import type { Clock } from '../flash/clock.ts';
import { withTimeout } from '../flash/clock.ts';
import type { FailureWords } from '../flash/failure.ts';
import { failures } from '../flash/failure.ts';

/** The register of failures before a port is open. */
export const PORT_FAILURES = {
  'no-port': {
    kind: 'lost',
    heading: 'The port could not be used',
    says: (v) => `The port could not be used: ${v['reason']}`,
    next: 'Plug the board in, then connect again.',
  },
} as const satisfies Record<string, FailureWords>;

/** Makes one of these failures. */
export const portFailure = failures(PORT_FAILURES);

/** Espressif's USB vendor id, used by chips with built-in USB, both in the loader and in the app. */
const ESPRESSIF = 0x303a;

/** Whether a port is a chip's built-in USB, which may come back as a different USB device. */
export function isOwnUsb({ usbVendorId }: SerialPortInfo): boolean {
  return usbVendorId === ESPRESSIF;
}

/** A source of `connect` and `disconnect` events: a browser's `serial` or `usb`, or one port. */
export interface PlugEvents {
  addEventListener(type: 'connect' | 'disconnect', heard: (event: Event) => void): void;
  removeEventListener(type: 'connect' | 'disconnect', heard: (event: Event) => void): void;
}

/**
 * The connected ports that a board may be on, by likelihood: those with the same USB ids, else those with Espressif's vendor
 * id.
 */
export function likelyPorts(ports: readonly SerialPort[], info: SerialPortInfo): SerialPort[] {
  const { usbVendorId, usbProductId } = info;
  const near = ports.filter((port) => port.connected && port.getInfo().usbVendorId === usbVendorId);
  const same = near.filter((port) => port.getInfo().usbProductId === usbProductId);
  // The ROM loader and an app have different product ids.
  return same.length > 0 || !isOwnUsb(info) ? same : near;
}

/**
 * Waits for the port of a board that has just disappeared. `others` were connected at the same time and are other boards. Null
 * after `ms` without one, or if two indistinguishable ones appear.
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
    const [again, ...more] = likelyPorts(
      ports.filter((port) => !others.includes(port)),
      info,
    );
    if (again !== undefined) resolve(more.length === 0 ? again : null);
  };
  const heard = () => void look();
  events.addEventListener('connect', heard);
  heard();
  return withTimeout(clock, ms, promise, () => null).finally(() => {
    events.removeEventListener('connect', heard);
  });
}

/** Waits until a board is there, looking again at each `connect` event; false if `stop` is aborted first. */
export function waitUntilThere(
  isThere: () => Promise<boolean>,
  events: PlugEvents,
  stop: AbortSignal,
): Promise<boolean> {
  const { promise, resolve } = deferred<boolean>();
  const heard = () => void isThere().then((there) => there && resolve(true));
  const stopped = () => resolve(false);
  events.addEventListener('connect', heard);
  stop.addEventListener('abort', stopped);
  if (stop.aborted) stopped();
  heard();
  return promise.finally(() => {
    events.removeEventListener('connect', heard);
    stop.removeEventListener('abort', stopped);
  });
}

/** Waits for a port that has just disappeared to return as the same object; null after `ms`. */
export function portAgain(port: SerialPort, clock: Clock, ms: number): Promise<SerialPort | null> {
  const { promise, resolve } = deferred<SerialPort>();
  const heard = () => resolve(port);
  port.addEventListener('connect', heard);
  if (port.connected) heard();
  return withTimeout(clock, ms, promise, () => null).finally(() => {
    port.removeEventListener('connect', heard);
  });
}

/** The part of a browser's `usb` that is needed to wait for a device. */
export interface UsbBus extends PlugEvents {
  getDevices(): Promise<readonly USBDevice[]>;
}

/**
 * Waits for a board that was sent into DFU mode to return as another device with permission. `others` were connected at the
 * same time. Null after `ms` without one, or if two indistinguishable ones appear.
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
  return withTimeout(clock, ms, promise, () => null).finally(() => {
    bus.removeEventListener('connect', heard);
  });
}

/** Whether a device is in DFU mode: class FE, subclass 1, protocol 2 (DFU 1.1, table 4.4); protocol 1 is run-time mode. */
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
