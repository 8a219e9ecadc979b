import { html } from 'lit';
import { expect, test } from 'vitest';
import { keys } from '../gallery/fixtures.bundles.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { SigningKeys } from './signing-keys.ts';

async function show(known = keys): Promise<SigningKeys> {
  const element = await mount(html`<signing-keys .keys=${known}></signing-keys>`, SigningKeys);
  inside(element, 'details', HTMLDetailsElement).open = true;
  await settle(element);
  return element;
}

const button = (element: SigningKeys, label: string) => {
  const found = [...(element.shadowRoot?.querySelectorAll('wa-button') ?? [])].find(
    ({ textContent }) => textContent.replace(/\s+/g, ' ').trim() === label,
  );
  if (found === undefined) throw new Error(`no button ${label}`);
  return found;
};

test('axe finds nothing', async () => {
  expect(await axeViolations(await show())).toEqual([]);
  expect(await axeViolations(await show([]))).toEqual([]);
});

test('it says whose each key is; only one’s own can be saved', async () => {
  const element = await show();
  expect(text(element)).toContain('Raft release someone else’s 21FE 31DF');
  const saved = next(element, 'sectorwise-library');
  button(element, 'Save key Bench').click();
  expect((await saved).detail).toEqual({ do: 'export-key', key: keys[1]?.key });
  expect(() => button(element, 'Save key Raft release')).toThrow('no button');
});

test('a key is forgotten only after it was said what that means', async () => {
  const element = await show();
  button(element, 'Forget Bench').click();
  await settle(element);
  expect(text(element)).toContain('Without a saved file, nobody can sign with it again.');
  const forgotten = next(element, 'sectorwise-library');
  button(element, 'Forget Bench').click();
  expect((await forgotten).detail).toEqual({ do: 'forget-key', key: keys[1]?.key });
});

test('a key is made under the name that was typed', async () => {
  const element = await show([]);
  inside(element, '#name', HTMLInputElement).value = 'Release';
  const made = next(element, 'sectorwise-library');
  button(element, 'Make a key').click();
  expect((await made).detail).toEqual({ do: 'make-key', name: 'Release' });
});
