/** Chromium's own WebUSB with a device on the bench. Page code is text, because there are no WebUSB types here. */
import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { openPage, ORIGIN } from './bench-page.ts';
import { useGrantedPort } from './chromium.ts';
import { expect, test } from './fixture.ts';
import { REQUEST, SCRATCH, ScratchDevice } from './scratch-device.ts';

const ID = '1-1';

const OPENED = `
  const [device] = await navigator.usb.getDevices();
  await device.open();
  await device.selectConfiguration(1);
  await device.claimInterface(0);
  const vendor = (request) => ({ requestType: 'vendor', recipient: 'interface', request, value: 0, index: 0 });
`;
const inPage = (body: string) => `(async () => { ${body} })()`;

test('a device is listed with its descriptors', async ({ bench, launch }) => {
  bench.addUsb(ID, SCRATCH, new ScratchDevice());
  const page = await openPage(await launch({ origin: ORIGIN }));
  const seen: unknown = await page.evaluate(
    inPage(`return (await navigator.usb.getDevices()).map((d) => ({
      ids: [d.vendorId, d.productId],
      names: [d.manufacturerName, d.productName, d.serialNumber],
      settings: d.configurations[0].interfaces[0].alternates.map((a) => [a.alternateSetting, a.interfaceName]),
    }))`),
  );
  // Chromium on Linux reads the device's strings, but no interface names.
  const settings = [
    [0, null],
    [1, null],
  ];
  expect(seen).toEqual([{ ids: [0x1209, 0x0001], names: ['Sectorwise', 'Scratch memory', 'bench0002'], settings }]);
});

test('control transfers go both ways, a stall is reported, requests arrive in order', async ({ bench, launch }) => {
  const device = new ScratchDevice();
  bench.addUsb(ID, SCRATCH, device);
  const page = await openPage(await launch({ origin: ORIGIN }));
  const seen: unknown = await page.evaluate(
    inPage(`${OPENED}
      await device.selectAlternateInterface(0, 1);
      const out = await device.controlTransferOut(vendor(${REQUEST.store}), Uint8Array.of(1, 2, 3));
      const whole = await device.controlTransferIn(vendor(${REQUEST.fetch}), 64);
      const part = await device.controlTransferIn(vendor(${REQUEST.fetch}), 2);
      const stall = await device.controlTransferIn(vendor(99), 1);
      const after = await device.controlTransferIn(vendor(${REQUEST.fetch}), 64);
      await device.reset();
      await device.releaseInterface(0);
      await device.close();
      const bytes = ({ data }) => [...new Uint8Array(data.buffer)];
      return { out: [out.status, out.bytesWritten], whole: bytes(whole), part: bytes(part), stall: stall.status,
        after: bytes(after) };`),
  );
  expect(seen).toEqual({ out: ['ok', 3], whole: [1, 2, 3], part: [1, 2], stall: 'stall', after: [1, 2, 3] });
  // No setConfiguration: Chromium knows from sysfs that the device is configured already.
  expect(device.requests).toEqual([
    { what: 'claim', interface: 0 },
    { what: 'setInterface', interface: 0, alternate: 1 },
    { what: 'reset' },
    { what: 'release', interface: 0 },
  ]);
});

test('unplugged during a transfer: it ends, one event; plugged in again, it is there', async ({ bench, launch }) => {
  bench.addUsb(ID, SCRATCH, new ScratchDevice());
  const page = await openPage(await launch({ origin: ORIGIN }));
  const pulled: Promise<unknown> = page.evaluate(
    inPage(`
      let gone = 0;
      const pulled = new Promise((resolve) => navigator.usb.addEventListener('disconnect', () => resolve(gone++)));
      window.back = new Promise((resolve) => navigator.usb.addEventListener('connect', () => resolve()));
      ${OPENED}
      const end = await device.controlTransferIn(vendor(${REQUEST.never}), 1).then((r) => r.status, (e) => e.name);
      await pulled;
      return { end, gone, devices: (await navigator.usb.getDevices()).length };`),
  );
  await bench.until((event) => event.what === 'control' && event.setup.request === REQUEST.never);
  await bench.remove(ID);
  // Not compared: `device.opened`, which may still be true when the event fires.
  expect(await pulled).toEqual({ end: 'AbortError', gone: 1, devices: 0 });
  bench.addUsb(ID, SCRATCH, new ScratchDevice());
  await page.evaluate('window.back');
  expect(await page.evaluate(inPage('return (await navigator.usb.getDevices()).length'))).toBe(1);
});

test('unplugged just after an answer: a late program reads the answer, then that the device is gone', async ({
  bench,
}, info) => {
  const client = info.outputPath('usbfs-client');
  execFileSync('gcc', ['-o', client, fileURLToPath(new URL('usbfs-client.c', import.meta.url))], { stdio: 'pipe' });
  const device = new ScratchDevice();
  let answer = (_: Uint8Array): void => undefined;
  const answered = new Promise<Uint8Array>((resolve) => (answer = resolve));
  const reached: number[] = [];
  bench.addUsb(ID, SCRATCH, {
    request: (request) => device.request(request),
    control: (setup) => {
      reached.push(setup.request);
      return answered;
    },
  });
  const requests = [REQUEST.fetch, REQUEST.store];
  const ended = promisify(execFile)(client, ['/dev/bus/usb/001/002', ...requests.map(String)], { env: bench.env() });
  await bench.until((event) => event.what === 'control');
  // Without a pause: the bench has not even heard of the answer when the device leaves.
  answer(Uint8Array.of(1, 2, 3));
  await bench.remove(ID);
  expect((await ended).stdout.trim().split('\n')).toEqual(['0: 1 2 3', 'No such device']);
  expect(reached, 'nothing reaches a device that is gone').toEqual([REQUEST.fetch]);
});

test('requestDevice gives the granted device that matches, only after a click', async ({ bench, launch }) => {
  bench.addUsb(ID, SCRATCH, new ScratchDevice());
  const context = await launch({ origin: ORIGIN });
  await useGrantedPort(context);
  const page = await openPage(context);
  await page.evaluate(`document.querySelector('button').addEventListener('click', async () => {
    const filters = [{ classCode: 0xff }, { vendorId: 0x0483 }];
    const asked = filters.map((filter) => navigator.usb.requestDevice({ filters: [filter] }));
    const settled = await Promise.allSettled(asked);
    document.title = settled.map(({ value, reason }) => value?.productName ?? reason.name).join(', ');
  })`);
  await page.getByRole('button').click();
  await expect(page).toHaveTitle('Scratch memory, NotFoundError');
});
