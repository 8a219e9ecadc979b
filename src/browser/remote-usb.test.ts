import { afterEach, beforeEach, expect, test } from 'vitest';
import { instantClock } from '../virtual-boards/clock.ts';
import { makeDfuBoard } from '../virtual-boards/dfu/catalogue.ts';
import { VirtualUsbPort } from '../virtual-boards/usb-port.ts';
import { RemoteUsbDevice } from './remote-usb.ts';
import { serveUsb } from './serve-usb.ts';

let channel: MessageChannel;
let port: VirtualUsbPort;
let remote: RemoteUsbDevice;
let served: ReturnType<typeof serveUsb>;
let flash: ReturnType<typeof makeDfuBoard>['flash'];

beforeEach(async () => {
  channel = new MessageChannel();
  const clock = instantClock();
  const made = makeDfuBoard('p1', clock);
  flash = made.flash;
  port = new VirtualUsbPort(made.board, clock);
  const device = await port.whenConnected();
  served = serveUsb(device, channel.port1);
  port.addEventListener('disconnect', () => served.lost());
  remote = await RemoteUsbDevice.connect(channel.port2);
});
afterEach(() => channel.port1.close());

const dfu = (request: number, value = 0): USBControlTransferParameters => ({
  requestType: 'class',
  recipient: 'interface',
  request,
  value,
  index: 0,
});
const bytes = ({ data }: USBInTransferResult) =>
  data === undefined ? [] : [...new Uint8Array(data.buffer, data.byteOffset, data.byteLength)];

async function opened(): Promise<void> {
  await remote.open();
  await remote.selectConfiguration(1);
  await remote.claimInterface(0);
}

test('it mirrors the served device: its ids, its names, its settings, and what is claimed', async () => {
  expect(remote).toMatchObject({ vendorId: 0x2b04, productId: 0xd008, productName: 'P1 DFU Mode', opened: false });
  expect(remote.configuration?.interfaces[0]?.alternates).toHaveLength(3);
  await opened();
  expect(remote.configuration?.interfaces[0]?.claimed).toBe(true);
  await remote.selectAlternateInterface(0, 2);
  expect(remote.configuration?.interfaces[0]?.alternate.alternateSetting).toBe(2);
  await remote.close();
  expect([remote.opened, remote.configuration?.interfaces[0]?.claimed]).toEqual([false, false]);
});

test('transfers work in both directions, also from part of a larger buffer, which stays the caller’s', async () => {
  await opened();
  const whole = Uint8Array.of(9, 9, 0x21, 0x00, 0x00, 0x02, 0x08, 9);
  const out = await remote.controlTransferOut(dfu(1), whole.subarray(2, 7));
  expect(out).toEqual({ status: 'ok', bytesWritten: 5 });
  expect([...whole]).toEqual([9, 9, 0x21, 0, 0, 2, 8, 9]);
  expect(bytes(await remote.controlTransferIn(dfu(3), 6))[4]).toBe(4);
  await remote.controlTransferIn(dfu(3), 6);
  await remote.controlTransferOut(dfu(6));
  const read = bytes(await remote.controlTransferIn(dfu(2, 2), 4096));
  expect(read).toEqual([...flash.read(0x0802_0000, 4096)]);
});

test('a stall stays a result, and an error keeps its name', async () => {
  await expect(remote.claimInterface(0)).rejects.toMatchObject({ name: 'InvalidStateError' });
  await opened();
  expect((await remote.controlTransferIn(dfu(2, 1), 16)).status).toBe('stall');
  await expect(remote.claimInterface(7)).rejects.toMatchObject({ name: 'NotFoundError' });
});

test('requests are answered in order, without waiting for each other', async () => {
  await opened();
  const state = async () => bytes(await remote.controlTransferIn(dfu(5), 1))[0];
  const [before, , after] = await Promise.all([state(), remote.controlTransferOut(dfu(4)), state()]);
  expect([before, after]).toEqual([2, 10]);
});

test('a lost device aborts what is in progress, refuses the rest, and reports it once', async () => {
  await opened();
  let lost = 0;
  remote.addEventListener('disconnect', () => lost++);
  const under = remote.controlTransferIn(dfu(3), 6);
  port.unplug();
  await expect(under).rejects.toMatchObject({ name: 'AbortError' });
  await expect(remote.open()).rejects.toMatchObject({ name: 'NotFoundError' });
  await remote.close();
  expect([lost, remote.connected, remote.opened]).toEqual([1, false, false]);
});

test('a board that comes back as another device is found on another channel, even after this one is lost', async () => {
  const clock = instantClock();
  const made = makeDfuBoard('photon', clock);
  const other = new VirtualUsbPort(made.board, clock);
  const device = await other.whenConnected();
  const { port1, port2 } = new MessageChannel();
  const left = serveUsb(device, port1, () => {
    const next = new MessageChannel();
    serveUsb(device, next.port1);
    return Promise.resolve(next.port2);
  });
  const own = await RemoteUsbDevice.connect(port2);
  left.lost();
  const back = await own.comesBack();
  expect(back).toMatchObject({ productId: 0xd006, connected: true });
  port1.close();
});

test('a board that does not come back is null', async () => {
  expect(await remote.comesBack()).toBeNull();
});

test('a device whose far end is gone is closed', async () => {
  await opened();
  expect(port.device?.opened).toBe(true);
  await served.release();
  expect(port.device?.opened).toBe(false);
});
