import { html } from 'lit';
import { expect, test } from 'vitest';
import { BoardTools } from './board-tools.ts';
import { board } from './fixtures.ts';
import { complaints, inside, mount, next, text } from './testing.ts';

test('axe finds nothing', async () => {
  expect(await complaints(await mount(html`<board-tools .board=${board}></board-tools>`, BoardTools))).toEqual([]);
});

test('it asks to read the apps whole, and not while work is under way', async () => {
  const tools = await mount(html`<board-tools .board=${board}></board-tools>`, BoardTools);
  const asked = next(tools, 'sectorwise-intent');
  inside(tools, 'wa-button', HTMLElement).click();
  expect((await asked).detail).toEqual({ do: 'examine' });
  const busy = await mount(html`<board-tools .board=${board} locked></board-tools>`, BoardTools);
  expect(inside(busy, 'wa-button', HTMLElement).hasAttribute('disabled')).toBe(true);
});

test('it offers what can be saved, and nothing that is done already', async () => {
  const done = { ...board, examinable: null };
  const shown = text(await mount(html`<board-tools .board=${done}></board-tools>`, BoardTools));
  expect(shown).toBe('Save: Partition table as CSV');
});
