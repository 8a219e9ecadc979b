/** The page stays quick while it flashes: no task on its main thread takes longer than 50 ms. */
import type { Page } from 'playwright/test';
import { addFile, flashButton, openVirtualBoard, UPDATE } from './app.ts';
import { expect, RAFT, test } from './face.ts';

// Snapshots of every step are work on the same thread.
test.use({ trace: 'off' });

/** The longest task that is allowed, in ms: what the browser calls long. */
const LONG = 50;

/** Begins to listen for long tasks; the answer tells each one's length in ms so far. */
async function listen(page: Page): Promise<() => Promise<number[]>> {
  const found = await page.evaluateHandle(() => {
    const lengths: number[] = [];
    new PerformanceObserver((list) => lengths.push(...list.getEntries().map((entry) => entry.duration))).observe({
      type: 'longtask',
    });
    return lengths;
  });
  return () => found.jsonValue();
}

test('the page can tell a long task when there is one', async ({ page }) => {
  await page.goto('');
  const long = await listen(page);
  // A task of its own: what the test evaluates is none of the page's.
  await page.evaluate((ms) => {
    setTimeout(() => {
      const end = performance.now() + ms;
      while (performance.now() < end);
    }, 0);
  }, LONG + 30);
  await expect.poll(long).toEqual([expect.any(Number)]);
});

test('no long task while a virtual board is flashed', async ({ page }) => {
  await openVirtualBoard(page, RAFT, 20);
  await addFile(page, UPDATE);
  await expect(flashButton(page)).toBeEnabled({ timeout: 20_000 });
  const long = await listen(page);
  await flashButton(page).click();
  await expect(page.getByRole('heading', { name: 'It is there: app1 is verified' })).toBeVisible({ timeout: 20_000 });
  expect(await long()).toEqual([]);
});

test('no long task with 4096 erase units, told 12 times a second for three seconds', async ({ page, gallery }) => {
  await page.goto(`${gallery}?app=huge`);
  const long = await listen(page);
  await page.getByRole('button', { name: 'Start the recording' }).click();
  await expect(page.getByText(/^Told \d+ states/)).toBeVisible({ timeout: 20_000 });
  expect(await long()).toEqual([]);
  expect(Number((await page.getByText(/^Told \d+ states/).textContent())?.match(/\d+/)?.[0])).toBeGreaterThan(30);
});
