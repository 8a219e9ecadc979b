import { html } from 'lit';
import { expect, test } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { axeViolations, mount, next, settle, text } from '../shared/testing.ts';
import { UnlockDialog } from './unlock-dialog.ts';

const offer = { words: 'erase the whole flash', means: ['All is erased.', 'Nothing is kept.'], ms: 35_000 };
const show = () => mount(html`<unlock-dialog .offer=${offer} board="STM32F405"></unlock-dialog>`, UnlockDialog);
const button = () => page.getByRole('button', { name: 'Erase the whole flash and unlock' });

test('it says what unlocking costs, and axe finds nothing', async () => {
  const dialog = await show();
  for (const says of ['STM32F405', ...offer.means, 'It takes 35 s at most', 'Type erase the whole flash to agree'])
    expect(text(dialog)).toContain(says);
  expect(await axeViolations(dialog)).toEqual([]);
});

test('nothing can be agreed to before the words are typed', async () => {
  const dialog = await show();
  await expect.element(button()).toBeDisabled();
  await page.getByLabelText('Type erase the whole flash to agree').fill('erase');
  await expect.element(button()).toBeDisabled();
  await page.getByLabelText('Type erase the whole flash to agree').fill('erase the whole flash');
  const asked = next(dialog, 'sectorwise-intent');
  await button().click();
  expect((await asked).detail).toEqual({ do: 'unlock', words: 'erase the whole flash' });
});

test('Escape closes it, and what was typed is gone the next time', async () => {
  const dialog = await show();
  await page.getByLabelText('Type erase the whole flash to agree').fill('erase the whole flash');
  const closed = next(dialog, 'unlock-closed');
  await userEvent.keyboard('{Escape}');
  await closed;
  dialog.offer = null;
  await settle(dialog);
  dialog.offer = offer;
  await settle(dialog);
  await expect.element(button()).toBeDisabled();
});
