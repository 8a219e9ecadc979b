/** The files of a partition with the chosen edits, and what is previewed as what. */
import { expect, test } from 'vitest';
import { fileEdits, tree } from '../gallery/fixtures.contents.ts';
import { fileRows, previewOf } from './file-tree.words.ts';

test('files and their edits are one list, what is in a folder below it', () => {
  const rows = fileRows(tree.entries, fileEdits);
  expect(
    rows.map(({ path, depth, gone, edits }) => `${depth} ${path}${gone ? ' gone' : ''} ${edits[0]?.says ?? ''}`),
  ).toEqual([
    '0 /config.json ',
    '0 /logs gone will be deleted',
    '1 /logs/2026-03-09.txt gone ',
    '0 /www ',
    '1 /www/index.html ',
    '1 /www/logo.png ',
    '1 /www/new.css will be added',
  ]);
});

test('of files that are recreated, only what is written after that is left', () => {
  const rows = fileRows(tree.entries, [
    { id: 1, edit: { edit: 'make', format: 'littlefs' } },
    { id: 2, edit: { edit: 'write-file', path: '/config.json', size: 2, modified: null } },
  ]);
  expect(rows.filter(({ gone }) => !gone).map(({ path, edits }) => [path, edits[0]?.says])).toEqual([
    ['/config.json', 'will be added'],
  ]);
});

test.each([
  ['markup', '<script>alert(1)</script>', 'text'],
  ['text in UTF-8', 'Grüße\r\n\tan alle', 'text'],
  ['a drawing, which could hold a script', '<svg xmlns="http://www.w3.org/2000/svg"/>', 'text'],
  ['bytes', '\u0000\u0001', 'bytes'],
])('%s', (_, content, as) => expect(previewOf(new TextEncoder().encode(content)).as).toBe(as));

test('pictures are known by their first bytes, and what is not UTF-8 is no text', () => {
  expect(previewOf(Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0))).toEqual({ as: 'picture', type: 'image/png' });
  expect(previewOf(Uint8Array.of(0x61, 0xff, 0x62)).as).toBe('bytes');
  // A long text may be cut in the middle of a character.
  expect(previewOf(Uint8Array.of(0x61, 0xc3)).as).toBe('text');
});
