/** A full disk: reported before anything is erased, and a job that has begun completes. */
import { expect as see, type Page } from 'playwright/test';
import { firstDifference, flashButton } from './app.ts';
import { openApp } from './bench/app-page.ts';
import { expect, test } from './bench/fixture.ts';
import { espJob, isThere, startedWith } from './kept.ts';

/**
 * Limits the storage of the app's origin to `quotaSize` bytes. The browser reads this limit at the first write, and not again
 * for a while.
 */
async function allow(page: Page, quotaSize: number): Promise<void> {
  const session = await page.context().newCDPSession(page);
  await session.send('Storage.overrideQuotaForOrigin', { origin: new URL(page.url()).origin, quotaSize });
}

/** Fills the origin's remaining storage with useless bytes; resolves with their number. */
function fillUp(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const opening = indexedDB.open('of no use', 1);
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      opening.addEventListener('upgradeneeded', () =>
        opening.result.createObjectStore('bytes', { autoIncrement: true }),
      );
      opening.addEventListener('success', () => resolve(opening.result));
      opening.addEventListener('error', () => reject(opening.error ?? new Error('not opened')));
    });
    const put = (size: number) =>
      new Promise<boolean>((resolve) => {
        const writing = database.transaction('bytes', 'readwrite');
        const data = new Uint8Array(size);
        for (let at = 0; at < size; at += 0x1_0000) crypto.getRandomValues(data.subarray(at, at + 0x1_0000));
        writing.objectStore('bytes').add(data);
        writing.addEventListener('complete', () => resolve(true));
        writing.addEventListener('abort', () => resolve(false));
      });
    let filled = 0;
    while (await put(1 << 20)) filled += 1 << 20;
    // Each half once: space freed meanwhile is not this function's to take.
    for (let size = 1 << 19; size >= 512; size /= 2) if (await put(size)) filled += size;
    database.close();
    return filled;
  });
}

/** Removes what `fillUp` stored: large pieces, whose room Chromium frees at once. */
async function makeRoom(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const removing = indexedDB.deleteDatabase('of no use');
    await new Promise((resolve) => removing.addEventListener('success', resolve, { once: true }));
  });
}

test(
  'too full for a job: reported, and nothing is erased; with more room it works',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const board = espJob(bench);
    const page = await openApp(launch, baseURL);
    await allow(page, 4 << 20);
    await board.connect(page);
    await fillUp(page);
    await board.choose(page);
    await flashButton(page).click();
    await see(page.getByRole('heading', { name: /this browser has no storage left/ })).toBeVisible();
    await see(page.getByText(/Delete backups that you no longer need, or free disk space/).first()).toBeVisible();
    expect(board.erases()).toBe(0);
    expect(firstDifference(board.now(), board.factory)).toBeNull();

    await makeRoom(page);
    await page.getByRole('button', { name: 'Remove raft-demo-1.5.0.bin' }).click();
    await board.choose(page);
    await flashButton(page).click();
    await isThere(page, board.place);
    await startedWith(board, board.wanted);
  },
);

test(
  'a disk that fills up after the first erase does not stop the job',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    // At silicon speed, so that the disk is full before the job is far.
    const board = espJob(bench, 1);
    const page = await openApp(launch, baseURL);
    await allow(page, 4 << 20);
    await board.connect(page);
    await board.choose(page);
    const erased = board.moments.next('erase');
    await flashButton(page).click();
    await erased;
    expect(await fillUp(page)).toBeGreaterThan(0);
    expect(board.erases(), 'units erased when the disk was full, of 63').toBeLessThan(50);
    await isThere(page, board.place);
    await startedWith(board, board.wanted);
  },
);
