import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { BoardTools } from './board-tools.ts';
import { board } from '../gallery/fixtures.ts';
import { axeViolations, inside, mount, next, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

test('axe finds nothing', async () => {
  expect(await axeViolations(await mount(html`<board-tools .board=${board}></board-tools>`, BoardTools))).toEqual([]);
});

test('it offers to read the apps completely, but not during other work', async () => {
  const tools = await mount(html`<board-tools .board=${board}></board-tools>`, BoardTools);
  const asked = next(tools, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Read and check the complete apps' }).click();
  expect((await asked).detail).toEqual({ do: 'examine' });
  const hold = 'Wait until the job has ended.';
  const busy = await mount(html`<board-tools .board=${board} .hold=${hold}></board-tools>`, BoardTools);
  expect(inside(busy, 'wa-button', HTMLElement).hasAttribute('disabled')).toBe(true);
  expect(text(busy)).toContain(hold);
});

test('why the whole flash cannot be erased is text', async () => {
  const regions = board.layout.map.regions.map((each) => ({ ...each, access: { ...each.access, erase: false } }));
  const shut = { ...board, layout: { ...board.layout, map: { regions } } };
  const tools = await mount(html`<board-tools .board=${shut}></board-tools>`, BoardTools);
  expect(text(tools)).toContain('Erase the whole flash: the board does not allow it to be written.');
});

test('it offers what can be saved, and nothing that is done already', async () => {
  const done = { ...board, examinable: null };
  const shown = text(await mount(html`<board-tools .board=${done}></board-tools>`, BoardTools));
  expect(shown).toBe(
    'Save Save the whole flash as .bin Back up the whole flash Make a recovery bundle Save the partition table as CSV Erase Erase the whole flash',
  );
});

test('the whole flash can be backed up, if it can be read', LONG, async () => {
  const tools = await mount(html`<board-tools .board=${board}></board-tools>`, BoardTools);
  const asked = next(tools, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Back up the whole flash' }).click();
  expect((await asked).detail).toEqual({ do: 'back-up', range: null });
  const [region] = board.layout.map.regions;
  const regions = region === undefined ? [] : [{ ...region, access: { ...region.access, read: false } }];
  const mute = { ...board, layout: { ...board.layout, map: { regions } } };
  const silent = await mount(html`<board-tools .board=${mute}></board-tools>`, BoardTools);
  const button = page.getByRole('button', { name: 'Back up the whole flash' });
  await expect.element(button).toBeDisabled();
  await expect.element(button).toHaveAccessibleDescription('Not readable: the board does not send its flash.');
  expect(text(silent)).toContain('No backup: not readable: the board does not send its flash.');
});

test('the whole flash is saved as a plain file in one step', LONG, async () => {
  const tools = await mount(html`<board-tools .board=${board}></board-tools>`, BoardTools);
  const asked = next(tools, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Save the whole flash as .bin' }).click();
  expect((await asked).detail).toEqual({ do: 'save-bytes', range: { region: 'flash', address: 0, size: 0x400000 } });
});

test('the whole flash is erased only after a plan', async () => {
  const tools = await mount(html`<board-tools .board=${board}></board-tools>`, BoardTools);
  const asked = next(tools, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Erase the whole flash' }).click();
  expect((await asked).detail).toEqual({ do: 'erase', range: { region: 'flash', address: 0, size: 0x400000 } });
});
