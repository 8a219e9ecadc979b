import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { tellSaved, ticketOf } from '../shared/saved-note.ts';
import { BackupMaker } from './backup-maker.ts';
import { board } from '../gallery/fixtures.ts';
import { axeViolations, mount, next, settle, text } from '../shared/testing.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (hold = '') => mount(html`<backup-maker .board=${board} .hold=${hold}></backup-maker>`, BackupMaker);

test('axe finds nothing', async () => expect(await axeViolations(await show())).toEqual([]));

test('the whole flash is chosen first: it is backed up, or saved as a file, with one click', async () => {
  const maker = await show();
  const kept = next(maker, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Back up the whole flash' }).click();
  expect((await kept).detail).toEqual({ do: 'back-up', range: null });
  const saved = next(maker, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Save as .bin the whole flash' }).click();
  expect((await saved).detail).toEqual({ do: 'save-bytes', range: { region: 'flash', address: 0, size: 0x400000 } });
});

test('one partition is chosen by its name', LONG, async () => {
  const maker = await show();
  await page.getByLabelText('Make a backup of').selectOptions('nvs, 84 KiB');
  const kept = next(maker, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Back up nvs' }).click();
  expect((await kept).detail).toMatchObject({ do: 'back-up', range: { region: 'flash', address: 0x9000 } });
});

test('while the board cannot be read it says why', async () => {
  const hold = 'Wait until the job has ended.';
  expect(text(await show(hold))).toContain(hold);
  await expect.element(page.getByRole('button', { name: 'Back up the whole flash' })).toBeDisabled();
});

test('a board that does not send its flash says so, once', async () => {
  const regions = board.layout.map.regions.map((each) => ({ ...each, access: { ...each.access, read: false } }));
  const mute = { ...board, layout: { ...board.layout, map: { regions } } };
  const maker = await mount(html`<backup-maker .board=${mute}></backup-maker>`, BackupMaker);
  expect(text(maker)).toMatch(/Save as \.bin the whole flash Not readable: the board does not send its flash\.$/);
});

test('once the file is saved it says so, and says nothing of what something else saves', LONG, async () => {
  const maker = await show();
  const asked = next(maker, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Save as .bin the whole flash' }).click();
  tellSaved('contents.csv', undefined);
  await settle(maker);
  expect(text(maker)).not.toContain('The browser saves it');
  tellSaved('flash.bin', ticketOf((await asked).detail));
  await expect.element(page.getByRole('status')).toHaveTextContent('The browser saves it as flash.bin.');
  await page.getByRole('button', { name: 'Back up the whole flash' }).click();
  await expect.element(page.getByRole('status')).toHaveTextContent('');
});

test('what each button does is said of what is chosen, and how much is saved from where to where', LONG, async () => {
  const maker = await show();
  expect(text(maker)).toContain(
    '“Back up” adds a backup to the list below. “Save as .bin” saves the plain bytes as a file: all 4 MiB, 0x0–0x3FFFFF.',
  );
  await page.getByLabelText('Make a backup of').selectOptions('nvs, 84 KiB');
  await settle(maker);
  expect(text(maker)).toContain('saves the plain bytes as a file: all 84 KiB, 0x9000–0x1DFFF.');
  await expect
    .element(page.getByRole('button', { name: 'Save as .bin nvs' }))
    .toHaveAttribute('title', expect.stringMatching(/^Reads and verifies all 84\sKiB, 0x9000–0x1DFFF, /));
});

test(
  'beside the name of the file that was saved, nothing says that a backup is added; with another choice it does',
  LONG,
  async () => {
    const maker = await show();
    const asked = next(maker, 'sectorwise-intent');
    await page.getByRole('button', { name: 'Save as .bin the whole flash' }).click();
    tellSaved('flash.bin', ticketOf((await asked).detail));
    await settle(maker);
    expect(text(maker)).toContain('The browser saves it as flash.bin.');
    expect(text(maker)).not.toContain('adds a backup');
    await page.getByLabelText('Make a backup of').selectOptions('nvs, 84 KiB');
    await settle(maker);
    expect(text(maker)).not.toContain('flash.bin');
    expect(text(maker)).toContain('adds a backup');
  },
);
