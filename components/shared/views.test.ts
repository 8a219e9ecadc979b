import { expect, test } from 'vitest';
import { contentsFragment, contentsIn, fragmentOf, viewAfter, viewIn, VIEWS } from './views.ts';

test('a fragment leads to the view that it names, and any other to Flash', () => {
  for (const view of VIEWS) expect(viewIn(fragmentOf(view))).toBe(view);
  expect(viewIn('#/backups?from=help')).toBe('backups');
  for (const other of ['', '#', '#backups', '#/Backups', '#/backupsx', '#/backups/1', '#/nothing'])
    expect(viewIn(other)).toBe('flash');
});

test('a fragment of contents names one partition, also of memories that both begin at 0', () => {
  const place = { address: 0, size: 0x1000 };
  for (const [region, fragment] of [
    ['flash', '#/contents?at=0x0'],
    ['DCT Flash', '#/contents?at=0x0&region=DCT%20Flash'],
  ] as const) {
    expect(contentsFragment({ ...place, region })).toBe(fragment);
    expect(contentsIn(fragment)).toEqual({ at: { address: 0, region: region === 'flash' ? null : region } });
  }
  expect(contentsIn('#/contents?at=0x0&region=%E0%A4')).toEqual({ at: { address: 0, region: '%E0%A4' } });
});

test('arrow keys go round, Home and End to the ends, and other keys nowhere', () => {
  expect(viewAfter('flash', 'ArrowRight')).toBe('layout');
  expect(viewAfter('flash', 'ArrowRight', ['flash', 'backups'])).toBe('backups');
  expect(viewAfter('backups', 'ArrowRight')).toBe('flash');
  expect(viewAfter('flash', 'ArrowLeft')).toBe('backups');
  expect(viewAfter('backups', 'Home')).toBe('flash');
  expect(viewAfter('flash', 'End')).toBe('backups');
  expect(viewAfter('flash', 'Enter')).toBeNull();
});
