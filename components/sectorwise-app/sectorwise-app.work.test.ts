/** What of the page follows from the work, without the page. */
import { describe, expect, test } from 'vitest';
import type { ConnectedState } from '../../src/session/state.ts';
import { board, emptyPlan, ended, plan, planned, refusal } from '../gallery/fixtures.ts';
import type { View } from '../shared/views.ts';
import { VIEWS } from '../shared/views.ts';
import { endOf } from './sectorwise-app.flash.ts';
import { foundHere, hasJobBar, restoreTitle, showsPlan } from './sectorwise-app.work.ts';

const restore = { kind: 'restore', backup: 'b1', name: 'app0: blank', made: 0 } as const;
const erase = { kind: 'erase', range: { region: 'flash', address: 0x9000, size: 0x5000 }, name: 'nvs' } as const;
const rollBack = { kind: 'roll-back', job: 'j1' } as const;
const start = { kind: 'choose-start', choice: { do: 'forget' }, name: 'app0' } as const;

test.each([
  [restore, { files: 'offered', dropsIn: plan.stretches }],
  [erase, { files: 'chosen', dropsIn: plan.stretches }],
  [rollBack, { files: 'offered', dropsIn: [] }],
  [start, { files: 'offered', dropsIn: [] }],
] as const)('what becomes of files and edits is what the job does to them at its end: $kind', (purpose, end) => {
  expect(endOf({ ...planned, purpose })).toEqual(end);
});

test('without a plan, nothing becomes of what is chosen', () => {
  expect(endOf({ kind: 'refused', purpose: restore, refusals: [refusal] })).toBeNull();
});

const at = (work: ConnectedState['work'], more: Partial<ConnectedState> = {}): ConnectedState => ({
  kind: 'connected',
  board,
  files: [],
  containers: [],
  work,
  interrupted: null,
  ...more,
});
const restoring = { ...planned, purpose: restore };
const aside = { aside: true } as const;

test('what was found before a layout changed is not shown in a partition that overlaps its old place', () => {
  const moved = { ...board.layout, partitions: board.layout.partitions.map((own) => ({ ...own })) };
  const app = moved.partitions.findIndex(({ name }) => name === 'app1');
  const old = board.layout.partitions[app];
  if (old === undefined) throw new Error('no app1');
  moved.partitions[app] = { ...old, address: old.address + 0x10000, size: old.size - 0x10000 };
  const cut = { ...ended('failed'), layout: moved };
  const at1 = (contents: ConnectedState['board']['contents']) =>
    contents.filter(({ address, size }) => address < old.address + old.size && address + size > old.address);
  expect(at1(board.contents).length).toBeGreaterThan(0);
  expect(at1(foundHere(at(cut)))).toEqual([]);
  expect(foundHere(at(cut)).length).toBe(board.contents.length - at1(board.contents).length);
  expect(foundHere(at(ended('failed')))).toBe(board.contents);
  expect(foundHere(at({ ...planned, layout: moved }))).toBe(board.contents);
});

describe('a restore that was asked for among the backups', () => {
  const where = (state: ConnectedState, is: typeof showsPlan) => VIEWS.filter((view) => is(view, state, 'backups'));
  const withBar = (state: ConnectedState, asked: View | null = 'backups') =>
    VIEWS.filter((view) => hasJobBar(state, view, asked));

  test('is shown there and in the view of the flash, and so is how it ended', () => {
    expect(where(at(restoring, aside), showsPlan)).toEqual(['flash', 'backups']);
    expect(where(at(ended('verified')), showsPlan)).toEqual(['flash', 'backups']);
  });

  test('leaves the plan for the files to the view of the flash, once there is one again', () => {
    expect(where(at(planned), showsPlan)).toEqual(['flash']);
  });

  test('has its bar in every view; one that needs nothing, there and where it leads back to the files', () => {
    expect(withBar(at(restoring, aside))).toEqual(VIEWS);
    expect(withBar(at({ ...restoring, plan: emptyPlan }, aside))).toEqual(['flash', 'backups']);
  });

  test('has its name as the heading of its plan, and none where there is no plan, no name, or nothing to do', () => {
    expect(restoreTitle(restoring)).toBe('Plan to restore app0: blank');
    expect(restoreTitle({ kind: 'refused', purpose: { ...restore, name: '' }, refusals: [refusal] })).toBeNull();
    expect(restoreTitle({ kind: 'refused', purpose: restore, refusals: [refusal] })).toBeNull();
    expect(restoreTitle({ ...planned, purpose: { ...restore, name: '' } })).toBeNull();
    expect(restoreTitle({ ...restoring, plan: emptyPlan })).toBeNull();
    // With a question that is left, such as whether the old addresses are meant, the plan is there to answer it.
    expect(restoreTitle({ ...restoring, plan: emptyPlan, asks: [refusal] })).toBe('Plan to restore app0: blank');
    expect(restoreTitle({ ...planned, purpose: erase })).toBeNull();
  });

  test('leaves no bar where nothing is planned instead of the files, and nobody asked', () => {
    expect(withBar(at({ ...planned, plan: emptyPlan }), null)).toEqual([]);
    expect(withBar(at({ ...planned, plan: emptyPlan }), 'flash')).toEqual(['flash']);
  });
});
