/** The view of the layout: what “Plan this change” comes to is put into view, and an unfinished job comes before what is edited. */
import { afterEach, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { readBuildError } from '../../src/esp/fit/build-errors.ts';
import { layoutEditor } from '../../src/esp/partitions/layout-editor.ts';
import type { ConnectedState, FileView, Work } from '../../src/session/state.ts';
import {
  board,
  editable,
  emptyPlan,
  ended,
  file,
  interrupted,
  planned,
  progress,
  refusal,
} from '../gallery/fixtures.ts';
import { inside, next, settle } from '../shared/testing.ts';
import { FileDrop } from '../file-drop/file-drop.ts';
import { PlanView } from '../plan-view/plan-view.ts';
import { LONG } from '../../src/testing/long.ts';
import { flashing, show, together } from './sectorwise-app.testing.ts';

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
  return { app, comes, top };
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

test(
  'while the job of an edited layout is unfinished, the edit is no plan: it waits for the decision',
  LONG,
  async () => {
    const { comes, app } = await asked();
    const says = () =>
      inside(inside(app, 'layout-editor', HTMLElement), '.end [role=status]', HTMLElement).textContent.trim();
    await comes(ended('failed'));
    expect(says()).toMatch(/^The job for this layout is unfinished: the flash is between two layouts\./);
    const unfinished = { ...interrupted, says: 'new layout', alone: 'New layout', betweenLayouts: true as const };
    const editedLayout = 'of the job';
    const reread: readonly (readonly [string, Partial<ConnectedState>])[] = [
      ['The job for this layout', { work: { kind: 'idle', inJob: true }, editedLayout }],
      // As after a reload, or while its roll back is planned.
      ['A job that changes the layout', { work: { kind: 'idle' } }],
      [
        'A job that changes the layout',
        { work: { ...planned, purpose: { kind: 'roll-back', job: 'j1' } }, editedLayout, aside: true },
      ],
    ];
    for (const [job, state] of reread) {
      app.state = { ...idle, ...state, interrupted: unfinished };
      await settle(app);
      expect(says().startsWith(`${job} is unfinished: the flash is between two layouts.`)).toBe(true);
      await expect.element(page.getByLabelText('Size of fs')).toBeDisabled();
      expect(app.shadowRoot?.querySelector('#view-layout interrupted-job')).not.toBeNull();
    }
    app.state = { ...idle, work: flashing, interrupted: unfinished };
    await settle(app);
    expect(says()).toBe('A job that changes the layout is running.');
    // Abandoned: what was edited is there to be planned again.
    app.state = idle;
    await settle(app);
    expect(says()).toBe('fs shrinks; not planned yet. Planning writes nothing.');
    await expect.element(page.getByLabelText('Size of fs')).toBeEnabled();
  },
);

test(
  'where the board was lost after its layout was changed, what was edited is not called planned or compared',
  LONG,
  async () => {
    const { comes, app } = await asked();
    const [first, ...others] = board.layout.partitions;
    if (first === undefined) throw new Error('the board has no partition');
    const layout = { ...board.layout, partitions: [{ ...first, size: first.size * 2 }, ...others] };
    await comes({ ...ended('verified'), layout, connected: false, start: null });
    const editor = inside(app, 'layout-editor', HTMLElement);
    expect(inside(editor, '.end [role=status]', HTMLElement).textContent).toMatch(
      /^\s*The last job changed the layout of the board\. The board is not connected\./,
    );
    expect(editor.shadowRoot?.textContent).not.toMatch(/not planned yet|Now|was /);
    expect(page.getByRole('button', { name: 'Discard changes' }).elements()).toEqual([]);
    await expect.element(page.getByLabelText('Size of fs')).toBeDisabled();
  },
);

test.each<[string, ConnectedState['work']]>([
  ['roll back of its job', { ...ended('verified'), purpose: { kind: 'roll-back', job: interrupted.job } }],
  [
    'roll back that finds nothing to write',
    { ...planned, plan: emptyPlan, purpose: { kind: 'roll-back', job: interrupted.job } },
  ],
  [
    'restore that brings the layout back',
    { ...ended('verified'), purpose: { kind: 'restore', backup: 'b', name: 'b', layout: 'fs of 512 KiB' } },
  ],
])('after the %s the layout of the board is shown, and what was edited only on request', LONG, async (_, work) => {
  const { comes, app } = await asked();
  const size = page.getByLabelText('Size of fs');
  app.state = { ...idle, interrupted: { ...interrupted, betweenLayouts: true } };
  await settle(app);
  await expect.element(size).toHaveValue('256 KiB');
  app.state = { ...idle, work };
  await settle(app);
  await expect.element(size).toHaveValue('512 KiB');
  const editor = inside(app, 'layout-editor', HTMLElement);
  const says = () => inside(editor, '.end [role=status]', HTMLElement).textContent.trim();
  expect(says()).toBe('This is the layout on the board. “Redo” brings your edits back.');
  await page.getByRole('button', { name: 'Redo' }).click();
  await expect.element(size).toHaveValue('256 KiB');
  // What was asked for stays.
  app.state = { ...idle, work };
  await settle(app);
  await comes({ kind: 'idle' });
  await expect.element(size).toHaveValue('256 KiB');
});

test('a restore that leaves the layout alone leaves what is edited, too', LONG, async () => {
  const { app } = await asked();
  app.state = { ...idle, work: { ...ended('verified'), purpose: { kind: 'restore', backup: 'b', name: 'nvs' } } };
  await settle(app);
  await expect.element(page.getByLabelText('Size of fs')).toHaveValue('256 KiB');
});

test(
  'while a layout is planned, there is one way to discard that, and the button that carries it out has its name',
  LONG,
  async () => {
    const { comes, app } = await asked();
    const made: FileView = { ...file, name: 'partitions.csv', does: 'the partition table changes', forOneBoard: true };
    await comes(planned);
    app.state = { ...idle, editedLayout: 'planned', files: [made], work: planned };
    await settle(app);
    const discards = page.getByRole('button', { name: /^Discard/ });
    expect(discards.elements()).toHaveLength(1);
    await expect.element(page.getByRole('button', { name: 'Discard this plan' })).toBeVisible();
    const says = inside(inside(app, 'layout-editor', HTMLElement), '.end [role=status]', HTMLElement).textContent;
    const [, name = ''] = /before you press “(.*)”/.exec(says) ?? [];
    await expect.element(page.getByRole('button', { name, exact: true })).toBeEnabled();
    // A file of a person is let go where it is listed, and the layout where it was edited.
    app.state = { ...idle, editedLayout: 'planned', files: [made, { ...file, id: 99 }], work: planned };
    await settle(app);
    expect(discards.elements()).toHaveLength(1);
    await expect.element(page.getByRole('button', { name: 'Discard changes' })).toBeVisible();
  },
);

test('that there is nothing to write moves nothing: there is no plan to see', LONG, async () => {
  const { comes } = await asked();
  const before = scrollY;
  await comes({ ...planned, plan: emptyPlan });
  await new Promise(requestAnimationFrame);
  expect(scrollY).toBe(before);
});

/** All that is said on the page, in any shadow root below. */
function said(root: ParentNode): string {
  const inner = [...root.querySelectorAll('*')].flatMap(({ shadowRoot }) =>
    shadowRoot === null ? [] : [said(shadowRoot)],
  );
  return [root.textContent ?? '', ...inner].join(' ').replace(/\s+/g, ' ');
}

test('of an unfinished erase, each thing is said once, and that it is no write', LONG, async () => {
  const job = { ...interrupted, purpose: 'erase', says: 'erase nvs', alone: 'Erase nvs' } as const;
  const words = said((await show({ ...together({ kind: 'idle' }), interrupted: job })).shadowRoot ?? document);
  for (const once of [
    /An erase on this board is unfinished/g,
    /[Ff]inishes it/g,
    /[Oo]nly what is missing is written/g,
  ])
    expect(words.match(once)).toHaveLength(1);
  expect(words).not.toContain('A write');
});

test('the table of an unfinished layout change is no file in the view of the flash: a person never dropped it', async () => {
  const { app } = await asked();
  const own = {
    ...file,
    id: 7,
    name: 'partitions.csv',
    does: 'the partition table changes',
    forOneBoard: true,
  } as const;
  const dropped = { ...file, id: 8 };
  const unfinished = { ...interrupted, says: 'new layout', alone: 'New layout', betweenLayouts: true as const };
  const names = async (state: Partial<ConnectedState>) => {
    app.state = { ...idle, files: [own, dropped], ...state };
    await settle(app);
    return inside(app, '#view-flash file-drop', FileDrop).files.map(({ name }) => name);
  };
  expect(await names({ work: { kind: 'idle', inJob: true }, interrupted: unfinished })).toEqual([dropped.name]);
  expect(await names({ work: planned })).toEqual(['partitions.csv', dropped.name]);
});
