/** How journeys wait: for as long as the page shows progress, and no longer. */
import { expect, test } from 'playwright/test';
import { reached } from './progress.ts';

/** What stands still, in ms: short, because nothing here works. */
const STILL_MS = 200;
/** How often something changes, in ms, and how many times before it is there. */
const [EVERY_MS, TIMES] = [50, 30];

for (const [title, changes] of [
  ['where something changes, what comes late is reached', true],
  ['where nothing changes, the wait ends early', false],
] as const) {
  test(title, async ({ page }) => {
    await page.setContent('<p role="status">0</p><h1 hidden>verified</h1>');
    await page.evaluate(
      ([changing, every, times]) => {
        let count = 0;
        const timer = setInterval(() => {
          count++;
          const status = document.querySelector('p');
          if (status !== null && changing) status.textContent = String(count);
          if (count < times) return;
          clearInterval(timer);
          document.querySelector('h1')?.removeAttribute('hidden');
        }, every);
      },
      [changes, EVERY_MS, TIMES] as const,
    );
    const verified = page.getByRole('heading', { name: 'verified' });
    const result = reached(verified, 'visible', STILL_MS);
    if (changes) await result;
    else await expect(result).rejects.toThrow(/toBeVisible/);
  });
}
