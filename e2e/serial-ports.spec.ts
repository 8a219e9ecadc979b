/** Ports in use, two boards at once, and control lines, with Chromium's own Web Serial. */
import { expect as see } from 'playwright/test';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  addFile,
  boardIsRead,
  firstDifference,
  flashButton,
  partitionOnMap,
  RECORD_SEQ_2,
  UPDATE,
  useTool,
  withUpdate,
} from './app.ts';
import { appIn, connectSerial, openApp } from './bench/app-page.ts';
import { placeEsp } from './bench/boards.ts';
import { expect, test } from './bench/fixture.ts';
import { reached } from './progress.ts';

const BUSY = 'The port could not be opened. Usually another program or tab is using it.';

test('a port in use by another tab: reported, and free again once that tab disconnects', async ({
  bench,
  launch,
  baseURL,
}) => {
  placeEsp(bench, 'esp32-raft');
  const first = await openApp(launch, baseURL);
  await connectSerial(first);
  await boardIsRead(first);
  const second = await appIn(first.context(), new URL(baseURL ?? '').origin);
  await connectSerial(second);
  await see(second.getByText(BUSY).first()).toBeVisible();
  // The port was closed before, too: it is opened again for a higher rate.
  const from = bench.events.length;
  await first.getByRole('button', { name: 'Disconnect' }).click();
  await bench.until(({ what }) => what === 'close', from);
  await connectSerial(second);
  await boardIsRead(second);
});

test(
  'a port in use by another program: reported, free again once it ends, and known at the next visit',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const board = placeEsp(bench, 'esp32-raft');
    const monitor = spawn('cat', ['/dev/ttyUSB0'], { env: bench.env(), stdio: 'ignore' });
    const ended = once(monitor, 'exit');
    await bench.until(({ what }) => what === 'open');
    const page = await openApp(launch, baseURL);
    await connectSerial(page);
    await see(page.getByText(BUSY).first()).toBeVisible();
    monitor.kill();
    await ended;
    await bench.until(({ what }) => what === 'close');
    await connectSerial(page);
    await boardIsRead(page);
    // A later visit knows the board and its port: nothing is chosen.
    await page.reload();
    await page.evaluate(() => {
      navigator.serial.requestPort = () => Promise.reject(new Error('the chooser was opened'));
    });
    await page
      .getByRole('list', { name: 'The board you used last' })
      .getByRole('button', { name: /^Connect / })
      .click();
    await boardIsRead(page);
    // Unplugged by then, it is waited for, and connected by itself once it is there.
    await board.unplug();
    await page.reload();
    await page
      .getByRole('list', { name: 'The board you used last' })
      .getByRole('button', { name: /^Connect / })
      .click();
    await see(page.getByRole('heading', { name: 'The board is not plugged in' })).toBeVisible();
    board.plug();
    await boardIsRead(page);
  },
);

test(
  'two boards at once, one in each tab: each gets its own file',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const boards = [
      placeEsp(bench, 'esp32-raft', { id: 'one', node: 'ttyUSB0', serial: 'one' }),
      placeEsp(bench, 'esp32s3-raft', { id: 'two', node: 'ttyACM0' }),
    ] as const;
    const factories = boards.map(({ flash }) => flash.snapshot());
    const context = await launch({ origin: new URL(baseURL ?? '').origin });
    const pages = [];
    for (const { usb } of boards) {
      const page = await appIn(context, new URL(baseURL ?? '').origin);
      await page.evaluate(pickOnly, usb.vendorId);
      await connectSerial(page);
      pages.push(page);
    }
    const [esp, s3] = pages;
    if (esp === undefined || s3 === undefined) throw new Error('two pages');
    await Promise.all([boardIsRead(esp), boardIsRead(s3)]);
    await addFile(esp, UPDATE);
    await flashButton(esp).click();
    // The other one is read completely meanwhile, then disconnected in the middle of the first one's work.
    await useTool(s3, 'Read and check the complete apps');
    await reached(esp.getByText('The board started app1 (0x1D0000).').first());
    await see(partitionOnMap(s3, 'partition table')).toBeVisible();
    const [one, two] = boards;
    const [factory, untouched] = factories;
    const flashed = one.beforeStart();
    if (factory === undefined || untouched === undefined || flashed === null)
      throw new Error('the board was not started');
    expect(firstDifference(flashed, withUpdate(factory, 0x1d0000, RECORD_SEQ_2))).toBeNull();
    expect(firstDifference(two.flash.snapshot(), untouched)).toBeNull();
  },
);

/** Makes this page's `requestPort` return only ports of one vendor, as a person would choose. */
function pickOnly(vendorId: number): void {
  const { serial } = navigator;
  const asked = serial.requestPort.bind(serial);
  serial.requestPort = () => asked({ filters: [{ usbVendorId: vendorId }] });
}
