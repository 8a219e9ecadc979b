import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { AppLayouts } from './app-layouts.ts';
import type { Highlight } from '../shared/events.ts';
import { appLayouts } from '../gallery/fixtures.ts';
import { axeViolations, mount, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = () => mount(html`<app-layouts open .offers=${appLayouts}></app-layouts>`, AppLayouts);

test('axe finds nothing', async () => {
  expect(await axeViolations(await show())).toEqual([]);
});

test('each option gives places, reason and consequences; an unavailable one says why', async () => {
  const shown = text(await show());
  for (const words of [
    '2 options, and what this board does not support',
    '0x080A0000, 128 KiB + 0x080E0000, 128 KiB',
    'An over-the-air system update will erase factory (0x080E0000).',
    'Over-the-air updates are no longer possible.',
    'can only be erased whole',
  ]) {
    expect(shown).toContain(words);
  }
});

test('the recommended option is named at the top with its reason, beside a link to the help', async () => {
  const element = await show();
  expect(text(element)).toContain(
    'Recommended: Application + extension in the factory slot. It is the only one that keeps over-the-air updates.',
  );
  await expect
    .element(page.getByRole('link', { name: /^More about this/ }))
    .toHaveAttribute('href', 'help.html#extension');
});

test('each option offers its linker regions; an unavailable one has none', async () => {
  await show();
  expect(page.getByRole('button', { name: /Save linker regions/ }).elements()).toHaveLength(2);
});

test('pointing at an option highlights all of its sectors', LONG, async () => {
  const element = await show();
  const pointed: Highlight[] = [];
  element.addEventListener('sectorwise-point', ({ detail }) => pointed.push(detail));
  // The pointer may still be there from the previous test.
  await page.getByText('Not supported by this board').last().hover();
  await page.getByText('Application + extension in the factory slot').first().hover();
  await expect.poll(() => pointed.at(-1)).toMatchObject([{ address: 0x80a0000 }, { address: 0x80e0000 }]);
});
