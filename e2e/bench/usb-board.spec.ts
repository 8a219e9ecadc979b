/** Virtual DFU boards behind Chromium's own WebUSB: the same cores as behind our own `USBDevice`. Page code is text. */
import { createHash } from 'node:crypto';
import { realClock } from '../../src/virtual-boards/clock.ts';
import { makeDfuBoard } from '../../src/virtual-boards/dfu/catalogue.ts';
import { openPage, ORIGIN } from './bench-page.ts';
import { expect, test } from './fixture.ts';
import { BenchUsbBoard } from './usb-board.ts';

const OPENED = `
  const [device] = await navigator.usb.getDevices();
  await device.open();
  await device.selectConfiguration(1);
  await device.claimInterface(0);
  const dfu = (request, value = 0) => ({ requestType: 'class', recipient: 'interface', request, value, index: 0 });
  const status = async () => {
    const { status, data } = await device.controlTransferIn(dfu(3), 6);
    return status === 'ok' ? data.getUint8(4) : status;
  };
  const command = (code, address) => new Uint8Array([code, address, address >> 8, address >> 16, address >>> 24]);
`;
const inPage = (body: string) => `(async () => { ${body} })()`;

test('a Photon: its names are read as strings, its whole flash unchanged', async ({ bench, launch }) => {
  const { board, flash } = makeDfuBoard('photon', realClock(20));
  await new BenchUsbBoard(bench, '1-1', board).present();
  const page = await openPage(await launch({ origin: ORIGIN }));
  const seen: unknown = await page.evaluate(
    inPage(`${OPENED}
      const string = { requestType: 'standard', recipient: 'device', request: 6, value: 0x0306, index: 0x0409 };
      const { data } = await device.controlTransferIn(string, 255);
      const name = new TextDecoder('utf-16le').decode(new Uint8Array(data.buffer, 2));
      await device.controlTransferOut(dfu(1), command(0x21, 0x08000000));
      const states = [await status(), await status()];
      await device.controlTransferOut(dfu(6));
      const parts = [];
      for (let block = 0; block < 256; block++)
        parts.push((await device.controlTransferIn(dfu(2, block + 2), 4096)).data);
      const digest = await crypto.subtle.digest('SHA-256', await new Blob(parts).arrayBuffer());
      return { names: [device.productName, device.serialNumber, name], states,
        digest: [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('') };`),
  );
  expect(seen).toEqual({
    names: ['Photon DFU Mode', '00000000010C', '@Internal Flash   /0x08000000/03*016Ka,01*016Kg,01*064Kg,07*128Kg'],
    states: [4, 5],
    digest: createHash('sha256').update(flash.snapshot()).digest('hex'),
  });
});

test('a stall is a result; a device that leaves is gone, and the one that comes back is a new one', async ({
  bench,
  launch,
}) => {
  const { board } = makeDfuBoard('photon', realClock(20));
  const cable = new BenchUsbBoard(bench, '1-1', board);
  await cable.present();
  const page = await openPage(await launch({ origin: ORIGIN }));
  const seen: unknown = await page.evaluate(
    inPage(`
      const gone = new Promise((resolve) => navigator.usb.addEventListener('disconnect', (e) => resolve(e.device)));
      window.back = new Promise((resolve) => navigator.usb.addEventListener('connect', (e) => resolve(e.device)));
      ${OPENED}
      window.first = device;
      await device.controlTransferOut(dfu(1), command(0x41, 0x08000000));
      const refused = [await status(), await status()];
      const wrong = await device.controlTransferIn(dfu(2, 2), 64);
      const write = await device.controlTransferOut(dfu(1, 2), new Uint8Array(8192));
      await device.controlTransferOut(dfu(1));
      const left = await status();
      const same = (await gone) === device;
      const after = await device.open().then(() => 'none', (error) => error.name);
      return { refused, wrong: [wrong.status, wrong.data?.byteLength], write: [write.status, write.bytesWritten], left,
        same, after };`),
  );
  expect(seen).toEqual({
    refused: ['stall', 5],
    wrong: ['stall', 0],
    // All of them, although nothing was accepted.
    write: ['stall', 8192],
    left: 5,
    same: true,
    after: 'NotFoundError',
  });
  board.enterDfu();
  await cable.present();
  expect(await page.evaluate(inPage('return (await window.back) !== window.first'))).toBe(true);
});

test('a cable pulled in the middle of an erase: the transfer is aborted, the sector is half erased', async ({
  bench,
  launch,
}) => {
  const { board, flash } = makeDfuBoard('electron', realClock());
  const cable = new BenchUsbBoard(bench, '1-1', board);
  await cable.present();
  const page = await openPage(await launch({ origin: ORIGIN }));
  const pulled: Promise<unknown> = page.evaluate(
    inPage(`${OPENED}
      await device.controlTransferOut(dfu(1), command(0x41, 0x080C0000));
      return status().then(String, (error) => error.name);`),
  );
  await expect.poll(() => flash.totalErases).toBe(1);
  await cable.unplug();
  expect(await pulled).toBe('AbortError');
  const sector = flash.read(0x080c_0000, 0x2_0000);
  expect(sector.every((byte) => byte === 0xff)).toBe(false);
});
