import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { BoardOffer, DeviceSupport } from './board-chooser.ts';
import { BoardChooser } from './board-chooser.ts';
import { NOT_LISTED } from './board-chooser.words.ts';
import { libraries } from '../gallery/fixtures.ts';
import { SYMPTOMS } from '../../src/help/symptoms.ts';
import { axeViolations, inside, mount, next, text } from '../shared/testing.ts';
import { byLength, LONG } from '../../src/testing/long.ts';

const boards = [{ id: 'raft', name: 'ESP32, 4 MB', summary: 'An app and settings.' }];
const show = (serial: DeviceSupport = 'ready', usb: DeviceSupport = serial) =>
  mount(html`<board-chooser .boards=${boards} .serial=${serial} .usb=${usb}></board-chooser>`, BoardChooser);
const buttons = (name: string | RegExp) => page.getByRole('button', { name }).elements().length;

describe('accessibility', () => {
  for (const [options, states] of byLength(['ready', 'missing', 'insecure'] as const, (serial) => serial === 'ready'))
    test.each(states)('axe finds nothing: %s', options, async (serial) => {
      expect(await axeViolations(await show(serial))).toEqual([]);
    });
});

test('the main button asks for a real board', async () => {
  const sent = next(await show(), 'sectorwise-connect');
  await page.getByRole('button', { name: 'Connect a board' }).click();
  expect((await sent).detail).toEqual({ port: 'serial' });
});

test('one click opens a virtual board', async () => {
  const sent = next(await show(), 'sectorwise-connect');
  await page.getByRole('button', { name: 'Open ESP32, 4 MB' }).click();
  expect((await sent).detail).toEqual({ virtual: 'raft' });
});

const offer = (id: string, more: Partial<BoardOffer> = {}): BoardOffer => ({ id, name: id, summary: '', ...more });
const all: readonly BoardOffer[] = [
  offer('Lost', { group: 'unsound', changed: true }),
  offer('Raft', { group: 'sound', featured: true }),
  offer('C3', { group: 'other-chip' }),
  offer('S3', { group: 'other-chip', featured: true }),
];

test('a few virtual boards stand in one row, the others in groups in a drawer', LONG, async () => {
  const chooser = await mount(html`<board-chooser .boards=${all}></board-chooser>`, BoardChooser);
  const row = page.getByRole('list', { name: 'No board? Try a virtual one' });
  expect(
    row
      .getByRole('button')
      .elements()
      .map((each) => each.textContent.trim()),
  ).toEqual(['Open Raft', 'Open S3']);
  const lost = page.getByRole('button', { name: 'Open Lost' });
  await expect.element(lost).not.toBeInTheDocument();
  expect(text(chooser)).toContain('More virtual boards 2, 1 of them changed');
  await page.getByText('More virtual boards').click();
  await expect.element(page.getByRole('list', { name: 'Other chips' })).toBeVisible();
  await expect.element(lost).toHaveAccessibleDescription(/^Changed Originally:/);
  expect(await axeViolations(chooser)).toEqual([]);
  const sent = next(chooser, 'sectorwise-connect');
  await lost.click();
  expect((await sent).detail).toEqual({ virtual: 'Lost' });
  await page.getByText('More virtual boards').click();
});

test('the drawer stays as it was left, also when the start page comes back after a board', LONG, async () => {
  const isOpen = (chooser: BoardChooser) => inside(chooser, 'details.drawer', HTMLDetailsElement).open;
  const chooser = await mount(html`<board-chooser .boards=${all}></board-chooser>`, BoardChooser);
  const before = isOpen(chooser);
  await page.getByText('More virtual boards').click();
  await expect.poll(() => isOpen(chooser)).toBe(!before);
  chooser.remove();
  const again = await mount(html`<board-chooser .boards=${all}></board-chooser>`, BoardChooser);
  expect(isOpen(again)).toBe(!before);
  await page.getByText('More virtual boards').click();
  await expect.poll(() => isOpen(again)).toBe(before);
});

test('without a way to real boards, the first virtual one is the next step', async () => {
  const chooser = await mount(
    html`<board-chooser .boards=${all} serial="missing" usb="missing"></board-chooser>`,
    BoardChooser,
  );
  expect(await axeViolations(chooser)).toEqual([]);
  const prominent = [...(chooser.shadowRoot?.querySelectorAll('.offer.next button') ?? [])];
  expect(prominent.map((each) => each.textContent.trim())).toEqual(['Open Raft']);
  expect(chooser.shadowRoot?.querySelector('[variant=brand]')).toBeNull();
});

test('someone whose board is not listed finds what to check, and the help about each', LONG, async () => {
  const chooser = await show();
  await page.getByText('My board is not in the list').click();
  for (const title of NOT_LISTED.map((each) => each.title))
    await expect.element(page.getByText(title, { exact: true })).toBeVisible();
  const helped = [...(chooser.shadowRoot?.querySelectorAll('.listed a') ?? [])].map((each) =>
    each.getAttribute('href'),
  );
  const explained = new Set(['talk', ...SYMPTOMS.map(({ name }) => name)].map((name) => `help.html#${name}`));
  expect(helped).toHaveLength(NOT_LISTED.length + 1);
  expect(helped.filter((each) => each === null || !explained.has(each))).toEqual([]);
  expect(await axeViolations(chooser)).toEqual([]);
});

describe('boards met before', () => {
  const { NOW, many, met } = libraries;
  const showMet = (usb: DeviceSupport = 'ready') =>
    mount(html`<board-chooser .met=${met} .library=${many} .now=${NOW} .usb=${usb}></board-chooser>`, BoardChooser);

  test('each says what it is, when it was last here and what is kept of it', async () => {
    const chooser = await showMet();
    expect(await axeViolations(chooser)).toEqual([]);
    expect(text(chooser)).toContain('ESP32-D0WD-V3 24:6f:28:a1:b2:c3 2 hours ago, 4 backups here');
    expect(text(chooser)).toContain('This browser remembers chip, ID and time of a board');
  });

  test('each is connected the way it was, where this browser has that way', LONG, async () => {
    const sent = next(await showMet(), 'sectorwise-connect');
    await page.getByRole('button', { name: 'Connect Photon' }).click();
    expect((await sent).detail).toEqual({ port: 'usb', known: true });
    await showMet('missing');
    expect(buttons(/^Connect Photon/)).toBe(0);
    expect(buttons(/^Connect ESP32/)).toBe(1);
  });

  test('each can be forgotten', LONG, async () => {
    const sent = next(await showMet(), 'sectorwise-forget');
    await page.getByRole('button', { name: 'Forget Photon' }).click();
    expect((await sent).detail).toBe('dfu Photon DFU Mode');
  });
});

test('a browser without a way to boards is told what is missing, and keeps the virtual boards', async () => {
  const chooser = await show('missing');
  expect(text(chooser)).toContain(
    'This browser has no Web Serial, which boards of the ESP32 family need. Chrome, Edge, Opera and Firefox 151 or newer have it, on a computer.',
  );
  expect(text(chooser)).toContain('This browser has no WebUSB, which boards in DFU mode need.');
  expect(buttons(/^Connect/)).toBe(0);
  // The virtual board, and a file.
  expect(buttons(/^Open/)).toBe(2);
  expect(buttons(/^Open a flash image/)).toBe(1);
});

test('each way to boards is offered by itself: Firefox has Web Serial and no WebUSB', async () => {
  const firefox = await show('ready', 'missing');
  expect([buttons('Connect a board'), buttons('Connect over DFU')]).toEqual([1, 0]);
  expect(text(firefox)).toContain('This browser has no WebUSB');
  expect(text(firefox)).not.toContain('This browser has no Web Serial');
  const other = await show('missing', 'ready');
  expect([buttons('Connect a board'), buttons('Connect over DFU')]).toEqual([0, 1]);
  expect(text(other)).toContain('This browser has no Web Serial');
  expect(text(other)).not.toContain('This browser has no WebUSB');
});
