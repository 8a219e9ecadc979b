/** What starts is seen and changed on the page: one entry of otadata is written, and the whole flash compared. */
import { expect, type Page, test } from 'playwright/test';
import {
  addFile,
  boardIsRead,
  choosePlace,
  dump,
  firstDifference,
  openVirtualBoard,
  partitionOnMap,
  RAFT,
  RECORD_SEQ_2,
  UPDATE,
} from './app.ts';
import { complaints } from './face.ts';
import { reached } from './progress.ts';

const OTADATA = 0x1e000;

/** The flash with both entries replaced; null is a blank one. */
function withEntries(before: Uint8Array, ...entries: readonly (readonly number[] | null)[]): Uint8Array {
  const wanted = before.slice();
  wanted.fill(0xff, OTADATA, OTADATA + 0x2000);
  for (const [i, entry] of entries.entries()) if (entry !== null) wanted.set(entry, OTADATA + i * 0x1000);
  return wanted;
}

async function carriedOut(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^(Select app\d to start|Erase otadata)$/ }).click();
  await reached(page.getByRole('heading', { name: /(is selected to start|otadata is erased)$/ }));
}

test(
  'an app is flashed but not started; then it is started from the map, and the old one from the summary',
  { tag: '@long' },
  async ({ page }) => {
    await openVirtualBoard(page, RAFT, 60);
    await addFile(page, UPDATE);
    await choosePlace(page, /^app1(?!, and start)/);
    await page.getByRole('button', { name: 'Flash app1' }).click();
    await reached(page.getByRole('heading', { name: /^app1 verified/ }));
    await page.getByRole('button', { name: 'Read the board again' }).click();
    await boardIsRead(page);
    await page.getByRole('button', { name: /^Remove raft-demo/ }).click();
    const { now: flashed } = await dump(page);
    const first = [...flashed.subarray(OTADATA, OTADATA + 32)];

    // In the inspector of the slot.
    await partitionOnMap(page, 'app1').click();
    await page.getByRole('button', { name: 'Start this app' }).click();
    await expect(page.getByRole('heading', { name: 'Start app1. Everything else stays.' })).toBeVisible();
    await expect(
      page.getByText(/^The board will start app1\. Afterwards otadata entry 2 has the higher/),
    ).toBeVisible();
    await expect(page.getByText('The board can start its app at every moment of the change.')).toBeVisible();
    expect(await complaints(page)).toEqual([]);
    await carriedOut(page);
    await expect(page.getByText(/^The board started app1/).last()).toBeVisible();
    const started = await dump(page);
    expect(firstDifference(started.beforeStart ?? started.now, withEntries(flashed, first, RECORD_SEQ_2))).toBeNull();
    expect(started.violations).toBe(0);

    // In the summary, with both entries.
    await page.getByRole('button', { name: 'Read the board again' }).click();
    await boardIsRead(page);
    // The app has counted its start in the settings.
    const { now: before } = await dump(page);
    await page.getByRole('button', { name: 'Change what starts' }).click();
    await expect(page.getByText('Used: it has the higher sequence number.').first()).toBeVisible();
    await page.getByRole('button', { name: 'Erase otadata' }).first().click();
    await carriedOut(page);
    await expect(page.getByText(/^The board started app0/).last()).toBeVisible();
    const forgotten = await dump(page);
    expect(firstDifference(forgotten.beforeStart ?? forgotten.now, withEntries(before, null, null))).toBeNull();
  },
);

test('unusable entries are repaired with the button at the finding', async ({ page }) => {
  await openVirtualBoard(page, 'Open ESP32 with unusable otadata');
  const { now: before } = await dump(page);
  const first = [1, 0, 0, 0, ...new Uint8Array(24).fill(0xff), 0x9a, 0x98, 0x43, 0x47];
  const second = [...before.subarray(OTADATA + 0x1000, OTADATA + 0x1020)];
  await page
    .getByRole('region', { name: 'Problems and protections' })
    .getByRole('button', { name: 'Select app0 in otadata' })
    .click();
  await carriedOut(page);
  const { now, beforeStart } = await dump(page);
  expect(firstDifference(beforeStart ?? now, withEntries(before, first, second))).toBeNull();
});
