/** The whole journey in the built app on a virtual board. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'playwright/test';
import {
  addFile,
  boardIsRead,
  choosePlace,
  dump,
  firstDifference,
  flashButton,
  isUnderWay,
  openVirtualBoard,
  RAFT,
  RECORD_SEQ_2,
  UPDATE,
  withUpdate,
} from './app.ts';
import { reached } from './progress.ts';

test('read, drop, plan, flash, verify, start; then the same file again finds nothing to do', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await expect(page.getByText('24:6f:28:ab:cd:ef').first()).toBeVisible();
  const factory = await dump(page);

  await addFile(page, UPDATE);
  await expect(page.getByText(/156 erase units change/)).toBeVisible();
  await expect(page.getByText('The board will start the new app from app1.')).toBeVisible();
  await flashButton(page).click();
  await reached(page.getByText('The board started app1 (0x1D0000).').first());
  await expect(page.getByText('boot: Loaded app from partition at offset 0x1d0000')).toBeAttached();

  const flashed = await dump(page);
  if (flashed.beforeStart === null) throw new Error('the board was not started');
  expect(firstDifference(flashed.beforeStart, withUpdate(factory.now, 0x1d0000, RECORD_SEQ_2))).toBeNull();
  expect(flashed.violations).toBe(0);

  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the report' }).click();
  const report: unknown = JSON.parse(readFileSync(await (await download).path(), 'utf8'));
  expect(report).toMatchObject({
    format: 'sectorwise-report',
    outcome: 'verified',
    identity: { chip: 'ESP32', key: { value: '24:6f:28:ab:cd:ef' } },
    files: [{ name: 'raft-demo-1.5.0.bin', address: '0x1D0000' }],
    start: { good: true },
  });

  await page.getByRole('button', { name: 'Read the board again' }).click();
  await reached(page.getByLabel('Already in'));
  await expect(page.locator('job-bar')).toHaveCount(0);
  expect((await dump(page)).erases).toBe(flashed.erases);
});

test(
  'a place chosen by the person is the one that is written, and the neighbours stay',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    const factory = await dump(page);
    await addFile(page, UPDATE);
    await choosePlace(page, /^app0/);
    await expect(page.getByText('The board will start the new app from app0.')).toBeVisible();
    await expect(page.getByText(/equal/).first()).toBeVisible();
    // Another slot is free, so the page asks before the running app is replaced.
    await expect(flashButton(page)).toBeDisabled();
    await page.getByText('Replace the app that the board starts now.').click();
    await flashButton(page).click();
    await reached(page.getByText('The board started app0 (0x20000).').first());
    const flashed = await dump(page);
    if (flashed.beforeStart === null) throw new Error('the board was not started');
    expect(firstDifference(flashed.beforeStart, withUpdate(factory.now, 0x20000, null))).toBeNull();
  },
);

test(
  'pulling the cable while writing is reported, and reconnecting finishes the work',
  { tag: '@long' },
  async ({ page }) => {
    // As slow as silicon: on a busy machine a faster board is written before the cable is out.
    await openVirtualBoard(page, RAFT, 1);
    const factory = await dump(page);
    await addFile(page, UPDATE);
    await flashButton(page).click();
    await isUnderWay(page);
    const bar = page.getByRole('progressbar').first();
    // By then something was written that is found again.
    await expect.poll(() => bar.getAttribute('value').then(Number)).toBeGreaterThan(40);
    await page.getByRole('button', { name: 'Pull the cable' }).click();
    // Sooner than a loader's answer is missed (3 s): the page is told by the port.
    await page.getByText('The board was disconnected.').first().waitFor({ timeout: 2_500 });
    const plugged = page.getByText('The board is plugged in: press “Connect again”.').first();
    await expect(plugged).toHaveCount(0);
    await page.getByRole('button', { name: 'Plug the cable in' }).click();
    // It is connected when a person asks for it, and not before.
    await expect(plugged).toBeVisible();
    await page.getByRole('button', { name: 'Connect again' }).click();
    await boardIsRead(page);
    await reached(page.getByText(/equal/).first());
    // The file is what the unfinished job writes: there is one way to it.
    await expect(flashButton(page)).toHaveCount(0);
    await page.locator('job-bar').getByRole('button', { name: 'Resume' }).click();
    await reached(page.getByText('The board started app1 (0x1D0000).').first());
    const flashed = await dump(page);
    if (flashed.beforeStart === null) throw new Error('the board was not started');
    expect(firstDifference(flashed.beforeStart, withUpdate(factory.now, 0x1d0000, RECORD_SEQ_2))).toBeNull();
    expect(flashed.violations).toBe(0);
  },
);

test(
  'connecting again with the cable out waits for the board, keeps the job in view and goes on by itself',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT, 2);
    await addFile(page, UPDATE);
    await flashButton(page).click();
    await isUnderWay(page);
    await page.getByRole('button', { name: 'Pull the cable' }).click();
    const again = page.getByRole('button', { name: 'Connect again' });
    const wait = page.getByRole('region', { name: 'The board is not plugged in' });
    await again.click();
    await expect(wait).toBeFocused();
    await expect(page.getByRole('heading', { name: 'Not finished' })).toBeVisible();
    await wait.getByRole('button', { name: 'Cancel' }).click();
    await expect(wait).toHaveCount(0);
    await again.click();
    await page.getByRole('button', { name: 'Plug the cable in' }).click();
    await boardIsRead(page);
    await expect(wait).toHaveCount(0);
    await expect(page.getByRole('heading', { name: 'A write to this board is unfinished' })).toBeVisible();

    await page.getByRole('button', { name: 'Disconnect' }).click();
    const open = page.getByText(
      /^Unfinished write on ESP32.* 24:6f:28:ab:cd:ef, \d+ of \d+ erase units verified: connect it to resume/,
    );
    await expect(open).toBeVisible();
    await page.reload();
    await expect(open).toBeVisible();
  },
);

test('with the cable out, connecting again is answered in the view where it was pressed, and names the way', async ({
  page,
}) => {
  await openVirtualBoard(page, RAFT, 2);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await isUnderWay(page);
  await page.getByRole('tab', { name: 'Backups' }).click();
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  await page.locator('job-bar').getByRole('button', { name: 'Connect again' }).click();
  const wait = page.getByRole('region', { name: 'The board is not plugged in' });
  await expect(wait).toBeFocused();
  await expect(wait).toContainText('Press “Plug the cable in” at the top first');
  await expect(wait).toContainText(/It was not there at \d\d:\d\d:\d\d\. Still waiting for it\./);
  await page.getByRole('button', { name: 'Plug the cable in' }).click();
  await boardIsRead(page);
});

test('a board chosen by mistake, whose chooser is closed, leaves the board before as it was', async ({ page }) => {
  await page.addInitScript(() => {
    Object.assign(navigator.usb, { requestDevice: () => Promise.reject(new DOMException('Closed.', 'NotFoundError')) });
  });
  await openVirtualBoard(page, RAFT);
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  await page.getByRole('button', { name: /over DFU/ }).click();
  await page.getByRole('button', { name: 'Plug the cable in' }).click();
  await expect(page.getByText('The board is plugged in: press “Connect again”.').first()).toBeVisible();
  await page.getByRole('button', { name: 'Connect again' }).click();
  await boardIsRead(page);
});

test('stopping ends the write, is reported, and leaves what starts the board alone', async ({ page }) => {
  await openVirtualBoard(page, RAFT, 2);
  const factory = await dump(page);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await isUnderWay(page);
  await page.getByRole('button', { name: /^Stop/ }).click();
  await expect(page.getByText(/Stopped, as you asked/).first()).toBeVisible({ timeout: 10_000 });
  const stopped = await dump(page);
  // What starts the board was not touched: it still starts app0.
  expect(firstDifference(stopped.now.subarray(0, 0x1d0000), factory.now.subarray(0, 0x1d0000))).toBeNull();
});

// Other refusals differ in the file alone: src/testing/journeys/refused.test.ts.
test('refused, and nothing is written: an app for another chip', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const before = await dump(page);
  await addFile(page, 'public/samples/hello-s3.bin');
  const says = page.getByText(/hello-s3\.bin is for the ESP32-S3, but this board has an ESP32\./);
  await expect(says.first()).toBeVisible();
  await expect(flashButton(page)).toBeHidden();
  const after = await dump(page);
  expect(firstDifference(after.now, before.now)).toBeNull();
  expect(after.erases).toBe(0);
});

test('with a damaged table, a write needs consent', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 with a damaged partition table');
  await addFile(page, UPDATE);
  await reached(page.getByText(/The partition table on the board is damaged/).first());
  await expect(flashButton(page)).toBeDisabled();
  expect((await dump(page)).erases).toBe(0);
  await page.getByText('I know that the partitions shown are correct.').click();
  await expect(flashButton(page)).toBeEnabled();
});
