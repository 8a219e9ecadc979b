import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { SessionState, Work } from '../../src/session/state.ts';
import {
  ask,
  badBoard,
  board,
  ended,
  file,
  interrupted,
  notTaken,
  plan,
  planned,
  progress,
  refusal,
  libraries,
  unitStates,
} from '../gallery/fixtures.ts';
import { PlanView } from '../plan-view/plan-view.ts';
import { SectorwiseApp } from './sectorwise-app.ts';
import { complaints, inside, mount, next, settle } from '../shared/testing.ts';

const purpose = { kind: 'flash' } as const;
const boards = [{ id: 'raft', name: 'ESP32, 4 MB', summary: 'An app and settings.' }];
const together = (work: Work): Extract<SessionState, { kind: 'connected' }> => ({
  kind: 'connected',
  board,
  files: work.kind === 'idle' ? [] : [file],
  containers: [],
  work,
  interrupted: null,
});
const flashing: Work = {
  kind: 'flashing',
  purpose,
  plan,
  layout: board.layout,
  unprovable: 0,
  progress: progress('Writing app0', 0.42),
  units: unitStates(98),
  stopping: false,
};
const states: readonly (readonly [string, SessionState])[] = [
  ['disconnected', { kind: 'disconnected', failure: null }],
  ['apart, failed', { kind: 'disconnected', failure: notTaken }],
  ['connecting', { kind: 'connecting', says: 'Reading' }],
  ['idle', together({ kind: 'idle' })],
  ['bad board', { ...together({ kind: 'idle' }), board: badBoard }],
  ['surveying', together({ kind: 'surveying', progress: progress('Looking', 0.5) })],
  ['refused', together({ kind: 'refused', purpose, refusals: [refusal] })],
  ['planned', together(planned)],
  ['asking', together({ ...planned, asks: [ask] })],
  ['flashing', together(flashing)],
  ['verified', together(ended('verified'))],
  ['failed', together(ended('failed'))],
  ['interrupted', { ...together({ kind: 'idle' }), interrupted }],
  ['interrupted, refused', { ...together({ kind: 'refused', purpose, refusals: [refusal] }), interrupted }],
  ['rolling back', { ...together({ ...planned, purpose: { kind: 'roll-back', job: 'j1' } }), interrupted }],
  ['stopped', { ...together(ended('stopped')), interrupted }],
  ['nothing to do', together(ended('nothing-to-do'))],
];

async function show(state: SessionState, width = 1200): Promise<SectorwiseApp> {
  await page.viewport(width, 900);
  const app = await mount(
    html`<sectorwise-app .state=${state} .boards=${boards} .library=${libraries.many}></sectorwise-app>`,
    SectorwiseApp,
  );
  document.querySelector('main')?.replaceWith(app);
  await settle(app);
  await settle(app);
  return app;
}

/** The visible prominent buttons, in any shadow root below. */
function primaries(root: ParentNode): string[] {
  return [...root.querySelectorAll('*')].flatMap((element) => {
    if (element instanceof HTMLElement && element.hidden) return [];
    const own =
      element.localName === 'wa-button' && element.getAttribute('variant') === 'brand'
        ? [element.textContent.trim()]
        : [];
    return [...own, ...(element.shadowRoot === null ? [] : primaries(element.shadowRoot))];
  });
}

describe.each(states)('%s', (_name, state) => {
  test('axe finds nothing', async () => {
    expect(await complaints(await show(state))).toEqual([]);
  });

  test('there is at most one next step', async () => {
    expect(primaries((await show(state)).shadowRoot ?? document).length).toBeLessThanOrEqual(1);
  });

  test('it fits on a phone', async () => {
    await show(state, 360);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  });
});

test('the three questions are always there, in order', async () => {
  for (const [, state] of states) {
    await show(state);
    const names = page
      .getByRole('heading', { level: 2 })
      .elements()
      .map((heading) => heading.textContent.trim().replace(/^\d/, ''));
    expect(names.slice(0, 3)).toEqual([
      'What is on the board?',
      'What do you want to write?',
      'Is it written correctly?',
    ]);
  }
});

test('pointing at a line of the plan highlights the map', async () => {
  const app = await show(together(planned));
  const plan = inside(app, 'plan-view', PlanView);
  plan.shadowRoot?.querySelector('.lines li')?.dispatchEvent(new PointerEvent('pointerenter'));
  await settle(app);
  expect(app.shadowRoot?.querySelector('flash-map')?.highlight).toMatchObject({ address: 0x20000 });
});

test('the focus moves to the open question when its button is gone', async () => {
  const app = await show(together(planned));
  await page.getByRole('button', { name: 'Flash app0' }).click();
  app.state = together(flashing);
  await settle(app);
  expect(app.shadowRoot?.activeElement?.id).toBe('proof');
  expect(document.title).toBe('41 % · Sectorwise');
});

test('a board can be disconnected, but not in the middle of a write', async () => {
  const app = await show(together(planned));
  const intent = next(app, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Disconnect' }).click();
  expect((await intent).detail).toEqual({ do: 'disconnect' });
  app.state = together(flashing);
  await settle(app);
  await expect.element(page.getByRole('button', { name: 'Disconnect' })).toBeDisabled();
});

test('an interrupted job is asked about first, not during a write, and not without the board', async () => {
  const app = await show({ ...together({ kind: 'idle' }), interrupted });
  const wish = inside(app, 'section.wish', HTMLElement);
  expect(wish.children[1]?.localName).toBe('interrupted-job');
  await expect.element(page.getByRole('button', { name: 'Resume' })).toBeEnabled();
  app.state = { ...together(flashing), interrupted };
  await settle(app);
  expect(app.shadowRoot?.querySelector('interrupted-job')).toBeNull();
  app.state = { ...together(ended('failed')), interrupted };
  await settle(app);
  await expect.element(page.getByRole('button', { name: 'Resume' })).toBeDisabled();
});

test('the backups are at the end of the page, with and without a board', async () => {
  for (const state of [{ kind: 'disconnected', failure: null } as const, together({ kind: 'idle' })]) {
    const app = await show(state);
    expect(inside(app, 'main', HTMLElement).lastElementChild?.className).toBe('library');
    await expect.element(page.getByText('7 backups of 3 boards').first()).toBeVisible();
  }
});

test('while a board is waited for, the job stays in view; without it, the start page names its open job', async () => {
  const app = await show({ ...together(ended('failed')), interrupted });
  app.waiting = { choosable: true };
  await settle(app);
  await expect.element(page.getByRole('heading', { name: 'The board is not plugged in' })).toBeVisible();
  await expect.element(page.getByRole('heading', { name: 'Not finished' })).toBeVisible();
  app.waiting = null;
  const job = { job: 'j1', purpose: 'flash', board: 'ESP32', says: 'a.bin to app1', verified: 1, total: 2 } as const;
  app.library = { ...libraries.many, unfinished: [job] };
  app.state = { kind: 'disconnected', failure: null };
  await settle(app);
  await expect.element(page.getByText('Unfinished write on ESP32')).toBeVisible();
});
