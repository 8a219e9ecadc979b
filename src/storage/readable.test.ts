/** Which records this version can read, including those of earlier versions with more or fewer fields. */
import { expect, test } from 'vitest';
import { backedUp, backup, job, encrypted } from '../testing/storage/records.ts';
import { asBackup, asFact, asJob } from './readable.ts';

const isJobRecord = (value: unknown): boolean => asJob(value) !== null;
const isBackupRecord = (value: unknown): boolean => asBackup(value) !== null;
const isFact = (value: unknown): boolean => asFact(value) !== null;

/** A job on a board whose region has these additional fields. */
function jobWith(more: object): unknown {
  const record = job('one', ['new']);
  const regions = record.board.layout.map.regions.map((region) => ({ ...region, ...more }));
  return { ...record, board: { ...record.board, layout: { ...record.board.layout, map: { regions } } } };
}

test.each([
  ['as this version writes it', {}, true],
  ['with the size of a word, as earlier versions wrote it', { writeSize: 4 }, true],
  ['of flash that erases to 00', { erasedByte: 0 }, true],
  ['of flash that erases to a text', { erasedByte: '0' }, false],
  ['without runs', { runs: null }, false],
])('a job %s', (_, more, isOurs) => {
  expect(isJobRecord(jobWith(more))).toBe(isOurs);
});

test.each([
  ['0.4', 0.4, true],
  ['nothing, as in records of earlier versions', undefined, true],
  ['no share', 0, false],
  ['no number', Number.NaN, false],
])('a job whose content compresses to %s', (_, packed, isOurs) => {
  expect(isJobRecord({ ...job('one', ['new']), packed })).toBe(isOurs);
});

test.each([
  ['changes of contents', { what: 'edits', changes: 2 }, true],
  ['nothing that is said, as in records of earlier versions', undefined, true],
  ['something unknown', { what: 'miracles', changes: 2 }, false],
  ['no number of changes', { what: 'files' }, false],
])('a job that is about %s', (_, about, isOurs) => {
  expect(isJobRecord({ ...job('one', ['new']), about })).toBe(isOurs);
});

test.each([
  ['system firmware', { system: true }, true],
  ['what is found by its type', { byType: true }, true],
  ['Wi-Fi settings', { wifi: true }, true],
  ['nothing of these, as in records of earlier versions', {}, true],
  ['a text instead', { system: 'yes' }, false],
])('a job on a board with a partition for %s', (_, more, isOurs) => {
  const record = job('one', ['new']);
  const partition = { region: 'flash', address: 0, size: 4, name: 'part', type: 'data', role: 'app', ...more };
  const layout = { ...record.board.layout, partitions: [partition] };
  expect(isJobRecord({ ...record, board: { ...record.board, layout } })).toBe(isOurs);
});

test.each([
  ['as an address and a name', { region: 'flash', address: 0x20000, name: 'app0' }, true],
  ['as a name only, as earlier versions wrote it', 'app0', true],
  ['as unknown', null, true],
  ['without an address', { region: 'flash', name: 'app0' }, false],
])('a job that has what starts %s', (_, start, isOurs) => {
  const record = job('one', ['new']);
  expect(isJobRecord({ ...record, after: { ...record.after, expected: start } })).toBe(isOurs);
  expect(isJobRecord({ ...record, found: { contents: [], starts: start } })).toBe(isOurs);
});

test.each([Number.NaN, Infinity, 8.64e15 + 1])('a record with the impossible time %d is not ours', (at) => {
  const { end: _, ...record } = job('one', ['new']);
  expect(isJobRecord({ ...record, end: null, started: at })).toBe(false);
  const open = backup('one', ['new']);
  expect(isBackupRecord(open.kind === 'open' && { ...open, backup: { ...open.backup, made: at } })).toBe(false);
});

/** Copies of a record with one value of a wrong type each, and its place. */
function* damaged(value: unknown, place = ''): Generator<readonly [place: string, record: unknown]> {
  yield [place, Array.isArray(value) ? 'a list' : []];
  if (typeof value !== 'object' || value === null || value instanceof Uint8Array) return;
  for (const [name, own] of Object.entries(value)) {
    for (const [inner, other] of damaged(own, `${place}.${name}`)) {
      const copy: unknown = Array.isArray(value)
        ? value.map((each: unknown, i) => (String(i) === name ? other : each))
        : { ...value, [name]: other };
      yield [inner, copy];
    }
  }
}

test.each([
  // The source of a planned piece is not checked.
  ['a job', isJobRecord, job('one', ['new']), ['.plan.stretches.0.units.0.pieces.0.source.from']],
  ['an open backup', isBackupRecord, backup('one', ['new']), []],
  ['an encrypted backup', isBackupRecord, encrypted('one', new Uint8Array(4)), []],
  ['a fact', isFact, backedUp('new'), []],
] as const)('%s is refused whichever of its values is damaged', (_, isOurs, record, unread) => {
  const taken = [...damaged(record)].flatMap(([place, other]) => (isOurs(other) ? [place] : []));
  expect(isOurs(record)).toBe(true);
  expect(taken).toEqual(unread);
});
