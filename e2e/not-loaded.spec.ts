/** Parts of the app that are loaded when they are needed, after the server has gone: the page names what is missing. */
import { expect, test } from 'playwright/test';
import { addFile, boardIsRead, flashButton, openVirtualBoard, RAFT, UPDATE } from './app.ts';

test('a list of backups that does not arrive is missed by name', async ({ page }) => {
  await page.route(/backup-library/, (route) => route.abort());
  await page.goto('');
  await expect(page.getByRole('alert')).toContainText('The list of backups could not be loaded');
  await expect(page.getByRole('button', { name: RAFT })).toBeVisible();
});

test(
  'a report for printing that does not arrive is missed by name, and can still be saved',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT, 20);
    await addFile(page, UPDATE);
    await page.route(/report-sheet/, (route) => route.abort());
    await flashButton(page).click();
    await expect(page.getByRole('alert').filter({ hasText: 'The report for printing' })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Save the report' })).toBeEnabled();
  },
);

test('a driver that does not arrive is not taken for a board that does not respond', async ({ page }) => {
  await page.goto('?speed=20');
  // What esptool-js knows of a chip is loaded by the worker once the chip has said what it is.
  await page.route(/assets\/esp32s3-/, (route) => route.abort());
  await page.getByRole('button', { name: 'Open ESP32-S3, 8 MB, Raft' }).click();
  await expect(page.getByRole('alert')).toContainText('The driver for this chip could not be loaded');
});

test('a worker that does not arrive is missed by name, and another board can be opened once it does', async ({
  page,
}) => {
  await page.goto('?speed=20');
  await page.route(/device-worker/, (route) => route.abort());
  await page.getByRole('button', { name: RAFT }).click();
  await expect(page.getByRole('alert')).toContainText('The part that talks to boards could not be loaded');
  await page.unroute(/device-worker/);
  await page.getByRole('button', { name: 'Open ESP32-S3, 8 MB, Raft' }).click();
  await boardIsRead(page);
});
