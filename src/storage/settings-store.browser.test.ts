/** Settings in a browser's database, and in a browser that denies storage. */
import { afterEach, expect, test, vi } from 'vitest';
import { browserClock } from '../browser/clock.ts';
import { browserSettings } from './settings-store.ts';
import { browserDatabase } from './database.ts';

afterEach(() => vi.restoreAllMocks());

test('the settings of a board are there for the next session, and for no other board', async () => {
  await browserSettings(browserDatabase('test', browserClock)).save('esp mac one', { speed: '460800' });
  const next = browserSettings(browserDatabase('test', browserClock));
  expect(await next.load('esp mac one')).toEqual({ speed: '460800' });
  expect(await next.load('esp mac two')).toEqual({});
});

test('a browser that denies storage remembers them for as long as the tab is open', async () => {
  vi.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  const settings = browserSettings(browserDatabase('denied', browserClock));
  expect(await settings.load('esp mac one')).toEqual({});
  await settings.save('esp mac one', { speed: '460800' });
  expect(await settings.load('esp mac one')).toEqual({ speed: '460800' });
});
