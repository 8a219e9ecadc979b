import { html } from 'lit';
import { expect, test } from 'vitest';
import { ask, keys } from '../gallery/fixtures.bundles.ts';
import { board } from '../gallery/fixtures.board.ts';
import { axeViolations, inside, mount, next, settle, text } from '../shared/testing.ts';
import { BundleMaker } from './bundle-maker.ts';
import type { BundleAsk } from './bundle-maker.words.ts';
import { rowsOf } from './bundle-maker.words.ts';
import { LONG } from '../../src/testing/long.ts';

const show = (asked: BundleAsk | null = ask, known = keys) =>
  mount(html`<bundle-maker .ask=${asked} .keys=${known}></bundle-maker>`, BundleMaker);
const boxes = (maker: BundleMaker) => [
  ...(maker.shadowRoot?.querySelectorAll<HTMLInputElement>('[type=checkbox]') ?? []),
];
const make = (maker: BundleMaker) => inside(maker, 'wa-button[variant=brand]', HTMLElement).click();

test('axe finds nothing', async () => {
  expect(await axeViolations(await show())).toEqual([]);
});

test('the settings stay out unless they are ticked, and it says why', LONG, async () => {
  const maker = await show();
  const settings = ask.rows.findIndex(({ partition }) => partition.role === 'settings');
  expect(boxes(maker)[settings]?.checked).toBe(false);
  expect(text(maker)).toContain('Wi-Fi passwords and keys may be among them');
  const requested = next(maker, 'bundle-requested');
  make(maker);
  const { request } = (await requested).detail;
  expect(request).toMatchObject({ name: 'raft-demo 1.4.2', notes: '', sign: null });
  const roles = request.parts.map(
    ({ address }) => board.layout.partitions.find((each) => each.address === address)?.role,
  );
  expect(roles).not.toContain('settings');
  expect(roles).toContain('app');
});

test('what is ticked goes in, and a key that was chosen signs', async () => {
  const maker = await show();
  for (const box of boxes(maker)) if (!box.checked) box.click();
  const select = inside(maker, 'select', HTMLSelectElement);
  expect([...select.options].map(({ label }) => label)).toEqual(['Not signed', 'Bench (0A4F 7B21)']);
  select.selectedIndex = 1;
  select.dispatchEvent(new Event('change'));
  await settle(maker);
  const requested = next(maker, 'bundle-requested');
  make(maker);
  const { request } = (await requested).detail;
  expect(request.parts).toHaveLength(ask.rows.length);
  expect(request.sign).toBe(keys.find(({ own }) => own)?.key);
});

test('without a key of one’s own, one can be made, and it signs', async () => {
  const maker = await show(ask, []);
  const asked = next(maker, 'sectorwise-library');
  inside(maker, '.field wa-button', HTMLElement).click();
  expect((await asked).detail).toEqual({ do: 'make-key', name: 'My key' });
  maker.keys = keys;
  await settle(maker);
  expect(text(maker)).toContain('Make and sign it');
});

test('it asks for a name and at least one partition', async () => {
  const maker = await show();
  inside(maker, '#name', HTMLInputElement).value = ' ';
  make(maker);
  await settle(maker);
  expect(text(maker)).toContain('Enter a name first.');
  inside(maker, '#name', HTMLInputElement).value = 'a';
  for (const box of boxes(maker)) if (box.checked) box.click();
  make(maker);
  await settle(maker);
  expect(text(maker)).toContain('Tick at least one partition.');
});

test('of files everything goes in, so nothing is ticked', async () => {
  const maker = await show({ of: 'files', name: 'build', rows: [] });
  expect(boxes(maker)).toEqual([]);
  const requested = next(maker, 'bundle-requested');
  make(maker);
  expect((await requested).detail.ask.of).toBe('files');
});

test('closing it is an answer too', async () => {
  const maker = await show();
  const refused = next(maker, 'bundle-refused');
  inside(maker, 'dialog', HTMLDialogElement).close();
  expect(await refused).toBeInstanceOf(CustomEvent);
});

test('only what a backup holds whole is offered, and nothing that only this board can read', () => {
  const [first, second] = board.layout.partitions;
  if (first === undefined || second === undefined) throw new Error('no partitions');
  const half = { ...second, size: second.size - 1 };
  expect(rowsOf(board.layout, [first, half]).map(({ partition }) => partition.name)).toEqual([first.name]);
  expect(rowsOf({ ...board.layout, ciphered: [first] }, [first])).toEqual([]);
});
