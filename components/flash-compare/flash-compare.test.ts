import { html } from 'lit';
import { expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { compared, notTaken } from '../gallery/fixtures.ts';
import { axeViolations, mount, next, text } from '../shared/testing.ts';
import { FlashCompare } from './flash-compare.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (view: FlashCompare['compared'], hold = '') =>
  mount(html`<flash-compare .compared=${view} .hold=${hold}></flash-compare>`, FlashCompare);

test('axe finds nothing, before and after a comparison', async () => {
  expect(await axeViolations(await show(null))).toEqual([]);
  expect(await axeViolations(await show(compared))).toEqual([]);
});

test('why nothing can be compared now is text', async () => {
  expect(text(await show(null, 'Wait until the job has ended.'))).toContain('Wait until the job has ended.');
});

test('it names what differs by partition and address, and counts what is equal', async () => {
  const shown = text(await show(compared));
  expect(shown).toContain('3 of 1,024 erase units differ from old.bin.');
  expect(shown).toContain('nvs 1 of 5 erase units: 0x9000–0x9FFF');
  expect(shown).toContain('app0 2 of 432 erase units: 0x21000–0x22FFF');
  expect(shown).toContain('Equal: 2 places (outside every partition at 0x0–0xFFF, bootloader).');
});

test('two equal flashes are called equal, and what only one has is not passed over', async () => {
  const left = [{ region: 'flash', address: 0x200000, size: 0x200000 }];
  const shown = text(await show({ file: 'old.bin', comparison: { places: [], equal: 512, different: 0, left } }));
  expect(shown).toContain(
    'Equal to old.bin: 512 erase units. Not compared, as only one of the two has it: 0x200000–0x3FFFFF.',
  );
});

test('a file that could not be compared says why', LONG, async () => {
  await show({ file: 'old.bin', failure: notTaken });
  await expect.element(page.getByRole('heading', { name: notTaken.says })).toBeVisible();
});

test('the comparison is closed, and none is begun while the flash cannot be read', async () => {
  const intent = next(await show(compared), 'sectorwise-intent');
  await page.getByRole('button', { name: 'Close the comparison' }).click();
  expect((await intent).detail).toEqual({ do: 'compare', file: null });
  await show(compared, 'Wait until the job has ended.');
  await expect.element(page.getByRole('button', { name: 'Compare with another file' })).toBeDisabled();
});
