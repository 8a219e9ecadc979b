/** The words of a plan that changes the layout. */
import { expect, test } from 'vitest';
import { fatesOf } from '../../src/flash/fates.ts';
import type { Layout, Partition } from '../../src/flash/layout.ts';
import { board, emptyPlan, layout, plan } from '../gallery/fixtures.ts';
import { layoutHeadline, startLines } from '../../src/session/words/layout-change.ts';

const changed = (to: (partition: Partition) => readonly Partition[]): Layout => ({
  ...layout,
  partitions: layout.partitions.flatMap(to),
});

function headline(after: Layout): string | null {
  const pairs = layout.partitions.flatMap((before) => {
    const other = after.partitions.find(({ name }) => name === before.name);
    return other === undefined
      ? []
      : [{ before, after: other, carried: before.name !== 'fs', converted: false, why: '' }];
  });
  return layoutHeadline(fatesOf({ before: layout, after, contents: board.contents, image: [], pairs }));
}

test('a new layout is named by what grows, shrinks, moves, comes and goes', () => {
  const larger = changed((each) => {
    if (each.name === 'app0') return [{ ...each, size: 0x1d0000 }];
    if (each.name === 'app1') return [{ ...each, address: 0x1f0000, size: 0x1d0000 }];
    return each.name === 'fs' ? [{ ...each, address: 0x3c0000, size: 0x40000 }] : [each];
  });
  expect(headline(larger)).toBe('New layout: app0 grows, app1 moves and grows, fs moves and shrinks');
  const other = changed((each) => {
    if (each.name === 'app1') return [{ ...each, address: 0x1e0000 }];
    if (each.name === 'otadata') return [];
    return each.name === 'fs' ? [{ ...each, name: 'data' }] : [each];
  });
  expect(headline(other)).toBe('New layout: app1 moves, data is added, otadata and fs are removed');
  expect(headline(layout)).toBeNull();
});

test('the times in which firmware would not find its settings or files are said after those in which it cannot start', () => {
  const contentPauses = [
    { firmware: 'all', ms: 2400, names: ['nvs', 'fs'] },
    { firmware: 'exact-size', ms: 60, names: ['files'] },
  ] as const;
  const lines = startLines({ plan, gaps: [], contentPauses });
  expect(lines[0]).toBe('The board can start its app at every moment of the change.');
  expect(lines.slice(1)).toEqual([
    'For about 2 s its firmware would find nvs and fs incomplete, and may erase them: if the board loses power then, connect it ' +
      'here again and resume.',
    'For about 0.1 s firmware that takes the size of a LittleFS from the partition table (esp_littlefs before 1.10, MicroPython) ' +
      'cannot mount files, and may format it; esp_littlefs 1.10 and later can.',
  ]);
  expect(startLines({ plan: emptyPlan, gaps: [], contentPauses })).toEqual([]);
});

test('the times in which the board cannot start are said, and "every moment" only where there are none', () => {
  expect(startLines({ plan, gaps: null })).toEqual([]);
  expect(startLines({ plan: emptyPlan, gaps: [] })).toEqual([]);
  expect(startLines({ plan, gaps: [] })).toEqual(['The board can start its app at every moment of the change.']);
  // `afterwards` has just said that nothing starts if the app is damaged behind its header.
  expect(startLines({ plan, gaps: [], startUnread: true })).toEqual([
    'If it is intact, the board can start an app at every moment of the change.',
  ]);
  const gaps = [
    { ms: 60, starts: null },
    { ms: 2900, starts: 'app0' },
    { ms: 80, starts: null },
  ];
  expect(startLines({ plan, gaps })).toEqual([
    'For about 0.2 s the board cannot start: if it loses power then, connect it here again and resume.',
    'For about 3 s it would start app0 instead.',
    'At every other moment of the change it can start its app.',
  ]);
  // With times of another kind, what to do is said once for all of them.
  const contentPauses = [{ firmware: 'all', ms: 2400, names: ['fs'] }] as const;
  expect(startLines({ plan, gaps: gaps.slice(0, 1), contentPauses })).toEqual([
    'For about 0.1 s the board cannot start.',
    'At every other moment of the change it can start its app.',
    'For about 2 s its firmware would find fs incomplete, and may erase it.',
    'If the board loses power at one of these moments, connect it here again and resume.',
  ]);
});
