/** Makes the pictures of the README from the built app: `npm run build && npm run screenshots`. */
import { chromium } from 'playwright';
import type { Page } from 'playwright';
import { preview } from 'vite';
import { browserArguments, findBrowser } from './browser.ts';

/** What a picture shows: how the page gets there, beginning with a board that was read. */
type Journey = (page: Page) => Promise<void>;

const PICTURES: Readonly<Record<string, Journey>> = {
  screenshot: async (page) => {
    await page.locator('input.files').setInputFiles('public/samples/raft-demo-1.5.0.bin');
    await page.getByRole('button', { name: 'Flash app1' }).click();
    await page.getByRole('heading', { name: /^app1 verified/ }).waitFor();
    await page.getByText('The board started app1').first().waitFor();
  },
  layout: async (page) => {
    await page.setViewportSize({ width: 1280, height: 1180 });
    await page.getByRole('tab', { name: 'Layout' }).click();
    const field = (name: string) => page.locator('layout-editor').getByRole('textbox', { name });
    for (const [name, value] of [
      ['Size of app0', '1856 KiB'],
      ['Offset of app1', '0x1F0000'],
      ['Size of app1', '1856 KiB'],
      ['Offset of fs', '0x3C0000'],
      ['Size of fs', '256 KiB'],
    ] as const) {
      await field(name).fill(value);
      await field(name).press('Tab');
    }
    await page.getByRole('button', { name: 'Plan this change' }).click();
    await page.getByRole('button', { name: 'Change the layout' }).waitFor();
    await page.evaluate(() => scrollTo(0, 0));
  },
  contents: async (page) => {
    await page.setViewportSize({ width: 1280, height: 960 });
    await page.getByRole('tab', { name: 'Contents' }).click();
    const view = page.getByRole('tabpanel', { name: 'Contents' });
    await view.getByRole('button', { name: 'Change wifi/ssid' }).click();
    await view.getByLabel('Value', { exact: true }).fill('attic');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Change nvs' }).waitFor();
    await page.evaluate(() => scrollTo(0, 0));
  },
};

const { url, close } = await served();
const browser = await chromium.launch({ executablePath: findBrowser(), args: browserArguments() });
for (const [name, journey] of Object.entries(PICTURES)) {
  const page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
  await page.goto(url);
  await page.getByRole('button', { name: 'Open ESP32, 4 MB, Raft' }).click();
  await page.getByRole('tab', { name: 'Flash' }).waitFor();
  await journey(page);
  await page.screenshot({ path: `docs/${name}.png` });
  console.log(`docs/${name}.png`);
  await page.close();
}
await browser.close();
await close();

/** Serves the built app on a free port of this computer. */
async function served(): Promise<{ readonly url: string; close(): Promise<void> }> {
  const server = await preview({ preview: { port: 0, host: 'localhost' } });
  const url = server.resolvedUrls?.local[0];
  if (url === undefined) throw new Error('The preview has no address.');
  return { url, close: () => server.close() };
}
