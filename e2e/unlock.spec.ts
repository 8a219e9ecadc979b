/** In the built app: a read-protected STM32 is unlocked, comes back by itself, and is proved blank. */
import { expect, test } from 'playwright/test';
import { boardIsRead, chooseVirtualBoard, dump, openBench } from './app.ts';
import { complaints, inView } from './face.ts';
import { reached } from './progress.ts';

const LOCKED = 'Open STM32F405 that is read protected';
const WORDS = 'erase the whole flash';

test('after the words the chip erases itself, comes back and is shown to be blank', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('?speed=20');
  await chooseVirtualBoard(page, LOCKED);
  await boardIsRead(page);
  // Wherever the page was scrolled to, the outcome is in view.
  await page.getByRole('button', { name: 'Choose a folder' }).scrollIntoViewIfNeeded();
  await page.getByRole('button', { name: 'Unlock this chip' }).click();
  const erase = page.getByRole('button', { name: 'Erase the whole flash and unlock' });
  await expect(page.getByText(/Level 2 is final/)).toBeVisible();
  await expect(erase).toBeDisabled();
  expect(await complaints(page)).toEqual([]);
  const words = page.getByLabel('Type erase the whole flash to agree');
  await expect(words).toBeFocused();
  // Nothing of the dialog lies over it.
  await words.click({ trial: true });
  await words.fill(WORDS);
  await erase.click();
  await expect(page.getByRole('heading', { name: /^Unlocking STM32/ })).toBeVisible();
  const outcome = page.getByRole('heading', {
    name: /The chip is unlocked and its whole flash is blank: 1 MiB read back/,
  });
  await reached(outcome);
  await boardIsRead(page);
  await expect(outcome).toBeFocused();
  await inView(page, { outcome });
  // It is said once: that nothing is there to start follows from it.
  await expect(page.getByText(/is blank/).filter({ visible: true })).toHaveCount(1);
  await expect(page.getByRole('button', { name: 'Unlock this chip' })).toHaveCount(0);
  expect(await complaints(page)).toEqual([]);
  const { now, violations } = await dump(page);
  expect(now.every((byte) => byte === 0xff)).toBe(true);
  expect(violations).toBe(0);
});

test('the cable pulled in the middle: the page waits for the chip, and says that it is still protected', async ({
  page,
}) => {
  await page.goto('?speed=1');
  await chooseVirtualBoard(page, LOCKED);
  await boardIsRead(page);
  await page.getByRole('button', { name: 'Unlock this chip' }).click();
  await page.getByLabel('Type erase the whole flash to agree').fill(WORDS);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { name: /^Unlocking STM32/ })).toBeVisible();
  await openBench(page);
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  await expect(page.getByRole('heading', { name: 'The chip is not back yet' })).toBeVisible();
  await openBench(page);
  await page.getByRole('button', { name: 'Plug the cable in' }).click();
  await reached(page.getByRole('heading', { name: /still read-protected: unlocking was interrupted/ }));
  await expect(page.getByRole('button', { name: 'Unlock this chip' })).toBeVisible();
});
