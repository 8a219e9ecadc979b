import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { selection } from '../gallery/fixtures.ts';
import { axeViolations, mount, next, text } from '../shared/testing.ts';
import { BootEntries } from './boot-entries.ts';
import { byLength } from '../../src/testing/long.ts';

const show = (hold = '') =>
  mount(html`<boot-entries .selection=${selection} .hold=${hold}></boot-entries>`, BootEntries);

test('both entries are shown with their fields, the app that each selects, and which one is used', async () => {
  const element = await show();
  const shown = text(element);
  for (const words of [
    'Entry 1 selects app0 Sequence number 1 State VALID (marked as working) CRC 0x4743989A, correct',
    'Not used: entry 2 has the higher sequence number.',
    'Entry 2 selects app1 Sequence number 2 State PENDING_VERIFY (on trial)',
  ])
    expect(shown).toContain(words);
  expect(await axeViolations(element)).toEqual([]);
});

test('slots that hold nothing to be chosen are named beside what can be', async () => {
  const lacks = 'app1 holds no app that could start.';
  const lacking = { ...selection, lacks };
  expect(text(await mount(html`<boot-entries .selection=${lacking}></boot-entries>`, BootEntries))).toContain(lacks);
  expect(text(await show())).not.toContain('no app that could start');
});

test.each([336, 1216, 1376])(
  'each value is on one line, on a phone and beside what can be changed: %i px',
  async (width) => {
    await page.viewport(width, 900);
    const element = await show();
    const values = [...(element.shadowRoot?.querySelectorAll('dd') ?? [])];
    expect(values).toHaveLength(6);
    const linesOf = (value: Element) => {
      const range = document.createRange();
      range.selectNodeContents(value);
      return new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size;
    };
    expect(values.filter((value) => linesOf(value) !== 1).map(({ textContent }) => textContent)).toEqual([]);
  },
);

for (const [options, offers] of byLength(selection.offers, (offer) => offer === selection.offers[0]))
  test.each(offers)('$label asks for just that', options, async ({ label, choice }) => {
    const asked = next(await show(), 'sectorwise-intent');
    await page.getByRole('button', { name: label }).click();
    expect((await asked).detail).toEqual({ do: 'choose-start', choice });
  });

test('while the board cannot be written, nothing can be pressed, and why is said once', async () => {
  const element = await show('A job is running.');
  expect(text(element).split('A job is running.')).toHaveLength(2);
  const button = page.getByRole('button', { name: 'Start app0' });
  await expect.element(button).toBeDisabled();
  await expect.element(button).toHaveAttribute('title', 'A job is running.');
});
