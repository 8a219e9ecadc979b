import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { Highlight } from '../shared/events.ts';
import { FileDrop } from '../file-drop/file-drop.ts';
import { layout, picking, splitFile } from '../gallery/fixtures.ts';
import { SectorPicker } from './sector-picker.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (picked: readonly string[]) =>
  mount(html`<sector-picker .picking=${picking} .picked=${picked} .file=${5}></sector-picker>`, SectorPicker);

test('axe finds nothing', async () => {
  expect(await axeViolations(await show(['80a0000']))).toEqual([]);
});

test('every sector is a checkbox with its name, address, size and content', async () => {
  await show(['80e0000']);
  expect(page.getByRole('checkbox').elements()).toHaveLength(3);
  await expect
    .element(page.getByRole('checkbox', { name: /^factory 0x080E0000, 128 KiB Blank/ }))
    .toHaveProperty('checked', true);
});

test.each([
  [[], 'It needs 150,000 bytes: select its sectors.'],
  [['80a0000'], '128 KiB picked; 18,928 bytes more needed.'],
  [['80a0000', '80e0000'], '256 KiB picked: it fits.'],
])('%j: it says what is still needed', async (picked, says) => {
  expect(text(await show(picked))).toContain(says);
});

test(
  'each tick sends a place: the picked sectors in address order, also before anything answered the tick before',
  LONG,
  async () => {
    const picker = await show(['80e0000']);
    const added = next(picker, 'sectorwise-intent');
    await page.getByText('user', { exact: true }).click();
    expect((await added).detail).toEqual({ do: 'place', id: 5, choice: 'sectors@80a0000+80e0000' });
    const removed = next(picker, 'sectorwise-intent');
    await page.getByText('factory', { exact: true }).click();
    expect((await removed).detail).toEqual({ do: 'place', id: 5, choice: 'sectors@80a0000' });
  },
);

test('a state from before a tick does not take the tick back; an answer to it is taken as it is', LONG, async () => {
  const picker = await show([]);
  await page.getByText('user', { exact: true }).click();
  picker.picked = [];
  await settle(picker);
  expect(text(picker)).toContain('128 KiB picked');
  const second = next(picker, 'sectorwise-intent');
  await page.getByText('factory', { exact: true }).click();
  expect((await second).detail).toEqual({ do: 'place', id: 5, choice: 'sectors@80a0000+80e0000' });
  picker.picked = ['80a0000'];
  await settle(picker);
  expect(text(picker)).toContain('256 KiB picked: it fits.');
  picker.picked = ['80a0000', '80e0000'];
  await settle(picker);
  // From here on the session says what is picked, such as a place from the list.
  picker.picked = [];
  await settle(picker);
  expect(text(picker)).toContain('It needs 150,000 bytes');
});

test('the focused sector is highlighted', async () => {
  const picker = await show([]);
  const pointed = next(picker, 'sectorwise-point');
  inside(picker, 'li:nth-child(2) wa-checkbox', HTMLElement).focus();
  expect((await pointed).detail).toMatchObject({ address: 0x80c0000 });
});

test('a file in several sectors shows all of them, and points at all of them', LONG, async () => {
  const drop = await mount(html`<file-drop .files=${[splitFile]} .layout=${layout}></file-drop>`, FileDrop);
  expect(await axeViolations(drop)).toEqual([]);
  expect(text(drop)).toContain('0x080A0000, 128 KiB + 0x080E0000, 128 KiB');
  const pointed: Highlight[] = [];
  drop.addEventListener('sectorwise-point', ({ detail }) => pointed.push(detail));
  // From elsewhere: a pointer that a test before left on the list enters nothing.
  await page.getByRole('button', { name: /^Remove/ }).hover();
  await page.getByLabelText('Write to').hover();
  await expect.poll(() => pointed.at(-1)).toMatchObject([{ address: 0x80a0000 }, { address: 0x80e0000 }]);
});
