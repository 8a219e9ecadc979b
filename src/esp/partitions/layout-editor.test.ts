/** What a person types, imports and links, as the view of the layout gets it. */
import { describe, expect, test } from 'vitest';
import type { EditableTable } from '../../flash/layout-editor.ts';
import { layoutEditor as editor } from './layout-editor.ts';
import { readCsv } from './csv.ts';

const CSV =
  'nvs,data,nvs,0x9000,84K\notadata,data,ota,0x1e000,8K\napp0,app,ota_0,0x20000,1728K\n' +
  'app1,app,ota_1,0x1d0000,1728K\nfs,data,littlefs,0x380000,512K\n';
const table: EditableTable = {
  rows: readCsv(CSV, { name: 'partitions.csv' }).rows.map(({ address: _, ...row }) => row),
  flashSize: 4 << 20,
  tableAddress: 0x8000,
  secureBoot: 'off',
};
const begun = editor.begin(table);

test.each([
  ['0x9000', 0x9000],
  ['64K', 0x10000],
  ['64 k', 0x10000],
  ['1728 KiB', 0x1b0000],
  ['1728 KB', 0x1b0000],
  ['1.5 MiB', 0x180000],
  ['2M', 0x200000],
  ['1,234 bytes', 1234],
  ['', null],
  ['-4K', null],
  ['64X', null],
  ['0.3K', null],
  ['0x1FFFFFFFF', null],
])('the size %j is read as %j', (text, value) => {
  expect(editor.readNumber(text)).toBe(value);
});

test('an edit that is taken back is no change', () => {
  expect(editor.isChanged(begun, table)).toBe(false);
  const [first] = begun.rows;
  const smaller = editor.edited(begun, { edit: 'change', id: first?.id ?? 0, to: { size: 0x5000 } });
  expect(editor.isChanged(smaller, table)).toBe(true);
  expect(editor.isChanged(editor.undone(smaller), table)).toBe(false);
});

test('a size that reaches into the next partition offers to push those behind, and takes what is missing from the last', () => {
  const app0 = begun.rows.find(({ name }) => name === 'app0');
  const larger = editor.edited(begun, { edit: 'change', id: app0?.id ?? 0, to: { size: 0x1d0000 } });
  const overlap = editor.rulesOf(larger, table).find(({ finding }) => finding.kind === 'partitions-overlap');
  expect(overlap?.also?.says).toBe('move app1 and fs to higher addresses to make room, and make fs 384 KiB');
  if (overlap?.also === undefined) throw new Error('nothing is offered');
  const pushed = editor.edited(larger, overlap.also.edit);
  expect(pushed.rows.slice(2).map(({ name, offset, size }) => [name, offset, size])).toEqual([
    ['app0', 0x20000, 0x1d0000],
    ['app1', 0x1f0000, 0x1b0000],
    ['fs', 0x3a0000, 0x60000],
  ]);
  expect(editor.rulesOf(pushed, table).filter(({ finding }) => finding.verdict === 'problem')).toEqual([]);
  // Free flash between two partitions is taken first.
  const smaller = editor.edited(begun, { edit: 'change', id: app0?.id ?? 0, to: { size: 0x20000 } });
  const app1 = begun.rows.find(({ name }) => name === 'app1')?.id ?? 0;
  const early = editor.edited(smaller, { edit: 'change', id: app1, to: { offset: 0x30000 } });
  const found = editor.rulesOf(early, table).find(({ finding }) => finding.kind === 'partitions-overlap');
  expect(found?.also?.says).toBe('move app1 to higher addresses to make room');
});

test('a value that has no name is among those to choose from, so that it is kept', () => {
  expect(editor.subtypes(1, 0x99).at(-1)).toMatchObject({ value: 0x99, name: '0x99' });
  expect(editor.types(0x40).at(-1)).toMatchObject({ value: 0x40, name: '0x40' });
});

test('a link and an exported table lead back to the same rows; other fragments hold no layout', () => {
  const same = { rows: table.rows.map((row) => expect.objectContaining({ name: row.name, offset: row.offset })) };
  expect(editor.linkedRows(editor.linkOf(begun), table)).toEqual(same);
  expect(editor.importedRows('a.bin', editor.binaryOf(begun), table)).toEqual(same);
  expect(editor.importedRows('a.csv', new TextEncoder().encode(editor.csvOf(begun)), table)).toEqual(same);
  for (const other of ['', '#/layout', '#/flash', '#/layout?other=1'])
    expect(editor.linkedRows(other, table)).toBeNull();
});

describe('a file', () => {
  const imported = (name: string, text: string) => editor.importedRows(name, new TextEncoder().encode(text), table);

  test('with a broken rule is taken, because the editor says so and corrects it', () => {
    expect(imported('a.csv', 'app0,app,ota_0,0x21000,1M\n')).toMatchObject({ rows: [{ offset: 0x21000 }] });
  });

  test('that cannot be read is refused with its line', () => {
    expect(imported('a.csv', 'app0,app,ota_0,0x20000,1M\nfs,data,littlefs,,large\n')).toMatchObject({
      refused: expect.stringMatching(/^a\.csv, line 2: /),
    });
    expect(editor.importedRows('a.bin', new Uint8Array([0xaa, 0x50, 0, 0]), table)).toMatchObject({
      refused: expect.stringMatching(/^a\.bin: /),
    });
  });
});

test('a link past the flash of the board is refused with the reason', () => {
  const far = { ...table, flashSize: 2 << 20 };
  expect(editor.linkedRows(editor.linkOf(begun), far)).toMatchObject({ refused: expect.stringContaining('0x') });
});
