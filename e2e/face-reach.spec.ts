/** What a person is to read or press next is in view without scrolling, on a small laptop and on a phone. */
import type { Page } from 'playwright/test';
import { addFile, boardIsRead, flashButton, isUnderWay, openVirtualBoard, RAFT, UPDATE } from './app.ts';
import { expect, inView, test } from './face.ts';
import { reached } from './progress.ts';

const LAPTOP = { width: 1280, height: 720 };
const PHONE = { width: 360, height: 740 };

const job = (page: Page) => page.locator('job-bar');

for (const size of [LAPTOP, PHONE]) {
  test(`an edited layout: its problem, and the button that plans it, at ${size.width} px`, async ({ page }) => {
    await page.setViewportSize(size);
    await openVirtualBoard(page, RAFT);
    await page.getByRole('tab', { name: 'Layout' }).click();
    const end = page.locator('layout-editor .end');
    const plan = end.getByRole('button', { name: 'Plan this change' });
    const edits: readonly (readonly [string, string, string])[] = [
      ['Size of fs', '4 MiB', '“fs” ends at 0x780000, but this board’s flash ends at 0x400000.'],
      ['Size of nvs', '8K', 'The NVS partition “nvs” is 8 KiB; it needs at least 12 KiB unless it is read-only.'],
      ['Size of nvs', 'lots', '“lots” is not a number.'],
    ];
    for (const [name, value, problem] of edits) {
      await page.getByLabel(name, { exact: true }).fill(value);
      await page.keyboard.press('Enter');
      await inView(page, { [problem]: end.getByText(problem), 'the button': plan });
      await inView(page, { [`${problem} in its row`]: page.locator('layout-editor table').getByText(problem) });
      await expect(plan).toBeDisabled();
    }
    await page.getByLabel('Size of nvs', { exact: true }).fill('84K');
    await page.keyboard.press('Enter');
    await page.getByLabel('Size of fs', { exact: true }).fill('256K');
    await page.keyboard.press('Enter');
    await expect(plan).toBeEnabled();
    await inView(page, { 'the button': plan, 'the field': page.getByLabel('Size of fs', { exact: true }) });
    await expect(end.locator('.problem')).toHaveCount(0);
  });

  test(`a problem with its repair, then with its plan, at ${size.width} px`, async ({ page }) => {
    await page.setViewportSize(size);
    await openVirtualBoard(page, 'Open ESP32 with a damaged partition table');
    await page.getByRole('tab', { name: /^Repair/ }).click();
    const view = page.locator('repair-view');
    const title = view.getByRole('heading', { name: /^The partition table’s MD5 checksum does not match/ });
    const repair = view.getByRole('button', { name: /^Correct app1/ });
    await reached(repair, 'enabled');
    await inView(page, { title, repair });
    await repair.click();
    const write = job(page).getByRole('button', { name: 'Change the partition table' });
    await reached(write, 'enabled');
    const says = page.locator('#view-repair plan-view').getByText(/^The board will start app0\./);
    await expect(says).toBeFocused();
    await inView(page, { title, repair, says, write });
  });
}

/** An update whose cable was pulled, on a board as slow as silicon. */
async function pulled(page: Page): Promise<void> {
  await page.setViewportSize(PHONE);
  await openVirtualBoard(page, RAFT, 2);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await isUnderWay(page);
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  await expect(job(page).getByRole('heading', { name: 'Not finished' })).toBeVisible();
}

test('on a phone, the cable of a virtual board can be plugged in wherever the page is scrolled to', async ({
  page,
}) => {
  await pulled(page);
  const plug = page.getByRole('button', { name: 'Plug the cable in' });
  const again = job(page).getByRole('button', { name: 'Connect again' });
  const scrolled = () => page.evaluate(() => scrollY);
  await page.mouse.wheel(0, 600);
  await expect.poll(scrolled).toBeGreaterThan(100);
  await inView(page, { plug, again });
  await again.click();
  const wait = page.getByRole('region', { name: 'The board is not plugged in' });
  await expect(wait).toBeFocused();
  await inView(page, { plug, wait });
  await plug.click();
  await boardIsRead(page);
  // Back in, it scrolls away as before.
  await page.mouse.wheel(0, 600);
  await expect(page.getByRole('button', { name: 'Pull the cable' })).not.toBeInViewport();
});

test('on a phone, an unfinished job has all its ways out in the job bar', async ({ page }) => {
  await pulled(page);
  await page.getByRole('button', { name: 'Plug the cable in' }).click();
  await job(page).getByRole('button', { name: 'Connect again' }).click();
  await reached(job(page).getByRole('button', { name: 'Resume' }));
  const ways = ['Resume', 'Roll back', 'Abandon'] as const;
  const inBar = (name: string) => job(page).getByRole('button', { name, exact: true });
  const allInView = () => inView(page, Object.fromEntries(ways.map((name) => [name, inBar(name)])));
  await allInView();
  const bar = await job(page).boundingBox();
  expect(bar?.height).toBeLessThan(PHONE.height / 4);
  await page.mouse.wheel(0, 600);
  await allInView();
  // Where the job itself is in view, it has them, and the bar only the next step.
  await page.setViewportSize(LAPTOP);
  await expect(inBar('Roll back')).toBeHidden();
  await page.setViewportSize(PHONE);
  await inBar('Abandon').click();
  await expect(page.locator('interrupted-job')).toHaveCount(0);
});

test('the controls of a virtual board go with it', async ({ page }) => {
  const controls = page.getByRole('button', { name: /^(Virtual board|Pull the cable|Plug the cable in)/ });
  await openVirtualBoard(page, RAFT);
  await expect(controls).toHaveCount(2);
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByRole('button', { name: RAFT })).toBeVisible();
  await expect(controls).toHaveCount(0);
  // Lost, it is there to be connected again, and so is its cable.
  await page.getByRole('button', { name: RAFT }).click();
  await boardIsRead(page);
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  await expect(page.getByRole('button', { name: 'Connect again' }).first()).toBeVisible();
  await expect(controls).toHaveCount(2);
  await page.getByRole('button', { name: 'Connect again' }).first().click();
  const wait = page.getByRole('region', { name: 'The board is not plugged in' });
  await wait.getByRole('button', { name: 'Cancel' }).click();
  await expect(wait).toHaveCount(0);
  await expect(controls).toHaveCount(2);
  await page.getByRole('button', { name: 'Plug the cable in' }).click();
  await page.getByRole('button', { name: 'Connect again' }).first().click();
  await boardIsRead(page);
});
