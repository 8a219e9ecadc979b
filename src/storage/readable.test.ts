/** Which records this version can read, including those of earlier versions with more or fewer fields. */
import { expect, test } from 'vitest';
import { job } from '../testing/storage/records.ts';
import { isJobRecord } from './readable.ts';

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
