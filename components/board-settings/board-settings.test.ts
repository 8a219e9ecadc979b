import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Setting } from '../../src/flash/family.ts';
import { BoardSettings } from './board-settings.ts';
import { board, imageBoard, lockedBoard } from '../gallery/fixtures.ts';
import { axeViolations, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const { settings } = lockedBoard;
const show = (all: readonly Setting[] = settings, { identity } = board) =>
  mount(html`<board-settings open .settings=${all} .identity=${identity}></board-settings>`, BoardSettings);

test('axe finds nothing', async () => {
  expect(await axeViolations(await show())).toEqual([]);
});

test('each choice has its help, and the default is marked', async () => {
  const shown = text(await show());
  expect(shown).toContain('How fast bytes go over the cable.');
  expect(shown).toContain('Automatic (default)');
  await expect.element(page.getByRole('combobox', { name: 'Speed' })).toHaveValue('auto');
});

test('the options are grouped by what they are about', async () => {
  await show();
  const groups = page.getByRole('heading', { level: 3 }).elements();
  expect(groups.map(({ textContent }) => textContent)).toEqual(['Link', 'Erase, back up, verify', 'Bootloader header']);
});

test('a choice other than the default is shown without unfolding, and can be reset', async () => {
  const view = await mount(html`<board-settings .settings=${settings}></board-settings>`, BoardSettings);
  expect(text(view)).toContain('Flashing options Erase: Everything');
  await show();
  const back = next(document.body, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Restore defaults' }).click();
  expect((await back).detail).toEqual({ do: 'set', id: 'erase', value: 'needed' });
});

test('a choice is sent as an intent', async () => {
  const set = next(await show(), 'sectorwise-intent');
  await page.getByRole('combobox', { name: 'Speed' }).selectOptions('921600');
  expect((await set).detail).toEqual({ do: 'set', id: 'speed', value: '921600' });
});

test('a choice that was not taken is not shown as if it were', async () => {
  const view = await show();
  const speed = page.getByRole('combobox', { name: 'Speed' });
  await speed.selectOptions('921600');
  view.settings = [...settings];
  await settle(view);
  await expect.element(speed).toHaveValue('auto');
});

test('once all are the default, the focus goes from the button that is gone to what unfolds them', LONG, async () => {
  const view = await show();
  await page.getByRole('button', { name: 'Restore defaults' }).click();
  view.settings = settings.map((setting) => ({ ...setting, value: setting.usual }));
  await settle(view);
  expect(view.shadowRoot?.activeElement?.textContent).toContain('Flashing options');
});

test('a setting that the board fixes says why', async () => {
  expect(text(await show())).toContain('Secure boot is on: a bootloader that is changed would not start.');
  await expect.element(page.getByRole('combobox', { name: 'Flash size in the bootloader header' })).toBeDisabled();
});

test('it says how long choices last: only a unique ID lets them be stored', async () => {
  expect(text(await show())).toContain('Your choices are stored on this computer for this board. Only until');
  const unnamed = text(await show(settings, lockedBoard));
  expect(unnamed).toContain(
    'Your choices last until the board is connected again: it has no unique ID to store them under.',
  );
  const file = text(await show(settings, imageBoard));
  expect(file).toContain('Your choices last until the file is closed.');
  for (const shown of [unnamed, file]) expect(shown).not.toMatch(/stored on|read again/);
});

test('a board without choices shows nothing', async () => {
  expect(text(await show(board.settings))).toBe('');
});

test('a choice for what is planned says that it waits while an unfinished job comes first', async () => {
  const [erase] = settings.filter(({ id }) => id === 'erase');
  if (erase === undefined) throw new Error('no such setting');
  const options = ['keep', 'qio'].map((id) => ({ id, name: id.toUpperCase() }));
  const mode = { id: 'mode', group: 'header', name: 'Flash mode', help: 'How it reads.', options } as const;
  const header: Setting = { ...mode, usual: 'keep', value: 'qio', planned: true };
  const view = await show([header]);
  expect(text(view)).not.toContain('unfinished job');
  view.waits = true;
  await settle(view);
  expect(text(view)).toContain(
    `The unfinished job is resumed as it was planned, without your choice for ${mode.name}. ` +
      `Kept for the next plan, once the job is resumed, rolled back or abandoned: ${mode.name}.`,
  );
  expect(await axeViolations(view)).toEqual([]);
  // A choice that is not remembered is not said to be kept, and one for the link counts at once.
  view.settings = [{ ...erase, value: 'all', passing: true, planned: true }];
  await settle(view);
  expect(text(view)).toContain('without your choice for Erase.');
  expect(text(view)).not.toContain('Kept for the next plan');
  view.settings = settings.filter(({ group }) => group === 'link').map((each) => ({ ...each, value: '921600' }));
  await settle(view);
  expect(text(view)).not.toContain('unfinished job');
});
