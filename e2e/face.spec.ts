/** What a person sees and can undo: the tab, the printed report, highlights, undo, and unsupported browsers. */
import { devices, type Page } from 'playwright/test';
import { addFile, flashButton, openBench, openVirtualBoard, placeList, placeNames, RAFT, UPDATE } from './app.ts';
import { expect, test } from './face.ts';
import { reached } from './progress.ts';

const VERIFIED = 'app1 verified';

function icon(page: Page): Promise<string> {
  return page.locator('link[rel="icon"]').evaluate((link: HTMLLinkElement) => link.getAttribute('href') ?? '');
}

test(
  'the tab shows the progress of a flash in its title and icon, then looks as before',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT, 4);
    await addFile(page, UPDATE);
    await expect(page).toHaveTitle('Plan ready · ESP32 · Sectorwise');
    const own = await page.locator('link[rel="icon"]').evaluate((link: HTMLLinkElement) => link.href);
    const icons = await page.evaluateHandle(() => {
      const seen: string[] = [];
      const link = document.querySelector('link[rel="icon"]');
      const look = () => seen.push(link?.getAttribute('href') ?? '');
      if (link !== null) new MutationObserver(look).observe(link, { attributes: true });
      return seen;
    });
    await flashButton(page).click();
    await expect(page).toHaveTitle(/^[1-9]\d? % · Sectorwise$/);
    expect(await icon(page)).toMatch(/^data:image\/svg\+xml,/);
    await reached(page.getByRole('heading', { name: VERIFIED }));
    await expect(page).toHaveTitle('Verified · Sectorwise');
    expect(await page.locator('link[rel="icon"]').evaluate((link: HTMLLinkElement) => link.href)).toBe(own);
    const drawn = new Set(await icons.jsonValue());
    expect(drawn.size).toBeGreaterThan(3);
  },
);

test('with reduced motion the icon changes only at each quarter', { tag: '@long' }, async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await openVirtualBoard(page, RAFT, 10);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await expect.poll(() => icon(page)).toMatch(/stroke-dasharray%3D%22(0|25|50|75|100)%20100%22/);
  await reached(page.getByRole('heading', { name: VERIFIED }));
});

test('the report prints on two sheets at most, without the rest of the page', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  await addFile(page, UPDATE);
  await flashButton(page).click();
  await reached(page.getByRole('heading', { name: VERIFIED }));
  for (const format of ['A4', 'Letter']) {
    const pdf = (await page.pdf({ format })).toString('latin1');
    const sheets = pdf.match(/\/Type \/Page\b(?!s)/g)?.length ?? 0;
    expect(sheets, `sheets of ${format}`).toBeGreaterThan(0);
    expect(sheets, `sheets of ${format}`).toBeLessThanOrEqual(2);
  }
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByRole('heading', { name: /^Report for ESP32 24:6f:28:ab:cd:ef/ })).toBeVisible();
  await expect(page.locator('report-sheet .units li')).toHaveCount(156);
  await expect(page.getByRole('button', { name: 'Print the report' })).toBeHidden();
  await page.emulateMedia({ media: 'screen' });
  await expect(page.locator('report-sheet')).toBeHidden();
  const printed = page.evaluate(async () => {
    await new Promise((resolve) => addEventListener('beforeprint', resolve, { once: true }));
    return true;
  });
  await page.getByRole('button', { name: 'Print the report' }).click();
  expect(await printed).toBe(true);
});

test(
  'pointing at a thing highlights it on the map or in the table, and in the plan',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT);
    await addFile(page, UPDATE);
    await reached(flashButton(page), 'enabled');
    const onMap = page.locator('flash-strip button', { hasText: 'nvs' });
    const inTable = page.locator('partition-table tr', { hasText: 'data, nvs' });
    const inPlan = page.locator('plan-view .lines li', { hasText: 'Your Wi-Fi settings stay' });
    for (const view of ['map', 'table'] as const) {
      const shown = view === 'map' ? onMap : inTable;
      if (view === 'table') await page.getByRole('button', { name: 'Table', exact: true }).click();
      for (const [pointed, name] of [
        [shown, `the ${view}`],
        [inPlan, 'the plan'],
      ] as const) {
        await pointed.hover();
        for (const lit of [shown, inPlan]) await expect(lit, `pointing at ${name}`).toHaveClass(/\blit\b/);
        if (view === 'map') await expect(page.locator('flash-map .readout')).toContainText('0x9000–0x1DFFF');
        await page.getByRole('heading', { level: 1 }).hover();
        for (const lit of [shown, inPlan]) await expect(lit).not.toHaveClass(/\blit\b/);
      }
    }
  },
);

test('someone without a file finds one to try', { tag: '@long' }, async ({ page }) => {
  await openVirtualBoard(page, RAFT);
  const download = page.waitForEvent('download');
  await openBench(page);
  await page.getByRole('button', { name: 'Save a sample app' }).click();
  await addFile(page, await (await download).path());
  await reached(flashButton(page), 'enabled');
});

test('no sample is offered that the board cannot run', async ({ page }) => {
  await openVirtualBoard(page, 'Open STM32F405 that is read protected');
  await openBench(page);
  await expect(page.getByRole('button', { name: 'Save the whole flash' })).toBeVisible();
  await expect(page.getByText('Save a sample app')).toHaveCount(0);
});

test('every choice before the write can be undone', async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 with a damaged partition table');
  await addFile(page, UPDATE);
  const consent = page.getByText('I know that the partitions shown are correct.');
  await consent.click();
  await expect(flashButton(page)).toBeEnabled();
  await consent.click();
  await expect(flashButton(page)).toBeDisabled();

  const places = placeList(page);
  const [first = '', second = ''] = await placeNames(page);
  await expect(places.locator('option:checked')).toHaveText(first);
  await places.selectOption({ index: 1 });
  await expect(places.locator('option:checked')).toHaveText(second);
  await places.selectOption({ index: 0 });
  await expect(places.locator('option:checked')).toHaveText(first);

  await page.getByRole('button', { name: 'Remove raft-demo-1.5.0.bin' }).click();
  await expect(flashButton(page)).toBeHidden();
  await expect(page.getByRole('button', { name: 'Choose a file' })).toBeVisible();
  await page.getByRole('button', { name: 'Disconnect' }).click();
  await expect(page.getByRole('button', { name: RAFT })).toBeVisible();
});

const NO_SERIAL = 'This browser has no Web Serial, which boards of the ESP32 family need.';

/** Takes both ways to real boards from a page. */
function withoutDevices(): void {
  for (const way of ['serial', 'usb']) Reflect.deleteProperty(Navigator.prototype, way);
}

test.describe('a browser that cannot reach boards', () => {
  test('says what is missing, and the virtual boards work', { tag: '@long' }, async ({ page }) => {
    await page.addInitScript(withoutDevices);
    await page.goto('?speed=20');
    await expect(page.getByText(NO_SERIAL)).toBeVisible();
    await expect(page.getByText('This browser has no WebUSB, which boards in DFU mode need.')).toBeVisible();
    await expect(page.getByRole('button', { name: /^Connect/ })).toBeHidden();
    await page.getByRole('button', { name: RAFT }).click();
    await addFile(page, UPDATE);
    await reached(flashButton(page), 'enabled');
  });

  test('an insecure page says how to open it instead', async ({ page }) => {
    await page.addInitScript(withoutDevices);
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'isSecureContext', { value: false });
    });
    await page.goto('');
    await expect(page.getByText('Open it over https or from localhost.')).toBeVisible();
    await expect(page.getByRole('button', { name: RAFT })).toBeVisible();
  });

  const { defaultBrowserType: _, ...phone } = devices['Pixel 7'] ?? { defaultBrowserType: 'chromium' };
  test.describe('a phone', () => {
    test.use(phone);
    test('says so, and completes the journey with a virtual board', async ({ page }) => {
      await page.addInitScript(withoutDevices);
      await page.goto('?speed=20');
      await expect(page.getByText(NO_SERIAL)).toBeVisible();
      await page.getByRole('button', { name: RAFT }).tap();
      await addFile(page, UPDATE);
      await flashButton(page).tap();
      await reached(page.getByRole('heading', { name: VERIFIED }));
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(412);
    });
  });
});
