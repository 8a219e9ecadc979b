/** The whole journey by keyboard alone: each control is reached, the focus is visible on every stop and never lost. */
import { expect, test, type Page } from 'playwright/test';
import { boardIsRead, openVirtualBoard, RAFT, UPDATE } from './app.ts';
import { focusOf, tabTo } from './face.ts';
import { reached } from './progress.ts';

/** Presses a key on the button that opens the file dialog, and chooses the update there. */
async function chooseByKey(page: Page, key: 'Enter' | 'Space'): Promise<void> {
  const dialog = page.waitForEvent('filechooser');
  // Only after one answer of the page is it certain that the browser hands its dialog to the test.
  await page.evaluate(() => document.readyState);
  await page.keyboard.press(key);
  await (await dialog).setFiles(UPDATE);
}

test('connect, choose a file, choose its place, flash, save the report, continue', async ({ page }) => {
  await page.goto('?speed=20');
  await tabTo(page, /^Open ESP32, 4 MB, Raft/);
  await page.keyboard.press('Enter');
  await boardIsRead(page);
  await expect.poll(() => focusOf(page)).not.toBeNull();

  // The map: one stop, then arrows from partition to partition, and zoom.
  await tabTo(page, /^bootloader/);
  await tabTo(page, /^app1/, 'ArrowRight');
  await page.keyboard.press('+');
  await expect(page.getByText(/showing 0x/)).toBeVisible();
  await page.keyboard.press('0');
  await expect(page.getByText(/showing 0x/)).toBeHidden();

  // The browser's own file dialog cannot be typed into: the test only checks that it opens.
  await tabTo(page, /^Choose a file$/);
  await chooseByKey(page, 'Enter');
  await reached(page.getByRole('button', { name: 'Flash app1' }), 'enabled');
  await expect.poll(() => focusOf(page)).not.toBeNull();

  // Removed and added again: the focus moves on although its button is gone with the file.
  await tabTo(page, /^Remove raft-demo/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: /^Remove raft-demo/ })).toHaveCount(0);
  await expect.poll(() => focusOf(page)).toMatchObject({ seen: true });
  await tabTo(page, /^Choose a file$/);
  await chooseByKey(page, 'Space');

  await tabTo(page, /^app1, and start it/, 'Shift+Tab');
  await page.keyboard.press('ArrowDown');
  // The board starts app0 now, so there is a question first.
  await expect(page.getByRole('button', { name: 'Flash app0' })).toBeDisabled();
  await expect.poll(() => focusOf(page)).toMatchObject({ seen: true });
  await page.keyboard.press('ArrowUp');
  await reached(page.getByRole('button', { name: 'Flash app1' }), 'enabled');

  await tabTo(page, /^Flash app1$/);
  await page.keyboard.press('Space');
  await reached(page.getByRole('heading', { name: 'app1 verified' }));
  await expect.poll(async () => (await focusOf(page))?.name).toMatch(/^app1 verified/);
  expect(await focusOf(page)).toMatchObject({ seen: true });

  await tabTo(page, /^Save the report$/);
  const download = page.waitForEvent('download');
  await page.keyboard.press('Enter');
  expect((await download).suggestedFilename()).toMatch(/^sectorwise-report-.*\.json$/);
  await tabTo(page, /^Read the board again$/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await boardIsRead(page);
  await expect.poll(() => focusOf(page)).toMatchObject({ seen: true });
});

test('stop, by keyboard', async ({ page }) => {
  await openVirtualBoard(page, RAFT, 1);
  await tabTo(page, /^Choose a file$/);
  await chooseByKey(page, 'Enter');
  await reached(page.getByRole('button', { name: 'Flash app1' }), 'enabled');
  await tabTo(page, /^Flash app1$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Stop' })).toBeVisible();
  await tabTo(page, /^Stop$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'Stopped before the end' })).toBeVisible();
  await expect.poll(() => focusOf(page)).toMatchObject({ seen: true });
});
