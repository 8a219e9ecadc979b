/** Waits for what takes a board some time. */
import { expect, type Locator, type Page } from 'playwright/test';

/** What does not change for so long, in ms, stands still. */
const STILL_MS = 20_000;

/**
 * Waits until something is there, or enabled: on a slow machine for as long as the page shows progress. Rejects as the check does once
 * nothing on the page has changed for `stillMs`, in ms; a clock on the page counts as a change, until the test's own limit.
 */
export async function reached(
  awaited: Locator,
  state: 'visible' | 'enabled' = 'visible',
  stillMs = STILL_MS,
): Promise<void> {
  const page = awaited.page();
  for (let before = await shownOn(page); ;) {
    try {
      if (state === 'visible') await expect(awaited).toBeVisible({ timeout: stillMs });
      else await expect(awaited).toBeEnabled({ timeout: stillMs });
      return;
    } catch (error) {
      const shown = await shownOn(page);
      if (shown === before) throw error;
      before = shown;
    }
  }
}

/** What a person sees of a page: its words, and how far its progress bars are, which the words leave out. */
async function shownOn(page: Page): Promise<string> {
  const words = await page.locator('body').ariaSnapshot();
  const bars = await page.getByRole('progressbar').evaluateAll((all) => all.map((bar) => bar.getAttribute('value')));
  return JSON.stringify([words, bars]);
}
