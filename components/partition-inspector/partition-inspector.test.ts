import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { board, contents, layout, planned, stm32 } from '../gallery/fixtures.ts';
import { selection } from '../gallery/fixtures.entries.ts';
import { axeViolations, inside, mount, next, text } from '../shared/testing.ts';
import { tellSaved, ticketOf } from '../shared/saved-note.ts';
import { PartitionInspector } from './partition-inspector.ts';
import { byLength } from '../../src/testing/long.ts';

const of = (name: string, all = layout) => all.partitions.find((partition) => partition.name === name) ?? null;
const show = (name: string, more: Partial<PartitionInspector> = {}) =>
  mount(
    html`<partition-inspector
      .partition=${of(name, more.board?.layout)}
      .layout=${more.board?.layout ?? layout}
      .contents=${more.board?.contents ?? contents}
      .board=${more.board ?? board}
      .work=${more.work ?? null}
      .hold=${more.hold ?? ''}
    ></partition-inspector>`,
    PartitionInspector,
  );
const range = { region: 'flash', address: 0x9000, size: 0x15000 };

test('it says what the partition is, what was found there, and whether the board starts it', async () => {
  const nvs = await show('nvs');
  expect(text(nvs)).toContain('nvs data, nvs');
  expect(text(nvs)).toContain('0x9000–0x1DFFF');
  expect(text(nvs)).toContain('84 KiB in 21 erase units');
  expect(text(nvs)).toContain('21 pages, 3 in use, 14 entries');
  expect(await axeViolations(nvs)).toEqual([]);
  expect(text(await show('app0'))).toContain('started by the board');
  expect(text(await show('partition table'))).toContain('The partition table is whole');
});

test('what becomes of it is said in the words of the plan', async () => {
  expect(text(await show('nvs', { work: planned }))).toContain('In this plan Your Wi-Fi settings stay');
  expect(text(await show('app0', { work: planned }))).toContain('In this plan app0 gets the file');
});

const ACTIONS: readonly (readonly [name: string, intent: object])[] = [
  ['Back up', { do: 'back-up', range }],
  ['Save as .bin', { do: 'save-bytes', range }],
  ['Erase', { do: 'erase', range }],
];
for (const [options, actions] of byLength(ACTIONS, ([name]) => name === 'Erase'))
  test.each(actions)('%s asks for just that', options, async (name, intent) => {
    const asked = next(await show('nvs'), 'sectorwise-intent');
    await page.getByRole('button', { name }).click();
    expect((await asked).detail).toEqual(intent);
  });

test('which file was saved is said of the partition that it was saved from, and of no other', async () => {
  const inspector = await show('nvs');
  const asked = next(inspector, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Save as .bin' }).click();
  tellSaved('nvs.bin', ticketOf((await asked).detail));
  await expect.element(page.getByText('The browser saves it as nvs.bin.')).toBeVisible();
  inspector.partition = of('app0');
  await inspector.updateComplete;
  expect(text(inspector)).not.toContain('The browser saves it');
});

test('why nothing can be done is said once, also where the entries of otadata are', async () => {
  const hold = 'Wait until the job has ended.';
  const otadata = await show('otadata', { hold, board: { ...board, selection } });
  const entries = inside(otadata, 'boot-entries', HTMLElement);
  const shown = [otadata, entries].flatMap((each) => [...(each.shadowRoot?.querySelectorAll('p') ?? [])]);
  expect(shown.filter((p) => p.textContent?.includes(hold) && !p.classList.contains('hidden'))).toHaveLength(1);
});

test('a file chosen here is added for this place', async () => {
  const nvs = await show('nvs');
  const asked = next(nvs, 'sectorwise-intent');
  const input = inside(nvs, 'input', HTMLInputElement);
  const transfer = new DataTransfer();
  transfer.items.add(new File(['a'], 'nvs.bin'));
  input.files = transfer.files;
  input.dispatchEvent(new Event('change'));
  expect((await asked).detail).toMatchObject({ do: 'add-files', at: range, files: [{ path: 'nvs.bin' }] });
});

test('what cannot be done says why', async () => {
  const busy = await show('nvs', { hold: 'Wait until the job has ended.' });
  for (const name of ['Back up', 'Save as .bin', 'Write a file here', 'Erase']) {
    await expect.element(page.getByRole('button', { name })).toBeDisabled();
    await expect
      .element(page.getByRole('button', { name }))
      .toHaveAccessibleDescription(/Wait until the job has ended/);
  }
  expect(await axeViolations(busy)).toEqual([]);
  await show('bootloader');
  await expect.element(page.getByRole('button', { name: 'Erase' })).toBeDisabled();
  await expect.element(page.getByText('Erase: Without a bootloader the board starts nothing.')).toBeVisible();
  await show('Option Bytes', { board: stm32 });
  await expect.element(page.getByRole('button', { name: 'Write a file here' })).toBeDisabled();
  await expect.element(page.getByRole('button', { name: 'Back up' })).toBeEnabled();
});
