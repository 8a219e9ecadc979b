import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { PageIntent } from '../../src/session/intents.ts';
import type { SessionState, Work } from '../../src/session/state.ts';
import {
  ask,
  badBoard,
  board,
  damagedBoard,
  editable,
  emptyPlan,
  ended,
  interrupted,
  planned,
  progress,
  refusal,
  libraries,
} from '../gallery/fixtures.ts';
import { openedAs, settings } from '../gallery/fixtures.contents.ts';
import { askKey } from '../../src/flash/finding.ts';
import { readBuildError } from '../../src/esp/fit/build-errors.ts';
import { layoutEditor } from '../../src/esp/partitions/layout-editor.ts';
import { FileDrop } from '../file-drop/file-drop.ts';
import { PlanView } from '../plan-view/plan-view.ts';
import { eachStateIsSound, flashing, primaries, show, together, USUAL } from './sectorwise-app.testing.ts';
import { ResultView } from '../result-view/result-view.ts';
import type { SectorwiseApp } from './sectorwise-app.ts';
import { sendRepair } from '../shared/events.ts';
import { axeViolations, inside, settle, text } from '../shared/testing.ts';
import { byLength, LONG } from '../../src/testing/long.ts';

afterEach(() => history.replaceState(null, '', location.pathname + location.search));

eachStateIsSound(USUAL);

/** Sends an intent as an element of the page does. */
function sends(app: SectorwiseApp, from: string, detail: PageIntent): void {
  const sender = inside(app, from, HTMLElement);
  sender.dispatchEvent(new CustomEvent('sectorwise-intent', { detail, bubbles: true, composed: true }));
}

test(
  'nothing moves once what the partitions hold was read: room for a plan is made where something was chosen',
  LONG,
  async () => {
    const reading = { kind: 'surveying', progress: progress('Reading what the partitions hold', 0.4) } as const;
    const app = await show({ ...together(reading), files: [] });
    const place = () => inside(app, 'file-drop', FileDrop).getBoundingClientRect();
    const before = place();
    app.state = together({ kind: 'idle' });
    await settle(app);
    expect(place()).toEqual(before);
    app.state = together(reading);
    await settle(app);
    expect(place().width).toBeLessThan(before.width);
  },
);

test('on a phone the page scrolls to the view that a tab opens', LONG, async () => {
  await show(together({ kind: 'idle' }), 360);
  await page.viewport(360, 640);
  scrollTo(0, 0);
  const tab = page.getByRole('tab', { name: 'Backups' });
  expect(tab.element().getBoundingClientRect().top).toBeGreaterThan(352);
  await tab.click();
  expect(tab.element().getBoundingClientRect().top).toBeLessThan(200);
});

test(
  'what to press first is the repair of the worst problem; without one it is to choose a file, and with a plan to flash',
  LONG,
  async () => {
    const app = await show({ ...together({ kind: 'idle' }), board: damagedBoard });
    const first = () => primaries(app.shadowRoot ?? document);
    expect(first()).toEqual(['Correct app1 (row 4): name App1 → app1']);
    await page.getByRole('tab', { name: /^Repair/ }).click();
    await expect.poll(first).toEqual(['Correct app1 (row 4): name App1 → app1']);
    await page.getByRole('tab', { name: 'Flash' }).click();
    app.state = { ...together({ kind: 'idle' }), board: badBoard };
    await settle(app);
    expect(first()).toEqual(['Choose a file']);
    app.state = { ...together(planned), board: damagedBoard };
    await settle(app);
    expect(first()).toEqual([expect.stringMatching(/^Flash /)]);
  },
);

test.each(['Flash', 'Repair'])(
  'a repair that leaves a file to choose leads from %s to its button',
  LONG,
  async (view) => {
    const app = await show({ ...together({ kind: 'idle' }), board: damagedBoard }, 1000);
    await page.viewport(1000, 500);
    await page.getByRole('tab', { name: new RegExp(`^${view}`) }).click();
    scrollTo(0, document.documentElement.scrollHeight);
    sendRepair(inside(app, 'board-panel', HTMLElement), { do: 'open', view: 'flash' });
    const drop = inside(app, 'file-drop', FileDrop);
    await expect.poll(() => drop.shadowRoot?.activeElement?.textContent?.trim()).toBe('Choose a file');
    const zone = inside(drop, '.zone.asked', HTMLElement);
    const { top, bottom } = zone.getBoundingClientRect();
    expect(top).toBeGreaterThanOrEqual(0);
    expect(bottom).toBeLessThanOrEqual(500);
    await userEvent.tab();
    await expect.poll(() => zone.classList.contains('asked')).toBe(false);
  },
);

test('a board brings its views as tabs, which keys move between and a fragment names', LONG, async () => {
  const app = await show(together({ kind: 'idle' }));
  const flash = page.getByRole('tab', { name: 'Flash' });
  const backups = page.getByRole('tab', { name: /^Backups/ });
  await expect.element(flash).toHaveAttribute('aria-selected', 'true');
  await expect.element(page.getByRole('tabpanel', { name: 'Flash' })).toBeVisible();
  await flash.click();
  await userEvent.keyboard('{ArrowLeft}');
  expect(app.shadowRoot?.activeElement?.id).toBe('tab-backups');
  await expect.element(backups).toHaveAttribute('aria-selected', 'true');
  await expect.element(page.getByRole('tabpanel', { name: /^Backups/ })).toBeVisible();
  expect(page.getByRole('tabpanel', { name: 'Flash' }).elements()).toHaveLength(0);
  expect(location.hash).toBe('#/backups');
  history.back();
  await expect.element(flash).toHaveAttribute('aria-selected', 'true');
  location.hash = '#/nothing';
  await settle(app);
  await expect.element(flash).toHaveAttribute('aria-selected', 'true');
});

test('another file is chosen in the view of Flash, whichever view was open when the job ended', LONG, async () => {
  await show(together(ended('verified')));
  await page.getByRole('tab', { name: /^Backups/ }).click();
  await page.getByRole('button', { name: 'Flash another file' }).click();
  await expect.element(page.getByRole('tab', { name: 'Flash' })).toHaveAttribute('aria-selected', 'true');
});

describe('the next board', () => {
  const other = {
    ...board,
    identity: { ...board.identity, key: { kind: 'mac', value: '02:00:00:00:00:09' } as const },
  };
  const away: SessionState = { kind: 'disconnected', failure: null };
  const reads: SessionState = { kind: 'connecting', says: 'Reading' };
  /** Shows the backups of a board, takes it away, and connects the next one. */
  async function connectAfter(next: typeof board, link: string | null): Promise<void> {
    const app = await show(reads);
    app.state = together({ kind: 'idle' });
    await settle(app);
    await page.getByRole('tab', { name: /^Backups/ }).click();
    app.state = away;
    await settle(app);
    if (link !== null) {
      location.hash = link;
      await new Promise((resolve) => addEventListener('hashchange', resolve, { once: true }));
    }
    for (const state of [reads, { ...together({ kind: 'idle' }), board: next }]) {
      app.state = state;
      await settle(app);
    }
  }

  const CASES = [
    ['another one is shown in the view Flash', other, null, 'Flash'],
    ['another one is shown in the view of a link', other, '#/contents', 'Contents'],
    ['the same one is shown as it was left', board, null, 'Backups'],
  ] as const;
  test.each(CASES)('%s', LONG, async (_, next, link, tab) => {
    await connectAfter(next, link);
    await expect
      .element(page.getByRole('tab', { name: new RegExp(`^${tab}`) }))
      .toHaveAttribute('aria-selected', 'true');
  });

  test('is the first one after a reload: the view in the address is shown', LONG, async () => {
    location.hash = '#/backups';
    const app = await show(reads);
    app.state = together({ kind: 'idle' });
    await settle(app);
    await expect.element(page.getByRole('tab', { name: /^Backups/ })).toHaveAttribute('aria-selected', 'true');
  });
});

test(
  'what is being typed of a setting is there again when the same board was read again, and not on another one',
  LONG,
  async () => {
    const opened = (of: typeof board): SessionState => ({
      ...together({ kind: 'idle' }),
      board: of,
      contents: openedAs(settings),
    });
    const other = {
      ...board,
      identity: { ...board.identity, key: { kind: 'mac', value: '02:00:00:00:00:09' } as const },
    };
    location.hash = '#/contents';
    const app = await show(opened(board));
    await page.getByRole('button', { name: 'Change wifi/ssid' }).click();
    const value = page.getByLabelText('Value', { exact: true });
    await value.fill('half a na');
    const readAgain = async (of: typeof board) => {
      app.state = { kind: 'connecting', says: 'Reading' };
      await settle(app);
      app.state = opened(of);
      await settle(app);
      location.hash = '#/contents';
      await page.getByRole('tab', { name: /^Contents/ }).click();
      await expect.element(page.getByRole('button', { name: 'Change wifi/ssid' })).toBeVisible();
    };
    await readAgain(board);
    await expect.element(value).toHaveValue('half a na');
    await readAgain(other);
    await expect.element(value).not.toBeInTheDocument();
    const image = { ...board, identity: { ...board.identity, key: null, file: { name: 'flash.bin', size: 4 << 20 } } };
    await readAgain(image);
    await page.getByRole('button', { name: 'Change wifi/ssid' }).click();
    await value.fill('of the first image');
    await readAgain(image);
    await expect.element(value).not.toBeInTheDocument();
  },
);

describe('the layout', () => {
  const editableBoard = { ...board, table: editable };
  const layoutTools = () => Promise.resolve({ editor: layoutEditor, readBuildError, copy: () => Promise.resolve() });
  const showLayout = async (state: SessionState) => {
    location.hash = '#/layout';
    const app = await show(state);
    app.layoutTools = layoutTools;
    await expect.element(page.getByLabelText('Size of app0')).toBeVisible();
    return app;
  };

  test('is a view only where there is a table to edit', LONG, async () => {
    location.hash = '#/layout';
    const app = await show(together({ kind: 'idle' }));
    await expect.element(page.getByRole('tab', { name: 'Flash' })).toHaveAttribute('aria-selected', 'true');
    expect(page.getByRole('tab', { name: 'Layout' }).elements()).toHaveLength(0);
    app.state = { ...together({ kind: 'idle' }), board: editableBoard };
    await settle(app);
    await expect.element(page.getByRole('tab', { name: 'Layout' })).toHaveAttribute('aria-selected', 'true');
  });

  test('is edited under the same rules as everything: axe finds nothing, and it fits on a phone', LONG, async () => {
    const app = await showLayout({ ...together({ kind: 'idle' }), board: editableBoard });
    expect(await axeViolations(app)).toEqual([]);
    expect(primaries(app.shadowRoot ?? document).length).toBeLessThanOrEqual(1);
    await page.viewport(360, 900);
    await settle(app);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(360);
  });

  test(
    'edits outlive the view and the connection, as long as the board has the table that they began with',
    LONG,
    async () => {
      const state = { ...together({ kind: 'idle' }), board: editableBoard };
      const app = await showLayout(state);
      await page.getByLabelText('Size of fs').fill('256K');
      await userEvent.keyboard('{Enter}');
      await page.getByRole('tab', { name: 'Flash' }).click();
      app.state = { kind: 'disconnected', failure: null };
      await settle(app);
      app.state = { ...state };
      await page.getByRole('tab', { name: 'Layout' }).click();
      await expect.element(page.getByLabelText('Size of fs')).toHaveValue('256 KiB');
      expect(app.layoutEdited).toBe(true);
      const rows = editable.rows.filter(({ name }) => name !== 'app1');
      app.state = { ...state, board: { ...board, table: { ...editable, rows } } };
      await settle(app);
      await expect.element(page.getByLabelText('Size of fs')).toHaveValue('512 KiB');
      // Another board with the same table is not to get them.
      const other = { ...board.identity, key: { kind: 'mac', value: '24:6f:28:00:00:01' } } as const;
      app.state = { ...state, board: { ...editableBoard, identity: other } };
      await settle(app);
      await expect.element(page.getByLabelText('Size of fs')).toHaveValue('512 KiB');
      app.state = { ...state };
      await expect.element(page.getByLabelText('Size of fs')).toHaveValue('256 KiB');
    },
  );

  test('its plan is below it, and its question is answered there', LONG, async () => {
    const csv = 'app0,app,ota_0,0x20000,1M\n';
    const asked = { ...planned, asks: [ask] };
    const app = await showLayout({ ...together(asked), board: editableBoard, editedLayout: csv });
    await page.getByRole('button', { name: 'Show what to confirm' }).click();
    await expect.element(page.getByRole('tab', { name: 'Layout' })).toHaveAttribute('aria-selected', 'true');
    await expect.poll(() => app.shadowRoot?.activeElement?.localName).toBe('plan-view');
  });
});

test('a plan to restore is shown among the backups, and the way back from it leads to them', LONG, async () => {
  const restoring = { ...planned, purpose: { kind: 'restore', backup: 'b1', name: 'app0: blank', made: 0 } } as const;
  const app = await show({ ...together({ kind: 'idle' }), files: [] });
  await page.getByRole('tab', { name: /^Backups/ }).click();
  sends(app, 'backup-library', { do: 'restore', backup: 'b1' });
  app.state = { ...together(restoring), files: [], aside: true };
  await settle(app);
  await expect.element(page.getByRole('tab', { name: /^Backups/ })).toHaveAttribute('aria-selected', 'true');
  expect(inside(app, '#view-backups plan-view', PlanView).work).toBe(restoring);
  await expect.element(page.getByRole('heading', { name: 'Plan to restore app0: blank' })).toBeVisible();
  await expect.element(page.getByRole('heading', { name: /^Backup of .* → app0\./ })).toBeVisible();
  await page.getByRole('button', { name: 'Discard this plan' }).click();
  app.state = { ...together({ kind: 'idle' }), files: [] };
  await settle(app);
  await expect.element(page.getByRole('tab', { name: /^Backups/ })).toHaveAttribute('aria-selected', 'true');
  expect(app.shadowRoot?.querySelector('#view-backups plan-view')).toBeNull();
});

test('a plan to restore comes into view with the focus, however far down its button was', LONG, async () => {
  const restoring = { ...planned, purpose: { kind: 'restore', backup: 'b1', name: 'app0: blank', made: 0 } } as const;
  const app = await show({ ...together({ kind: 'idle' }), files: [] });
  await page.viewport(1280, 720);
  await page.getByRole('tab', { name: /^Backups/ }).click();
  scrollTo(0, document.documentElement.scrollHeight);
  sends(app, 'backup-library', { do: 'restore', backup: 'b1' });
  app.state = { ...together({ kind: 'surveying', progress: progress('Comparing', 0.5) }), files: [], aside: true };
  await settle(app);
  app.state = { ...together(restoring), files: [], aside: true };
  await settle(app);
  await expect.poll(() => app.shadowRoot?.activeElement?.localName).toBe('plan-view');
  const plan = inside(app, '#view-backups plan-view', PlanView);
  const first = inside(plan, '.afterwards', HTMLElement);
  expect(plan.shadowRoot?.activeElement).toBe(first);
  const bar = inside(app, 'job-bar', HTMLElement).getBoundingClientRect();
  const { top, bottom } = first.getBoundingClientRect();
  expect(top).toBeGreaterThan(0);
  expect(bottom).toBeLessThan(bar.top);
});

test('from a plan to restore, the way back to chosen files leads to where they are', LONG, async () => {
  const restoring = { ...planned, purpose: { kind: 'restore', backup: 'b1', name: 'app0: blank', made: 0 } } as const;
  const app = await show({ ...together(restoring), aside: true });
  await page.getByRole('tab', { name: /^Backups/ }).click();
  sends(app, 'backup-library', { do: 'restore', backup: 'b1' });
  await page.getByRole('button', { name: /^Back to the chosen files?$/ }).click();
  await expect.element(page.getByRole('tab', { name: 'Flash' })).toHaveAttribute('aria-selected', 'true');
  // That there is nothing to do for them is said there, too.
  app.state = together({ ...planned, plan: emptyPlan });
  await expect.element(page.getByRole('heading', { name: /^raft-demo-1.5.0.bin is already in/ })).toBeVisible();
  // They are planned there, and nowhere else.
  app.state = together(planned);
  await page.getByRole('tab', { name: /^Backups/ }).click();
  expect(app.shadowRoot?.querySelector('#view-backups plan-view')).toBeNull();
});

test(
  'that there is nothing to do is said where it was asked for, and not after the board was read again',
  LONG,
  async () => {
    const nothing = together({ ...planned, plan: emptyPlan });
    const app = await show(nothing);
    expect(app.shadowRoot?.querySelector('job-bar')).toBeNull();
    await expect.element(page.getByText('Already in')).toBeVisible();
    expect(inside(app, '#view-flash plan-view', PlanView).hidden).toBe(true);
    sends(app, 'file-drop', { do: 'use', id: 1, yes: true });
    await settle(app);
    await expect.element(page.getByRole('heading', { name: /^raft-demo-1.5.0.bin is already in/ })).toBeVisible();
    await page.getByRole('tab', { name: /^Backups/ }).click();
    expect(app.shadowRoot?.querySelector('job-bar')).toBeNull();
  },
);

test('while something else than the files is planned, they are only named', LONG, async () => {
  const restoring = { ...planned, purpose: { kind: 'restore', backup: 'b1', name: 'app0: blank', made: 0 } } as const;
  const app = await show({ ...together(restoring), aside: true });
  await expect
    .element(page.getByText('This plan leaves out raft-demo-1.5.0.bin. You can use it again afterwards.'))
    .toBeVisible();
  expect(page.getByLabelText('Write to').elements()).toEqual([]);
  expect(inside(app, '#view-flash plan-view', PlanView).hidden).toBe(false);
  expect(await axeViolations(app)).toEqual([]);
});

test('while a board is read, how far that is is shown as of any other reading', async () => {
  const says = 'Reading each partition';
  const progress = { says, done: 0x8000, total: 0x20000, bytesPerSecond: 0x4000, leftMs: 6000 };
  const app = await show({ kind: 'connecting', says, progress });
  expect(text(app)).toMatch(/Reading each partition 25 %\s+6 s left · 32 KiB of 128 KiB · Nothing is written\./);
  await expect.element(page.getByRole('progressbar', { name: says })).toHaveAttribute('value', '25');
  // Digests take less time than reading: the percent is of the time, beside which a share of bytes contradicts it.
  app.state = { kind: 'connecting', says, progress: { ...progress, ofJob: 0.9 } };
  await settle(app);
  expect(text(app)).toMatch(/Reading each partition 90 %\s+6 s left · 32 KiB so far · Nothing is written\./);
  app.state = { kind: 'connecting', says };
  await settle(app);
  expect(text(app)).not.toContain('%');
});

test('after connecting, the focus is on the problems, or else on what the board starts', LONG, async () => {
  const app = await show({ kind: 'connecting', says: 'Reading' });
  app.state = { ...together({ kind: 'idle' }), board: badBoard };
  await settle(app);
  await expect.poll(() => app.shadowRoot?.activeElement?.localName).toBe('board-panel');
  expect(app.shadowRoot?.activeElement?.shadowRoot?.activeElement?.className).toBe('problems');
});

test('pointing at a line of the plan highlights the map', LONG, async () => {
  const app = await show(together(planned));
  const plan = inside(app, 'plan-view', PlanView);
  plan.shadowRoot?.querySelector('.lines li')?.dispatchEvent(new PointerEvent('pointerenter'));
  await settle(app);
  expect(app.shadowRoot?.querySelector('flash-map')?.highlight).toMatchObject({ address: 0x20000 });
});

test('the focus moves to the job bar when its button is gone', LONG, async () => {
  const app = await show(together(planned));
  await page.getByRole('button', { name: 'Flash app0' }).click();
  app.state = together(flashing);
  await settle(app);
  await expect.poll(() => app.shadowRoot?.activeElement?.localName).toBe('job-bar');
  expect(document.title).toBe('41 % · Sectorwise');
  // As the bar does: of the whole job, and nothing before the board was asked how far it is.
  app.state = together({ ...flashing, progress: { ...flashing.progress, ofJob: 0.62 } });
  await settle(app);
  expect(document.title).toBe('62 % · Sectorwise');
  app.state = together({ ...flashing, progress: { ...flashing.progress, ofJob: null } });
  await settle(app);
  expect(document.title).toBe('Reading … · Sectorwise');
});

test.each<[string, Work, string]>([
  ['a question is open', { ...planned, asks: [ask], granted: [] }, 'Question · ESP32-D0WD-V3 · Sectorwise'],
  ['it is answered', { ...planned, asks: [ask], granted: [askKey(ask)] }, 'Plan ready · ESP32-D0WD-V3 · Sectorwise'],
  [
    'more is read while one is open',
    { kind: 'surveying', progress: progress('Looking', 0.5) },
    'Reading … · Sectorwise',
  ],
  ['nothing is planned', { kind: 'idle' }, 'ESP32-D0WD-V3 · Sectorwise'],
  ['a job has ended', ended('verified'), 'Verified · Sectorwise'],
])('the title of the page follows what it is about: %s', async (_, work, title) => {
  await show(together(work));
  expect(document.title).toBe(title);
});

test('an interrupted job is asked about first, not during a write, and not without the board', async () => {
  const app = await show({ ...together({ kind: 'idle' }), interrupted });
  expect(inside(app, '#view-flash', HTMLElement).children[0]?.localName).toBe('interrupted-job');
  await expect.element(page.getByRole('button', { name: 'Resume' }).first()).toBeEnabled();
  app.state = { ...together(flashing), interrupted };
  await settle(app);
  expect(app.shadowRoot?.querySelector('interrupted-job')).toBeNull();
  app.state = { ...together(ended('failed')), interrupted };
  await settle(app);
  await expect.element(page.getByRole('button', { name: 'Resume' })).toBeDisabled();
});

const BEFORE = [
  ['files that are planned', planned],
  ['any file is chosen, as after a reload', { kind: 'idle' }],
] as const;
for (const [options, works] of byLength(BEFORE, ([, work]) => work === planned))
  test.each(works)(
    'before %s, the one next step is to resume the job, in the bar, at any width',
    options,
    async (_, work) => {
      const app = await show({ ...together(work), interrupted }, 360);
      expect(primaries(app.shadowRoot ?? document)).toEqual(['Resume']);
      const bar = inside(app, 'job-bar', HTMLElement);
      expect(primaries(bar.shadowRoot ?? document)).toEqual(['Resume']);
      const resume = inside(bar, 'wa-button[variant=brand]', HTMLElement).getBoundingClientRect();
      expect(resume.top).toBeGreaterThan(0);
      expect(resume.bottom).toBeLessThanOrEqual(innerHeight);
    },
  );

test('where resuming a job was refused, its card says why, and the bar rolls it back', LONG, async () => {
  const app = await show({
    ...together({ kind: 'refused', purpose: { kind: 'flash' }, refusals: [refusal], ofResume: true }),
    interrupted,
  });
  expect(primaries(app.shadowRoot ?? document)).toEqual(['Roll back']);
  expect(text(inside(app, 'interrupted-job', HTMLElement))).toContain(refusal.says);
});

test(
  'a job that can be neither resumed nor rolled back is given up in its card: the bar has nothing for it',
  LONG,
  async () => {
    const app = await show({ ...together({ kind: 'idle' }), interrupted: libraries.refused });
    expect(primaries(inside(app, 'job-bar', HTMLElement).shadowRoot ?? document)).toEqual([]);
    expect(primaries(app.shadowRoot ?? document)).toEqual(['Abandon']);
  },
);

test(
  'a job that cannot be resumed is decided where its other ways are, before files that are planned',
  LONG,
  async () => {
    const app = await show({ ...together(planned), interrupted }, 360);
    const bar = inside(app, 'job-bar', HTMLElement);
    app.state = { ...together(planned), interrupted: { ...interrupted, noResume: libraries.refused.noResume } };
    await settle(app);
    expect(primaries(bar.shadowRoot ?? document)).toEqual([]);
    expect(primaries(app.shadowRoot ?? document)).toEqual(['Roll back']);
  },
);

test('the backups are at the end of the start page, and with a board in a view of their own', LONG, async () => {
  const app = await show({ kind: 'disconnected', failure: null });
  expect(inside(app, 'main', HTMLElement).lastElementChild?.className).toBe('library');
  await expect.element(page.getByText('7 backups of 3 boards').first()).toBeVisible();
  app.state = together({ kind: 'idle' });
  await settle(app);
  // Those of other boards are listed too, but the number is that of the board that is shown.
  await page.getByRole('tab', { name: 'Backups 5' }).click();
  await expect.element(page.getByText('5 backups of this board, 2 of other boards').first()).toBeVisible();
});

/** All words below a node, also in the shadow trees of elements, as far as they are shown. */
function shownWords(node: Node): string {
  if (node instanceof Element && !node.checkVisibility()) return '';
  const parts = node instanceof Element && node.shadowRoot !== null ? [node.shadowRoot] : node.childNodes;
  return node instanceof Text ? node.data : [...parts].map(shownWords).join(' ');
}

test(
  'after a job, each view says at most once what to press first, and not beside a button that does it',
  LONG,
  async () => {
    const work = { ...ended('verified'), connected: false };
    const app = await show({ ...together(work), board: { ...badBoard, diagnosable: 0x1000 } });
    for (const [view, most] of [
      ['Flash', 0],
      ['Contents', 1],
      ['Repair', 1],
      ['Backups', 0],
    ] as const) {
      await page.getByRole('tab', { name: new RegExp(`^${view}`) }).click();
      await settle(app);
      const said = shownWords(app).match(/[Pp]ress “Read the board again”/g) ?? [];
      expect([view, said.length <= most]).toEqual([view, true]);
      // Where its buttons are greyed, each sentence that says why says what to do, too.
      const whys = shownWords(app).match(/The board runs its firmware now\.(?: \w+)?/g) ?? [];
      expect(whys.filter((why) => !/(?:Read|Press)$/.test(why))).toEqual([]);
      expect([view, whys.length > 0 || most > 0]).toEqual([view, true]);
      expect(page.getByRole('button', { name: 'Read the board again' }).elements().length).toBeGreaterThan(0);
    }
  },
);

test('a board is waited for in every view: what was pressed there is answered there', LONG, async () => {
  const app = await show(together(ended('failed')));
  app.waiting = { choosable: false, virtual: true };
  for (const view of ['Contents', 'Backups', 'Flash']) {
    await page.getByRole('tab', { name: new RegExp(`^${view}`) }).click();
    await settle(app);
    await expect.element(page.getByRole('heading', { name: 'The board is not plugged in' })).toBeVisible();
  }
});

test(
  'while a board is waited for, the job stays in view; without it, the start page names its open job',
  LONG,
  async () => {
    const app = await show({ ...together(ended('failed')), interrupted });
    app.waiting = { choosable: true };
    await settle(app);
    await expect.element(page.getByRole('heading', { name: 'The board is not plugged in' })).toBeVisible();
    const result = inside(app, '#view-flash result-view', ResultView);
    expect(result.awaited).toBe(true);
    await expect.element(page.getByRole('heading', { name: 'Not finished' })).toBeVisible();
    app.waiting = null;
    const job = {
      job: 'j1',
      purpose: 'flash',
      key: 'k',
      board: 'ESP32',
      says: 'a.bin to app1',
      alone: 'a.bin to app1',
      verified: 1,
      total: 2,
    } as const;
    app.library = { ...libraries.many, unfinished: [job] };
    app.state = { kind: 'disconnected', failure: null };
    await settle(app);
    await expect.element(page.getByText('Unfinished write on ESP32', { exact: false }).first()).toBeVisible();
  },
);

describe('the view of repairs', () => {
  const damaged = { ...together({ kind: 'idle' }), board: { ...damagedBoard, table: editable } };

  test('lists problems in place of the summary, and what a repair opens is a view', LONG, async () => {
    history.replaceState(null, '', '#/repair');
    const app = await show(damaged);
    await expect.element(page.getByRole('tab', { name: 'Repair 3', selected: true })).toBeVisible();
    await expect.element(page.getByText(/^2 problems and 1 warning/)).toBeVisible();
    expect(page.getByRole('heading', { name: /^The partition table’s MD5/ }).elements()).toHaveLength(1);
    expect(await axeViolations(app)).toEqual([]);
    await page.getByRole('button', { name: 'Look through the rows' }).click();
    await expect.element(page.getByRole('tab', { name: 'Layout', selected: true })).toBeVisible();
  });

  test('shows the plan of a repair below the problems, and no plan that was asked for elsewhere', LONG, async () => {
    history.replaceState(null, '', '#/repair');
    const app = await show({ ...damaged, work: planned });
    await expect.element(page.getByText(/^2 problems and 1 warning/)).toBeVisible();
    expect(app.shadowRoot?.querySelector('#view-repair plan-view')).toBeNull();
    sends(app, '#view-repair repair-view', { do: 'choose-start', choice: { do: 'forget' } });
    await settle(app);
    expect(inside(app, '#view-repair plan-view', PlanView).work).toBe(planned);
    // The job bar has the button to press.
    expect(inside(app, '#view-repair repair-view', HTMLElement).hasAttribute('quiet')).toBe(true);
    expect(inside(app, '#view-repair diagnosis-view', HTMLElement).hasAttribute('quiet')).toBe(true);
    await page.getByRole('tab', { name: 'Flash' }).click();
    sends(app, 'file-drop', { do: 'use', id: 1, yes: true });
    await page.getByRole('tab', { name: /^Repair/ }).click();
    await settle(app);
    expect(app.shadowRoot?.querySelector('#view-repair plan-view')).toBeNull();
  });

  test('is absent where there is nothing to repair, and there where a job is unfinished', async () => {
    await show(together({ kind: 'idle' }));
    expect(page.getByRole('tab', { name: /^Repair/ }).elements()).toEqual([]);
    history.replaceState(null, '', '#/repair');
    await show({ ...together({ kind: 'idle' }), interrupted });
    await expect.element(page.getByRole('tab', { name: 'Repair 1', selected: true })).toBeVisible();
    await expect.element(page.getByRole('button', { name: /^Roll back/ })).toBeVisible();
  });

  test('with the cable out, names the unfinished job, which comes before any repair', async () => {
    history.replaceState(null, '', '#/repair');
    const app = await show({ ...damaged, work: ended('failed') });
    await expect.element(page.getByRole('heading', { name: 'A write to this board is unfinished' })).toBeVisible();
    await expect.element(page.getByText(/^Press “Connect again”, then “Resume”\./)).toBeVisible();
    expect(inside(app, '#view-repair repair-view', HTMLElement).hasAttribute('quiet')).toBe(true);
    // Nothing is left of a job that came to its end.
    app.state = { ...damaged, work: { ...ended('verified'), connected: false } };
    await settle(app);
    await expect.element(page.getByText(/then “Resume”/)).not.toBeInTheDocument();
  });
});
