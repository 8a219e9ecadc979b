import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { ImageChanges } from '../../src/session/state.ts';
import { imageBoard } from '../gallery/fixtures.ts';
import { axeViolations, mount, next, text } from '../shared/testing.ts';
import { ImageStrip } from './image-strip.ts';
import { LONG } from '../../src/testing/long.ts';

const CHANGED: ImageChanges = { units: 156, bytes: 156 * 4096, saved: false };
const show = (changes: ImageChanges, hold = '') =>
  mount(
    html`<image-strip .file=${imageBoard.identity.file ?? null} .changes=${changes} .hold=${hold}></image-strip>`,
    ImageStrip,
  );

test('axe finds nothing', async () => {
  expect(await axeViolations(await show(CHANGED))).toEqual([]);
});

test.each<[ImageChanges, string]>([
  [{ units: 0, bytes: 0, saved: true }, 'Nothing in it is changed.'],
  [{ units: 1, bytes: 4096, saved: false }, '1 erase unit (4 KiB) is changed, and not saved yet.'],
  [CHANGED, '156 erase units (624 KiB) are changed, and not saved yet.'],
  [{ ...CHANGED, saved: true }, '156 erase units (624 KiB) are changed, and saved.'],
  [{ units: 0, bytes: 0, saved: false }, 'It equals the file again, but not the copy that was saved last.'],
])('%o: it says that it is a file, and what differs from it', async (changes, says) => {
  const shown = text(await show(changes));
  expect(shown).toContain('dump.bin is a file: no board is connected.');
  expect(shown).toContain(says);
});

test('the whole image or only its changed pieces are saved', LONG, async () => {
  const strip = await show(CHANGED);
  const image = next(strip, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Save the image' }).click();
  expect((await image).detail).toEqual({ do: 'save-image', what: 'image' });
  const changes = next(strip, 'sectorwise-intent');
  await page.getByRole('button', { name: 'Save only the changed pieces' }).click();
  expect((await changes).detail).toEqual({ do: 'save-image', what: 'changes' });
});

test('there are no pieces to save where nothing is changed, and nothing is saved while a job runs', async () => {
  const strip = await show({ units: 0, bytes: 0, saved: true }, 'Wait until the job has ended.');
  expect(text(strip)).toContain('Wait until the job has ended.');
  const whole = page.getByRole('button', { name: 'Save the image' });
  await expect.element(whole).toBeDisabled();
  await expect.element(whole).toHaveAccessibleDescription('Wait until the job has ended.');
  expect(page.getByRole('button', { name: 'Save only the changed pieces' }).elements()).toHaveLength(0);
});

test('one partition is only saved whole, and is said to be one', async () => {
  const strip = await show({ ...CHANGED, onlyWhole: true });
  expect(text(strip)).toContain('It is one partition: change its content in the view Contents.');
  await expect.element(page.getByRole('button', { name: 'Save the image' })).toBeVisible();
  expect(page.getByRole('button', { name: 'Save only the changed pieces' }).elements()).toHaveLength(0);
});
