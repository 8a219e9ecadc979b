/** The flash map as the place to look into a partition and to act on it. */
import { readFileSync } from 'node:fs';
import { expect, test, type Page } from 'playwright/test';
import { dump, firstDifference, openVirtualBoard, partitionOnMap, RAFT, RAFT_NVS, UPDATE, useTool } from './app.ts';
import { complaints, focusOf, inView, tabTo } from './face.ts';
import { reached } from './progress.ts';

test('a partition and the whole flash are saved as plain files in one click', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const { now: factory } = await dump(page);
  await partitionOnMap(page, 'nvs').click();
  const [nvs] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save as .bin' }).click(),
  ]);
  expect(nvs.suggestedFilename()).toMatch(/^sectorwise-ESP32-.*-nvs-0x9000-.*\.bin$/);
  expect(firstDifference(readFileSync(await nvs.path()), factory.slice(RAFT_NVS.from, RAFT_NVS.to))).toBeNull();
  await expect(page.getByText(`The browser saves it as ${nvs.suggestedFilename()}.`)).toBeVisible();
  const [whole] = await Promise.all([page.waitForEvent('download'), useTool(page, 'Save the whole flash as .bin')]);
  expect(firstDifference(readFileSync(await whole.path()), factory)).toBeNull();
});

/** The question of an erase, its checkbox, the headline and the button in the bar: all to be seen without scrolling. */
async function questionInView(page: Page, name: string): Promise<void> {
  const job = page.locator('job-bar');
  const erase = job.getByRole('button', { name });
  await expect(erase).toBeDisabled();
  const question = page.locator('plan-view').getByRole('article').first();
  const seen = {
    question,
    'its checkbox': question.getByRole('checkbox'),
    headline: job.getByRole('heading', { level: 2 }),
    'Show what to confirm': job.getByRole('button', { name: 'Show what to confirm' }),
    erase,
  };
  await expect(async () => inView(page, seen)).toPass({ timeout: 5_000 });
}

for (const [width, height, long] of [
  [1280, 720, false],
  [360, 740, true],
] as const) {
  test(
    `the question of an erase from the map is seen without scrolling at ${width} × ${height}`,
    { tag: long ? '@long' : [] },
    async ({ page }) => {
      await page.setViewportSize({ width, height });
      await openVirtualBoard(page, RAFT);
      await partitionOnMap(page, 'nvs').click();
      await page.getByRole('button', { name: 'Erase', exact: true }).click();
      await questionInView(page, 'Erase nvs');
      if (width > 1000) expect(await page.evaluate(() => scrollY)).toBe(0);
      await page.getByRole('button', { name: 'Discard this plan' }).click();
      await useTool(page, 'Erase the whole flash');
      await questionInView(page, 'Erase');
    },
  );
}

test('a partition is erased after a question, and everything else stays', async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const { now: before } = await dump(page);
  await partitionOnMap(page, 'nvs').click();
  await page.getByRole('button', { name: 'Erase', exact: true }).click();
  const erase = page.getByRole('button', { name: 'Erase nvs' });
  await expect(erase).toBeDisabled();
  await page.getByText('Erase this content.').click();
  await erase.click();
  await reached(page.getByRole('heading', { name: 'nvs erased' }));
  const { now, beforeStart } = await dump(page);
  const wanted = before.slice().fill(0xff, RAFT_NVS.from, RAFT_NVS.to);
  expect(firstDifference(beforeStart ?? now, wanted)).toBeNull();
});

test('a file chosen at a partition goes there, or to an address that is typed', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await partitionOnMap(page, 'app0').click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Write a file here' }).click();
  await (await chooser).setFiles(UPDATE);
  await reached(page.getByRole('button', { name: 'Flash app0' }));
  // Or to an address that is typed.
  await page.getByRole('button', { name: 'Type an address' }).press('Enter');
  await page.getByRole('textbox', { name: /^Address of / }).fill('0x1D0000');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('button', { name: 'Flash app1' })).toBeVisible();
});

test('by keyboard: Enter opens a partition, Escape closes it where it was opened, on the map and in the table', async ({
  page,
}) => {
  await openVirtualBoard(page, RAFT);
  await tabTo(page, /^bootloader/);
  await tabTo(page, /^app1/, 'ArrowRight');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'app1', exact: true })).toBeVisible();
  await tabTo(page, /^Back up$/);
  await page.keyboard.press('Escape');
  await expect(page.getByRole('heading', { name: 'app1', exact: true })).toBeHidden();
  await expect.poll(async () => (await focusOf(page))?.name).toMatch(/^app1/);
  await tabTo(page, /^Table$/, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await tabTo(page, /^otadata$/);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: 'otadata', exact: true })).toBeVisible();
  await page.keyboard.press('Escape');
  await expect.poll(async () => (await focusOf(page))?.name).toBe('otadata');
});

test(
  'the map fits from 320 to 1920 pixels, with a partition open, and axe finds nothing',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    await partitionOnMap(page, 'app0').click();
    await expect(page.getByRole('heading', { name: 'app0', exact: true })).toBeVisible();
    for (let width = 320; width <= 1920; width += 20) {
      await page.setViewportSize({ width, height: 900 });
      const wide = () => page.locator('flash-map').evaluate((map) => map.scrollWidth - map.clientWidth);
      await expect.poll(wide, `at ${width} pixels`).toBeLessThanOrEqual(0);
    }
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await complaints(page), colorScheme).toEqual([]);
    }
  },
);
