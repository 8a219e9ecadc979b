import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { board, stm32 } from '../gallery/fixtures.ts';
import { axeViolations, mount, next, text } from '../shared/testing.ts';
import { RangeTools } from './range-tools.ts';
import { byLength, LONG } from '../../src/testing/long.ts';

const show = (own = board, hold = '') =>
  mount(html`<range-tools .board=${own} .hold=${hold}></range-tools>`, RangeTools);
const type = (words: string) => page.getByLabelText('Range', { exact: true }).fill(words);
const button = (name: string) => page.getByRole('button', { name });
const range = { region: 'flash', address: 0x9000, size: 0x2000 };

test('nothing can be done before a range is typed, and axe finds nothing', async () => {
  const tools = await show();
  for (const name of ['Show its bytes', 'Save as .bin', 'Erase']) await expect.element(button(name)).toBeDisabled();
  expect(text(tools)).toContain('Type a range first.');
  expect(await axeViolations(tools)).toEqual([]);
  await type('0x9000+8K');
  expect(text(tools)).toContain('0x9000–0xAFFF, 8 KiB: 2 erase units, in nvs.');
  expect(await axeViolations(tools)).toEqual([]);
});

const ACTIONS = [
  ['Save as .bin', 'save-bytes'],
  ['Erase', 'erase'],
] as const;
for (const [options, actions] of byLength(ACTIONS, ([, intent]) => intent === 'erase'))
  test.each(actions)('%s asks for just that range', options, async (name, intent) => {
    const tools = await show();
    await type('0x9000–0xAFFF');
    const asked = next(tools, 'sectorwise-intent');
    await button(name).click();
    expect((await asked).detail).toEqual({ do: intent, range });
  });

test('its bytes are shown by the view around it', LONG, async () => {
  const tools = await show();
  await type('0x9000+0x2000');
  const chosen = next(tools, 'range-chosen');
  await button('Show its bytes').click();
  expect((await chosen).detail).toEqual(range);
});

test('a range that cuts an erase unit says which units it means, and can mean all of them', LONG, async () => {
  const tools = await show();
  await type('0x9100+0x100');
  expect(text(tools)).toContain(
    'Whole erase units 0x9000–0x9FFF, 4 KiB. Otherwise what is next to the range is written back.',
  );
  await page.getByLabelText('Whole erase units').click();
  const asked = next(tools, 'sectorwise-intent');
  await button('Erase').click();
  expect((await asked).detail).toEqual({ do: 'erase', range: { ...range, size: 0x1000 } });
});

describe('what cannot be done says why', () => {
  test.each([
    ['0x400000+1K', 'This board has no flash at 0x400000.'],
    ['nonsense', 'Type start–end or start+size'],
  ])('%s', async (typed, why) => {
    const tools = await show();
    await type(typed);
    expect(text(tools)).toContain(why);
    await expect.element(button('Erase')).toBeDisabled();
  });

  test('the bootloader is in it', async () => {
    const tools = await show();
    await type('0x0+0x8000');
    expect(text(tools)).toContain('The bootloader is in it. Without a bootloader the board starts nothing.');
    await expect.element(button('Erase')).toBeDisabled();
    await expect.element(button('Save as .bin')).toBeEnabled();
  });

  test('option bytes are never erased', LONG, async () => {
    const tools = await show(stm32);
    await type('0x1FFFC000+8');
    await expect.element(button('Erase')).toBeDisabled();
    expect(text(tools)).toContain('The board does not allow it to be written.');
  });

  test('a job is running', async () => {
    const tools = await show(board, 'Wait until the job has ended.');
    await type('0x9000+4K');
    await expect.element(button('Show its bytes')).toBeDisabled();
    expect(text(tools)).toContain('Wait until the job has ended.');
  });
});
