import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import type { BoardOffer } from './board-chooser.ts';
import { BoardChooser } from './board-chooser.ts';
import { complaints, mount, next, text } from '../shared/testing.ts';

const boards = [{ id: 'raft', name: 'ESP32, 4 MB', summary: 'An app and settings.' }];
const show = (serial = 'ready') =>
  mount(html`<board-chooser .boards=${boards} serial=${serial}></board-chooser>`, BoardChooser);

describe('accessibility', () => {
  test.each(['ready', 'no-web-serial', 'insecure'])('axe finds nothing: %s', async (serial) => {
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
    html`<board-chooser .boards=${all} serial="no-web-serial"></board-chooser>`,
    BoardChooser,
  );
  expect(await complaints(chooser)).toEqual([]);
  const buttons = [...(chooser.shadowRoot?.querySelectorAll('.virtual wa-button') ?? [])];
  expect(buttons.map((button) => button.textContent.trim())).toEqual(['Open Raft', 'Open C3', 'Open Lost']);
  await expect.element(page.getByRole('list', { name: 'Other chips' })).toBeInTheDocument();
  expect(chooser.shadowRoot?.querySelectorAll('[variant=brand]')).toHaveLength(1);
});

test('an unsupported browser is told which one to use, and keeps the virtual boards', async () => {
  const chooser = await show('no-web-serial');
  expect(text(chooser)).toContain('Use Chrome, Edge or Opera on a computer (Web Serial).');
  expect(page.getByRole('button', { name: 'Connect a board' }).elements()).toHaveLength(0);
  expect(page.getByRole('button', { name: /Open/ }).elements()).toHaveLength(1);
});
