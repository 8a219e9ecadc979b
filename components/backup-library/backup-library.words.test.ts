/** What the library says of backups, where no element is needed for it. */
import { expect, test } from 'vitest';
import type { LibraryItem } from '../../src/backups/library-view.ts';
import { board, libraries } from '../gallery/fixtures.ts';
import {
  lastingWords,
  layoutWords,
  libraryInBrief,
  partTitle,
  reasonOf,
  sizeWords,
  titleOf,
  usageWords,
} from './backup-library.words.ts';
import { clock } from '../shared/format.ts';
import { withPlainSizes } from '../shared/testing.ts';

const { NOW, many } = libraries;
const DAY = 86_400_000;

test('a backup is called by what it holds, then of when it is', () => {
  const [item] = many.items;
  if (item === undefined) throw new Error('no backup is recorded');
  const of = (made: number) => titleOf({ ...item, name: 'raft-demo 1.4.2 in app1', made }, NOW).replace('\u00a0', ' ');
  const at = (time: number) => clock(time).slice(-5);
  expect(of(NOW)).toBe(`raft-demo 1.4.2 in app1, backup of today, ${at(NOW)}`);
  expect(of(NOW - DAY)).toBe(`raft-demo 1.4.2 in app1, backup of yesterday, ${at(NOW)}`);
});

test('why it was made is said as the job called itself while it ran, or as far as that is known', () => {
  const [item] = many.items;
  if (item === undefined) throw new Error('no backup is recorded');
  const why = (job: LibraryItem['job']) => reasonOf({ ...item, job });
  expect(why({ end: 'verified', doing: 'Erasing fs' })).toBe('before erasing fs; the job succeeded');
  expect(why({ end: null, doing: 'Flashing app1' })).toBe('before flashing app1; the job is unfinished');
  expect(why({ end: 'unknown', doing: null })).toBe('before a write that is not recorded');
  expect(why({ end: 'verified', doing: null })).toBe('before a write that is not recorded; the job succeeded');
  expect(why({ end: 'unknown', doing: 'Flashing app1' })).toBe(
    'before flashing app1; how the job ended is not recorded',
  );
  expect(why(null)).toBe('made on request');
});

test('what is blank is flash, and no content', () => {
  const [item] = many.items;
  if (item === undefined) throw new Error('no backup is recorded');
  const brief = (...all: readonly (readonly [size: number, blank: number])[]) => {
    const items = all.map(([size, blank]) => ({ ...item, size: size << 20, blank: blank << 20 }));
    return withPlainSizes(libraryInBrief({ ...many, items }, null));
  };
  expect(brief([1, 1])).toBe('1 backup; 1 MiB of flash, all blank');
  expect(brief([4, 3], [1, 0])).toBe('2 backups; 5 MiB of flash, 3 MiB of it blank');
  expect(brief([1, 0])).toBe('1 backup; 1 MiB of flash');
  const size = (bytes: number, blank: number) => withPlainSizes(sizeWords({ size: bytes << 20, blank: blank << 20 }));
  expect([size(1, 1), size(4, 3), size(1, 0)]).toEqual(['1 MiB, all blank', '4 MiB, 3 MiB of it blank', '1 MiB']);
});

test('bytes that have all of an app are named by it, and others as a part of its partition', () => {
  const bytes = { name: 'app1', region: 'flash', address: 0x1d0000, size: 446_464 } as const;
  expect(withPlainSizes(partTitle({ ...bytes, has: 'app' }))).toBe('436 KiB at 0x1D0000 (the app in app1)');
  expect(withPlainSizes(partTitle({ ...bytes, has: 'part' }))).toBe('436 KiB at 0x1D0000 (part of app1)');
});

test('whether the layout comes back is said of a backup that was made with another one', () => {
  const item = many.items.find(({ id }) => id === 'open');
  if (item?.fits === undefined || item.fits === null) throw new Error('no open backup is recorded');
  const { fits } = item;
  const partitions = board.layout.partitions.map((each) => (each.name === 'fs' ? { ...each, size: 256 << 10 } : each));
  const words = (layout: typeof fits.layout, hasTable: boolean) =>
    layoutWords({ ...item, fits: { ...fits, layout, hasTable } }, board);
  const other = { ...board.layout, partitions };
  expect(words(other, true)).toBe('Restores the layout, too: fs of 256 KiB.');
  // Its name says it already, unless the board has gone on to a third layout.
  const titled = {
    ...item,
    name: 'Layout with fs of 256 KiB; also nvs',
    fits: { ...fits, layout: other, hasTable: true },
  };
  expect(layoutWords(titled, board)).toBe('Restores this layout, too.');
  const third = { ...titled, name: 'Layout with fs of 512 KiB' };
  expect(layoutWords(third, board)).toBe('Restores the layout, too: fs of 256 KiB.');
  expect(words(other, false)).toBe(
    'Restores content only: it was made with another layout, and that of the board stays.',
  );
  expect(words(board.layout, true)).toBeNull();
  expect(layoutWords({ ...item, fits: { ...fits, layout: other, hasTable: true } }, null)).toBeNull();
});

test('how long backups last is said with who promised it, and what to do where nobody did', () => {
  const words = (persisted: boolean | null) => lastingWords({ kind: 'database', persisted, trouble: null });
  expect(words(true)).toBe(
    'This browser has agreed to keep the backups until you delete them or the data of this site.',
  );
  const save = 'Save what matters as a file, with “Export” under “More”.';
  expect(words(false)).toBe(
    `This browser has not agreed to keep the backups: it may delete them when space is short. ${save}`,
  );
  expect(words(null)).toBe(`This browser does not say whether it keeps the backups when space is short. ${save}`);
  expect(withPlainSizes(usageWords({ used: 2 << 20, quota: 10 * 2 ** 30 }))).toBe(
    'The browser estimates that this site uses about 2 MiB, of 10 GiB that it may use.',
  );
});
