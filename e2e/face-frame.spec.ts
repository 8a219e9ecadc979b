/** The frame of the page: the way of a file onto a board without scrolling, the views with their addresses, and the bar in reach. */
import type { Locator, Page } from 'playwright/test';
import {
  addFile,
  boardIsRead,
  flashButton,
  isUnderWay,
  openBench,
  openVirtualBoard,
  placeList,
  RAFT,
  UPDATE,
} from './app.ts';
import { expect, inView, test } from './face.ts';
import { reached } from './progress.ts';

const job = (page: Page) => page.locator('job-bar');
const scrolled = (page: Page) => page.evaluate(() => scrollY);

/** The steps of a flash; `planned` also has to be in view once it is planned. */
async function flashInView(page: Page, planned: Readonly<Record<string, Locator>>): Promise<void> {
  await addFile(page, UPDATE);
  await reached(flashButton(page), 'enabled');
  const headline = job(page).getByRole('heading', { level: 2 });
  await expect(headline).toHaveText('raft-demo 1.5.0 → app1, selected to start. Everything else stays.');
  await inView(page, { headline, 'the button': flashButton(page), ...planned });
  await flashButton(page).click();
  await expect(page.getByText(/[1-9]\d %/).first()).toBeVisible();
  await inView(page, {
    headline,
    progress: job(page).getByRole('progressbar'),
    Stop: page.getByRole('button', { name: 'Stop' }),
  });
  const verdict = page.getByRole('heading', { name: 'app1 verified: raft-demo 1.5.0' });
  await reached(verdict);
  await inView(page, {
    verdict,
    'what the board started': page.getByText('The board started app1 (0x1D0000).').first(),
    'the next file': page.getByRole('button', { name: 'Flash another file' }),
    'the report': page.getByRole('button', { name: 'Save the report' }),
    'Read the board again': page.getByRole('button', { name: 'Read the board again' }),
    Disconnect: page.getByRole('button', { name: 'Disconnect' }),
  });
  expect(await scrolled(page)).toBe(0);
}

for (const [width, height, long] of [
  [1280, 720, false],
  [1440, 900, true],
] as const) {
  test(
    `a file is put on a board without scrolling at ${width} × ${height}`,
    { tag: long ? '@long' : [] },
    async ({ page }) => {
      await page.setViewportSize({ width, height });
      // As slow as silicon, so that a busy machine sees the progress, too.
      await openVirtualBoard(page, RAFT, 1);
      await inView(page, {
        'the file button': page.getByRole('button', { name: 'Choose a file' }),
        'what the board starts': page.getByRole('heading', { name: 'Starts raft-demo 1.4.2 from app0' }),
      });
      await flashInView(page, { 'the place': placeList(page) });
      await inView(page, { 'what the board printed, to its end': page.getByRole('log') });
    },
  );
}

/** Starts the update on a board as slow as silicon, and waits until a part of it is written. */
async function underWay(page: Page): Promise<void> {
  await openVirtualBoard(page, RAFT, 2);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await isUnderWay(page);
}

/** All that can be done about an unfinished job. */
function waysOut(page: Page): Readonly<Record<string, Locator>> {
  const way = (name: string) => page.locator('interrupted-job').getByRole('button', { name, exact: true });
  return { Resume: way('Resume'), 'Roll back': way('Roll back'), Abandon: way('Abandon') };
}

for (const [width, height, long] of [
  [1280, 720, false],
  [360, 740, true],
] as const) {
  test(
    `a job that was stopped says so and how it goes on, without scrolling at ${width} × ${height}`,
    { tag: '@long' },
    async ({ page }) => {
      await page.setViewportSize({ width, height });
      await underWay(page);
      await page.getByRole('button', { name: 'Stop' }).click();
      const verdict = job(page).getByRole('heading', { name: 'Stopped before the end' });
      await expect(verdict).toBeVisible();
      const resume = job(page).getByRole('button', { name: 'Resume' });
      await expect(resume).toBeVisible();
      const map = page.getByRole('group', { name: 'Flash map' });
      await inView(page, { verdict, resume, map });
      if (width > 1000)
        await inView(page, {
          'the unfinished job': page.getByRole('heading', { name: 'A write to this board is unfinished' }),
          ...waysOut(page),
        });
      expect(await scrolled(page)).toBe(0);
      await resume.click();
      await expect(page.getByRole('heading', { name: 'app1 verified: raft-demo 1.5.0' })).toBeVisible();
    },
  );

  test(
    `a job whose cable was pulled says so and what to do, without scrolling at ${width} × ${height}`,
    { tag: long ? '@long' : [] },
    async ({ page }) => {
      await page.setViewportSize({ width, height });
      await underWay(page);
      await page.getByRole('button', { name: 'Pull the cable' }).click();
      const verdict = job(page).getByRole('heading', { name: 'Not finished' });
      await expect(verdict).toBeVisible();
      await inView(page, {
        verdict,
        again: job(page).getByRole('button', { name: 'Connect again' }),
        map: page.getByRole('group', { name: 'Flash map' }),
      });
      expect(await scrolled(page)).toBe(0);
      await page.getByRole('button', { name: 'Plug the cable in' }).click();
      await job(page).getByRole('button', { name: 'Connect again' }).click();
      await reached(job(page).getByRole('button', { name: 'Resume' }));
      if (width > 1000) await inView(page, waysOut(page));
      expect(await scrolled(page)).toBe(0);
      // On a phone they are below the map, clear of the bars.
      for (const [name, way] of Object.entries(waysOut(page))) {
        await way.scrollIntoViewIfNeeded();
        await way.focus();
        await inView(page, { [name]: way });
      }
    },
  );
}

test(
  'below an unfolded reason of the start the plan, its button, the progress and the verdict are still in view',
  { tag: '@long' },
  async ({ page }) => {
    await page.setViewportSize({ width: 1280, height: 720 });
    await openVirtualBoard(page, RAFT, 1);
    await page.getByRole('button', { name: 'Why', exact: true }).click();
    await inView(page, {
      'the entries': page.getByRole('list', { name: 'Entries that select the app' }),
      'the map': page.getByRole('group', { name: 'Flash map' }),
      'the views': page.getByRole('tab', { name: 'Flash' }),
    });
    await flashInView(page, {});
  },
);

test('what should start is chosen at the top: the entries fold, and the plan is in view', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await openVirtualBoard(page, RAFT, 50);
  await page.getByRole('button', { name: 'Change what starts' }).click();
  await page.getByRole('button', { name: 'Erase otadata' }).click();
  const write = job(page).getByRole('button', { name: 'Erase otadata' });
  await expect(write).toBeEnabled();
  await expect(page.getByRole('list', { name: 'Entries that select the app' })).toBeHidden();
  await inView(page, {
    headline: job(page).getByRole('heading', { level: 2 }),
    write,
    'what starts then': page.locator('plan-view').getByText(/^The board will /),
  });
  expect(await scrolled(page)).toBe(0);
});

/** How much of the height the two bars take, 0 to 1: a part that has scrolled away takes none. */
async function barsOf(page: Page): Promise<number> {
  const boxes = await Promise.all(['board-bar', 'job-bar'].map((bar) => page.locator(bar).boundingBox()));
  const heights = boxes.map((box) => (box === null ? 0 : box.height + Math.min(0, box.y)));
  return heights.reduce((sum, height) => sum + height, 0) / (page.viewportSize()?.height ?? 1);
}

test('on a phone the job bar is always in reach, and the bars leave two thirds to the page', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await openVirtualBoard(page, RAFT, 1);
  await addFile(page, UPDATE);
  await reached(flashButton(page), 'enabled');
  expect(await barsOf(page)).toBeLessThan(1 / 3);
  await page.mouse.wheel(0, 300);
  await expect.poll(() => barsOf(page)).toBeLessThan(1 / 4);
  // The board and how to leave it stay.
  await inView(page, { leave: page.getByRole('button', { name: 'Disconnect' }) });
  await page.mouse.wheel(0, -300);
  await page.getByRole('button', { name: /^Remove raft-demo/ }).click();
  await flashInView(page, {});
  expect(await barsOf(page)).toBeLessThan(1 / 3);
});

test('another file: the first one is gone, and the board is read again', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await page.getByRole('button', { name: 'Try with raft-demo 1.5.0' }).click();
  await flashButton(page).click();
  await page.getByRole('button', { name: 'Flash another file' }).click();
  await expect(page.getByRole('heading', { name: 'Starts raft-demo 1.5.0 from app1' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible();
  await expect(page.getByText('raft-demo-1.5.0.bin')).toHaveCount(0);
});

test('a fragment names the view, and Back, Forward and reload lead to it again', async ({ page }) => {
  await page.goto('?speed=20#/backups');
  await page.getByRole('button', { name: RAFT }).click();
  const flash = page.getByRole('tab', { name: 'Flash' });
  const backups = page.getByRole('tab', { name: /^Backups/ });
  await expect(backups).toHaveAttribute('aria-selected', 'true');
  await flash.click();
  await expect(page).toHaveURL(/\?speed=20#\/flash$/);
  await page.goBack();
  await expect(backups).toHaveAttribute('aria-selected', 'true');
  await page.goForward();
  await expect(flash).toHaveAttribute('aria-selected', 'true');
  await page.goBack();
  await page.reload();
  await page.getByRole('button', { name: RAFT }).click();
  await expect(backups).toHaveAttribute('aria-selected', 'true');
  await page.evaluate(() => (location.hash = '#/nothing'));
  await expect(flash).toHaveAttribute('aria-selected', 'true');
});

test('the focus lands on what is wrong with a board, or else on what it starts', async ({ page }) => {
  const focused = () =>
    page.evaluate(() => {
      let at = document.activeElement;
      while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
      return at?.textContent.replace(/\s+/g, ' ').trim() ?? '';
    });
  await page.goto('?speed=20');
  await page.getByRole('button', { name: RAFT }).press('Enter');
  await boardIsRead(page);
  await expect.poll(focused).toBe('Starts raft-demo 1.4.2 from app0');
  await page.getByRole('button', { name: 'Disconnect' }).press('Enter');
  await expect.poll(focused).toMatch(/^Flash a board from the browser/);
  await page.getByText('More virtual boards').click();
  await page.getByRole('button', { name: 'Open ESP32 with a damaged partition table' }).press('Enter');
  await boardIsRead(page);
  await expect.poll(focused).toMatch(/^Problem.*MD5 checksum does not match/);
});

test(
  'neither bar covers what is needed, down to a phone: the text of the verdict, and the controls of a virtual board',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT, 50);
    await addFile(page, UPDATE);
    await flashButton(page).click();
    await reached(page.getByRole('heading', { name: /^app1 verified/ }));
    await openBench(page);
    const reset = page.getByRole('button', { name: 'Reset this board' });
    for (const [width, height] of [
      [1280, 720],
      [960, 600],
      [900, 600],
      [880, 600],
      [800, 600],
      [720, 600],
      [360, 740],
      [320, 640],
    ] as const) {
      await page.setViewportSize({ width, height });
      const bar = await job(page).boundingBox();
      expect(bar?.height, `height of the job bar at ${width} px`).toBeLessThan(height / 2);
      const controls = page.getByRole('button', { name: 'Save the whole flash', exact: true });
      // They unfold in the bar at the top, which grows for them. As a pointer would, without pressing: it fails if something lies over it.
      for (const button of [controls, reset]) {
        await expect(button).toBeInViewport({ ratio: 1 });
        await button.click({ trial: true });
      }
    }
  },
);

test('nothing scrolls sideways from 320 to 1920 px, planned and ended', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT, 50);
  const fits = async () => {
    for (let width = 320; width <= 1920; width += 20) {
      await page.setViewportSize({ width, height: 800 });
      const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
      await expect.poll(wide, `at ${width} px`).toBeLessThanOrEqual(width);
    }
  };
  await fits();
  await addFile(page, UPDATE);
  await reached(flashButton(page), 'enabled');
  await fits();
  await flashButton(page).click();
  await reached(page.getByRole('heading', { name: /^app1 verified/ }));
  await fits();
});

test('on paper nothing is left to press, and no bar lies over the text', async ({ page }) => {
  await openVirtualBoard(page, RAFT, 50);
  await addFile(page, UPDATE);
  await reached(flashButton(page), 'enabled');
  await page.emulateMedia({ media: 'print' });
  await expect(job(page).getByRole('heading', { level: 2 })).toBeVisible();
  await expect(page.locator('plan-view').getByText('Your Wi-Fi settings stay')).toBeVisible();
  for (const name of ['Disconnect', 'Pull the cable', 'Add a file', 'Flash app1', 'Whole flash'])
    await expect(page.getByRole('button', { name, exact: true })).toBeHidden();
  for (const bar of ['board-bar', 'job-bar'])
    expect(await page.locator(bar).evaluate((each) => getComputedStyle(each).position)).toBe('static');
});
