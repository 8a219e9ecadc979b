/** The layout of a live board is changed: larger app slots, a smaller file system, the settings kept. */
import { createHash } from 'node:crypto';
import { expect, type Page, test } from 'playwright/test';
import { dump, firstDifference, openVirtualBoard } from './app.ts';
import { complaints, focusOf, RAFT, tabTo } from './face.ts';

/** What is typed, field by field, in the order of the fields. */
const LARGER: readonly (readonly [field: RegExp, text: string])[] = [
  [/^Size of app0$/, '1856 KiB'],
  [/^Offset of app1$/, '0x1F0000'],
  [/^Size of app1$/, '1856K'],
  [/^Offset of fs$/, '0x3C0000'],
  [/^Size of fs$/, '0x40000'],
];
const TABLE = 0x8000;
const ROW = 32;
/** The rows of Raft's table: nvs, otadata, app0, app1, fs. */
const ROWS = 5;

/** The flash with a table whose rows have other places and sizes, and with the MD5 of that table. */
function laidOut(before: Uint8Array, places: readonly (readonly [row: number, offset: number, size: number])[]) {
  const wanted = before.slice();
  const view = new DataView(wanted.buffer, wanted.byteOffset);
  for (const [row, offset, size] of places) {
    view.setUint32(TABLE + row * ROW + 4, offset, true);
    view.setUint32(TABLE + row * ROW + 8, size, true);
  }
  const end = TABLE + ROWS * ROW;
  wanted.set(createHash('md5').update(wanted.subarray(TABLE, end)).digest(), end + 16);
  return wanted;
}

/** Goes to the view of the layout with keys alone. */
async function openLayout(page: Page): Promise<void> {
  await tabTo(page, /^Flash$/);
  await page.keyboard.press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Layout' })).toHaveAttribute('aria-selected', 'true');
  await expect(page.getByLabel('Size of app0')).toBeVisible();
}

async function typeInto(page: Page, field: RegExp, text: string): Promise<void> {
  await tabTo(page, field);
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type(text);
}

test('by keyboard alone: both app slots grow, the file system shrinks, and everything else stays', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const { now: before } = await dump(page);
  await openLayout(page);
  for (const [field, text] of LARGER) await typeInto(page, field, text);
  await tabTo(page, /^Plan this change$/);
  await page.keyboard.press('Enter');
  const flash = page.getByRole('button', { name: 'Flash the new layout' });
  await expect(flash).toBeDisabled({ timeout: 20_000 });
  await expect(page.getByRole('heading', { name: 'New layout: app0 and app1 grow, fs shrinks.' })).toBeVisible();
  const view = page.getByRole('tabpanel', { name: 'Layout' });
  await expect(view.getByText(/^For about 0\.\d s the board cannot start/)).toBeVisible();
  await expect(view.getByText('Your Wi-Fi settings stay')).toBeVisible();
  // The file system is given up only by consent.
  await expect.poll(async () => (await focusOf(page))?.name).toMatch(/^New layout/);
  await tabTo(page, /^Show the question$/);
  await page.keyboard.press('Enter');
  await tabTo(page, /^I do not need the content/);
  await page.keyboard.press('Space');
  await expect(flash).toBeEnabled();
  await tabTo(page, /^Flash the new layout$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'partition table verified' })).toBeVisible({ timeout: 30_000 });
  await expect(page.getByText(/^The board started app0/).last()).toBeVisible();
  const { now, beforeStart, violations } = await dump(page);
  const places = [
    [2, 0x20000, 0x1d0000],
    [3, 0x1f0000, 0x1d0000],
    [4, 0x3c0000, 0x40000],
  ] as const;
  expect(firstDifference(beforeStart ?? now, laidOut(before, places))).toBeNull();
  expect(violations).toBe(0);
  await expect(page.getByLabel('Offset of fs')).toHaveValue('0x3C0000');
});

test('at 360 pixels nothing scrolls sideways, and each field and button can be reached', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openVirtualBoard(page, RAFT);
  await openLayout(page);
  await typeInto(page, /^Size of app0$/, '1800K');
  await tabTo(page, /^Move app0 down$/);
  await expect(page.getByText(/overlap from/)).toBeVisible();
  const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
  expect(await wide()).toBeLessThanOrEqual(360);
  expect(await complaints(page)).toEqual([]);
  await tabTo(page, /^Use 1728 KiB/);
  await page.keyboard.press('Enter');
  await expect(page.getByText('This is the layout on the board.')).toBeVisible();
  await tabTo(page, /^Remove fs$/);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name of fs')).toBeHidden();
  await tabTo(page, /^Discard changes$/);
  await page.keyboard.press('Enter');
  await expect(page.getByLabel('Name of fs')).toBeVisible();
});
