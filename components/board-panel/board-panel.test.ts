import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { BoardPanel } from './board-panel.ts';
import { BootEntries } from '../boot-entries/boot-entries.ts';
import { badBoard, board, lockedBoard, selection } from '../gallery/fixtures.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

test('axe finds nothing on a good and on a bad board', LONG, async () => {
  expect(await axeViolations(await mount(html`<board-panel .board=${board}></board-panel>`, BoardPanel))).toEqual([]);
  expect(await axeViolations(await mount(html`<board-panel .board=${badBoard}></board-panel>`, BoardPanel))).toEqual(
    [],
  );
});

test('while a job writes, what starts is said to be of before', async () => {
  const panel = await mount(html`<board-panel .board=${board}></board-panel>`, BoardPanel);
  const heading = () => inside(panel, 'h2', HTMLElement).textContent.replace(/\s+/g, ' ').trim();
  const before = heading();
  expect(before).toMatch(/^Starts /);
  panel.stale = true;
  await settle(panel);
  expect(heading()).toBe(`${before} before this job`);
});

test('each protection is shown with its meaning, and so is the absence of any', LONG, async () => {
  const locked = await mount(html`<board-panel .board=${lockedBoard}></board-panel>`, BoardPanel);
  expect(await axeViolations(locked)).toEqual([]);
  for (const words of [
    'Secure Download Mode',
    'what is written cannot be verified',
    'none: this chip has no unique ID',
  ])
    expect(text(locked)).toContain(words);
  const free = {
    ...board,
    protections: lockedBoard.protections.map((each) => ({ ...each, verdict: 'good' as const })),
  };
  const folded = await mount(html`<board-panel .board=${free}></board-panel>`, BoardPanel);
  expect(await axeViolations(folded)).toEqual([]);
  expect(text(folded)).toContain('No protection: the whole flash can be read and written.');
  const untold = { ...board, protections: [] };
  const silent = await mount(html`<board-panel .board=${untold}></board-panel>`, BoardPanel);
  expect(text(silent)).not.toContain('No protection');
});

test('only the protections that need attention are beside the problems; all of them are in the details', async () => {
  const locked = await mount(html`<board-panel .board=${lockedBoard}></board-panel>`, BoardPanel);
  const names = (part: string) =>
    [...(locked.shadowRoot?.querySelectorAll(`${part} .protections dt`) ?? [])].map((each) => each.textContent.trim());
  const pressing = lockedBoard.protections.filter(({ verdict }) => verdict === 'warning' || verdict === 'problem');
  expect(names('.problems')).toEqual(pressing.map(({ name }) => name));
  expect(names('.details')).toEqual(lockedBoard.protections.map(({ name }) => name));
});

test('it says what the board starts, with the reason and everything else folded', LONG, async () => {
  const panel = await mount(html`<board-panel .board=${board}></board-panel>`, BoardPanel);
  await expect.element(page.getByRole('heading', { name: 'Starts app0 next' })).toBeVisible();
  const known = board.contents.map((found) => (found.kind === 'app' ? { ...found, brief: 'raft-demo 1.4.2' } : found));
  panel.board = { ...board, contents: known };
  await settle(panel);
  await expect.element(page.getByRole('heading', { name: 'Starts raft-demo 1.4.2 from app0' })).toBeVisible();
  const why = page.getByText(/sequence 1/);
  const fact = page.getByText('40 MHz', { exact: true });
  await expect.element(why).not.toBeVisible();
  await expect.element(fact).not.toBeVisible();
  await page.getByRole('button', { name: 'Why' }).click();
  await expect.element(why).toBeVisible();
  const details = page.getByRole('button', { name: 'Details 1 check passed, 1 note' });
  await details.click();
  await expect.element(fact).toBeVisible();
  await details.click();
  await expect.element(fact).not.toBeVisible();
});

test('the count beside “Details” does not leave out what is wrong', async () => {
  const identity = { ...board.identity, key: { kind: 'mac', value: 'counted' } as const };
  const [good] = board.findings;
  if (good === undefined) throw new Error('no finding');
  const wrong = { ...good, verdict: 'problem' } as const;
  const findings = [wrong, { ...wrong, verdict: 'warning' } as const, ...board.findings];
  await mount(html`<board-panel .board=${{ ...board, identity, findings }}></board-panel>`, BoardPanel);
  const name = 'Details 1 problem, 1 warning, 1 note';
  await expect.element(page.getByRole('button', { name })).toBeVisible();
});

test(
  'what is unsure has its reason at once; the entries that select the app are unfolded by a person, and folded by a choice',
  LONG,
  async () => {
    const identity = { ...board.identity, key: { kind: 'mac', value: 'unsure' } as const };
    const chosen = { ...board, identity, selection };
    const panel = await mount(html`<board-panel unfinished .board=${chosen}></board-panel>`, BoardPanel);
    await expect.element(page.getByText(/sequence 1/)).toBeVisible();
    const start = page.getByRole('button', { name: 'Start app0' });
    expect(start.elements()).toHaveLength(0);
    await page.getByRole('button', { name: 'Why' }).click();
    expect(text(panel).match(/sequence 1/g)).toHaveLength(1);
    await start.click();
    await settle(panel);
    expect(start.elements()).toHaveLength(0);
  },
);

test('the focus goes to the problems if there are any, otherwise to the summary', async () => {
  const panel = await mount(html`<board-panel .board=${badBoard}></board-panel>`, BoardPanel);
  panel.focus();
  expect(panel.shadowRoot?.activeElement?.textContent).toContain('The app in app0 is damaged');
  panel.board = board;
  await settle(panel);
  panel.focus();
  expect(panel.shadowRoot?.activeElement?.localName).toBe('h2');
});

test('the worst comes first, in words, with a next step', async () => {
  const panel = await mount(html`<board-panel .board=${badBoard}></board-panel>`, BoardPanel);
  const worst = inside(panel, '.finding', HTMLElement);
  expect(worst.textContent).toContain('Problem');
  expect(worst.textContent).toContain('Flash app0 again.');
  expect(text(panel)).toContain('No bootable app found');
  await expect.element(page.getByText(/Nothing can start/)).toBeVisible();
});

test('a reason that a problem gives is said by it alone; where all of the flash was just erased, it is no problem', async () => {
  const why = 'There is no program in Internal Flash: it is blank.';
  const found = {
    ...board,
    findings: [{ kind: 'start-lacks', verdict: 'problem', place: { in: 'device' }, values: {}, says: why }],
  } as const;
  const boot = {
    partition: null,
    says: 'Nothing starts: Internal Flash is blank.',
    beside: { kind: 'start-lacks', says: '' },
  };
  const panel = await mount(html`<board-panel .board=${{ ...found, boot }}></board-panel>`, BoardPanel);
  await expect.element(page.getByRole('heading', { name: 'No bootable app found' })).toBeVisible();
  await expect.element(page.getByText(why, { exact: true })).toBeVisible();
  expect(text(panel)).not.toContain('Nothing starts');
  expect(panel.shadowRoot?.querySelector('.reason')).toBeNull();
  panel.blanked = true;
  await settle(panel);
  await expect.element(page.getByRole('heading', { name: 'No bootable app found' })).toBeVisible();
  expect(text(panel)).not.toMatch(/blank|[Pp]roblem/);
});

test('the repairs of what was found are buttons, unless the board cannot be written now', LONG, async () => {
  const [size, start] = [
    { label: 'Set the header’s flash size to 4 MiB', request: { do: 'set', id: 'header-size', value: '4MB' } },
    { label: 'Erase otadata', request: { do: 'choose-start', choice: { do: 'forget' } } },
  ] as const;
  const repairs = [size, start].map((each) => ({ ...each, reason: 'Nothing else changes.' }));
  const findings = badBoard.findings.map((each) => (each.kind === 'size-differs' ? { ...each, repairs } : each));
  const panel = await mount(html`<board-panel .board=${{ ...badBoard, findings }}></board-panel>`, BoardPanel);
  expect(await axeViolations(panel)).toEqual([]);
  for (const { label, request } of repairs) {
    const button = page.getByRole('button', { name: label });
    const sent = next(panel, 'sectorwise-intent');
    await button.click();
    expect((await sent).detail).toEqual(request);
  }
  [panel.hold, panel.stale] = ['Wait until the job has ended.', true];
  await settle(panel);
  await expect.element(page.getByRole('button', { name: size.label })).toBeDisabled();
  await expect.element(page.getByText(panel.hold)).toBeVisible();
});

test('where a repair is ready, it stands alone with its reason: no other advice, and no view to look for one', async () => {
  const ready = {
    label: 'Set the header’s flash size to 4 MiB',
    reason: 'Only the bootloader’s header changes.',
    request: { do: 'set', id: 'header-size', value: '4MB' },
  } as const;
  const look = { label: 'Edit the layout', reason: 'Its rows.', request: { do: 'open', view: 'layout' } } as const;
  const findings = badBoard.findings.map((each) =>
    each.kind === 'size-differs' ? { ...each, next: 'Flash another bootloader.', repairs: [ready, look] } : each,
  );
  const panel = await mount(html`<board-panel .board=${{ ...badBoard, findings }}></board-panel>`, BoardPanel);
  expect(text(panel)).toContain(ready.reason);
  expect(text(panel)).not.toContain('Flash another bootloader.');
  expect(page.getByRole('button', { name: look.label }).elements()).toHaveLength(0);
});

test('a repair that a view offers opens it, also while nothing can be written', async () => {
  const open = { do: 'open', view: 'layout' } as const;
  const repairs = [{ label: 'Edit the layout', reason: 'Its rows can be edited.', request: open }];
  const findings = badBoard.findings.map((each) => (each.kind === 'size-differs' ? { ...each, repairs } : each));
  const own = { ...badBoard, findings };
  const panel = await mount(html`<board-panel .board=${own} hold="Wait."></board-panel>`, BoardPanel);
  const opened = next(panel, 'sectorwise-open');
  await page.getByRole('button', { name: 'Edit the layout' }).click();
  expect((await opened).detail).toEqual(open);
});

test('findings that the view below lists are not shown twice', async () => {
  const panel = await mount(html`<board-panel listed .board=${badBoard}></board-panel>`, BoardPanel);
  expect(text(panel)).toContain('No bootable app found');
  expect(panel.shadowRoot?.querySelector('.problems')).toBeNull();
});

test('notes that the view below lists are not in the details too', async () => {
  const note = {
    kind: 'map-lies',
    verdict: 'note',
    place: { in: 'device' },
    values: {},
    says: 'The map says more.',
  } as const;
  const noted = { ...board, findings: [...board.findings, note] };
  const panel = await mount(html`<board-panel .board=${noted}></board-panel>`, BoardPanel);
  expect(text(panel)).toContain(note.says);
  panel.listed = true;
  await settle(panel);
  expect(text(panel)).not.toContain(note.says);
});

test('a repair that the view below lists is not offered with the entries too', async () => {
  const [offer] = selection.offers;
  if (offer === undefined) throw new Error('no offer');
  const { label, does, choice } = offer;
  const repairs = [{ label, reason: does, request: { do: 'choose-start', choice } as const }];
  const found = {
    kind: 'otadata-unusable',
    verdict: 'warning',
    place: { in: 'device' },
    values: {},
    says: 'Neither entry is valid.',
    repairs,
  } as const;
  const shown = { ...board, selection, findings: [...board.findings, found] };
  const labels = (panel: BoardPanel) =>
    inside(panel, 'boot-entries', BootEntries).selection?.offers.map((each) => each.label);
  const panel = await mount(html`<board-panel listed .board=${shown}></board-panel>`, BoardPanel);
  expect(labels(panel)).toEqual(selection.offers.slice(1).map((each) => each.label));
  panel.listed = false;
  await settle(panel);
  expect(labels(panel)).toHaveLength(selection.offers.length);
});

test('a protection that a finding states is not stated beside it once more, and stays in the details', async () => {
  const beside = 'nothing-readable';
  const says = 'The chip allows writes to its flash but no reads.';
  const secure = { name: 'Download mode', state: 'secure', says, verdict: 'warning', beside } as const;
  const found = { kind: beside, verdict: 'warning', place: { in: 'device' }, values: {}, says } as const;
  const locked = { ...board, protections: [secure], findings: [...board.findings, found] };
  const panel = await mount(html`<board-panel .board=${locked}></board-panel>`, BoardPanel);
  expect(inside(panel, '.problems', HTMLElement).textContent).toContain(says);
  expect(panel.shadowRoot?.querySelector('.problems .protections')).toBeNull();
  expect(inside(panel, '.details', HTMLElement).textContent).toContain(says);
  panel.board = { ...locked, findings: board.findings };
  await settle(panel);
  expect(inside(panel, '.problems .protections', HTMLElement).textContent).toContain(says);
});

test('text from a board is never markup', async () => {
  const nasty = {
    ...board,
    boot: { partition: { region: 'flash', address: 0, name: '<img src=x>' }, says: '<b>bold</b>' },
  };
  const panel = await mount(html`<board-panel .board=${nasty}></board-panel>`, BoardPanel);
  expect(panel.shadowRoot?.querySelector('img')).toBeNull();
  expect(text(panel)).toContain('<b>bold</b>');
});

test('if no app is known to start it does not claim that nothing does, and after a write it claims nothing outdated', async () => {
  const untold = { ...board, boot: { partition: null, says: 'What starts cannot be told: otadata was not read.' } };
  const shown = text(await mount(html`<board-panel .board=${untold}></board-panel>`, BoardPanel));
  expect(shown).toContain('No bootable app found');
  expect(shown).toContain('What starts cannot be told');
  expect(shown).not.toContain('Nothing starts');
  const half = text(await mount(html`<board-panel unfinished .board=${board}></board-panel>`, BoardPanel));
  // The job is named where it is decided: here it may be an erase as well as a write.
  expect(half).toContain('The unfinished job may still change this.');
  const lost = text(await mount(html`<board-panel .board=${{ ...board, boot: null }}></board-panel>`, BoardPanel));
  expect(lost).toContain('It is unknown what starts next');
  expect(lost).not.toContain('the app there is whole');
});

test('what was unfolded stays so when the same board is read again, and not for another', LONG, async () => {
  const of = (value: string) => ({ ...board, identity: { ...board.identity, key: { kind: 'mac', value } as const } });
  const show = (value: string) => mount(html`<board-panel .board=${of(value)}></board-panel>`, BoardPanel);
  const details = (panel: BoardPanel) => panel.shadowRoot?.querySelector('#details')?.hasAttribute('hidden');
  expect(details(await show('one'))).toBe(true);
  await page.getByRole('button', { name: /^Details/ }).click();
  expect(details(await show('one'))).toBe(false);
  expect(details(await show('two'))).toBe(true);
});

test.each([360, 1280])('“Change what starts” leads to what can be changed, and stays, at %i px', async (width) => {
  await page.viewport(width, 400);
  const panel = await mount(html`<board-panel .board=${{ ...board, selection }}></board-panel>`, BoardPanel);
  const change = page.getByRole('button', { name: 'Change what starts' });
  const focused = () =>
    panel.shadowRoot?.querySelector('boot-entries')?.shadowRoot?.activeElement?.textContent.trim() ?? null;
  const [first] = selection.offers;
  await change.click();
  await expect.poll(focused).toBe(first?.label);
  await expect.element(page.getByRole('button', { name: first?.label ?? '' })).toBeInViewport();
  // Who went on from there is led there once more.
  await page.getByRole('button', { name: /^Details/ }).click();
  expect(focused()).toBeNull();
  await change.click();
  await expect.poll(focused).toBe(first?.label);
  await page.viewport(1200, 900);
});

test('what starts cannot be changed while the board can be neither read nor written, and it says why', async () => {
  const hold = 'The board is not connected. Press “Connect again” first.';
  await mount(html`<board-panel .board=${{ ...board, selection }} .hold=${hold}></board-panel>`, BoardPanel);
  const change = page.getByRole('button', { name: 'Change what starts' });
  await expect.element(change).toBeDisabled();
  await expect.element(change).toHaveAccessibleDescription(hold);
});

test.each([360, 1280])(
  'while a job runs, what starts can be changed after it: that is to be read, at %i px',
  async (width) => {
    await page.viewport(width, 740);
    const panel = await mount(html`<board-panel stale .board=${{ ...board, selection }}></board-panel>`, BoardPanel);
    const height = () => inside(panel, '.head', HTMLElement).getBoundingClientRect().height;
    const before = height();
    panel.hold = 'Wait until the job has ended.';
    await settle(panel);
    await expect.element(page.getByRole('button', { name: 'Change what starts after the job' })).toBeDisabled();
    await expect.element(page.getByText('after the job')).toBeVisible();
    expect(height()).toBe(before);
    await page.viewport(1200, 900);
  },
);

test.each([700, 1280])('what can be unfolded is on one line at %i px', async (width) => {
  await page.viewport(width, 800);
  const panel = await mount(html`<board-panel .board=${{ ...board, selection }}></board-panel>`, BoardPanel);
  const tops = [...(panel.shadowRoot?.querySelectorAll('.head .fold') ?? [])].map((fold) =>
    Math.round(fold.getBoundingClientRect().top),
  );
  expect(tops).toHaveLength(3);
  expect(new Set(tops).size).toBe(1);
  await page.viewport(1200, 900);
});

test('after a job it leads to what can be changed, once the board is read again', async () => {
  const held = { ...board, identity: { ...board.identity, key: { kind: 'mac', value: 'held' } as const } };
  const hold = 'The board runs its firmware now. Press “Read the board again” first.';
  const panel = await mount(
    html`<board-panel
      .board=${{ ...held, selection }}
      .hold=${hold}
      .again=${'(reads the board first)'}
    ></board-panel>`,
    BoardPanel,
  );
  const sent = next(panel, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Change what starts (reads the board first)' }).click();
  expect((await sent).detail).toEqual({ do: 'reconnect' });
  expect(panel.shadowRoot?.querySelector('#why')?.hasAttribute('hidden')).toBe(true);
  // While it is read, the panel is not on the page.
  const after = await mount(html`<board-panel .board=${{ ...held, selection }}></board-panel>`, BoardPanel);
  const entries = after.shadowRoot?.querySelector('boot-entries');
  await expect
    .poll(() => entries?.shadowRoot?.activeElement?.textContent.trim() ?? null)
    .toBe(selection.offers[0]?.label);
});

test('why problems cannot be repaired now is text beside them, where it does not pass by itself', async () => {
  const hold = 'The board is not connected. Press “Connect again” first.';
  const panel = await mount(
    html`<board-panel .board=${badBoard} .hold=${hold} .again=${'(connects again first)'}></board-panel>`,
    BoardPanel,
  );
  expect(inside(panel, '.problems', HTMLElement).textContent).toContain(hold);
});

test('problems are said to be of before while a job writes', async () => {
  const panel = await mount(
    html`<board-panel stale .board=${badBoard} .hold=${'Wait until the job has ended.'}></board-panel>`,
    BoardPanel,
  );
  expect(inside(panel, '.problems', HTMLElement).textContent).toContain(
    'Found before this job. Wait until the job has ended.',
  );
});

test('checks that passed are no all-clear beside an unfinished job', async () => {
  const details = async (unclear: boolean, unfinished = false) => {
    const panel = html`<board-panel .board=${board} ?unclear=${unclear} ?unfinished=${unfinished}></board-panel>`;
    const shown = (await mount(panel, BoardPanel)).shadowRoot?.querySelector('[aria-controls="details"]');
    return shown?.textContent.replace(/\s+/g, ' ').trim();
  };
  expect(await details(false)).toBe('Details 1 check passed, 1 note');
  expect(await details(true)).toBe('Details 1 note');
  expect(await details(false, true)).toBe('Details 1 note');
});
