import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { BoardOffer, DeviceSupport } from './board-chooser.ts';
import { BoardChooser } from './board-chooser.ts';
import { complaints, mount, next, text } from '../shared/testing.ts';

const boards = [{ id: 'raft', name: 'ESP32, 4 MB', summary: 'An app and settings.' }];
const show = (serial: DeviceSupport = 'ready', usb: DeviceSupport = serial) =>
  mount(html`<board-chooser .boards=${boards} .serial=${serial} .usb=${usb}></board-chooser>`, BoardChooser);
const buttons = (name: string | RegExp) => page.getByRole('button', { name }).elements().length;

describe('accessibility', () => {
  test.each(['ready', 'missing', 'insecure'] as const)('axe finds nothing: %s', async (serial) => {
    expect(await complaints(await show(serial))).toEqual([]);
  });
});

test('the main button asks for a real board', async () => {
  const wish = next(await show(), 'sectorwise-connect');
  await page.getByRole('button', { name: 'Connect a board' }).click();
  expect((await wish).detail).toEqual({ port: 'serial' });
});

test('one click opens a virtual board', async () => {
  const wish = next(await show(), 'sectorwise-connect');
  await page.getByRole('button', { name: 'Open ESP32, 4 MB' }).click();
  expect((await wish).detail).toEqual({ virtual: 'raft' });
});

test('boards are grouped, the sound one first and the only prominent one', async () => {
  const all: BoardOffer[] = [
    { id: 'lost', name: 'Lost', summary: '', group: 'unsound' },
    { id: 'raft', name: 'Raft', summary: '', group: 'sound' },
    { id: 'c3', name: 'C3', summary: '', group: 'other-chip' },
  ];
  const chooser = await mount(
    html`<board-chooser .boards=${all} serial="missing" usb="missing"></board-chooser>`,
    BoardChooser,
  );
  expect(await complaints(chooser)).toEqual([]);
  const offers = [...(chooser.shadowRoot?.querySelectorAll('.virtual wa-button') ?? [])];
  expect(offers.map((button) => button.textContent.trim())).toEqual(['Open Raft', 'Open C3', 'Open Lost']);
  await expect.element(page.getByRole('list', { name: 'Other chips' })).toBeInTheDocument();
  expect(chooser.shadowRoot?.querySelectorAll('[variant=brand]')).toHaveLength(1);
});

test('a browser without a way to boards is told what is missing, and keeps the virtual boards', async () => {
  const chooser = await show('missing');
  expect(text(chooser)).toContain(
    'This browser has no Web Serial, which boards of the ESP32 family need. Chrome, Edge, Opera and Firefox 151 or newer have it, on a computer.',
  );
  expect(text(chooser)).toContain('This browser has no WebUSB, which boards in DFU mode need.');
  expect(buttons(/^Connect/)).toBe(0);
  expect(buttons(/^Open/)).toBe(1);
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
