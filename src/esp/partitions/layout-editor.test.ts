/** What a person types, imports and links, as the view of the layout gets it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EditableTable, Editing, RowFields } from '../../flash/layout-editor.ts';
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

describe('a partition is added', () => {
  const without = (name: string, from = begun) =>
    editor.edited(from, { edit: 'remove', id: from.rows.find((row) => row.name === name)?.id ?? 0 });

  test('to the first free flash that holds it, under a name of its own', () => {
    const now = editor.edited(without('fs'), { edit: 'add', row: editor.freshRow(without('fs'), table) });
    expect(now.rows.at(-1)).toMatchObject({ name: 'data', offset: 0x380000, was: null });
    expect(editor.freshRow(now, table)).toMatchObject({ name: 'data2', offset: 0x390000 });
  });

  test('behind the last one, where nothing is free', () => {
    expect(editor.freshRow(begun, table).offset).toBe(0x400000);
  });

  test.each([0x9000, 0x10000, 0x20000])('never below a table that was moved to %i', (tableAddress) => {
    const moved = { ...table, tableAddress, rows: table.rows.filter(({ offset }) => offset > 0x20000) };
    const from = without('fs', editor.begin(moved));
    const now = editor.edited(from, { edit: 'add', row: editor.freshRow(from, moved) });
    expect(now.rows[0]).toMatchObject({ name: 'data', offset: tableAddress + 0x1000 });
    expect(editor.rulesOf(now, moved).map(({ finding }) => finding.kind)).not.toContain('partition-below-table');
  });
});

/** What is shown of a layout's rules, with the buttons. */
function shown(editing: Editing): string[] {
  return editor
    .rulesOf(editing, table)
    .map(({ finding, correction, also }) =>
      [finding.kind, correction?.says ?? 'nothing', also?.says ?? []].flat().join('; '),
    );
}

/** The layout after changes by the names of partitions. */
function changed(to: Readonly<Record<string, RowFields>>, from = begun): Editing {
  return Object.entries(to).reduce((editing, [name, fields]) => {
    const id = editing.rows.find((row) => row.name === name)?.id ?? 0;
    return editor.edited(editing, { edit: 'change', id, to: fields });
  }, from);
}

describe('what the rules say', () => {
  test('a size that reaches into the next partition: those behind make room, and the last one gives what is missing', () => {
    const larger = changed({ app0: { size: 0x1d0000 } });
    const overlap = editor.rulesOf(larger, table).find(({ finding }) => finding.kind === 'partitions-overlap');
    // Moving app1 alone would only move the problem to fs.
    expect(overlap?.correction?.says).toBe('move app1 and fs to make room, and shrink fs to 384 KiB');
    expect(overlap?.also).toBeUndefined();
    const pushed = editor.edited(larger, overlap?.correction?.edit ?? { edit: 'remove', id: 0 });
    expect(pushed.rows.slice(2).map(({ name, offset, size }) => [name, offset, size])).toEqual([
      ['app0', 0x20000, 0x1d0000],
      ['app1', 0x1f0000, 0x1b0000],
      ['fs', 0x3a0000, 0x60000],
    ]);
    expect(editor.rulesOf(pushed, table).filter(({ finding }) => finding.verdict === 'problem')).toEqual([]);
  });

  test('two corrections that come to the same layout are one button', () => {
    const early = changed({ app0: { size: 0x20000 }, app1: { offset: 0x30000 } });
    expect(shown(early)[0]).toBe('partitions-overlap; move app1 to 0x40000');
  });

  test('what has a place of its own does not make others smaller', () => {
    const smaller = changed({ otadata: { size: 0x1000 }, nvs: { size: 0x16000 } });
    expect(shown(smaller).slice(0, 2)).toEqual([
      'otadata-size; make otadata 8 KiB',
      'partitions-overlap; move otadata to 0x1F000',
    ]);
  });

  test('a problem that goes with another one is not said as well', () => {
    expect(shown(changed({ nvs: { offset: 0x9100 } }))).toEqual(['data-misaligned; move nvs to 0x9000']);
    expect(shown(changed({ app0: { offset: 0x21000 } }))).toEqual(['app-misaligned; move app0 to 0x20000']);
  });

  test('a name that is given twice is taken back where it was given, not from the partition of the board', () => {
    const [answer] = editor.rulesOf(changed({ otadata: { name: 'app0' } }), table);
    expect(answer).toMatchObject({
      row: begun.rows.find(({ name }) => name === 'otadata')?.id,
      correction: { says: 'rename it to “app0_2”', edit: { id: answer?.row } },
    });
  });

  test('a name that is given twice is said beside a problem of another kind, and of the new partition', () => {
    const row = { ...editor.freshRow(begun, table), name: 'fs', offset: 0x370000, size: 0x10000 };
    const now = editor.edited(changed({ app0: { size: 0x1c0000 }, app1: { size: 0x1a0000 } }), { edit: 'add', row });
    const found = editor.rulesOf(now, table);
    expect(found.map(({ finding }) => finding.kind).slice(0, 2)).toEqual(['partitions-overlap', 'name-duplicate']);
    const twice = found.find(({ finding }) => finding.kind === 'name-duplicate');
    expect(twice?.row).toBe(now.rows.find(({ was }) => was === null)?.id);
    expect(twice?.finding.place).toMatchObject({ range: { address: 0x370000, size: 0x10000 } });
  });

  test('of the partitions that make room, those that only become smaller are not said to move', () => {
    const store = { ...editor.freshRow(begun, table), name: 'store', offset: 0x350000, size: 0x20000 };
    const smaller = editor.edited(changed({ app1: { size: 0x180000 } }), { edit: 'add', row: store });
    const pushed = changed({ app0: { size: 0x1c0000 }, fs: { size: 0x90000 } }, smaller);
    const overlap = editor.rulesOf(pushed, table).find(({ finding }) => finding.kind === 'partitions-overlap');
    expect(overlap?.correction?.says).toBe('move app1 and store to make room, and shrink fs to 512 KiB');
  });

  test('no two buttons come to the same layout', () => {
    const value = fc.integer({ min: 0, max: 0x440 }).map((block) => block * 0x1000);
    const row = fc.integer({ min: 0, max: begun.rows.length - 1 });
    fc.assert(
      fc.property(fc.array(fc.tuple(row, fc.constantFrom('offset', 'size'), value), { maxLength: 3 }), (edits) => {
        const editing = edits.reduce(
          (now, [at, field, to]) =>
            editor.edited(now, { edit: 'change', id: begun.rows[at]?.id ?? 0, to: { [field]: to } }),
          begun,
        );
        const results = editor
          .rulesOf(editing, table)
          .flatMap(({ correction, also }) => [correction ?? [], also ?? []].flat())
          .map(({ edit }) => JSON.stringify(editor.edited(editing, edit).rows));
        expect(new Set(results).size).toBe(results.length);
      }),
      { numRuns: 100 },
    );
  });
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
