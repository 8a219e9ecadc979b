/**
 * An unlucky machine in the middle of a job: the browser is frozen, the page is busy, the worker is gone, the storage does not
 * answer, the date is set back. Each ends with every unit verified, or interrupted with a way back, and says which; either way
 * the whole flash is what was wanted in the end.
 */
import { type Page, expect as see } from 'playwright/test';
import { firstDifference, flashButton } from './app.ts';
import { openApp } from './bench/app-page.ts';
import { expect, test } from './bench/fixture.ts';
import { asksAbout, espJob, INTERRUPTED, isThere, resume, startedWith, verdictOf, type BenchJob } from './kept.ts';
import { reached } from './progress.ts';
import { endWorkers, findRenderers, holdStorage, rememberWorkers, setBack } from './unlucky.ts';

/** The button that reads the same board again, connected or not. */
function again(page: Page) {
  return page.getByRole('button', { name: /^(Connect again|Read the board again)$/ }).first();
}

/** How a job ended that nobody stopped: `verified`, or `interrupted`, which the page says with a way back. */
async function ending(page: Page, board: BenchJob): Promise<'verified' | 'interrupted'> {
  const verified = verdictOf(page, board.place);
  // A storage that hangs is given up after 20 s, in which nothing changes.
  await reached(verified.or(again(page)).first(), 'visible', 60_000);
  return (await verified.count()) > 0 ? 'verified' : 'interrupted';
}

/** Takes the way back that the page offers after an interruption, and waits until everything is verified. */
async function goOn(page: Page, board: BenchJob): Promise<void> {
  await again(page).click();
  await asksAbout(page, INTERRUPTED);
  await resume(page, board.place);
}

/** Real time: what is tested is what a browser does in it. */
function seconds(count: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, count * 1000);
  });
}

/** Presses Flash, and waits until the board programs the 20th time. */
async function untilWriting(page: Page, board: BenchJob): Promise<void> {
  const moment = board.moments.next('program', 20);
  await flashButton(page).click();
  await moment;
}

test('frozen for 20 s in the middle of writing', { tag: '@long' }, async ({ bench, launch, baseURL }) => {
  const board = espJob(bench, 4);
  const page = await openApp(launch, baseURL);
  await board.connect(page);
  await board.choose(page);
  const renderers = await findRenderers(page.context());
  await untilWriting(page, board);
  for (const pid of renderers) process.kill(pid, 'SIGSTOP');
  const stood = board.erases();
  await seconds(20);
  // It really stood still: at most what the board had already received went on.
  expect(board.erases() - stood).toBeLessThanOrEqual(32);
  for (const pid of renderers) process.kill(pid, 'SIGCONT');
  const end = await ending(page, board);
  console.log(`frozen for 20 s: ${end}`);
  // The page was not there to hear its worker; that is no reason to call it stuck.
  await see(page.getByRole('button', { name: 'Restart it' })).toHaveCount(0);
  if (end === 'interrupted') await goOn(page, board);
  await startedWith(board, board.wanted);
});

test(
  'the page’s own thread blocked for 10 s in the middle of writing',
  { tag: '@long' },
  async ({ bench, launch, baseURL }) => {
    const board = espJob(bench, 4);
    const page = await openApp(launch, baseURL);
    await board.connect(page);
    await board.choose(page);
    await untilWriting(page, board);
    await page.evaluate(() => {
      const end = performance.now() + 10_000;
      let now = 0;
      while (now < end) now = performance.now();
    });
    const end = await ending(page, board);
    console.log(`page blocked for 10 s: ${end}`);
    await see(page.getByRole('button', { name: 'Restart it' })).toHaveCount(0);
    if (end === 'interrupted') await goOn(page, board);
    await startedWith(board, board.wanted);
  },
);

test('the device worker ends in the middle of writing', { tag: '@long' }, async ({ bench, launch, baseURL }) => {
  const board = espJob(bench, 4);
  const page = await openApp(launch, baseURL, {});
  await rememberWorkers(page);
  await page.reload();
  await board.connect(page);
  await board.choose(page);
  await untilWriting(page, board);
  await endWorkers(page);
  // Nothing else on the page works now, and the page says so.
  await reached(page.getByRole('heading', { name: /has not answered for 10 seconds/ }));
  expect(firstDifference(board.now(), board.wanted)).not.toBeNull();
  await page.getByRole('button', { name: 'Restart it' }).click();
  await see(page.getByText(/stopped responding and was restarted/).first()).toBeVisible();
  await board.connect(page);
  await asksAbout(page, INTERRUPTED);
  console.log('device worker ended: interrupted');
  await resume(page, board.place);
  await startedWith(board, board.wanted);
});

test('the storage does not answer in the middle of writing', { tag: '@long' }, async ({ bench, launch, baseURL }) => {
  const board = espJob(bench, 4);
  const page = await openApp(launch, baseURL);
  await board.connect(page);
  await board.choose(page);
  const holder = await page.context().newPage();
  await holder.goto(`${new URL(baseURL ?? '').origin}/help.html`);
  await untilWriting(page, board);
  const letGo = await holdStorage(holder);
  const end = await ending(page, board);
  console.log(`storage hung: ${end}`);
  expect(end).toBe('interrupted');
  await see(page.getByText(/storage has not answered for \d+ seconds?/).first()).toBeVisible();
  // Nothing is erased that could not be recorded, so nothing goes on.
  const stood = board.erases();
  await seconds(2);
  expect(board.erases()).toBe(stood);
  await letGo();
  await goOn(page, board);
  await startedWith(board, board.wanted);
});

test('the date is set back an hour in the middle of writing', { tag: '@long' }, async ({ bench, launch, baseURL }) => {
  const board = espJob(bench, 4);
  const page = await openApp(launch, baseURL);
  await board.connect(page);
  await board.choose(page);
  await untilWriting(page, board);
  await setBack(page, 3_600_000);
  // Progress goes on being shown, with a sensible time left.
  const left = page
    .locator('job-bar')
    .getByText(/^\d+(\.\d+)? (s|min) left$/)
    .first();
  await see(left).toBeVisible();
  const end = await ending(page, board);
  console.log(`date set back: ${end}`);
  expect(end).toBe('verified');
  await isThere(page, board.place);
  await startedWith(board, board.wanted);
});
