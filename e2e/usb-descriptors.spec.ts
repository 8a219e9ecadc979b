/** What devices and browsers report about a board in DFU mode, and how the app uses it, with Chromium's own WebUSB. */
import { expect as see } from 'playwright/test';
import { appIn, connectUsb, dfuBoardIsRead, openApp } from './bench/app-page.ts';
import { placeDfu } from './bench/boards.ts';
import { grants } from './bench/chromium.ts';
import { expect, test } from './bench/fixture.ts';
import { Redescribed, RuntimeBoard, withoutSerial, withRuntimeInterface } from './bench/redescribed.ts';

/** bDescriptorType of a string. */
const STRING = 3;
const MAP = '@Internal Flash  /0x08000000/04*016Kg,01*064Kg,07*128Kg';
/** An application's ids: those of ST's examples for a virtual COM port. */
const APPLICATION = { vendorId: 0x0483, productId: 0x5740 };

test('no name from the browser, as on Linux: it is read from the device', async ({ bench, launch, baseURL }) => {
  await placeDfu(bench, 'stm32f405');
  const page = await openApp(launch, baseURL);
  await connectUsb(page);
  await dfuBoardIsRead(page);
  const strings = bench.events.flatMap((event) =>
    event.what === 'control' && event.setup.requestType === 0x80 && event.setup.value >> 8 === STRING
      ? [event.setup.value & 0xff]
      : [],
  );
  // The list of languages, and the names of four alternate settings.
  expect(new Set(strings).size).toBe(5);
});

test(
  'names from the browser, as on other systems: they are used, and a device without strings is read',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    await placeDfu(bench, 'stm32f405', { as: (board) => new Redescribed(board, { mute: true }) });
    const page = await openApp(launch, baseURL);
    await page.evaluate(
      `Object.defineProperty(USBAlternateInterface.prototype, 'interfaceName', { get() {
      return this.alternateSetting === 0 ? ${JSON.stringify(MAP)} : '@Option Bytes  /0x1FFFC000/01*016 e';
    } })`,
    );
    await connectUsb(page);
    await dfuBoardIsRead(page);
    await see(page.getByRole('heading', { name: 'Internal Flash 1 MiB' })).toBeVisible();
  },
);

test('no names at all: reported in words', { tag: '@long' }, async ({ bench, launch, baseURL }) => {
  await placeDfu(bench, 'stm32f405', { as: (board) => new Redescribed(board, { mute: true }) });
  const page = await openApp(launch, baseURL);
  await connectUsb(page);
  await see(page.getByText(/cannot be parsed: it has no name/).first()).toBeVisible();
});

test('no serial number: it is read like any other board', { tag: '@long' }, async ({ bench, launch, baseURL }) => {
  await placeDfu(bench, 'photon', { as: (board) => new Redescribed(board, { describe: withoutSerial }) });
  const page = await openApp(launch, baseURL);
  await connectUsb(page);
  await dfuBoardIsRead(page);
  await see(page.getByText('Serial number')).toHaveCount(0);
});

test(
  'several DFU interfaces: the one in DFU mode is used, whatever its number',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const difference = { describe: withRuntimeInterface, number: 3 };
    await placeDfu(bench, 'photon', { as: (board) => new Redescribed(board, difference) });
    const page = await openApp(launch, baseURL);
    await connectUsb(page);
    await dfuBoardIsRead(page);
    const claims = bench.events.flatMap((event) =>
      event.what === 'request' && event.request.what === 'claim' ? [event.request.interface] : [],
    );
    expect(claims).toEqual([3]);
  },
);

test('an application that can be switched to DFU mode: switched, found again as another device, and read', async ({
  bench,
  launch,
  baseURL,
}) => {
  const board = await placeDfu(bench, 'stm32f405', { as: (inner) => new RuntimeBoard(inner, APPLICATION) });
  const page = await openApp(launch, baseURL);
  await connectUsb(page);
  await dfuBoardIsRead(page);
  expect(board.violations()).toEqual([]);
});

test(
  'the same, if the browser was not granted the other device: the page says to choose it',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const board = await placeDfu(bench, 'stm32f405', { as: (inner) => new RuntimeBoard(inner, APPLICATION) });
    const { origin } = new URL(baseURL ?? '');
    bench.policies(grants(origin, [APPLICATION]));
    const page = await appIn(await launch(), origin);
    await connectUsb(page);
    await see(
      page.getByText('The board is switching to DFU mode and will reappear as a different USB device.').first(),
    ).toBeVisible();
    await see(page.getByText('Connect again and choose the board under its new name.').first()).toBeVisible();
    expect(board.flash.totalErases).toBe(0);
  },
);
