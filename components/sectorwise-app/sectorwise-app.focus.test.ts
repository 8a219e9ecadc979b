/** Where the focus is while a plan is made again: in what a person has just used, of the plan, of the files and of the options. */
import { afterEach, describe, expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import type { Setting } from '../../src/flash/family.ts';
import type { Refusal } from '../../src/flash/finding.ts';
import { askKey } from '../../src/flash/finding.ts';
import type { PageIntent } from '../../src/session/intents.ts';
import type { ConnectedState, FileView, Planned } from '../../src/session/state.ts';
import { ask, board, build, buildParts, file, interrupted, picking, planned, progress } from '../gallery/fixtures.ts';
import { show, together } from './sectorwise-app.testing.ts';
import type { SectorwiseApp } from './sectorwise-app.ts';
import { inside, settle } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

afterEach(() => history.replaceState(null, '', location.pathname + location.search));

/** The control with the focus, in whatever shadow root; a Web Awesome control as a whole. */
function focused(): Element | null {
  let at = document.activeElement;
  while (at?.shadowRoot?.activeElement && !at.localName.startsWith('wa-')) at = at.shadowRoot.activeElement;
  return at;
}

/** Its words, which stay the same where the control is made again. */
function focusedWords(): string {
  const at = focused();
  const label = at instanceof HTMLSelectElement || at instanceof HTMLInputElement ? at.labels?.[0] : at;
  return (label?.textContent ?? '').trim().replace(/\s+/g, ' ');
}

/** Sends an intent as an element of the page does. */
function sends(app: SectorwiseApp, from: string, detail: PageIntent): void {
  const sender = inside(app, from, HTMLElement);
  sender.dispatchEvent(new CustomEvent('sectorwise-intent', { detail, bubbles: true, composed: true }));
}

/** Plans again, as the session does after a choice: first what is there is read, for longer than a frame. */
async function planAgain(app: SectorwiseApp, then: ConnectedState): Promise<void> {
  const { aside } = then;
  const reading = { kind: 'surveying', progress: progress('Applying your choice', 0) } as const;
  app.state = { ...then, work: reading, ...(aside === true && { aside }) };
  await settle(app);
  expect(focused(), 'while the plan is made again').not.toBe(document.body);
  app.state = { ...then, work: { ...reading, progress: progress('Comparing the plan with the flash', 0.5) } };
  await settle(app);
  app.state = then;
  await settle(app);
  await settle(app);
}

const elsewhere = (goes: 'now' | 'old'): Refusal => ({
  kind: 'backup-fits-elsewhere',
  place: { in: 'flash', range: { region: 'flash', address: 0x1d0000, size: 0x40000 } },
  values: { partition: 'app1', goes },
  says: 'The layout has changed since this backup.',
  next: goes === 'now' ? 'It goes to app1.' : 'It goes to its old addresses.',
  consent: 'Write it to its old addresses instead.',
  optional: true,
});
const purpose = { kind: 'restore', backup: 'b1', name: 'app1', made: 0 } as const;
const before: Refusal = { ...ask, kind: 'backup-of-another', place: { in: 'device' } };

/** A plan to restore that goes this way; what is in the way there is asked about first. */
function restoring(goes: 'now' | 'old'): ConnectedState {
  const asks = goes === 'now' ? [before, elsewhere(goes)] : [before, ask, elsewhere(goes)];
  const granted = goes === 'old' ? [askKey(elsewhere('old'))] : [];
  const work: Planned = { ...planned, purpose, asks, granted };
  return { ...together(work), files: [], aside: true };
}

describe('the question whether a backup goes to its old addresses', () => {
  test.each(['Backups', 'Flash'])('has the focus whichever way it goes: among %s', LONG, async (view) => {
    const app = await show({ ...together({ kind: 'idle' }), files: [] });
    await page.getByRole('tab', { name: /^Backups/ }).click();
    sends(app, 'backup-library', { do: 'restore', backup: 'b1' });
    await planAgain(app, restoring('now'));
    // The plan itself comes into view with the focus, because a button elsewhere was pressed for it.
    expect(app.shadowRoot?.activeElement?.localName).toBe('plan-view');
    if (view === 'Flash') await page.getByRole('tab', { name: view }).click();
    const box = page.getByRole('checkbox', { name: 'Write it to its old addresses instead.' });
    const words = 'Write it to its old addresses instead.';
    for (const goes of ['old', 'now', 'old'] as const) {
      const from = scrollY;
      box.element().focus();
      await userEvent.keyboard(' ');
      await planAgain(app, restoring(goes));
      expect(focusedWords()).toBe(words);
      await expect.element(box).toHaveAttribute('aria-checked', `${goes === 'old'}`);
      expect(Math.abs(scrollY - from)).toBeLessThan(200);
    }
  });

  test('takes no answer while its plan is made again', LONG, async () => {
    const app = await show(restoring('now'));
    await page.getByRole('tab', { name: 'Flash' }).click();
    const box = page.getByRole('checkbox', { name: 'Write it to its old addresses instead.' });
    box.element().focus();
    await userEvent.keyboard(' ');
    const reading = { kind: 'surveying', progress: progress('Applying your choice', 0) } as const;
    app.state = { ...restoring('now'), work: reading };
    await settle(app);
    let sent = 0;
    app.addEventListener('sectorwise-intent', () => sent++);
    await userEvent.keyboard(' ');
    await settle(app);
    expect(sent).toBe(0);
    await expect.element(box).toHaveAttribute('aria-checked', 'true');
  });
});

test(
  'where the plan of a roll back is discarded, the page stays where it is, at the ways out of the job',
  LONG,
  async () => {
    const unfinished = { ...together({ kind: 'idle' }), files: [], interrupted };
    const app = await show(unfinished);
    await page.getByRole('tab', { name: /^Backups/ }).click();
    app.state = { ...unfinished, work: { ...planned, purpose: { kind: 'roll-back', job: interrupted.job } } };
    await settle(app);
    scrollTo(0, document.body.scrollHeight);
    const from = scrollY;
    page.getByRole('button', { name: 'Discard this plan' }).element().focus();
    app.state = unfinished;
    await settle(app);
    await settle(app);
    expect(app.shadowRoot?.activeElement?.localName).toBe('job-bar');
    expect(scrollY).toBe(Math.min(from, document.documentElement.scrollHeight - innerHeight));
  },
);

test('a question that no other plan follows keeps the focus', LONG, async () => {
  const app = await show(together({ ...planned, asks: [ask] }));
  await page
    .getByRole('checkbox', { name: ask.consent ?? '' })
    .element()
    .focus();
  await userEvent.keyboard(' ');
  app.state = together({ ...planned, asks: [ask], granted: [askKey(ask)] });
  await settle(app);
  await settle(app);
  expect(focusedWords()).toBe(ask.consent);
});

const option = (id: string, name: string) => ({ id, name, help: '' });
const setting = (id: string, group: Setting['group'], value: string): Setting => ({
  id,
  group,
  name: `Choice of ${group}`,
  help: '',
  options: [option('a', 'One'), option('b', 'Other')],
  value,
  usual: 'a',
});
const GROUPS = ['link', 'flash', 'header'] as const;
const withSettings = (value: string) => ({
  ...board,
  settings: GROUPS.map((group) => setting(`${group}-choice`, group, value)),
});
const typing: FileView = { ...file, typed: 0x1d0000 };
const picked: FileView = { ...file, picking };
const builds = (chosen: string) => ({
  ...build,
  builds: {
    options: [
      { id: 'a', name: 'One', why: 'a' },
      { id: 'b', name: 'Other', why: 'b' },
    ],
    chosen,
  },
});

/** What is planned beside the files, with a question of its own. */
const ASIDE: readonly Planned['purpose'][] = [
  { kind: 'erase', range: { region: 'flash', address: 0x9000, size: 0x1000 }, name: 'nvs' },
  purpose,
  { kind: 'choose-start', choice: { do: 'forget' }, name: 'Erase otadata' },
];
const besides = (of: Planned['purpose']): Partial<ConnectedState> => ({
  files: [],
  aside: true,
  work: { ...planned, purpose: of, asks: [ask] },
});

/** What is used, how, and what is there then. */
const CONTROLS: readonly (readonly [
  what: string,
  first: Partial<ConnectedState>,
  use: () => Promise<void>,
  then: Partial<ConnectedState>,
])[] = [
  ['the place of a file', {}, select('Write to', 1), { files: [{ ...file, chosen: 1 }] }],
  [
    'an address',
    { files: [typing] },
    type('Address of raft-demo-1.5.0.bin', '0x1E0000'),
    { files: [{ ...typing, typed: 0x1e0000 }] },
  ],
  [
    'sectors that are picked',
    { files: [picked] },
    press(/^OTA/, 'Select sectors yourself'),
    { files: [{ ...picked, chosen: 1 }] },
  ],
  [
    'whether a part is used',
    { files: buildParts, containers: [build] },
    press(/^build\/bootloader\.bin/),
    { files: buildParts.map((part) => (part.id === 11 ? { ...part, used: false } : part)), containers: [build] },
  ],
  [
    'the build of an archive',
    { files: buildParts, containers: [builds('a')] },
    select('Build to use', 1),
    { files: buildParts, containers: [builds('b')] },
  ],
  ...GROUPS.map(
    (group) =>
      [
        `an option (${group})`,
        { board: withSettings('a') },
        select(`Choice of ${group}`, 1, /^Flashing options/),
        { board: withSettings('b') },
      ] as const,
  ),
  ...ASIDE.map(
    (aside) =>
      [
        `an option while ${aside.kind} is planned`,
        { ...besides(aside), board: withSettings('a') },
        select('Choice of flash', 1, /^Flashing options/),
        { ...besides(aside), board: withSettings('b') },
      ] as const,
  ),
];

function select(label: string, index: number, fold?: RegExp): () => Promise<void> {
  return async () => {
    if (fold !== undefined) await page.getByText(fold).click();
    const choice = page.getByLabelText(label, { exact: true });
    choice.element().focus();
    const found = choice.element();
    if (found instanceof HTMLSelectElement) found.selectedIndex = index;
    found.dispatchEvent(new Event('change', { bubbles: true }));
  };
}

function type(label: string, text: string): () => Promise<void> {
  return async () => {
    await page.getByLabelText(label).fill(text);
    await userEvent.keyboard('{Enter}');
  };
}

function press(name: RegExp, fold?: string): () => Promise<void> {
  return async () => {
    if (fold !== undefined) await page.getByText(fold).click();
    page.getByRole('checkbox', { name }).element().focus();
    await userEvent.keyboard(' ');
  };
}

describe('what makes a plan again keeps the focus', () => {
  test.each(CONTROLS)('%s', LONG, async (_, first, use, then) => {
    const app = await show({ ...together(planned), ...first });
    let sent = 0;
    app.addEventListener('sectorwise-intent', () => sent++);
    await use();
    await expect.poll(() => sent).toBe(1);
    const at = focused();
    expect(at?.matches('wa-checkbox, select, input')).toBe(true);
    const again = { ...together(planned), ...then };
    await planAgain(app, again);
    expect(focused()).toBe(at);
    // Also where nothing can be written that way.
    const { purpose } = again.work.kind === 'planned' ? again.work : planned;
    const refusals = [{ ...ask, place: { in: 'device' } }] as const;
    await planAgain(app, { ...again, work: { kind: 'refused', purpose, refusals } });
    expect(focused()).toBe(at);
  });
});

describe('an option for which the board is connected again', () => {
  /** Connects the board again, as the session does; `meanwhile` is what a person does until it is there. */
  async function again(app: SectorwiseApp, value: string, meanwhile?: () => Promise<void>): Promise<void> {
    for (const says of ['Reconnecting with the settings for this board', 'Reading the board']) {
      app.state = { kind: 'connecting', says };
      await settle(app);
    }
    await meanwhile?.();
    app.state = { ...together({ kind: 'surveying', progress: progress('Looking', 0) }), board: withSettings(value) };
    await settle(app);
    app.state = { ...together(planned), board: withSettings(value) };
    await settle(app);
    await settle(app);
  }

  test('has the focus once the board is there', LONG, async () => {
    const app = await show({ ...together(planned), board: withSettings('a') });
    await select('Choice of link', 1, /^Flashing options/)();
    await again(app, 'b');
    await expect.poll(focusedWords).toBe('Choice of link');
  });

  test('has given it to the options where all of them were reset', LONG, async () => {
    const app = await show({ ...together(planned), board: withSettings('b') });
    await page.getByText(/^Flashing options/).click();
    await page.getByRole('button', { name: 'Restore defaults' }).click();
    await again(app, 'a');
    await expect.poll(focusedWords).toMatch(/^Flashing options/);
    await expect.element(page.getByLabelText('Choice of link', { exact: true })).toBeVisible();
  });

  test('leaves it to what a person has gone on to, also the next time that the board is read', LONG, async () => {
    const beside = document.createElement('button');
    const app = await show({ ...together(planned), board: withSettings('a') });
    app.before(beside);
    await select('Choice of link', 1, /^Flashing options/)();
    await again(app, 'b', async () => {
      beside.focus();
      await settle(app);
    });
    expect(focused()).toBe(beside);
    inside(app, 'board-panel', HTMLElement).focus();
    await again(app, 'b');
    await expect.poll(() => app.shadowRoot?.activeElement?.localName).toBe('board-panel');
    await expect.element(page.getByLabelText('Choice of link', { exact: true })).not.toBeVisible();
    beside.remove();
  });
});
