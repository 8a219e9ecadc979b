/** The fate of each partition, derived from layouts, what was found and what is written. */
import { describe, expect, test } from 'vitest';
import { mapOf } from '../testing/flash.ts';
import type { Content } from './family.ts';
import type { Pairing } from './fates.ts';
import { fatesOf, losesContent } from './fates.ts';
import type { Layout, Partition } from './layout.ts';

const MAP = mapOf(8, 8, 8, 8);

function part(name: string, address: number, size: number, type = 'data'): Partition {
  return { region: 'flash', name, role: 'data', type, address, size };
}

function layout(...partitions: readonly Partition[]): Layout {
  return { map: MAP, partitions, guards: [], ciphered: [] };
}

function content(kind: string, address: number, size: number): Content {
  return { region: 'flash', kind, says: `${kind}.`, address, size };
}

interface Case {
  readonly before: readonly Partition[];
  readonly after: readonly Partition[];
  readonly contents?: readonly Content[];
  /** Where eight bytes are written. */
  readonly written?: readonly number[];
  readonly fates: readonly string[];
}

const A = part('a', 0, 16);
const B = part('b', 16, 16);

const CASES: readonly (readonly [string, Case])[] = [
  ['nothing is written: all is kept', { before: [A, B], after: [A, B], fates: ['a kept a', 'b kept b'] }],
  ['another name loses nothing', { before: [A], after: [part('z', 0, 16)], fates: ['a kept z'] }],
  ['same start, larger', { before: [A], after: [part('a', 0, 24)], fates: ['a grown a'] }],
  ['same start, smaller', { before: [A], after: [part('a', 0, 8)], fates: ['a shrunk a'] }],
  ['written over wholly', { before: [A, B], after: [A, B], written: [0, 8], fates: ['a overwritten a', 'b kept b'] }],
  ['written over partly', { before: [A, B], after: [A, B], written: [24], fates: ['a kept a', 'b overwritten b'] }],
  [
    'written only into what it gained: what it held is part of something else now',
    { before: [part('a', 0, 8)], after: [A], written: [8], fates: ['a overwritten a'] },
  ],
  [
    'written only behind its new end: what is left is as it was',
    { before: [A], after: [part('a', 0, 8), part('c', 8, 8)], written: [8], fates: ['a shrunk a', '- new c'] },
  ],
  [
    'the same name and type elsewhere: content is not moved',
    { before: [part('a', 0, 8)], after: [part('a', 8, 8)], fates: ['a lost -', '- new a'] },
  ],
  ['another type in the same place', { before: [A], after: [part('a', 0, 16, 'app')], fates: ['a lost -', '- new a'] }],
  [
    'no longer in the table, and it held something',
    { before: [A, B], after: [A], contents: [content('nvs', 16, 16)], fates: ['a kept a', 'b lost -'] },
  ],
  [
    'no longer in the table, and blank',
    { before: [A, B], after: [A], contents: [content('blank', 16, 16)], fates: ['a kept a', 'b lost -'] },
  ],
  [
    'no longer in the table, and blank only in part',
    { before: [B], after: [], contents: [content('blank', 16, 8), content('data', 24, 8)], fates: ['b lost -'] },
  ],
  ['no longer in the table, and nobody could read it', { before: [B], after: [], fates: ['b lost -'] }],
  [
    'a blank partition that stays',
    { before: [A], after: [A], contents: [content('blank', 0, 16)], fates: ['a kept a'] },
  ],
  ['a board without a table gets one', { before: [], after: [A, B], written: [0], fates: ['- new a', '- new b'] }],
];

describe('fates', () => {
  test.each(CASES)('%s', (_, { before, after, contents = [], written = [], fates }) => {
    const image = written.map((address) => ({ region: 'flash', address, data: new Uint8Array(8) }));
    const found = fatesOf({ before: layout(...before), after: layout(...after), contents, image });
    expect(found.map((fate) => `${fate.before?.name ?? '-'} ${fate.fate} ${fate.after?.name ?? '-'}`)).toEqual(fates);
  });

  test('where partitions are known by name, another name is another partition: not of an app, nor where no table has names', () => {
    const table: Partition = { ...part('table', 32, 8, 'table'), role: 'table' };
    const found = (before: readonly Partition[], after: readonly Partition[]) =>
      fatesOf({ before: layout(...before), after: layout(...after), contents: [], image: [], byName: true }).map(
        (fate) => `${fate.before?.name ?? '-'} ${fate.fate} ${fate.after?.name ?? '-'}`,
      );
    const z = part('z', 0, 16);
    expect(found([A, table], [z, table])).toEqual(['a lost -', 'table kept table', '- new z']);
    expect(found([A], [z])).toEqual(['a kept z']);
    const slot = (name: string): Partition => ({ ...part(name, 0, 16, 'app, ota_0'), role: 'app' });
    expect(found([slot('a'), table], [slot('z'), table])).toEqual(['a kept z', 'table kept table']);
  });

  test('a partition at the same address in another region is a different partition', () => {
    const other = { ...A, region: 'other' };
    const image = [{ region: 'other', address: 0, data: new Uint8Array(8) }];
    expect(fatesOf({ before: layout(A), after: layout(A), contents: [], image })).toMatchObject([{ fate: 'kept' }]);
    expect(fatesOf({ before: layout(A), after: layout(other), contents: [], image }).map(({ fate }) => fate)).toEqual([
      'lost',
      'new',
    ]);
  });
});

describe('content that is carried over', () => {
  const fates = (pairs: readonly Pairing[], written: readonly number[] = []) => {
    const image = written.map((address) => ({ region: 'flash', address, data: new Uint8Array(8) }));
    const after = layout(...pairs.map((pair) => pair.after));
    const found = fatesOf({ before: layout(...pairs.map(({ before }) => before)), after, contents: [], image, pairs });
    return found.map(
      (fate) => `${fate.before?.name ?? '-'} ${fate.fate} ${fate.after?.name ?? '-'} ${losesContent(fate)}`,
    );
  };
  const pair = (before: Partition, after: Partition, carried = true): Pairing => ({
    before,
    after,
    carried,
    converted: false,
    why: '',
  });

  test.each([
    ['to another place', [pair(A, part('a', 16, 16))], [], ['a moved a false']],
    ['to a larger place elsewhere', [pair(part('a', 0, 8), part('a', 8, 16))], [], ['a moved a false']],
    ['in its place, with more room', [pair(part('a', 0, 8), A)], [], ['a grown a false']],
    ['in its place, with less room', [pair(A, part('a', 0, 8))], [], ['a shrunk a false']],
    ['but a file is written there', [pair(A, part('a', 16, 16))], [16], ['a overwritten a false']],
    ['is not, and its place is another', [pair(A, part('a', 16, 16), false)], [], ['a lost - true', '- new a false']],
    ['is not, and its place is the same', [pair(A, part('a', 0, 8), false)], [], ['a overwritten a true']],
  ])('%s', (_, pairs, written, expected) => {
    expect(fates(pairs, written)).toEqual(expected);
  });
});
