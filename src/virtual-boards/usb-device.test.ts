import { describe, expect, test } from 'vitest';
import { instantClock } from './clock.ts';
import { makeDfuBoard } from './dfu/catalogue.ts';
import { VirtualUsbPort } from './usb-port.ts';

async function plug(id = 'photon') {
  const clock = instantClock();
  const made = makeDfuBoard(id, clock);
  const port = new VirtualUsbPort(made.board, clock);
  return { ...made, clock, port, device: await port.whenConnected() };
}
async function opened(id?: string) {
  const all = await plug(id);
  await all.device.open();
  await all.device.claimInterface(0);
  return all;
}
const dfu = (request: number, value = 0): USBControlTransferParameters => ({
  requestType: 'class',
  recipient: 'interface',
  request,
  value,
  index: 0,
});
const bytes = ({ data }: USBInTransferResult) => [...new Uint8Array(data?.buffer ?? new ArrayBuffer(0))];
const nameOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'none',
    (error: unknown) => (error instanceof DOMException ? error.name : String(error)),
  );

describe('descriptors', () => {
  test('a Photon', async () => {
    const { device } = await plug();
    expect(device).toMatchObject({
      vendorId: 0x2b04,
      productId: 0xd006,
      manufacturerName: 'Particle',
      productName: 'Photon DFU Mode',
      serialNumber: '00000000010C',
      deviceVersionMajor: 2,
      usbVersionMajor: 2,
    });
  });

  test('an STM32F405: Chromium gives no names for its settings, so they must be read as strings', async () => {
    const { device } = await opened('stm32f405');
    const [own] = device.configuration?.interfaces ?? [];
    expect(
      own?.alternates.map((setting) => [setting.alternateSetting, setting.interfaceClass, setting.interfaceName]),
    ).toEqual([0, 1, 2, 3].map((n) => [n, 0xfe, null]));
    const string = { requestType: 'standard', recipient: 'device', request: 6, value: 0x0304, index: 0x0409 } as const;
    const text = bytes(await device.controlTransferIn(string, 255)).slice(2);
    expect(new TextDecoder('utf-16le').decode(Uint8Array.from(text))).toBe(
      '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg',
    );
    const functional = {
      requestType: 'standard',
      recipient: 'interface',
      request: 6,
      value: 0x2100,
      index: 0,
    } as const;
    expect(bytes(await device.controlTransferIn(functional, 9))).toEqual([9, 0x21, 0x0b, 255, 0, 0, 8, 0x1a, 1]);
  });
});

test('calls out of order reject with the error names of Chromium', async () => {
  const { device } = await plug();
  expect(await nameOf(device.claimInterface(0))).toBe('InvalidStateError');
  await device.open();
  await device.open();
  expect(await nameOf(device.controlTransferIn(dfu(3), 6))).toBe('InvalidStateError');
  expect(await nameOf(device.claimInterface(1))).toBe('NotFoundError');
  expect(await nameOf(device.selectConfiguration(2))).toBe('NotFoundError');
  await device.selectConfiguration(1);
  await device.claimInterface(0);
  expect(await nameOf(device.selectAlternateInterface(0, 2))).toBe('NotFoundError');
  await device.selectAlternateInterface(0, 1);
  expect(device.configuration?.interfaces[0]?.alternate.alternateSetting).toBe(1);
  expect(await nameOf(device.transferIn())).toBe('NotFoundError');
  await device.close();
  expect([device.opened, device.configuration?.interfaces[0]?.claimed]).toEqual([false, false]);
});

test('a stall is a result, with no bytes', async () => {
  const { device } = await opened();
  const stalled = await device.controlTransferIn(dfu(2, 1), 64);
  expect([stalled.status, bytes(stalled)]).toEqual(['stall', []]);
  const refused = await device.controlTransferOut(dfu(1, 2), Uint8Array.of(1));
  // The number proves nothing: Chromium reports it for a stall, too.
  expect(refused).toEqual({ status: 'stall', bytesWritten: 1 });
});

test('a transfer of 4096 bytes takes between 4 and 20 ms on the wire', async () => {
  const { device, clock } = await opened();
  const start = clock.now();
  expect(bytes(await device.controlTransferIn(dfu(2, 2), 4096))).toHaveLength(4096);
  expect(clock.now() - start).toBeGreaterThan(4);
  expect(clock.now() - start).toBeLessThan(20);
});

describe('a pulled cable', () => {
  test('aborts pending transfers, ends the device for good, and fires one event', async () => {
    const { device, port } = await opened();
    const reported: string[] = [];
    port.addEventListener('disconnect', () => reported.push('disconnect'));
    const under = nameOf(device.controlTransferIn(dfu(3), 6));
    port.unplug();
    port.unplug();
    expect(await under).toBe('AbortError');
    expect(await nameOf(device.open())).toBe('NotFoundError');
    expect(await nameOf(device.controlTransferIn(dfu(3), 6))).toBe('NotFoundError');
    expect([device.opened, port.device, reported]).toEqual([false, null, ['disconnect']]);
    await device.close();
  });

  test('plugged in again gives a new device, and the board cold-boots', async () => {
    const { device, port } = await opened();
    await device.controlTransferOut(dfu(4));
    port.unplug();
    port.plug();
    const next = await port.whenConnected();
    expect(next).not.toBe(device);
    await next.open();
    await next.claimInterface(0);
    expect(bytes(await next.controlTransferIn(dfu(5), 1))).toEqual([2]);
  });

  test('in the middle of an erase leaves the sector half erased, and the erase counted', async () => {
    const { device, port, flash } = await opened();
    const before = flash.read(0x080a_0000, 0x2_0000).slice();
    await device.controlTransferOut(dfu(1), Uint8Array.of(0x41, 0x00, 0x00, 0x0a, 0x08));
    port.unplugAt(1, 500);
    expect(await nameOf(device.controlTransferIn(dfu(3), 6))).toBe('AbortError');
    const after = flash.read(0x080a_0000, 0x2_0000);
    expect(Buffer.compare(after, before)).not.toBe(0);
    expect(after.every((byte) => byte === 0xff)).toBe(false);
    expect(flash.erasesPerSector[9]).toBe(1);
  });
});

test('the device is gone once the board leaves the bus, and DETACH brings a new one', async () => {
  const { device, port } = await opened();
  // The board leaves the bus before the status stage.
  expect(await nameOf(device.controlTransferOut(dfu(0, 1000)))).toBe('AbortError');
  expect(port.device).toBeNull();
  expect(await nameOf(device.open())).toBe('NotFoundError');
  expect((await port.whenConnected()).productName).toBe('Photon DFU Mode');
});
