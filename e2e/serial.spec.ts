/** The whole journey through Chromium's own Web Serial, with the virtual board on the bench behind it. */
import { expect as see } from 'playwright/test';
import { makeBoard } from '../src/boards/catalogue.ts';
import { realClock } from '../src/boards/clock.ts';
import { addFile, boardIsRead, firstDifference, flashButton, RECORD_SEQ_2, UPDATE, withUpdate } from './app.ts';
import { useGrantedPort } from './bench/chromium.ts';
import { expect, test } from './bench/fixture.ts';
import { UartDevice } from './bench/uart-device.ts';

test('connect, read, flash, prove, start', async ({ bench, launch, baseURL }) => {
  const made = makeBoard('esp32-raft', realClock(5));
  const { vendorId, productId, product, serial } = made.usb;
  bench.addSerial('esp', { node: 'ttyUSB0', vendorId, productId, product, serial }, new UartDevice(made.board));
  const origin = new URL(baseURL ?? '').origin;
  const context = await launch({ origin });
  const page = await context.newPage();
  await useGrantedPort(page);
  const factory = made.flash.snapshot();

  await page.goto(`${origin}/`);
  await page.getByRole('button', { name: /^Connect/ }).click();
  await boardIsRead(page);
  await see(page.getByText('24:6f:28:ab:cd:ef').first()).toBeVisible();
  await addFile(page, UPDATE);
  await see(page.getByText(/156 erase units change/)).toBeVisible({ timeout: 20_000 });
  await flashButton(page).click();
  await see(page.getByText('The board started app1 (0x1d0000).').first()).toBeVisible({ timeout: 40_000 });

  const flashed = made.beforeStart();
  if (flashed === null) throw new Error('the board was not started');
  expect(firstDifference(flashed, withUpdate(factory, 0x1d0000, RECORD_SEQ_2))).toBeNull();
  expect(made.flash.violations).toEqual([]);

  const erases = made.flash.totalErases;
  await page.getByRole('button', { name: 'Connect again' }).click();
  await see(page.getByText(/Nothing to do/).first()).toBeVisible({ timeout: 30_000 });
  expect(made.flash.totalErases).toBe(erases);
});
