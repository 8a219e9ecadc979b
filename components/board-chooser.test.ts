import { html } from 'lit';
import { describe, expect, test } from 'vitest';
import { page } from 'vitest/browser';
import { BoardChooser } from './board-chooser.ts';
import { complaints, mount, next, text } from './testing.ts';

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
  await page.getByRole('button', { name: 'Connect an ESP32' }).click();
  expect((await wish).detail).toEqual({ port: 'serial' });
});

test('one click opens a virtual board', async () => {
  const wish = next(await show(), 'sectorwise-connect');
  await page.getByRole('button', { name: 'Open ESP32, 4 MB' }).click();
  expect((await wish).detail).toEqual({ virtual: 'raft' });
});

test('a browser that cannot is told which one can, and keeps the virtual boards', async () => {
  const chooser = await show('no-web-serial');
  expect(text(chooser)).toContain('Chrome, Edge and Opera');
  expect(page.getByRole('button', { name: 'Connect an ESP32' }).elements()).toHaveLength(0);
  expect(page.getByRole('button', { name: /Open/ }).elements()).toHaveLength(1);
});
