/** What a person is to read or press next is in view without scrolling, on a small laptop and on a phone. */
import type { Page } from 'playwright/test';
import { addFile, boardIsRead, choosePlace, flashButton, isUnderWay, openVirtualBoard, RAFT, UPDATE } from './app.ts';
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
  // What they come to is said there, too: the job itself is further down.
  await inView(page, {
    'Roll back says': job(page).getByText('Roll back restores what was overwritten; you see the plan first.'),
    'Abandon says': job(page).getByText('Abandon closes it and writes nothing.'),
  });
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

for (const size of [LAPTOP, PHONE]) {
  test(`what a plan risks is said beside its button, at ${size.width} px`, async ({ page }) => {
    await page.setViewportSize(size);
    await openVirtualBoard(page, 'Open ESP32 whose bootloader says 2 MB');
    await page.getByRole('tab', { name: /^Repair/ }).click();
    await page
      .getByRole('button', { name: /^Set the header/ })
      .first()
      .click();
    const write = job(page).getByRole('button', { name: 'Change the bootloader' });
    await reached(write, 'enabled');
    const power = job(page).getByText(/^If the board loses power meanwhile, it may not start/);
    // Also where the plan itself is scrolled out of view.
    await page.getByRole('tab', { name: 'Flash' }).click();
    await page.mouse.wheel(0, -3000);
    await inView(page, { power, write });
  });

  test(`the app that an update replaces is named beside its button, at ${size.width} px`, async ({ page }) => {
    await page.setViewportSize(size);
    await openVirtualBoard(page, RAFT, 50);
    await addFile(page, UPDATE);
    await choosePlace(page, /^app0 /);
    const write = job(page).getByRole('button', { name: 'Flash app0' });
    await reached(write);
    const replaces = job(page).getByText('Replaces raft-demo 1.4.2, which the board starts now.');
    await inView(page, { replaces, write });
  });

  test(`after a job the other views have their room, at ${size.width} px`, async ({ page }) => {
    await page.setViewportSize(size);
    await openVirtualBoard(page, RAFT, 50);
    await addFile(page, UPDATE);
    await flashButton(page).click();
    const verdict = job(page).getByRole('heading', { name: /^app1 verified/ });
    await reached(verdict);
    const proof = job(page).getByText(/^Verified by the board’s MD5 digests/);
    await expect(proof).toBeVisible();
    const full = (await job(page).boundingBox())?.height ?? 0;
    for (const view of ['Layout', 'Contents', 'Repair', 'Backups']) {
      await page.getByRole('tab', { name: new RegExp(`^${view}`) }).click();
      await expect(proof).toBeHidden();
      await inView(page, {
        verdict,
        'what started': job(page).getByText('The board started app1 (0x1D0000).'),
        again: job(page).getByRole('button', { name: 'Read the board again' }),
      });
      expect((await job(page).boundingBox())?.height).toBeLessThan(Math.min(full - 25, size.height / 6));
    }
    await page.getByRole('tab', { name: 'Flash' }).click();
    await expect(proof).toBeVisible();
  });

  test(`the board that was used last comes first on the start page, at ${size.width} px`, async ({ page }) => {
    await page.setViewportSize(size);
    await openVirtualBoard(page, /^Open Particle Electron/, 50);
    await addFile(page, 'public/samples/electron-app-v7.bin');
    await flashButton(page).click();
    await reached(job(page).getByRole('heading', { name: /verified/ }));
    await page.getByRole('button', { name: 'Disconnect' }).click();
    const last = page.getByRole('list', { name: 'The board you used last' });
    await inView(page, {
      card: last.getByRole('button', { name: /^Open Particle Electron/ }),
      changed: last.getByText('Changed', { exact: true }),
      serial: page.getByRole('button', { name: 'Connect a board' }),
      dfu: page.getByRole('button', { name: 'Connect over DFU' }),
    });
    await last.getByRole('button').click();
    await boardIsRead(page);
  });
}

test('on a phone, a job that was left unfinished comes first on the start page', async ({ page }) => {
  await pulled(page);
  await page.getByRole('button', { name: 'Plug the cable in' }).click();
  await job(page).getByRole('button', { name: 'Connect again' }).click();
  await reached(job(page).getByRole('button', { name: 'Resume' }));
  await page.getByRole('button', { name: 'Disconnect' }).click();
  const card = page.getByRole('list', { name: 'Unfinished jobs' }).getByRole('listitem');
  await inView(page, {
    card,
    again: card.getByRole('button', { name: /^Connect/ }),
    serial: page.getByRole('button', { name: 'Connect a board' }),
  });
  // It is the card of that board, too.
  await expect(page.getByRole('list', { name: 'The board you used last' })).toHaveCount(0);
});
