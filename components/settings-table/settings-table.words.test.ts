/** The settings of a partition with the chosen edits. */
import { expect, test } from 'vitest';
import { settingEdits, settings } from '../gallery/fixtures.contents.ts';
import { draftNote, settingRows } from './settings-table.words.ts';

test('settings and their edits are one list, by namespace and key', () => {
  const rows = settingRows(settings.settings, settingEdits).flatMap((group) => group.rows);
  const said = rows.map(({ namespace, key, now, edit, secret }) => {
    const to = edit === null ? 'stays' : edit.to === 'deleted' ? 'deleted' : `becomes ${edit.to.value}`;
    return `${namespace}/${key} ${now === null ? 'new ' : ''}${to}${secret ? ', secret' : ''}`;
  });
  expect(said).toEqual([
    'raft/boots deleted',
    'raft/curve stays',
    'raft/name stays',
    'wifi/api_token new becomes abc, secret',
    'wifi/channel stays',
    'wifi/password stays, secret',
    'wifi/ssid becomes attic',
  ]);
});

test('of settings that are recreated, only what is set after that is left', () => {
  const set = { edit: 'set', namespace: 'wifi', key: 'ssid', type: 'string', value: 'attic' } as const;
  const rows = settingRows(settings.settings, [
    { id: 1, edit: { ...set, key: 'gone' } },
    { id: 2, edit: { edit: 'make', format: 'nvs' } },
    { id: 3, edit: set },
  ]).flatMap((group) => group.rows);
  const left = rows.filter(({ edit }) => edit?.to !== 'deleted');
  expect(left.map(({ key, edit }) => [key, edit?.to])).toEqual([['ssid', { type: 'string', value: 'attic' }]]);
  expect(rows).toHaveLength(settings.settings.length);
});

test('a new setting is a secret by the names that make one on the board secret', () => {
  const set = { edit: 'set', namespace: 'nvs.net80211', type: 'string', value: 'hunter2' } as const;
  const rows = settingRows(
    [],
    ['sta.pswd', 'sta.ssid'].map((key, id) => ({ id, edit: { ...set, key } })),
  ).flatMap((group) => group.rows);
  expect(rows.map(({ key, secret }) => [key, secret])).toEqual([
    ['sta.pswd', true],
    ['sta.ssid', false],
  ]);
});

test.each([
  ['nothing is said while what is stored is as it was', 'workshop', settings.settings, /^$/],
  ['another value is said', 'attic', settings.settings, /^What is stored has changed/],
  ['that it is gone is said', 'workshop', [], /not stored any more/],
])('of a draft, %s', (_, value, stored, words) => {
  const draft = { row: 'x', namespace: 'wifi', key: 'ssid', type: 'string', value: 'half a na' };
  expect(draftNote({ ...draft, was: { type: 'string', value } }, stored)).toMatch(words);
  expect(draftNote({ ...draft, was: null }, stored)).toBe('');
});
