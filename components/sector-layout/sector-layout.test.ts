import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { appLayouts, sectors } from '../gallery/fixtures.ts';
import { axeViolations, mount, text } from '../shared/testing.ts';
import { SectorLayout } from './sector-layout.ts';

const show = () => mount(html`<sector-layout .layout=${sectors} .offers=${appLayouts}></sector-layout>`, SectorLayout);

test('each way is drawn with the sectors that it uses, and said to those who do not see it', async () => {
  const element = await show();
  await expect
    .element(
      page.getByRole('img', {
        name: /in the factory slot: it uses user \(0x080A0000\), factory \(0x080E0000\)\.$/,
      }),
    )
    .toBeVisible();
  expect(await axeViolations(element)).toEqual([]);
});

test('sectors of one name beside each other are drawn as one', async () => {
  const drawn = [...((await show()).shadowRoot?.querySelectorAll('.strip') ?? [])].map((strip) =>
    [...strip.children].map((each) => each.textContent),
  );
  expect(drawn.length).toBeGreaterThan(1);
  for (const names of drawn) expect(names.filter((name, i) => name === names[i + 1])).toEqual([]);
});

test('each sector is listed with its role, and those that nobody may write say so', async () => {
  const shown = text(await show());
  expect(shown).toContain('0x080C0000 128 KiB OTA staging area for over-the-air updates');
  expect(shown).toContain('system part 2 (never written)');
});

test('a table says of each layout that cannot be had who forbids it', async () => {
  const shown = text(await show());
  expect(shown).toContain('Who forbids what');
  expect(shown).toContain('192 KiB for over-the-air updates the chip A 128 KiB sector can only be erased whole');
});

test('on a phone every role is read without scrolling sideways', async () => {
  await page.viewport(360, 740);
  const element = await show();
  const cells = [...(element.shadowRoot?.querySelectorAll<HTMLElement>('[role=cell], [role=rowheader]') ?? [])];
  expect(cells.length).toBeGreaterThan(20);
  expect(cells.filter((cell) => cell.getBoundingClientRect().right > 360)).toEqual([]);
  expect(await axeViolations(element)).toEqual([]);
});
