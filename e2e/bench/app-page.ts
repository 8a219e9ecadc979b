/** The built app on the bench: every device is granted, so no chooser comes between it and a board. */
import { type BrowserContext, expect, type Page } from 'playwright/test';
import { choosePlace } from '../app.ts';
import { reached } from '../progress.ts';
import { useGrantedPort } from './chromium.ts';
import type { launchChromium, LaunchOptions } from './chromium.ts';

/** The fixture that starts a browser. */
export type Launch = (options?: LaunchOptions) => ReturnType<typeof launchChromium>;

/** Opens the app in a browser of its own on the bench; `baseURL` is where it is served. */
export async function openApp(launch: Launch, baseURL: string | undefined, options: LaunchOptions = {}): Promise<Page> {
  const { origin } = new URL(baseURL ?? '');
  return appIn(await launch({ origin, ...options }), origin);
}

/** Opens the app in another tab of a browser. */
export async function appIn(context: BrowserContext, origin: string): Promise<Page> {
  const page = await context.newPage();
  await useGrantedPort(page);
  await page.goto(`${origin}/`);
  return page;
}

/** Presses the button that connects a board over a serial port. */
export async function connectSerial(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Connect a board' }).click();
}

/** Presses the button that connects a board in DFU mode. */
export async function connectUsb(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Connect over DFU' }).click();
}

/** Presses the button that reconnects the same board. */
export async function connectAgain(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Read the board again|Connect again)$/ }).click();
}

/** Waits until the page says that the link is lost. */
export async function saysLost(page: Page): Promise<void> {
  await expect(page.getByText('The board was disconnected.').first()).toBeVisible();
}

/** Waits until the page says that the board is not plugged in, and waits for it. */
export async function waitsForBoard(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'The board is not plugged in' })).toBeVisible();
}

/** A data file of no known kind, the same bytes every time, for the file button. */
export function dataFile(size: number, seed = 1): { name: string; mimeType: string; buffer: Buffer } {
  const buffer = Buffer.alloc(size);
  // xorshift32: any bytes will do that do not compress and are not on a board.
  let state = seed * 0x9e37_79b1;
  for (let i = 0; i < size; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    buffer[i] = state & 0xff;
  }
  return { name: 'data.bin', mimeType: 'application/octet-stream', buffer };
}

/** Consents to every question of the plan, with the keyboard. */
export async function agreeToAll(page: Page): Promise<void> {
  const planned = page
    .locator('job-bar')
    .getByRole('button', { name: /^(Flash|Change|Select|Erase) / })
    .or(page.getByRole('heading', { name: / (is already in|already holds) / }));
  await reached(planned);
  for (const box of await page.locator('plan-view').getByRole('checkbox').all()) await box.press('Space');
}

/** Waits until a board in DFU mode was read: its map is on the page. */
export async function dfuBoardIsRead(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: /^Internal Flash/ }).first()).toBeVisible();
}

/** The page's name for two sectors of a Photon that are not adjacent: the user's and the factory slot's. */
export const DISCONNECTED = /^user \+ factory · 0x080A0000, 128 KiB \+ 0x080E0000, 128 KiB/;

/** Chooses these two sectors for the file. */
export async function chooseApart(page: Page): Promise<void> {
  await choosePlace(page, DISCONNECTED);
}
