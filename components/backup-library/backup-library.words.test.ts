/** What the library says of backups, where no element is needed for it. */
import { expect, test } from 'vitest';
import { partTitle } from './backup-library.words.ts';
import { withPlainSizes } from '../shared/testing.ts';

test('bytes that have all of an app are named by it, and others as a part of its partition', () => {
  const bytes = { name: 'app1', region: 'flash', address: 0x1d0000, size: 446_464 } as const;
  expect(withPlainSizes(partTitle({ ...bytes, has: 'app' }))).toBe('436 KiB at 0x1D0000 (the app in app1)');
  expect(withPlainSizes(partTitle({ ...bytes, has: 'part' }))).toBe('436 KiB at 0x1D0000 (part of app1)');
});
