/** Boards with defects: what the app reports and asks, and that nothing is written meanwhile. */
import { expect, test, type Page } from 'playwright/test';
import {
  addFile,
  boardIsRead,
  dump,
  firstDifference,
  flashButton,
  openVirtualBoard,
  RAFT,
  UPDATE,
  useTool,
} from './app.ts';
import { reached } from './progress.ts';

/** Adds the update, and checks that neither that nor anything before it wrote to the flash. */
async function nothingIsWritten(page: Page, before: Uint8Array): Promise<void> {
  const after = await dump(page);
  expect(firstDifference(after.now, before)).toBeNull();
  expect(after.erases).toBe(0);
}

test('a damaged table: reported with both digests, asked about, and nothing written', async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 with a damaged partition table');
  const before = (await dump(page)).now;
  await expect(page.getByText(/The partition table’s MD5 checksum does not match/).first()).toBeVisible();
  await expect(page.getByText('The app cannot start')).toBeVisible();
  await expect(page.getByText('The flash holds the app raft-demo 1.4.2 at 0x20000.')).toBeVisible();
  await addFile(page, UPDATE);
  await expect(page.getByText(/the partition boundaries are uncertain/).first()).toBeVisible();
  await expect(flashButton(page)).toBeDisabled();
  await nothingIsWritten(page, before);
});

test(
  'a table beyond the size in the bootloader’s header: the cause of the boot loop is named',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, 'Open ESP32 whose bootloader says 2 MB');
    const before = (await dump(page)).now;
    await expect(
      page.getByText(/The bootloader header gives a flash size of 2 MiB, but “app1” ends at 0x380000\./).first(),
    ).toBeVisible();
    await expect(page.getByText(/exceeds flash chip size/).first()).toBeVisible();
    await addFile(page, UPDATE);
    await expect(page.getByText(/The board will not start, whatever is written/).first()).toBeVisible();
    await expect(flashButton(page)).toBeDisabled();
    await nothingIsWritten(page, before);
  },
);

test('both otadata records unusable: reported, and what starts anyway', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 with unusable otadata');
  const before = (await dump(page)).now;
  await expect(page.getByText(/Each entry in “otadata” is invalid because its CRC is wrong/).first()).toBeVisible();
  await page.getByRole('button', { name: 'Why', exact: true }).click();
  await expect(page.getByText(/every slot is tried in turn/).first()).toBeVisible();
  await addFile(page, 'public/samples/hello-s3.bin');
  await expect(page.getByText(/this board has an ESP32/).first()).toBeVisible();
  await expect(flashButton(page)).toBeHidden();
  await nothingIsWritten(page, before);
});

test('a new table as CSV: what it would lose is listed, and asked about', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const before = (await dump(page)).now;
  const csv = [
    '# Name, Type, SubType, Offset, Size, Flags',
    'nvs, data, nvs, 0x9000, 0x15000,',
    'otadata, data, ota, 0x1e000, 0x2000,',
    'app0, app, ota_0, 0x20000, 0x180000,',
    'app1, app, ota_1, 0x1a0000, 0x180000,',
    'fs, data, littlefs, 0x320000, 0x4000,',
  ].join('\n');
  await addFile(page, { name: 'partitions.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await expect(page.getByText(/changes the partition table\. The firmware loses/).first()).toBeVisible();
  await expect(
    page.getByText(/The firmware loses the content of: fs .*needs \d+ KiB, and LittleFS has 16 KiB free/).first(),
  ).toBeVisible();
  await expect(flashButton(page)).toBeDisabled();
  await nothingIsWritten(page, before);
});

test('a label from the device is text, never markup', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const csv = 'nvs, data, nvs, 0x9000, 0x15000,\n<img src=x>, app, factory, 0x20000, 1M,\n';
  await addFile(page, { name: '<b>partitions</b>.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
  await expect(page.getByText('<b>partitions</b>.csv').first()).toBeVisible();
  await expect(page.getByText(/<img src=x>/).first()).toBeVisible();
  expect(await page.locator('img[src="x"]').count()).toBe(0);
});

test('the apps are read completely on request, and the table can be saved', async ({ page }) => {
  await openVirtualBoard(page, RAFT, 50);
  await useTool(page, 'Read and check the complete apps');
  await reached(page.getByText(/Read completely: checksum and SHA-256 are correct\./).first());
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the partition table as CSV' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('partitions.csv');
  await boardIsRead(page);
});
