/** Drives the app as a person would: every step uses what a person sees. */
import { readFileSync } from 'node:fs';
import { expect, type Page } from 'playwright/test';
import { reached } from './progress.ts';

/** The sample update of the virtual ESP32's app. */
export const UPDATE = 'public/samples/raft-demo-1.5.0.bin';

/** The name of the button that opens the ESP32 with Raft's layout. */
export const RAFT = 'Open ESP32, 4 MB, Raft';
/** Where the settings of this board are. */
export const RAFT_NVS = { from: 0x9000, to: 0x1e000 } as const;

/** The board's flash as read out by the bench under a virtual board. */
export interface Dump {
  readonly now: Uint8Array;
  /** As it was before the board last started; null if it has not started. */
  readonly beforeStart: Uint8Array | null;
  readonly erases: number;
  readonly violations: number;
}

/** Opens the app with a virtual board that runs `speed` times faster than silicon, and waits until it was read. */
export async function openVirtualBoard(page: Page, name: string | RegExp, speed = 20): Promise<void> {
  await page.goto(`?speed=${speed}`);
  await chooseVirtualBoard(page, name);
  await boardIsRead(page);
}

/** Presses the button of a virtual board on the start page, if need be in the drawer. */
export async function chooseVirtualBoard(page: Page, name: string | RegExp): Promise<void> {
  const drawer = page.getByText('More virtual boards');
  const board = page.getByRole('button', { name });
  await expect(drawer).toBeVisible();
  if (!(await board.isVisible())) await drawer.click();
  await board.click();
}

/** Waits until the board was read: its views are on the page. */
export async function boardIsRead(page: Page): Promise<void> {
  await reached(page.getByRole('tab', { name: 'Flash' }));
}

/** The block of a partition on the flash map; its name is that of the partition, with what is known of it. */
export function partitionOnMap(page: Page, name: string) {
  return page
    .getByRole('group', { name: 'Flash map' })
    .getByRole('button', { name: new RegExp(`^${name} 0x`) })
    .first();
}

/** Opens the tools for the whole flash below the map, and presses one of them. */
export async function useTool(page: Page, name: string): Promise<void> {
  const tool = page.getByRole('button', { name });
  if (!(await tool.isVisible())) await page.getByRole('button', { name: 'Whole flash', exact: true }).click();
  await tool.click();
}

/** Opens a partition on the map, and backs it up. */
export async function backUp(page: Page, name: string): Promise<void> {
  await partitionOnMap(page, name).click();
  await page.getByRole('button', { name: 'Back up', exact: true }).click();
}

/** Unfolds the controls of a virtual board. */
export async function openBench(page: Page): Promise<void> {
  const opens = page.getByRole('button', { name: /^Virtual board/ });
  if ((await opens.getAttribute('aria-expanded')) === 'false') await opens.press('Enter');
}

/** Adds a file with the file button. */
export async function addFile(
  page: Page,
  file: string | { name: string; mimeType: string; buffer: Buffer },
): Promise<void> {
  await page.locator('input.files').setInputFiles(file);
}

/** Adds a folder with everything in it, with the folder button. */
export async function addFolder(page: Page, folder: string): Promise<void> {
  await page.locator('input.folder').setInputFiles(folder);
}

/** The list of places of the only file. */
export function placeList(page: Page) {
  return page.getByLabel(/^(?:Write to|Already in)$/);
}

/** The names of these places, each with its addresses. */
export async function placeNames(page: Page): Promise<string[]> {
  await expect(placeList(page)).toBeVisible();
  const names = await placeList(page).locator('option').allTextContents();
  return names.map((each) => each.replace(/\s+/g, ' ').trim());
}

/** Chooses the first place for the only file whose name or addresses match. */
export async function choosePlace(page: Page, name: RegExp): Promise<void> {
  const names = await placeNames(page);
  const label = names.find((each) => name.test(each));
  if (label === undefined) throw new Error(`no place ${String(name)} among ${names.join(', ')}`);
  await placeList(page).selectOption({ label });
}

/** Checks which place the only file has. */
export async function hasPlace(page: Page, name: RegExp): Promise<void> {
  await expect(placeList(page).locator('option:checked')).toHaveText(name);
}

/** The button that starts writing. */
export function flashButton(page: Page) {
  return page.locator('job-bar').getByRole('button', { name: /^(Flash|Change|Select|Erase) / });
}

/** Waits until a part of a write has reached the board: what is backed up first has been read. */
export async function isUnderWay(page: Page): Promise<void> {
  await reached(page.getByText(/Writing from 0x/).first());
}

/** Recreates a virtual board, and waits until it was read again. */
export async function resetBoard(page: Page): Promise<void> {
  await openBench(page);
  await page.getByRole('button', { name: 'Reset this board' }).click();
  await page.getByRole('button', { name: 'Reset it' }).click();
  await boardIsRead(page);
}

/** Reads out the whole flash of a virtual board, without the app. */
export async function dump(page: Page): Promise<Dump> {
  const counts = page.getByText(/When the flash was last saved, /);
  await openBench(page);
  const [now] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save the whole flash', exact: true }).press('Enter'),
  ]);
  const [erases, violations] = [...((await counts.textContent()) ?? '').replaceAll(',', '').matchAll(/\d+/g)].map(
    Number,
  );
  if (erases === undefined || violations === undefined) throw new Error('the bench shows no counts');
  const again = page.getByRole('button', { name: 'Save the flash as it was before the last start' });
  const before = (await again.isVisible())
    ? (await Promise.all([page.waitForEvent('download'), again.click()]))[0]
    : null;
  await page.keyboard.press('Escape');
  return {
    now: readFileSync(await now.path()),
    beforeStart: before === null ? null : readFileSync(await before.path()),
    erases,
    violations,
  };
}

/** The flash that a plan promises: the previous flash with the app in its place, and the otadata record that starts ota_1. */
export function withUpdate(
  before: Uint8Array,
  place: number,
  otadata: readonly number[] | null,
  app: Uint8Array = readFileSync(UPDATE),
): Uint8Array {
  const wanted = before.slice();
  wanted.set(app, place);
  if (otadata !== null) {
    wanted.fill(0xff, 0x1f000, 0x20000);
    wanted.set(otadata, 0x1f000);
  }
  return wanted;
}

/**
 * The second otadata record with sequence number 2, computed by hand: seq, 20 bytes of label, state, and the ROM's CRC-32 of
 * the four bytes of seq.
 */
export const RECORD_SEQ_2: readonly number[] = [2, 0, 0, 0, ...new Uint8Array(24).fill(0xff), 0x74, 0x37, 0xf6, 0x55];

/** The first address at which two flashes differ; null if they are the same. */
export function firstDifference(a: Uint8Array, b: Uint8Array): string | null {
  if (a.length !== b.length) return `${a.length} and ${b.length} bytes`;
  if (Buffer.compare(a, b) === 0) return null;
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return `0x${at.toString(16)}: ${a[at]} and ${b[at]}`;
}
