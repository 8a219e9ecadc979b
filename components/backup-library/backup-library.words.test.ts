/** What the library says of backups, where no element is needed for it. */
import { expect, test } from 'vitest';
import type { LibraryItem } from '../../src/backups/library-view.ts';
import { libraries } from '../gallery/fixtures.ts';
import { partTitle, reasonOf, titleOf } from './backup-library.words.ts';
import { clock } from '../shared/format.ts';
import { withPlainSizes } from '../shared/testing.ts';

const { NOW, many } = libraries;

test('what a job overwrote is called by its place, its time, what it was and what started', () => {
  const [item] = many.items;
  if (item === undefined) throw new Error('no backup is recorded');
  const at = clock(item.made).replace('\u00a02026', '');
  expect(titleOf(item, NOW)).toBe(`app1 before ${at}: raft-demo 1.4.2; app0 started`);
  expect(titleOf(item, NOW + 400 * 86_400_000)).toContain(`app1 before ${clock(item.made)}: `);
  const two = [
    { name: 'nvs', holds: '11 entries' },
    { name: 'app1', holds: '' },
  ];
  const title = (contents: LibraryItem['contents']) => titleOf({ ...item, contents }, NOW);
  expect(title({ partitions: two, more: 2, starts: null })).toBe(`nvs (11 entries), app1 and 2 more before ${at}`);
  // Pieces of an app do not read like all of it.
  const piece = { name: 'app0', holds: 'raft-demo 1.4.2', isPart: true } as const;
  expect(title({ partitions: [piece], more: 0, starts: null })).toBe(`part of app0 before ${at}: raft-demo 1.4.2`);
  const app = { name: 'app0', holds: 'raft-demo 1.4.2', isApp: true } as const;
  expect(title({ partitions: [app], more: 0, starts: null })).toBe(`the app in app0 before ${at}: raft-demo 1.4.2`);
  expect(title({ partitions: [], more: 0, starts: null })).toBe(`${item.name}, before ${at}`);
  // Encrypted or imported, only its name says what it holds; that a job overwrote it stays known.
  const alone = { ...item, contents: null, job: { end: 'unknown' } } as const;
  expect([titleOf(alone, NOW), reasonOf(alone)]).toEqual([
    `${item.name}, before ${at}`,
    'backed up before a write; how the job ended is not recorded',
  ]);
  const own = { ...item, contents: null, job: null } as const;
  expect([titleOf(own, NOW), reasonOf(own)]).toEqual([`${item.name}, as of ${clock(item.made)}`, 'made on request']);
});

test('bytes that have all of an app are named by it, and others as a part of its partition', () => {
  const bytes = { name: 'app1', region: 'flash', address: 0x1d0000, size: 446_464 } as const;
  expect(withPlainSizes(partTitle({ ...bytes, has: 'app' }))).toBe('436 KiB at 0x1D0000 (the app in app1)');
  expect(withPlainSizes(partTitle({ ...bytes, has: 'part' }))).toBe('436 KiB at 0x1D0000 (part of app1)');
});
