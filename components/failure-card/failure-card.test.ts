import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { FailureFacts, FailureKind, RefusedBy } from '../../src/flash/failure.ts';
import { FailureCard } from './failure-card.ts';
import { layout, lost, notTaken } from '../gallery/fixtures.ts';
import { axeViolations, inside, mount, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = () =>
  mount(
    html`<failure-card .failure=${lost} .layout=${layout} now="98 of 252 units are verified."></failure-card>`,
    FailureCard,
  );

test('axe finds nothing, open and closed', LONG, async () => {
  const card = await show();
  expect(await axeViolations(card)).toEqual([]);
  await page.getByRole('button', { name: 'Details for a bug report' }).click();
  await customElements.whenDefined('wa-copy-button');
  await settle(card);
  expect(await axeViolations(card)).toEqual([]);
});

test('it says what happened, where, what is there now, and what to do', async () => {
  const shown = text(await show());
  for (const words of [
    lost.says,
    'app0, 0xAB000, 4 KiB',
    '98 of 252 units are verified.',
    lost.next,
    'FLASH_DEFL_DATA',
  ]) {
    expect(shown).toContain(words);
  }
});

const headings = async (failure: FailureFacts, said = false) => {
  const card = await mount(html`<failure-card ?said=${said} .failure=${failure}></failure-card>`, FailureCard);
  return [...(card.shadowRoot?.querySelectorAll('.whose, h3') ?? [])].map((each) => each.textContent.trim());
};

test.each<[FailureKind, RefusedBy | null, string]>([
  ['lost', null, 'The connection was lost'],
  ['refused', 'board', 'Refused by the board'],
  ['refused', 'storage', 'Browser storage failed'],
  ['refused', 'server', 'Part of this page is missing'],
  ['refused', null, 'It could not go on'],
  ['mistake', null, 'Error in Sectorwise'],
  ['stopped', null, 'Stopped by you'],
])('its heading says what happened also where the page has said it: %s, by %s', async (kind, by, heading) => {
  const { heading: _, ...without } = lost;
  // Whatever its name is: what is known of a failure is in its register.
  const failure = { ...without, kind, name: 'any', ...(by !== null && { by }) };
  expect(await headings(failure, true)).toEqual([heading]);
  expect(await headings({ ...failure, heading: 'Two reads differed' }, true)).toEqual(['Two reads differed']);
});

test('its sentence is the heading, with whose doing it was where it does not say', async () => {
  expect(await headings(lost)).toEqual([lost.says]);
  expect(await headings({ ...lost, kind: 'stopped', name: 'stopped' })).toEqual([lost.says]);
  expect(await headings({ ...lost, kind: 'mistake', name: 'unexpected' })).toEqual(['Error in Sectorwise', lost.says]);
  // It is another program that has the port.
  expect(await headings({ ...lost, kind: 'refused', name: 'port-busy' })).toEqual([lost.says]);
});

test('more about it is one click away, in a new tab', async () => {
  const link = inside(await show(), 'a.more', HTMLAnchorElement);
  expect(link.getAttribute('href')).toBe('help.html#link-lost');
  expect(link.target).toBe('_blank');
});

test('a file is named once as the place, not again among the values', async () => {
  const values = { file: 'photo.jpg', what: 'it is neither a ZIP archive nor an encrypted backup' };
  const foreign = { ...notTaken, place: { in: 'file', name: 'photo.jpg' }, values } as const;
  const card = await mount(html`<failure-card .failure=${foreign}></failure-card>`, FailureCard);
  const named = [...(card.shadowRoot?.querySelectorAll('dd, dt') ?? [])].map((each) => each.textContent.trim());
  expect(named.filter((each) => each === 'photo.jpg')).toHaveLength(1);
  expect(named).toContain('what');
});

test('it is announced', async () => {
  await mount(html`<failure-card .failure=${notTaken}></failure-card>`, FailureCard);
  await expect.element(page.getByRole('alert')).toBeInTheDocument();
});

test('what this browser could not keep is not called a refusal by the board', async () => {
  const full = { ...notTaken, name: 'storage-full', kind: 'refused' as const, by: 'storage' as const };
  expect(text(await mount(html`<failure-card .failure=${full}></failure-card>`, FailureCard))).toMatch(
    /^Browser storage failed/,
  );
  const file = { ...notTaken, kind: 'refused' as const, place: { in: 'file', name: 'half.bin' } as const };
  expect(text(await mount(html`<failure-card .failure=${file}></failure-card>`, FailureCard))).toMatch(
    /^This file was not opened/,
  );
  const unit = { ...notTaken, name: 'device-refused', kind: 'refused' as const, by: 'board' as const };
  expect(text(await mount(html`<failure-card .failure=${unit}></failure-card>`, FailureCard))).toMatch(
    /^Refused by the board/,
  );
});
