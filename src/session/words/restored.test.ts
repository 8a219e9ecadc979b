/** What is said of a restore: where partitions are afterwards counts, and what is blank of them then. */
import { expect, test } from 'vitest';
import { fatesOf } from '../../flash/fates.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import { plannedLayout } from '../../flash/layout.ts';
import type { UnitPlan } from '../../flash/plan.ts';
import type { Planned } from '../state.ts';
import { mapOf } from '../../testing/flash.ts';
import { carryOutLabel } from './carry-out.ts';
import { headlineOf } from './headline.ts';
import { fateLines } from './plan.ts';
import { restoredTitle } from './verdict.ts';

const UNIT = 0x1000;
const MAP = mapOf(...Array.from({ length: 8 }, () => UNIT));

const at = (unit: number, units = 1) => ({ region: 'flash', address: unit * UNIT, size: units * UNIT });

function part(name: string, role: Partition['role'], unit: number, units: number): Partition {
  return { name, role, type: role, ...at(unit, units) };
}

function layout(...partitions: readonly Partition[]): Layout {
  return { map: MAP, partitions, guards: [], ciphered: [] };
}

/** What a restore brings back, unit by unit: content, nothing, or what the board holds already. */
interface Back {
  readonly content?: readonly number[];
  readonly blank?: readonly number[];
  readonly equal?: readonly number[];
}

/** A restore; `equal` units hold content. */
function restore(before: Layout, after: Layout, { content = [], blank = [], equal = [] }: Back): Planned {
  const unit = (each: number, from: 'image' | 'blank'): UnitPlan => ({
    ...at(each),
    pieces: [{ address: each * UNIT, size: UNIT, source: { from } }],
    before: null,
    after: '',
    why: '',
    backup: 'stored',
  });
  const units = [...content.map((each) => unit(each, 'image')), ...blank.map((each) => unit(each, 'blank'))];
  const image = [...content, ...blank, ...equal].map((each) => ({ ...at(each), data: new Uint8Array(UNIT) }));
  return {
    kind: 'planned',
    purpose: { kind: 'restore', backup: 'b', name: 'b' },
    plan: {
      version: 1,
      image: { size: 0, md5: '' },
      stretches: units.map((each) => ({ ...at(each.address / UNIT), units: [each], rank: 0, encrypt: false })),
      equal: equal.map((each) => at(each)),
    },
    layout: plannedLayout(before, after),
    fates: fatesOf({ before, after, contents: [], image }),
    equalFilled: equal.map((each) => at(each)),
    summary: '',
    backup: { read: 0, ms: 0, stored: units.length * UNIT, lost: [] },
    estimateMs: 0,
    asks: [],
    granted: [],
    afterwards: '',
    gaps: null,
    saves: [],
    unprovable: 0,
  };
}

function said(planned: Planned) {
  const { says, rest } = headlineOf(planned, { files: [], containers: [] });
  const lines = fateLines(planned.plan, planned.fates, planned.purpose.kind);
  return [says, rest, ...lines.filter(({ meaning }) => meaning === 'changes').map((line) => line.says)];
}

const TABLE = part('table', 'table', 0, 1);
const FS = part('fs', 'files', 1, 4);

test('the layout comes back: a partition is where it was then, with what is there, and is neither empty nor lost', () => {
  const planned = restore(layout(TABLE, part('fs', 'files', 3, 2)), layout(TABLE, FS), { content: [0], blank: [3, 4] });
  expect(said(planned)).toEqual([
    'Backup “b” → table and fs.',
    '',
    'table: from the backup',
    '8 KiB of fs is erased, as in the backup',
  ]);
});

test('the layout comes back, which is said first, and no place is hidden behind a number for it', () => {
  const [small, four] = [
    part('fs', 'files', 3, 1),
    ['a', 'b', 'c', 'd'].map((name, i) => part(name, 'data', i + 4, 1)),
  ];
  const planned = restore(layout(TABLE, small), layout(TABLE, small, ...four), {
    content: [0, 3, 4, 5, 6],
  });
  const back = {
    ...planned,
    purpose: { kind: 'restore', backup: 'b', name: 'b', layout: 'a, b, c and d of 4 KiB' },
  } as const;
  const { says, ...about } = headlineOf(back, { files: [], containers: [] });
  expect(says).toBe('Backup “b” → the layout with a, b, c and d of 4 KiB; also fs, a, b and c.');
  expect(carryOutLabel(back, about)).toBe('Restore the layout and 4 places');
  const only = restore(layout(TABLE), layout(TABLE, small), { content: [0] });
  const table = { ...only, purpose: back.purpose };
  expect(headlineOf(table, { files: [], containers: [] }).says).toBe(
    'Backup “b” → the layout with a, b, c and d of 4 KiB.',
  );
  expect(carryOutLabel(table, about)).toBe('Restore the layout');
  const undone = { ...back, purpose: { kind: 'roll-back', job: 'j', layout: 'fs of 4 KiB' } } as const;
  expect(headlineOf(undone, { files: [], containers: [] }).says).toBe(
    'Previous content → the layout with fs of 4 KiB; also fs, a, b and c.',
  );
});

test('the layout comes back: what only the layout of now has is lost', () => {
  const logs = part('logs', 'files', 5, 2);
  const planned = restore(layout(TABLE, FS, logs), layout(TABLE, FS), { content: [0], blank: [5] });
  expect(said(planned)).toEqual([
    'Backup “b” → table.',
    'The content of logs is lost. Everything else stays.',
    'table: from the backup',
    'logs is removed and erased',
  ]);
});

/** `fs` of two units, where it is now and where it was then. */
const [NOW, BEFORE] = [part('fs', 'files', 4, 2), part('fs', 'files', 1, 2)];
/** What lies where `fs` is now, in the layout of then. */
const LOGS = part('logs', 'data', 4, 2);
const HOLDS = 'fs at 0x1000 then holds what the flash has there now.';

test.each<[string, Back, rest: string]>([
  ['with its content', { content: [0, 1, 2] }, ''],
  ['with content that the board has there', { content: [0], equal: [1, 2] }, ''],
  ['blank, as it was', { content: [0], blank: [1, 2] }, ''],
  ['without its content', { content: [0] }, HOLDS],
  ['without its content, and where it is now is written', { content: [0, 4, 5] }, 'The content of fs is lost.'],
])('fs comes back to a place that does not overlap the one it has now, %s', (_, back, rest) => {
  const [before, after] = [layout(TABLE, NOW), layout(TABLE, BEFORE, LOGS)];
  const planned = restore(before, after, back);
  const chosen = { files: [], containers: [] };
  expect(headlineOf(planned, chosen)).toMatchObject({ rest, destructive: rest !== '' });
  // What an interrupted job had moved is where it was, and nothing is given up.
  const undone = headlineOf({ ...planned, purpose: { kind: 'roll-back', job: 'j' } }, chosen);
  expect(undone).toMatchObject({ rest: rest === '' ? '' : HOLDS, destructive: false });
});

test.each<[string, Back, says: string, line: string]>([
  ['all of it', { blank: [1, 2, 3, 4] }, 'fs becomes blank again.', 'fs is erased, as in the backup'],
  ['what follows', { blank: [3, 4] }, 'Backup “b” → fs.', '8 KiB of fs is erased, as in the backup'],
  ['its start', { blank: [1] }, 'Backup “b” → fs.', '4 KiB of fs is erased, as in the backup'],
  [
    'beside equal content',
    { blank: [2, 3, 4], equal: [1] },
    'Backup “b” → fs.',
    '12 KiB of fs is erased, as in the backup',
  ],
])('a file system is blank again only if all of it is blank, erased is %s', (_, back, says, line) => {
  const [headline, , first] = said(restore(layout(TABLE, FS), layout(TABLE, FS), back));
  expect([headline, first]).toEqual([says, line]);
});

test('one of the two entries of otadata is erased: the other stays', () => {
  const otadata = layout(part('otadata', 'boot-choice', 1, 2));
  expect(said(restore(otadata, otadata, { blank: [2] }))).toContain('4 KiB of otadata is erased, as in the backup');
});

test.each<[string, Partition, Back, title: string]>([
  ['partition', part('logs', 'files', 5, 2), { content: [0], blank: [5, 6] }, 'Restored b'],
  ['app slot', part('old', 'app', 5, 2), { content: [0], blank: [5] }, 'Restored b'],
  ['partition, beside one', part('logs', 'files', 5, 2), { blank: [1, 2, 3, 4, 5, 6] }, 'fs is blank again'],
])('a %s that is not there any more is nothing again', (_, gone, back, title) => {
  expect(
    restoredTitle(restore(layout(TABLE, FS, gone), layout(TABLE, FS), back), {
      kind: 'restore',
      backup: 'b',
      name: 'b',
    }),
  ).toBe(title);
});
