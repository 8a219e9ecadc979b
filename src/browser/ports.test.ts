/** Finding a board's port again after it has disappeared. */
import { describe, expect, test } from 'vitest';
import { instantClock } from '../virtual-boards/clock.ts';
import { makeDfuBoard } from '../virtual-boards/dfu/catalogue.ts';
import { VirtualUsbPort } from '../virtual-boards/usb-port.ts';
import { likelyPorts, portAgain, waitForDfuMode, waitForPort, waitUntilThere } from './ports.ts';

/** A port with these USB ids that can be plugged and unplugged. */
class Port extends EventTarget implements SerialPort {
  readonly readable = null;
  readonly writable = null;
  onconnect = null;
  ondisconnect = null;

  constructor(
    private readonly ids: readonly [vendor: number, product: number],
    public connected = true,
  ) {
    super();
  }

  getInfo = () => ({ usbVendorId: this.ids[0], usbProductId: this.ids[1] });
  open = () => Promise.resolve();
  close = () => Promise.resolve();
  forget = () => Promise.resolve();
  setSignals = () => Promise.resolve();
  getSignals = () => Promise.reject(new Error('not asked for'));
}

const [LOADER, APP, BRIDGE]: (readonly [number, number])[] = [
  [0x303a, 0x1001],
  [0x303a, 0x4001],
  [0x10c4, 0xea60],
];
if (LOADER === undefined || APP === undefined || BRIDGE === undefined) throw new Error('ids');

describe('two ports are alike', () => {
  test('if their USB ids match; Espressif’s own may differ in the product id', () => {
    const [loader, app, bridge] = [new Port(LOADER), new Port(APP), new Port(BRIDGE)];
    expect(likelyPorts([loader, app, bridge], loader.getInfo())).toEqual([loader]);
    expect(likelyPorts([app, bridge], loader.getInfo())).toEqual([app]);
    expect(likelyPorts([new Port([0x10c4, 1])], bridge.getInfo())).toEqual([]);
  });

  test('only while plugged in', () => {
    expect(likelyPorts([new Port(BRIDGE, false)], new Port(BRIDGE).getInfo())).toEqual([]);
  });
});

describe('a board that disappeared', () => {
  const clock = instantClock();
  const plugged = new EventTarget();
  const wait = (others: Port[], granted: Port[]) =>
    waitForPort(new Port(LOADER).getInfo(), others, plugged, () => Promise.resolve(granted), clock, 5000);

  test('is found when it comes back, and is not confused with another board', async () => {
    const other = new Port(LOADER);
    const granted = [other];
    const found = wait([other], granted);
    const again = new Port(APP);
    granted.push(again);
    plugged.dispatchEvent(new Event('connect'));
    expect(await found).toBe(again);
  });

  test('is not found if two indistinguishable ones appear', async () => {
    expect(await wait([], [new Port(LOADER), new Port(LOADER)])).toBeNull();
  });

  test('is given up after a while', async () => {
    const from = clock.now();
    const found = wait([], []);
    const same = portAgain(new Port(LOADER, false), clock, 5000);
    expect(await Promise.all([found, same])).toEqual([null, null]);
    expect(clock.now() - from).toBe(5000);
  });

  test('may come back as the same object', async () => {
    const port = new Port(LOADER, false);
    const found = portAgain(port, clock, 5000);
    port.connected = true;
    port.dispatchEvent(new Event('connect'));
    expect(await found).toBe(port);
  });
});

describe('a board that was sent into DFU mode', () => {
  const clock = instantClock();
  const inDfuMode = (id: string) => {
    return new VirtualUsbPort(makeDfuBoard(id, clock).board, clock).whenConnected();
  };
  /** A browser's `usb` with permission for these devices, which reports new ones. */
  class Bus extends EventTarget {
    constructor(readonly devices: USBDevice[]) {
      super();
    }
    getDevices = () => Promise.resolve([...this.devices]);
    plug(device: USBDevice): void {
      this.devices.push(device);
      this.dispatchEvent(new Event('connect'));
    }
  }

  test('is the device that appears during the wait, or before it', async () => {
    const [beside, back] = [await inDfuMode('stm32f405'), await inDfuMode('photon')];
    const bus = new Bus([beside]);
    const waited = waitForDfuMode(bus, [beside], clock, 5000);
    bus.plug(back);
    expect(await waited).toBe(back);
    expect(await waitForDfuMode(bus, [beside], clock, 5000)).toBe(back);
  });

  test('is not found if no device appears, or two do', async () => {
    const two = new Bus([await inDfuMode('photon'), await inDfuMode('photon')]);
    const from = clock.now();
    expect(await waitForDfuMode(new Bus([]), [], clock, 5000)).toBeNull();
    expect(clock.now() - from).toBe(5000);
    expect(await waitForDfuMode(two, [], clock, 5000)).toBeNull();
    expect(clock.now() - from).toBe(5000);
  });
});

describe('a board that is not plugged in', () => {
  const bus = new EventTarget();

  test('is waited for until it is there, whatever else is plugged in before', async () => {
    let there = false;
    const waiting = waitUntilThere(() => Promise.resolve(there), bus, new AbortController().signal);
    bus.dispatchEvent(new Event('connect'));
    await Promise.resolve();
    there = true;
    bus.dispatchEvent(new Event('connect'));
    expect(await waiting).toBe(true);
  });

  test('is not waited for any longer once the wait is stopped', async () => {
    const stop = new AbortController();
    const waiting = waitUntilThere(() => Promise.resolve(false), bus, stop.signal);
    stop.abort();
    expect(await waiting).toBe(false);
    expect(await waitUntilThere(() => Promise.resolve(false), bus, stop.signal)).toBe(false);
  });
});
