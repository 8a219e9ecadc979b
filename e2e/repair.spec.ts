/** A board that does not start is repaired by the button at its problem, and starts: the whole flash compared. */
import { expect, type Page, test } from 'playwright/test';
import { boardIsRead, dump, firstDifference, flashButton, openVirtualBoard } from './app.ts';
import { complaints, inView } from './face.ts';
import { reached } from './progress.ts';

const TABLE = 0x8000;
const BOOTLOADER = 0x1000;

/** The view of repairs. */
async function openRepairs(page: Page): Promise<void> {
  await page.getByRole('tab', { name: 'Repair 1' }).click();
  await expect(page.getByText(/^1 problem\. Each button shows a plan/)).toBeVisible();
  // The repair is the next step, not to look for what is known.
  await expect(page.locator('diagnosis-view wa-button', { hasText: 'Diagnose' })).toHaveAttribute(
    'appearance',
    'outlined',
  );
}

/** Where two flashes differ outside a range. */
function elsewhere(a: Uint8Array, b: Uint8Array, from: number, to: number): unknown {
  const [left, right] = [Uint8Array.from(a), Uint8Array.from(b)];
  for (const each of [left, right]) each.fill(0, from, to);
  return firstDifference(left, right);
}

test('a bootloader header that says 2 MB on a chip of 4 MB', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 whose bootloader says 2 MB');
  const { now: before } = await dump(page);
  // From the end of the page: the view opens at its top, with the board and its map above it.
  await page.mouse.wheel(0, 2000);
  await openRepairs(page);
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  expect(await complaints(page)).toEqual([]);
  const set = page.getByRole('button', { name: 'Set the header’s flash size to 4 MiB' });
  await inView(page, { 'the repair': set });
  await set.click();
  const flash = flashButton(page);
  await expect(flash).toBeVisible();
  const view = page.getByRole('tabpanel', { name: 'Repair' });
  await expect(view.locator('plan-view .afterwards')).toBeFocused();
  await inView(page, {
    'what changes': view.getByText('The bootloader changes'),
    'what stays': view.getByText('Your Wi-Fi settings stay'),
  });
  await flash.click();
  await reached(page.getByText(/^The board started app0/).last());
  await expect(page.getByText('Reading the board shows no problem any more.')).toBeVisible();
  const { now, beforeStart, violations } = await dump(page);
  const after = beforeStart ?? now;
  expect(elsewhere(before, after, BOOTLOADER, TABLE)).toBeNull();
  expect(after[BOOTLOADER + 3]).toBe(0x20 | ((before[BOOTLOADER + 3] ?? 0) & 0x0f));
  expect(violations).toBe(0);
  await page.getByRole('button', { name: 'Read the board again' }).click();
  await boardIsRead(page);
  // Without a number: nothing is left to repair.
  await expect(page.getByRole('tab', { name: 'Repair', exact: true })).toBeVisible();
});

test('one changed byte of the partition table', async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 with a damaged partition table');
  const { now: before } = await dump(page);
  await openRepairs(page);
  const put = page.getByRole('button', { name: 'Correct app1 (row 4): name App1 → app1' });
  // By keyboard: the button is reached from its tab.
  await put.focus();
  await page.keyboard.press('Enter');
  const flash = page.getByRole('button', { name: 'Change the partition table' });
  await expect(flash).toBeVisible();
  // Taken back, nothing is planned, and the repair is offered again.
  await page.getByRole('button', { name: 'Discard this plan' }).click();
  await expect(flash).toHaveCount(0);
  await put.click();
  await flash.click();
  await reached(page.getByText(/^The board started app0/).last());
  const { now, beforeStart, violations } = await dump(page);
  const after = beforeStart ?? now;
  const at = TABLE + 3 * 32 + 12;
  expect([before[at], after[at]]).toEqual(['A'.charCodeAt(0), 'a'.charCodeAt(0)]);
  expect(elsewhere(before, after, at, at + 1)).toBeNull();
  expect(violations).toBe(0);
});
