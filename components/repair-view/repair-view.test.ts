import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { board, damagedBoard, libraries } from '../gallery/fixtures.ts';
import { complaints, mount, next, settle, text } from '../shared/testing.ts';
import { pressingCount, problemsOf, restoresOf } from './repair-view.problems.ts';
import { RepairView } from './repair-view.ts';

const show = () =>
  mount(html`<repair-view .board=${damagedBoard} .library=${libraries.many}></repair-view>`, RepairView);

test('problems come before warnings, each with its evidence and its repairs, which say why they help', async () => {
  const view = await show();
  const cards = [...(view.shadowRoot?.querySelectorAll('.card') ?? [])];
  expect(cards.map((card) => card.querySelector('h3')?.textContent?.trim().slice(0, 21))).toEqual([
    "The partition table's",
    'The CRC of the device',
    'Page 1 at 0x1000 has ',
  ]);
  expect(text(view)).toContain('2 problems and 1 warning, the most urgent first.');
  expect(cards[0]?.textContent).toContain('With one byte put back the table’s MD5 is right');
  expect(cards[0]?.textContent).toContain('stored');
  expect(await complaints(view)).toEqual([]);
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
  expect(pressingCount({ board: noted })).toBe(0);
  expect(await complaints(view)).toEqual([]);
});

test('a repair is one press: the request for the session, or the view to open', async () => {
  const view = await show();
  const wish = next(view, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Keep the settings that can be read' }).click();
  expect((await wish).detail).toMatchObject({ do: 'edit-contents', edits: [{ edit: 'salvage' }] });
  const opened = next(view, 'sectorwise-open');
  await page.getByRole('button', { name: 'Look through the rows' }).click();
  expect((await opened).detail).toEqual({ do: 'open', view: 'layout' });
});

test('what nothing repairs says why, and what does', async () => {
  const view = await show();
  expect(text(view)).toContain('Nothing here repairs this. Keys and certificates like these are made once');
});

test('backups of this board that hold what is damaged are repairs, the newest first; those of other boards are not', () => {
  const [settings] = damagedBoard.findings;
  if (settings === undefined) throw new Error('no finding');
  const offered = restoresOf(settings, damagedBoard, libraries.many);
  expect(offered.length).toBeGreaterThan(0);
  expect(offered[0]?.label).toMatch(/^Restore nvs of /);
  expect(offered[0]?.request).toMatchObject({ do: 'restore', range: settings.restores });
  expect(restoresOf(settings, damagedBoard, libraries.others)).toEqual([]);
  expect(
    restoresOf({ ...settings, restores: { region: 'flash', address: 0, size: 16 } }, board, libraries.others),
  ).toEqual([]);
});

test('the problems of what is looked into count, each once; a warning that nothing repairs is listed and does not count', () => {
  const [settings] = damagedBoard.findings;
  if (settings === undefined) throw new Error('no finding');
  const { repairs: _, ...bare } = settings;
  const listing = { kind: 'explained', format: 'x', says: '', facts: [], saves: [], findings: [settings] } as const;
  const range = { region: 'flash', address: 0x9000, size: 0x15000 };
  const kinds = problemsOf({ board: damagedBoard, contents: { range, listing } }).map(({ kind }) => kind);
  expect(kinds).toEqual(['table-md5-wrong', 'secure-cert-crc', 'nvs-page-corrupt']);
  expect(pressingCount({ board: damagedBoard, contents: { range, listing } })).toBe(3);
  const inBackup = { range: { ...range, within: { in: 'backup', id: 'b' } as const }, listing };
  expect(problemsOf({ board, contents: inBackup })).toEqual(problemsOf({ board }));
  const second = { ...settings, restores: { ...range, address: 0x20000 } };
  expect(pressingCount({ board: { ...board, findings: [settings, second] } })).toBe(2);
  const warned = { board: { ...board, findings: [bare] } };
  expect(problemsOf(warned)).toEqual([bare]);
  expect(pressingCount(warned)).toBe(0);
});

test('while nothing can be planned, only views can be opened', async () => {
  const view = await show();
  view.hold = 'Wait until the job has ended.';
  await settle(view);
  await expect.element(page.getByRole('button', { name: /^Put back row 3/ })).toBeDisabled();
  await expect.element(page.getByRole('button', { name: 'Look through the rows' })).toBeEnabled();
});
