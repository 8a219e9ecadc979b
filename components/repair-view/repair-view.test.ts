import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { board, damagedBoard, libraries } from '../gallery/fixtures.ts';
import { axeViolations, mount, next, settle, text } from '../shared/testing.ts';
import { filesFor, inOrder, restoresOf } from './repair-view.sources.ts';
import { urgentCount, problemsOf } from './repair-view.problems.ts';
import { RepairView } from './repair-view.ts';
import { LONG } from '../../src/testing/long.ts';

const show = () =>
  mount(html`<repair-view .board=${damagedBoard} .library=${libraries.many}></repair-view>`, RepairView);

test('problems come before warnings, each with its evidence and its repairs, which say why they help', async () => {
  const view = await show();
  const cards = [...(view.shadowRoot?.querySelectorAll('.card') ?? [])];
  expect(cards.map((card) => card.querySelector('h3')?.textContent?.trim().slice(0, 21))).toEqual([
    'The partition table’s',
    'The CRC of the device',
    'Page 1 at 0x1000 has ',
  ]);
  expect(text(view)).toContain('2 problems and 1 warning, the most urgent first.');
  expect(cards[0]?.textContent).toContain('With this one byte corrected, the table matches its MD5');
  expect(cards[0]?.textContent).toContain('stored');
  expect(await axeViolations(view)).toEqual([]);
});

test('what is no problem but worth knowing is listed below the problems, and does not count', async () => {
  const note = {
    kind: 'size-differs',
    verdict: 'note',
    place: { in: 'device' },
    values: {},
    says: 'Room is unused.',
  } as const;
  const noted = { ...board, findings: [note] };
  const view = await mount(html`<repair-view .board=${noted}></repair-view>`, RepairView);
  await expect.element(page.getByRole('region', { name: '1 note' })).toHaveTextContent('Room is unused.');
  expect(urgentCount({ board: noted })).toBe(0);
  expect(await axeViolations(view)).toEqual([]);
});

test('a repair is one press: the request for the session, or the view to open', async () => {
  const view = await show();
  const sent = next(view, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Keep the settings that can be read' }).click();
  expect((await sent).detail).toMatchObject({ do: 'edit-contents', edits: [{ edit: 'salvage' }] });
  const opened = next(view, 'sectorwise-open');
  await page.getByRole('button', { name: 'Look through the rows' }).click();
  expect((await opened).detail).toEqual({ do: 'open', view: 'layout' });
});

test('while a job writes, what is wrong is said to be of before', async () => {
  const view = await mount(html`<repair-view .board=${damagedBoard} stale></repair-view>`, RepairView);
  expect(text(view)).toContain('As of before this job: 2 problems and 1 warning, the most urgent first.');
  const titles = [...(view.shadowRoot?.querySelectorAll('article h3') ?? [])].map((each) => each.textContent.trim());
  expect(titles.length).toBe(3);
  for (const title of titles) expect(title).toMatch(/^Before this job: /);
  expect(text(view)).not.toContain('Each button');
});

test('with the cable out, an unfinished job is named first, with what to do', async () => {
  const unfinished = 'A write to this board is unfinished';
  const view = await mount(
    html`<repair-view .board=${damagedBoard} .unfinished=${unfinished} .again=${'Connect again'}></repair-view>`,
    RepairView,
  );
  const [first] = view.shadowRoot?.querySelectorAll('article') ?? [];
  expect(first?.textContent.replace(/\s+/g, ' ').trim()).toBe(
    `${unfinished} Press “Connect again”, then “Resume”. You can also roll it back or abandon it then.`,
  );
  expect(await axeViolations(view)).toEqual([]);
  expect(text(await show())).not.toContain('Resume');
});

test('buttons are spoken of only where there are some', async () => {
  const alone = {
    ...damagedBoard,
    findings: damagedBoard.findings.filter(({ unrepaired }) => unrepaired !== undefined),
  };
  const view = await mount(html`<repair-view .board=${alone}></repair-view>`, RepairView);
  expect(text(view)).toContain('1 problem');
  expect(text(view)).not.toContain('Each button');
});

test('what nothing repairs says why, and what does', async () => {
  const view = await show();
  expect(text(view)).toContain('No plan repairs this. Keys and certificates like these are made once');
});

const settingsOf = () => {
  const [settings] = damagedBoard.findings;
  if (settings === undefined) throw new Error('no finding');
  return settings;
};

test('backups of this board that hold what is damaged are repairs once they were checked; those of other boards are not', () => {
  const settings = settingsOf();
  const { unchecked, repairs } = restoresOf(settings, damagedBoard, libraries.many, []);
  expect(repairs).toEqual([]);
  expect(unchecked.length).toBeGreaterThan(0);
  const checked = unchecked.map((each) => ({ ...each, wrong: null }));
  const offered = restoresOf(settings, damagedBoard, libraries.many, checked);
  expect(offered.unchecked).toEqual([]);
  expect(offered.repairs[0]?.label).toMatch(/^Restore nvs of /);
  expect(offered.repairs[0]?.request).toMatchObject({ do: 'restore', range: settings.restores?.[0] });
  expect(restoresOf(settings, damagedBoard, libraries.others, []).unchecked).toEqual([]);
  const nowhere = { ...settings, restores: [{ region: 'flash', address: 0, size: 16 }] };
  expect(restoresOf(nowhere, board, libraries.others, []).unchecked).toEqual([]);
});

test('a backup of another equal board is offered for an app, after those of this board, and names that board; not for settings', () => {
  const whole = libraries.many.items.find(({ name }) => name.startsWith('Whole flash'));
  const app = board.layout.partitions.find(({ role }) => role === 'app');
  const fits = whole?.fits ?? null;
  if (whole === undefined || fits === null || app === undefined)
    throw new Error('no backup of the whole board, or no app');
  const others = [
    { ...whole, id: 'other', made: whole.made + 1, board: 'Kitchen', fits: { ...fits, key: 'other' } },
    { ...whole, id: 'own' },
  ];
  const range = { region: app.region, address: app.address, size: app.size };
  const finding = { ...settingsOf(), restores: [range] };
  const checked = ['own', 'other'].map((backup) => ({ backup, range, wrong: null }));
  const { repairs } = restoresOf(finding, board, { items: others }, checked);
  expect(repairs.map(({ request }) => request)).toEqual(
    ['own', 'other'].map((backup) => ({ do: 'restore', backup, range })),
  );
  expect(repairs.map(({ reason }) => reason.slice(0, 40))).toEqual([
    expect.stringMatching(/^From a backup of this board: /),
    'From a backup of another board, Kitchen:',
  ]);
  expect(repairs.map(({ label }) => label.startsWith('Restore another board’s'))).toEqual([false, true]);
  const settings = restoresOf(settingsOf(), board, { items: others.slice(0, 1) }, []);
  expect(settings.unchecked).toEqual([]);
});

test('a backup of the damage itself is no repair, and the card says why', async () => {
  const view = await show();
  const { unchecked } = restoresOf(settingsOf(), damagedBoard, libraries.many, []);
  view.checked = unchecked.map((each) => ({ ...each, wrong: 'It holds what is on the board now.' }));
  await settle(view);
  expect(text(view)).toMatch(/The backup of .+ does not help\. It holds what is on the board now\./);
  expect(text(view)).not.toMatch(/Restore nvs of/);
});

test('a backup that could not be checked is no repair, and the card says what failed', async () => {
  const view = await show();
  const { unchecked } = restoresOf(settingsOf(), damagedBoard, libraries.many, []);
  view.checked = unchecked.map((each) => ({ ...each, wrong: 'The board refused to show it.', failed: true }));
  await settle(view);
  expect(text(view)).toMatch(/The backup of .+ could not be checked: The board refused to show it\./);
  expect(text(view)).not.toMatch(/Restore nvs of|does not help/);
  expect(restoresOf(settingsOf(), damagedBoard, libraries.many, view.checked).unchecked).toEqual([]);
});

test('what backups hold is asked for while it may be, and once more if there is no answer', async () => {
  const view = await show();
  const asked: unknown[] = [];
  view.addEventListener('sectorwise-intent', ({ detail }) => asked.push(detail));
  await settle(view);
  expect(asked).toEqual([]);
  view.checks = true;
  await settle(view);
  for (const _ of [1, 2]) {
    view.requestUpdate();
    await settle(view);
  }
  const { unchecked } = restoresOf(settingsOf(), damagedBoard, libraries.many, []);
  const check = { do: 'check-backups', ranges: expect.arrayContaining([...unchecked]) };
  expect(asked).toEqual([check, check]);
});

test('a dropped file that fits is a repair: its plan writes that file alone, and comes before looking for one', () => {
  const place = { id: 'nvs', name: 'nvs', why: '', fits: true, region: 'flash', address: 0x9000, size: 0x15000 };
  const file = { id: 4, name: 'nvs.bin', container: 'build.zip', says: 'NVS, 21 pages.', places: [place] };
  const [repair] = filesFor(settingsOf(), [file]);
  expect(repair).toEqual({
    label: 'Write nvs.bin to nvs',
    reason: 'NVS, 21 pages. It is in build.zip, which was dropped. Nothing else that you dropped is written.',
    request: { do: 'use-only', file: 4, choice: 'nvs' },
  });
  expect(filesFor(settingsOf(), [{ ...file, places: [{ ...place, address: 0x20000 }] }])).toEqual([]);
  if (repair === undefined) throw new Error('no repair');
  const open = { label: 'Choose', reason: '', request: { do: 'open', view: 'flash' } } as const;
  const ready = { label: 'Ready', reason: '', request: { do: 'restore', backup: 'b' } } as const;
  expect(inOrder([open], [repair]).map(({ label }) => label)).toEqual([repair.label, 'Choose']);
  expect(inOrder([ready, open], [repair]).map(({ label }) => label)).toEqual(['Ready', repair.label, 'Choose']);
});

test('where any app would do, a sample of ours is offered, too', LONG, async () => {
  const view = await show();
  const missing = {
    ...settingsOf(),
    repairs: [{ label: 'Choose an app', reason: '', request: { do: 'open', view: 'flash', wants: 'app' } as const }],
  };
  view.board = { ...board, findings: [missing] };
  view.samples = [{ name: 'raft-demo 1.5.0', make: () => Promise.resolve(new File([], 'raft-demo.bin')) }];
  await settle(view);
  const sent = next(view, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Try with raft-demo 1.5.0' }).click();
  expect((await sent).detail).toMatchObject({ do: 'add-files', files: [{ path: 'raft-demo.bin' }] });
});

test('the problems of what is looked into count, each once; a warning that nothing repairs is listed and does not count', () => {
  const [settings] = damagedBoard.findings;
  if (settings === undefined) throw new Error('no finding');
  const { repairs: _, ...bare } = settings;
  const listing = { kind: 'explained', format: 'x', says: '', facts: [], saves: [], findings: [settings] } as const;
  const range = { region: 'flash', address: 0x9000, size: 0x15000 };
  const kinds = problemsOf({ board: damagedBoard, contents: { range, listing } }).map(({ kind }) => kind);
  expect(kinds).toEqual(['table-md5-wrong', 'secure-cert-crc', 'nvs-page-corrupt']);
  expect(urgentCount({ board: damagedBoard, contents: { range, listing } })).toBe(3);
  const inBackup = { range: { ...range, within: { in: 'backup', id: 'b' } as const }, listing };
  expect(problemsOf({ board, contents: inBackup })).toEqual(problemsOf({ board }));
  const second = { ...settings, restores: [{ ...range, address: 0x20000 }] };
  expect(urgentCount({ board: { ...board, findings: [settings, second] } })).toBe(2);
  const warned = { board: { ...board, findings: [bare] } };
  expect(problemsOf(warned)).toEqual([bare]);
  expect(urgentCount(warned)).toBe(0);
});

test('while nothing can be planned, only views can be opened', async () => {
  const view = await show();
  view.hold = 'Wait until the job has ended.';
  await settle(view);
  await expect.element(page.getByRole('button', { name: /^Correct app1/ })).toBeDisabled();
  await expect.element(page.getByRole('button', { name: 'Look through the rows' })).toBeEnabled();
});

test('the first repair of a problem is what to press first, until something else must be decided', LONG, async () => {
  const view = await show();
  const prominent = () => view.shadowRoot?.querySelectorAll('wa-button[appearance=accent], wa-button[variant=brand]');
  expect(prominent()).toHaveLength(1);
  view.quiet = true;
  await settle(view);
  expect(prominent()).toHaveLength(0);
  await expect.element(page.getByRole('button', { name: /^Correct app1/ })).toBeEnabled();
  expect(await axeViolations(view)).toEqual([]);
});

test('the plan of a repair stands below the problem that it repairs, any other above them all', async () => {
  const view = await mount(
    html`<repair-view .board=${damagedBoard} .library=${libraries.many}><p slot="plan">The plan.</p></repair-view>`,
    RepairView,
  );
  const before = () =>
    view.shadowRoot?.querySelector('slot[name=plan]')?.closest('li')?.querySelector('h3')?.textContent?.trim();
  expect(before()).toBeUndefined();
  const sent = next(view, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Keep the settings that can be read' }).click();
  view.asked = (await sent).detail;
  await settle(view);
  expect(before()).toMatch(/^Page 1 at 0x1000 has /);
  await expect.element(page.getByText('The plan.', { exact: true })).toBeVisible();
  view.asked = { do: 'roll-back', job: 'j1' };
  await settle(view);
  expect(before()).toBeUndefined();
});
