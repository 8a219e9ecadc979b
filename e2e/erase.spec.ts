/** In the built app: a typed range is looked at and erased, and the whole flash compared. */
import { expect, test } from 'playwright/test';
import { dump, firstDifference, openVirtualBoard } from './app.ts';
import { complaints } from './face.ts';
import { reached } from './progress.ts';

test(
  'a typed range is shown byte by byte, and erased after its questions with everything else as it was',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, 'Open ESP32, 4 MB');
    const before = (await dump(page)).now;
    await page.getByRole('tab', { name: 'Contents' }).click();
    await page.getByLabel('Partition', { exact: true }).selectOption('Any range …');
    await page.getByLabel('Range', { exact: true }).fill('0x9000+4K');
    await page.getByRole('button', { name: 'Show its bytes' }).click();
    await expect(page.getByRole('region', { name: 'Bytes from 0x0' })).toBeVisible();
    expect(await complaints(page)).toEqual([]);
    await page.getByRole('button', { name: 'Erase', exact: true }).first().click();
    await expect(page.getByRole('button', { name: 'Erase 0x9000–0x9FFF' })).toBeVisible();
    for (const box of await page.locator('plan-view').getByRole('checkbox').all()) await box.press('Space');
    await page.getByRole('button', { name: 'Erase 0x9000–0x9FFF' }).click();
    await reached(page.getByText(/The board started app0/).first());
    const { beforeStart, violations } = await dump(page);
    expect(violations).toBe(0);
    expect(firstDifference(beforeStart ?? new Uint8Array(), before.slice().fill(0xff, 0x9000, 0xa000))).toBeNull();
  },
);
