/** What “Plan this change” comes to is put into view: it is below the rows, and what is above may be all that a screen has room for. */
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { readBuildError } from '../../src/esp/fit/build-errors.ts';
import { layoutEditor } from '../../src/esp/partitions/layout-editor.ts';
import type { Work } from '../../src/session/state.ts';
import { board, editable, emptyPlan, planned, progress, refusal } from '../gallery/fixtures.ts';
import { inside, next, settle } from '../shared/testing.ts';
import { PlanView } from '../plan-view/plan-view.ts';
import { LONG } from '../../src/testing/long.ts';
import { show, together } from './sectorwise-app.testing.ts';

afterEach(() => history.replaceState(null, '', location.pathname + location.search));

const idle = { ...together({ kind: 'idle' }), board: { ...board, table: editable } };

/** “Plan this change” was pressed on a small screen; `comes` shows a state of the session, and `top` is where the plan begins. */
async function asked() {
  location.hash = '#/layout';
  const app = await show(idle, 1000);
  app.layoutTools = () => Promise.resolve({ editor: layoutEditor, readBuildError, copy: () => Promise.resolve() });
  await expect.element(page.getByLabelText('Size of fs')).toBeVisible();
  await page.viewport(1000, 500);
  await page.getByLabelText('Size of fs').fill('256K');
  await userEvent.keyboard('{Enter}');
  const intent = next(app, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Plan this change' }).click();
  const { detail } = await intent;
  const editedLayout = detail.do === 'change-layout' ? (detail.csv ?? '') : '';
  const comes = async (work: Work) => {
    app.state = { ...idle, ...(work.kind !== 'idle' && { editedLayout }), work };
    await settle(app);
  };
  const top = () => inside(app, '#view-layout plan-view', PlanView).getBoundingClientRect().top;
  await comes({ kind: 'surveying', progress: progress('Comparing', 0.5) });
  return { comes, top };
}

const CASES: readonly (readonly [string, Work])[] = [
  ['the plan', planned],
  ['why there is none', { kind: 'refused', purpose: { kind: 'flash' }, refusals: [refusal] }],
];

test.each(CASES)('%s begins in the upper half of the screen, once', LONG, async (_, work) => {
  const { comes, top } = await asked();
  const before = scrollY;
  await comes(work);
  await expect.poll(top).toBeLessThan(250);
  expect(top()).toBeGreaterThanOrEqual(0);
  expect(scrollY).toBeGreaterThan(before);
  // A person who scrolls away is left alone: the plan is worked out again for every choice.
  scrollTo(0, 0);
  await comes({ kind: 'surveying', progress: progress('Comparing', 0.5) });
  await comes(work);
  await new Promise(requestAnimationFrame);
  expect(scrollY).toBe(0);
});

test('that there is nothing to write moves nothing: there is no plan to see', LONG, async () => {
  const { comes } = await asked();
  const before = scrollY;
  await comes({ ...planned, plan: emptyPlan });
  await new Promise(requestAnimationFrame);
  expect(scrollY).toBe(before);
});
