import { html } from 'lit';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { BoardWait } from './board-wait.ts';
import { timeOfDay } from '../shared/format.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (choosable: boolean) => mount(html`<board-wait .waiting=${{ choosable }}></board-wait>`, BoardWait);

test('axe finds nothing', async () => {
  for (const choosable of [true, false]) expect(await axeViolations(await show(choosable))).toEqual([]);
});

test('the wait can be stopped, and a real board chosen again', LONG, async () => {
  const wait = await show(true);
  const stopped = next(wait, 'sectorwise-wait');
  await page.getByRole('button', { name: 'Cancel' }).click();
  expect((await stopped).detail).toBe('stop');
  const chosen = next(wait, 'sectorwise-wait');
  await page.getByRole('button', { name: 'Choose the board' }).click();
  expect((await chosen).detail).toBe('choose');
  await show(false);
  expect(page.getByRole('button', { name: 'Choose the board' }).elements()).toHaveLength(0);
});

test('a chip that has erased itself is awaited in other words', async () => {
  const wait = await mount(html`<board-wait .waiting=${{ choosable: true, erased: true }}></board-wait>`, BoardWait);
  expect(text(wait)).toContain('The chip is not back yet');
  expect(text(wait)).toContain('If BOOT0 is a button, hold it');
  expect(await axeViolations(wait)).toEqual([]);
});

test('a board that is found in DFU mode alone has to be put into it', async () => {
  expect(text(await show(true))).toContain('Plug it in: Sectorwise then connects');
  const wait = await mount(html`<board-wait .waiting=${{ choosable: true, dfu: true }}></board-wait>`, BoardWait);
  expect(text(wait)).toContain('Plug it in and put it into DFU mode: Sectorwise then connects');
});

test('of a virtual board, the button that plugs it in is named; when it was asked for last is said', async () => {
  const asked = new Date(2026, 0, 2, 13, 4, 5).getTime();
  const waiting = { choosable: false, virtual: true, asked } as const;
  const wait = await mount(html`<board-wait .waiting=${waiting}></board-wait>`, BoardWait);
  expect(text(wait)).toContain('Press “Plug the cable in” at the top first: Sectorwise then connects automatically.');
  expect(text(wait)).toContain(`It was not there at ${timeOfDay(asked)}. Still waiting for it.`);
  wait.waiting = { ...waiting, asked: asked + 61_000 };
  await settle(wait);
  expect(text(wait)).toContain(timeOfDay(asked + 61_000));
  expect(await axeViolations(wait)).toEqual([]);
});

test('Escape ends the wait', async () => {
  const wait = await show(true);
  const stopped = next(wait, 'sectorwise-wait');
  await userEvent.keyboard('{Escape}');
  expect((await stopped).detail).toBe('stop');
});

test('asking again moves the focus back to it', async () => {
  const wait = await show(true);
  const section = inside(wait, 'section', HTMLElement);
  expect(wait.shadowRoot?.activeElement).toBe(section);
  section.blur();
  wait.waiting = { choosable: true };
  await settle(wait);
  expect(wait.shadowRoot?.activeElement).toBe(section);
});
