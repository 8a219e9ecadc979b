/** Two tabs of one browser never work on the same job. */
import { expect as see } from 'playwright/test';
import { addFile, boardIsRead, dump, firstDifference, flashButton, openVirtualBoard, RAFT, UPDATE } from './app.ts';
import { appIn, openApp } from './bench/app-page.ts';
import { expect, test } from './bench/fixture.ts';
import { asksAbout, card, espJob, INTERRUPTED, isThere, resume, resumeButton, startedWith } from './kept.ts';

const ELSEWHERE = /Another tab of this browser is working on this board/;

// Two pages have a board each, but these have the same identity: to the app they are one.
test('a board that another tab works on is left alone until that is done', { tag: '@long' }, async ({ context }) => {
  const one = await context.newPage();
  const other = await context.newPage();
  await openVirtualBoard(one, RAFT, 1);
  await addFile(one, UPDATE);
  await flashButton(one).click();
  await see(one.getByText(/Writing from 0x1[DEF]/).first()).toBeVisible();

  await openVirtualBoard(other, RAFT);
  const factory = (await dump(other)).now;
  await see(card(other).getByText(ELSEWHERE).first()).toBeVisible();
  await see(resumeButton(other)).toBeDisabled();
  await see(card(other).getByRole('button', { name: 'Roll back', exact: true })).toBeDisabled();
  await addFile(other, UPDATE);
  await see(other.locator('plan-view').getByText(ELSEWHERE).first()).toBeVisible();
  await see(flashButton(other)).toHaveCount(0);
  const untouched = await dump(other);
  expect(untouched.erases).toBe(0);
  expect(firstDifference(untouched.now, factory)).toBeNull();

  await isThere(one, 'app1');
  await other.getByRole('button', { name: 'Disconnect' }).click();
  await other.getByRole('button', { name: RAFT }).click();
  await boardIsRead(other);
  await see(card(other)).toHaveCount(0);
  await flashButton(other).click();
  await isThere(other, 'app1');
  for (const page of [one, other]) expect((await dump(page)).violations).toBe(0);
});

test('a tab closed in mid-write: another one resumes', { tag: '@long' }, async ({ bench, launch, baseURL }) => {
  const board = espJob(bench);
  const one = await openApp(launch, baseURL);
  const other = await appIn(one.context(), new URL(baseURL ?? '').origin);
  await one.bringToFront();
  await board.connect(one);
  await board.choose(one);
  const moment = board.moments.next('program', 20);
  await flashButton(one).click();
  await moment;
  const from = bench.events.length;
  await one.close();
  await bench.until(({ what }) => what === 'close', from);
  await board.connect(other);
  await asksAbout(other, INTERRUPTED);
  await resume(other, board.place);
  await startedWith(board, board.wanted);
});
