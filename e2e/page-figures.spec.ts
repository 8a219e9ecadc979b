/**
 * What the page's main thread does while it flashes, in processor time: rows of `npm run bench`. Tagged `@alone`: beside other
 * journeys on the same core the same work takes more processor time.
 */
import { FRAME, LONGEST_TASK } from '../src/testing/bench/page-rows.ts';
import { addFile, flashButton, openVirtualBoard, RAFT, UPDATE } from './app.ts';
import { expect, test } from './face.ts';
import { mainThreadTasks, putFigure } from './figures.ts';

// Snapshots of every step would be work on the same thread.
test.use({ trace: 'off' });

/** How often the recording reports. */
const REPORTS = 36;

test(
  'no task takes over 50 ms of the processor while a virtual board is flashed',
  { tag: '@alone' },
  async ({ page }, info) => {
    await openVirtualBoard(page, RAFT, 20);
    await addFile(page, UPDATE);
    await expect(flashButton(page)).toBeEnabled();
    const tasks = await mainThreadTasks(page, async () => {
      await flashButton(page).click();
      await expect(page.getByRole('heading', { name: 'app1 verified' })).toBeVisible();
    });
    const longest = Math.max(...tasks);
    putFigure(info, 'page-task', longest);
    expect(tasks.length, 'tasks were traced').toBeGreaterThan(100);
    expect(longest).toBeLessThan(LONGEST_TASK);
  },
);

test(
  'a change of a map of 4096 erase units takes about a frame at most, and no task over 50 ms of the processor',
  { tag: '@alone' },
  async ({ page, gallery }, info) => {
    await page.goto(`${gallery}?app=huge`);
    await expect(page.getByText('Ready')).toBeVisible();
    const done = page.getByText(`Reported ${REPORTS} states`);
    const tasks = await mainThreadTasks(page, async () => {
      await page.getByRole('button', { name: 'Start the recording' }).click();
      await expect(done).toBeVisible();
    });
    const each = tasks.reduce((sum, task) => sum + task, 0) / REPORTS;
    putFigure(info, 'page-frame', each);
    expect(tasks.length, 'tasks were traced').toBeGreaterThan(REPORTS);
    expect(Math.max(...tasks)).toBeLessThan(LONGEST_TASK);
    // A machine that others use is slower: `npm run bench` asks for one frame.
    expect(each).toBeLessThan(2 * FRAME);
  },
);
