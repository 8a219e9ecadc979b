/** What is said of edits once they are done: which settings and files, in which partition, and never a value. */
import { expect, test } from 'vitest';
import type { Report } from '../job-execution/report.ts';
import { editsDoneWords } from './edits.ts';

type Row = Report['partitions'][number];

function row(partition: string, more: Partial<Row>, rewrittenUnits = 1): Row {
  return {
    region: 'flash',
    address: '0x9000',
    size: 0x1000,
    partition,
    type: 'data, nvs',
    found: '',
    fate: 'edited',
    readable: true,
    rewrittenUnits,
    rewrittenBytes: rewrittenUnits * 0x1000,
    onlyErased: false,
    blankUnits: 0,
    backedUpUnits: rewrittenUnits,
    ...more,
  };
}

const MANY = ['a/1', 'a/2', 'a/3', 'a/4', 'a/5'];

test.each<[what: string, rows: readonly Row[], alone: boolean, says: string]>([
  ['one setting', [row('nvs', { edited: ['wifi/ssid'] })], true, 'wifi/ssid changed'],
  ['one setting beside an app', [row('nvs', { edited: ['wifi/ssid'] })], false, 'wifi/ssid in nvs changed'],
  ['a deletion', [row('fs', { edited: ['/a', '/b'], deleted: ['/b'] })], true, '/a changed, /b deleted'],
  ['many', [row('nvs', { edited: MANY })], true, 'a/1, a/2, a/3 and 2 more changed'],
  [
    'two partitions',
    [row('nvs', { edited: ['a/1'] }), row('fs', { edited: ['/b'] })],
    true,
    'a/1 in nvs changed, /b in fs changed',
  ],
  ['the same content', [row('nvs', { edited: [] })], true, 'rewritten with the same content'],
  ['made anew', [row('nvs', { edited: [], recreated: true })], true, 'recreated'],
  ['made anew with files', [row('fs', { edited: MANY, recreated: true })], false, 'fs recreated with 5 files'],
  ['what the flash has already', [row('nvs', { edited: ['a/1'] }, 0)], true, ''],
  ['nothing edited', [row('app0', { fate: 'overwritten' })], true, ''],
])('%s', (_, rows, alone, says) => {
  expect(editsDoneWords(rows, alone)).toBe(says);
});
