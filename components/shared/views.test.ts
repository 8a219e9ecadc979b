import { expect, test } from 'vitest';
import { fragmentOf, viewAfter, viewIn, VIEWS } from './views.ts';

test('a fragment leads to the view that it names, and any other to Flash', () => {
  for (const view of VIEWS) expect(viewIn(fragmentOf(view))).toBe(view);
  expect(viewIn('#/backups?from=help')).toBe('backups');
  for (const other of ['', '#', '#backups', '#/Backups', '#/backupsx', '#/backups/1', '#/nothing'])
    expect(viewIn(other)).toBe('flash');
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
