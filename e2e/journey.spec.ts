/** The whole journey in the built app on a virtual board. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'playwright/test';
import {
  addFile,
  boardIsRead,
  dump,
  firstDifference,
  flashButton,
  openVirtualBoard,
  RECORD_SEQ_2,
  UPDATE,
  withUpdate,
  choosePlace,
} from './app.ts';

const RAFT = 'Open ESP32, 4 MB, Raft';

test('read, drop, plan, flash, verify, start; then the same file again finds nothing to do', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await expect(page.getByText('24:6f:28:ab:cd:ef').first()).toBeVisible();
  const factory = await dump(page);

  await addFile(page, UPDATE);
  await expect(page.getByText(/156 erase units change/)).toBeVisible();
  await expect(page.getByText('The board will start the new app from app1.')).toBeVisible();
  await flashButton(page).click();
  await expect(page.getByText('The board started app1 (0x1D0000).').first()).toBeVisible({ timeout: 30_000 });
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

  await page.getByRole('button', { name: 'Connect again' }).click();
  await expect(page.getByText(/Nothing to do/).first()).toBeVisible({ timeout: 20_000 });
  expect((await dump(page)).erases).toBe(flashed.erases);
});

test('a place chosen by the person is the one that is written, and the neighbours stay', async ({ page }) => {
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
  await expect(page.getByText('The board started app0 (0x20000).').first()).toBeVisible({ timeout: 30_000 });
  const flashed = await dump(page);
  if (flashed.beforeStart === null) throw new Error('the board was not started');
  expect(firstDifference(flashed.beforeStart, withUpdate(factory.now, 0x20000, null))).toBeNull();
});

test('pulling the cable while writing is reported, and reconnecting finishes the work', async ({ page }) => {
  await openVirtualBoard(page, RAFT, 2);
  const factory = await dump(page);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await expect(page.getByRole('progressbar').first()).toBeVisible();
  await expect(page.getByText(/Writing from 0x1[EF]0000|Writing from 0x2/).first()).toBeVisible({ timeout: 20_000 });
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  await expect(page.getByText('The connection to the board was lost.').first()).toBeVisible({ timeout: 1500 });
  await page.getByRole('button', { name: 'Plug the cable in' }).click();
  await page.getByRole('button', { name: 'Connect again' }).click();
  await boardIsRead(page);
  await expect(page.getByText(/equal/).first()).toBeVisible({ timeout: 20_000 });
  await flashButton(page).click();
  await expect(page.getByText('The board started app1 (0x1D0000).').first()).toBeVisible({ timeout: 40_000 });
  const flashed = await dump(page);
  if (flashed.beforeStart === null) throw new Error('the board was not started');
  expect(firstDifference(flashed.beforeStart, withUpdate(factory.now, 0x1d0000, RECORD_SEQ_2))).toBeNull();
  expect(flashed.violations).toBe(0);
});

test('connecting again with the cable out waits for the board, keeps the job in view and goes on by itself', async ({
  page,
}) => {
  await openVirtualBoard(page, RAFT, 2);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await expect(page.getByText(/Writing from 0x1[EF]0000|Writing from 0x2/).first()).toBeVisible({ timeout: 20_000 });
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
  await expect(page.getByRole('heading', { name: 'A write to this board was interrupted' })).toBeVisible();

  await page.getByRole('button', { name: 'Disconnect' }).click();
  const open = page.getByText(
    /^Unfinished write on ESP32.* 24:6f:28:ab:cd:ef, \d+ of \d+ units verified: connect it to go on/,
  );
  await expect(open).toBeVisible();
  await page.reload();
  await expect(open).toBeVisible();
});

test('stopping ends the write, is reported, and leaves what starts the board alone', async ({ page }) => {
  await openVirtualBoard(page, RAFT, 2);
  const factory = await dump(page);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await expect(page.getByText(/Writing from 0x1[EF]0000|Writing from 0x2/).first()).toBeVisible({ timeout: 20_000 });
  await page.getByRole('button', { name: /^Stop/ }).click();
  await expect(page.getByText(/Stopped, as you asked/).first()).toBeVisible({ timeout: 3000 });
  const stopped = await dump(page);
  // What starts the board was not touched: it still starts app0.
  expect(firstDifference(stopped.now.subarray(0, 0x1d0000), factory.now.subarray(0, 0x1d0000))).toBeNull();
});

/** Files and boards for which nothing may be written. */
const REFUSED: readonly { name: string; board: string; file: Parameters<typeof addFile>[1]; says: RegExp }[] = [
  {
    name: 'an app for another chip',
    board: RAFT,
    file: 'public/samples/hello-s3.bin',
    says: /hello-s3\.bin is for the ESP32-S3, but this board has an ESP32\./,
  },
  {
    name: 'an app larger than its partition',
    board: RAFT,
    file: { name: 'too-large.bin', mimeType: 'application/octet-stream', buffer: tooLarge() },
    says: /too-large\.bin is .*1728 KiB: .* too much/,
  },
  {
    name: 'a file that is not an app',
    board: RAFT,
    file: { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('buy milk\n'.repeat(200)) },
    says: /notes\.txt is not a bootable app image: This is not an Espressif app image: it looks like text\./,
  },
  {
    name: 'a damaged app',
    board: RAFT,
    file: { name: 'damaged.bin', mimeType: 'application/octet-stream', buffer: damaged() },
    says: /damaged\.bin is not a valid app image: The image's checksum does not match/,
  },
];

for (const { name, board, file, says } of REFUSED) {
  test(`refused, and nothing is written: ${name}`, async ({ page }) => {
    await openVirtualBoard(page, board);
    const before = await dump(page);
    await addFile(page, file);
    await expect(page.getByText(says).first()).toBeVisible();
    await expect(flashButton(page)).toBeHidden();
    const after = await dump(page);
    expect(firstDifference(after.now, before.now)).toBeNull();
    expect(after.erases).toBe(0);
  });
}

test('with a damaged table, a write needs consent', async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 with a damaged partition table');
  await addFile(page, UPDATE);
  await expect(page.getByText(/The partition table on the board is damaged/).first()).toBeVisible({ timeout: 20_000 });
  await expect(flashButton(page)).toBeDisabled();
  expect((await dump(page)).erases).toBe(0);
  await page.getByText('I know that the partitions shown are correct.').click();
  await expect(flashButton(page)).toBeEnabled();
});

/** A complete app image that is too large for any partition of the board: one long segment. */
function tooLarge(): Buffer {
  const sample = readFileSync(UPDATE);
  const size = 0x1c0000;
  const image = Buffer.alloc(24 + 8 + size + 16 - ((24 + 8 + size) % 16));
  sample.copy(image, 0, 0, 24);
  image[1] = 1;
  image[23] = 0;
  image.writeUInt32LE(0x3f400020, 24);
  image.writeUInt32LE(size, 28);
  sample.copy(image, 32, 32, 32 + 256);
  image[image.length - 1] = image.subarray(32, 32 + size).reduce((sum, byte) => sum ^ byte, 0xef);
  return image;
}

function damaged(): Buffer {
  const image = readFileSync(UPDATE);
  image[0x5000] = (image[0x5000] ?? 0) ^ 1;
  return image;
}
