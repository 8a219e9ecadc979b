/** How journeys wait: for as long as the page shows progress, and no longer. */
import { expect, test, type Page } from 'playwright/test';
import { reached } from './progress.ts';

/** A page whose status counts in this rhythm, in ms, if at all; its heading comes with the last number. */
async function openJob(page: Page, everyMs: number | null, times = 0) {
  await page.setContent('<p role="status">0</p><h1 hidden>verified</h1>');
  await page.evaluate(
    ([every, last]) => {
      if (every === null) return;
      const [status, heading] = [document.querySelector('p'), document.querySelector('h1')];
      const timer = setInterval(() => {
        if (status !== null) status.textContent = String(Number(status.textContent) + 1);
        if (Number(status?.textContent) < last) return;
        clearInterval(timer);
        heading?.removeAttribute('hidden');
      }, every);
    },
    [everyMs, times] as const,
  );
  return page.getByRole('heading', { name: 'verified' });
}

test('where something changes, what comes late is reached', async ({ page }) => {
  // Twenty changes in the time in which one is enough: a stall of the machine is none of the page.
  await reached(await openJob(page, 100, 50), 'visible', 2000);
});

test('where nothing changes, the wait ends early', async ({ page }) => {
  await expect(reached(await openJob(page, null), 'visible', 300)).rejects.toThrow(/toBeVisible/);
});
