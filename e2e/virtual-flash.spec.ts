/** A virtual board keeps what is written to it, as a real one does, until it is reset. */
import { expect, test } from 'playwright/test';
import { addFile, dump, firstDifference, flashButton, openVirtualBoard, RAFT, resetBoard, UPDATE } from './app.ts';

test('a virtual board that was flashed is the same in a later visit, and new once it was reset', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const { now: factory } = await dump(page);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await expect(page.getByText('The board started app1 (0x1D0000).').first()).toBeVisible({ timeout: 30_000 });
  const { now: flashed } = await dump(page);
  // The board itself goes on a little after it was started: what counts is what it holds when it is left.
  await page.getByRole('button', { name: 'Disconnect' }).click();
  const card = page.getByRole('listitem').filter({ has: page.getByRole('button', { name: RAFT }) });
  await expect(card).toContainText('Changed');

  await openVirtualBoard(page, RAFT);
  expect(firstDifference((await dump(page)).now, flashed)).toBeNull();

  await resetBoard(page);
  await expect(page.getByRole('button', { name: 'Reset this board' })).toHaveCount(0);
  expect(firstDifference((await dump(page)).now, factory)).toBeNull();
});

test('a board that was only looked at is not called changed', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await page.reload();
  await expect(page.getByRole('button', { name: RAFT })).toBeVisible();
  await expect(page.getByText('Changed', { exact: true })).toHaveCount(0);
});
