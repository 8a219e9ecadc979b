/** From a failure to its remedy: the help page, in a new tab. */
import { expect, test } from 'playwright/test';
import { openVirtualBoard, RAFT } from './app.ts';
import { complaints } from './face.ts';

test('a failure leads to its section, which gives possible causes and what to do', async ({ page, context }) => {
  await openVirtualBoard(page, RAFT);
  await page.getByRole('button', { name: 'Pull the cable' }).click();
  const opened = context.waitForEvent('page');
  await page.getByRole('link', { name: /^More about this – The board was disconnected/ }).click();
  const help = await opened;
  await expect(help).toHaveTitle('Help · Sectorwise');
  const section = help.locator('details#link-lost');
  await expect(section).toHaveAttribute('open', '');
  await expect(section.getByText('The cable was pulled or has a bad contact.')).toBeInViewport();
  // The app is unchanged.
  await expect(page.getByRole('heading', { name: 'The board was disconnected.' })).toBeVisible();
});

test('how an extension works can be read on it, below the address that a saved linker file names', async ({ page }) => {
  await page.goto('help.html#extension');
  const guide = page.locator('details#extension');
  await expect(guide).toHaveAttribute('open', '');
  await expect(guide.getByRole('cell', { name: 'SECTWEXT' })).toBeVisible();
  await expect(guide.getByRole('heading', { name: 'The order of writing' })).toBeVisible();
  await page.getByRole('searchbox', { name: 'Find' }).fill('SECTWEXT');
  await expect(page.locator('summary')).toHaveText([/^\s*Extensions: an application larger than its sector/]);
});

test('it can be searched, and loads neither boards nor the loader', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(new URL(request.url()).pathname));
  await page.goto('help.html');
  await page.getByRole('searchbox', { name: 'Find' }).fill('cable charges');
  await expect(page.locator('summary')).toHaveText([
    /^\s*The cable has no data wires/,
    /^\s*The board is not in the browser’s list/,
    /^\s*The board did not respond in download mode\./,
  ]);
  // The word is not in the title: the sentence that has it is shown.
  await page.getByRole('searchbox', { name: 'Find' }).fill('restore');
  await expect(page.getByRole('status')).toHaveText(/^\d+ topics for “restore”, the best first:$/);
  const first = page.locator('summary').first();
  await expect(first).toHaveText(/^\s*Restore a backup\s+Step by step/);
  await first.click();
  await expect(page.getByText('Connect the board. After a job, press “Read the board again” first.')).toBeVisible();
  // A chapter ends the search.
  await page.getByRole('link', { name: 'Get a board to talk' }).click();
  await expect(page.getByRole('heading', { name: 'Get a board to talk' })).toBeInViewport();
  await page.getByRole('searchbox', { name: 'Find' }).fill('xyzzy');
  await expect(page.getByRole('status')).toHaveText('No results for “xyzzy”.');
  expect(loaded.filter((path) => /worker|index-|esp32/.test(path))).toEqual([]);
});

test('titles differ, and no name of a message is shown as text', async ({ page }) => {
  await page.goto('help.html');
  const topics = page.locator('details');
  const titles = (await topics.locator('summary').allInnerTexts()).map((each) => each.replace(/\s+/g, ' ').trim());
  expect(titles.length).toBeGreaterThan(400);
  expect(titles.filter((title, i) => titles.indexOf(title) !== i)).toEqual([]);
  const shown = await page.evaluate(() => {
    const ids = new Set(Array.from(document.querySelectorAll('details'), ({ id }) => id));
    return Array.from(document.querySelectorAll('main *'), ({ textContent }) => textContent.trim()).filter(
      (text) => text.includes('-') && ids.has(text),
    );
  });
  expect(shown).toEqual([]);
});

test('axe finds nothing on it, dark and light, on a phone and on a desktop', { tag: '@long' }, async ({ page }) => {
  await page.goto('help.html#no-loader');
  await expect(page.locator('details#no-loader')).toHaveAttribute('open', '');
  await page.locator('details#extension > summary').click();
  for (const width of [360, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await complaints(page), `${colorScheme}, ${width} px wide`).toEqual([]);
    }
  }
});

test('on a phone nothing is wider than the page, whatever is unfolded', async ({ page }) => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('help.html#no-loader');
  await expect(page.locator('details#no-loader')).toHaveAttribute('open', '');
  await page.evaluate(() => document.querySelectorAll('details').forEach((each) => (each.open = true)));
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
});

test(
  'a board that does not talk: from the start page to drawn help, with a rule to copy',
  { tag: '@long' },
  async ({ page, context }) => {
    await page.goto('');
    await page.getByText('My board is not in the list').click();
    const opened = context.waitForEvent('page');
    await page.getByRole('link', { name: /^More – Permissions on Linux/ }).click();
    const help = await opened;
    const section = help.locator('details#talk-linux');
    await expect(section).toHaveAttribute('open', '');
    await section.getByRole('button', { name: 'Copy' }).nth(1).click();
    await expect(section.getByRole('button', { name: 'Copied' })).toBeVisible();
    expect(await help.evaluate(() => getSelection()?.toString())).toContain('ATTRS{idVendor}=="0483"');
    expect(await complaints(help)).toEqual([]);
    await help.goto('help.html#talk-esp-buttons');
    await expect(
      help.getByRole('img', { name: 'Hold BOOT, press and release RST, then release BOOT' }),
    ).toBeInViewport();
    expect(await complaints(help)).toEqual([]);
  },
);
