/** A flash dump opened in place of a board: changed, saved and opened again, and never mistaken for a board. */
import { readFile } from 'node:fs/promises';
import { unzipSync } from 'fflate';
import type { Page } from 'playwright/test';
import { expect, test } from 'playwright/test';
import { factoryFlash } from '../src/virtual-boards/esp/firmware/factory.ts';
import { partitionOnMap } from './app.ts';
import { complaints } from './face.ts';

const UPDATE = 'public/samples/raft-demo-1.5.0.bin';
const DUMP = Buffer.from(factoryFlash({}).snapshot());

async function openFile(page: Page, name: string, buffer: Buffer): Promise<void> {
  await page
    .locator('image-opener input[type=file]')
    .setInputFiles({ name, mimeType: 'application/octet-stream', buffer });
}

/** Presses a button and returns the file that is saved then. */
async function saved(page: Page, button: string): Promise<{ readonly name: string; readonly data: Buffer }> {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: button }).first().click();
  const file = await download;
  return { name: file.suggestedFilename(), data: await readFile(await file.path()) };
}

/** Gives the network that the settings name another name, and writes it to the flash. */
async function networkRenamed(page: Page): Promise<void> {
  const view = page.getByRole('tabpanel', { name: 'Contents' });
  await view.getByRole('button', { name: 'Change wifi/ssid' }).click();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('attic');
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Change nvs' }).click();
  await expect(page.getByRole('heading', { name: 'nvs verified' })).toBeVisible();
  expect(await complaints(page)).toEqual([]);
}

test('an image is opened, a file placed and contents edited; saved and opened again, the changes are there', async ({
  page,
}) => {
  await page.goto('./');
  await openFile(page, 'dump.bin', DUMP);
  const bar = page.locator('board-bar');
  await expect(bar.getByText('File, no board: dump.bin')).toBeVisible();
  await expect(page.getByText('Nothing in it is changed.')).toBeVisible();
  await expect(page.getByRole('tab', { name: 'Backups' })).toHaveCount(0);

  await page.locator('file-drop input[type=file]').first().setInputFiles(UPDATE);
  await expect(page.getByText('A board with this flash will start the new app from app1.')).toBeVisible();
  await page.getByRole('button', { name: 'Flash app1' }).click();
  await expect(page.getByRole('heading', { name: 'app1 verified: raft-demo 1.5.0' })).toBeVisible();
  await expect(page.locator('job-bar')).toContainText('Compared byte for byte in memory');
  // Nothing was started, so nothing is said of a start.
  await expect(page.getByText(/restart|boot log|did not report|cable|plug/i)).toHaveCount(0);
  await expect(bar.getByText('not saved')).toBeVisible();

  await partitionOnMap(page, 'nvs').click();
  await page.getByRole('button', { name: 'Look inside', exact: true }).click();
  await networkRenamed(page);

  const whole = await saved(page, 'Save the image');
  expect(whole.name).toBe('dump-changed.bin');
  expect(whole.data.length).toBe(DUMP.length);
  await expect(bar.getByText('not saved')).toHaveCount(0);
  const pieces = await saved(page, 'Save only the changed pieces');
  expect(Object.keys(unzipSync(pieces.data))).toEqual([
    'flasher_args.json',
    'flash-0x9000.bin',
    'flash-0x1E000.bin',
    'flash-0x1D0000.bin',
  ]);

  // Compared with what it was made from.
  await page.getByRole('tab', { name: 'Flash' }).click();
  await page.getByText('Compare with a flash image').click();
  await page
    .locator('flash-compare input[type=file]')
    .setInputFiles({ name: 'dump.bin', mimeType: 'application/octet-stream', buffer: DUMP });
  const compared = page.locator('flash-compare');
  await expect(compared).toContainText(/157 of 1,024 erase units differ from dump\.bin/);
  await expect(compared.getByRole('listitem')).toHaveText([
    /nvs 1 of 21 erase units/,
    /otadata 1 of 2 erase units/,
    /app1 155 of/,
  ]);

  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await openFile(page, whole.name, whole.data);
  await expect(bar.getByText('File, no board: dump-changed.bin')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Starts raft-demo 1.5.0 from app1' })).toBeVisible();
  await partitionOnMap(page, 'nvs').click();
  await page.getByRole('button', { name: 'Look inside', exact: true }).click();
  await expect(page.getByRole('tabpanel', { name: 'Contents' }).getByRole('row', { name: /^ssid/ })).toContainText(
    'attic',
  );
});

test('what is not saved is asked about before it is closed', async ({ page }) => {
  await page.goto('./');
  await openFile(page, 'dump.bin', DUMP);
  await page.locator('file-drop input[type=file]').first().setInputFiles(UPDATE);
  await page.getByRole('button', { name: 'Flash app1' }).click();
  await expect(page.getByRole('heading', { name: /app1 verified/ })).toBeVisible();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('button', { name: 'Keep it open' }).click();
  await expect(page.getByText('156 erase units (624 KiB) are changed, and not saved yet.')).toBeVisible();
  const asked = page.waitForEvent('dialog');
  void page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe('beforeunload');
  await dialog.dismiss();
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('button', { name: 'Close without saving' }).click();
  await expect(page.getByRole('heading', { name: /Flash a board from the browser/ })).toBeVisible();
});

test('a dump that does not say which board it is of is asked about in place, and half a dump is named', async ({
  page,
}) => {
  await page.goto('./');
  await openFile(page, 'half.bin', DUMP.subarray(0, 0x200000));
  await expect(
    page.getByRole('heading', { name: /^half\.bin is only a part of a flash: it ends at 0x200000/ }),
  ).toBeVisible();
  await expect(page.getByText('This file was not opened')).toBeVisible();
  await expect(page.getByRole('button', { name: 'Connect again' })).toHaveCount(0);
  await openFile(page, 'blank.bin', Buffer.alloc(0x400000, 0xff));
  await page.getByLabel('Which chip or board is it of?').selectOption('ESP32-S3');
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.locator('board-bar')).toContainText('ESP32-S3');
  await expect(page.getByText(/There is no bootloader|bootloader, is blank/).first()).toBeVisible();
});

test(
  'the image of one partition is opened by itself: its content comes first, is changed and saved',
  { tag: '@long' },
  async ({ page }) => {
    const nvs = DUMP.subarray(0x9000, 0x1e000);
    await page.goto('./');
    // Also after a whole image, of which another view was left open.
    await openFile(page, 'dump.bin', DUMP);
    await page.getByRole('tab', { name: 'Flash' }).click();
    await page.getByRole('button', { name: 'Close' }).click();
    await openFile(page, 'nvs.bin', nvs);
    await expect(page.locator('board-bar').getByText('File, no board: nvs.bin')).toBeVisible();
    await expect(page.getByRole('heading', { name: 'Settings (NVS): 6 settings' })).toBeVisible();
    await networkRenamed(page);
    // A piece of a partition has no place by itself, and no file has one beside it.
    await expect(page.getByRole('button', { name: /Save only the changed pieces|another file/ })).toHaveCount(0);
    const { name, data } = await saved(page, 'Save the image');
    expect([name, data.length]).toEqual(['nvs-changed.bin', nvs.length]);

    await page.getByRole('button', { name: 'Close' }).click();
    await openFile(page, name, data);
    await expect(page.getByRole('tabpanel', { name: 'Contents' }).getByText('attic')).toBeVisible();
  },
);
