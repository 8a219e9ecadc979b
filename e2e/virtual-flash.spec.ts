/** A virtual board keeps what is written to it, as a real one does, until it is reset. */
import { expect, test } from 'playwright/test';
import { addFile, dump, firstDifference, flashButton, openVirtualBoard, RAFT, resetBoard, UPDATE } from './app.ts';
import { reached } from './progress.ts';

const NVS = 0x9000;
const OTADATA = 0x1e000;

test(
  'a virtual board that was flashed is the same in a later visit, and new once it was reset',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    const { now: factory } = await dump(page);
    await addFile(page, UPDATE);
    await flashButton(page).click();
    await reached(page.getByText('The board started app1 (0x1D0000).').first());
    const { now: flashed } = await dump(page);
    await page.getByRole('button', { name: 'Disconnect' }).click();
    const card = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: RAFT }) });
    await expect(card).toContainText('Changed');

    await openVirtualBoard(page, RAFT);
    const { now: later } = await dump(page);
    // The app may have set its counters in nvs after the first look; from otadata on, nothing runs that writes.
    expect(firstDifference(later.subarray(0, NVS), flashed.subarray(0, NVS))).toBeNull();
    expect(firstDifference(later.subarray(OTADATA), flashed.subarray(OTADATA))).toBeNull();

    await resetBoard(page);
    await expect(page.getByRole('button', { name: 'Reset this board' })).toHaveCount(0);
    await expect(page.getByRole('button', { name: 'Pull the cable' })).toBeVisible();
    await expect(page.getByText('Real board', { exact: true })).toHaveCount(0);
    expect(firstDifference((await dump(page)).now, factory)).toBeNull();
  },
);

test('a board that was only looked at is not called changed', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: RAFT })).toBeVisible();
  await expect(page.getByText('Changed', { exact: true })).toHaveCount(0);
});
