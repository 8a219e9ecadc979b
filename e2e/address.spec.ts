/** Addresses that are typed wrong, and leaving the page in the middle of work. */
import { expect, test, type Page } from 'playwright/test';
import { addFile, boardIsRead, flashButton, openBench, openVirtualBoard, RAFT, UPDATE, useTool } from './app.ts';
import { reached } from './progress.ts';

/** Whether the browser asks before the page is left; the answer is to stay. */
async function asksBeforeLeaving(page: Page): Promise<boolean> {
  const asked = new Promise<boolean>((resolve) => {
    page.once('dialog', async (dialog) => {
      await dialog.dismiss();
      resolve(dialog.type() === 'beforeunload');
    });
  });
  const closed = page.waitForEvent('close').then(() => false);
  await page.close({ runBeforeUnload: true });
  const answer = await Promise.race([asked, closed]);
  // A page that still works would ask again at the end of the test.
  if (answer) await page.close();
  return answer;
}

test('the help page opens at an address with a malformed escape', async ({ page }) => {
  await page.goto('help.html#%');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.goto('help.html#link-lost');
  await expect(page.locator('details#link-lost')).toHaveAttribute('open', '');
});

test('a virtual board runs at real speed if the address asks for -5', async ({ page }) => {
  await page.goto('?speed=-5');
  await page.getByRole('button', { name: RAFT }).click();
  await boardIsRead(page);
  await openBench(page);
  await expect(page.getByText('It runs at the speed of a real board.')).toBeVisible();
});

test('the browser asks before the page is left during a job', async ({ page }) => {
  await openVirtualBoard(page, RAFT, 2);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  expect(await asksBeforeLeaving(page)).toBe(true);
});

test('the browser asks before the page is left during a backup', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT, 2);
  await useTool(page, 'Back up the whole flash');
  await expect(page.getByText('Backing up the whole flash').first()).toBeVisible();
  expect(await asksBeforeLeaving(page)).toBe(true);
});

test('a backup, and the planning of a file, are stopped with the button that a job is stopped with', async ({
  page,
}) => {
  await openVirtualBoard(page, RAFT, 1);
  const stop = page.getByRole('button', { name: 'Stop' });
  await useTool(page, 'Back up the whole flash');
  await expect(page.getByText('Backing up the whole flash').first()).toBeVisible();
  await stop.click();
  await expect(stop).toBeHidden();
  await expect(page.getByRole('tab', { name: 'Backups', exact: true })).toBeVisible();
  await addFile(page, UPDATE);
  await stop.click();
  await page.getByRole('button', { name: 'Plan again' }).click();
  await reached(flashButton(page), 'enabled');
});

test('the page is left without a question when nothing would be lost', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  expect(await asksBeforeLeaving(page)).toBe(false);
});
