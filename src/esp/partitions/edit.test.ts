/** Editing a layout: rows keep their identity, each rule answers with a correction, and everything can be undone. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { RAFT } from '../../testing/esp/recorded-csv.ts';
import type { EditLimits } from './corrections.ts';
import { readCsv } from './csv.ts';
import type { Editing, LayoutEdit } from './edit.ts';
import { beginEditing, edited, pairsOf, redone, tableOf, undone } from './edit.ts';
import { rulesOf } from './edit-rules.ts';
import { linkOf, readLink } from './layout-link.ts';
import { TEMPLATES, TEMPLATE_SIZES, templateRows } from './templates.ts';

const MIB = 1 << 20;
const ROWS = readCsv(RAFT, { name: 'raft' }).rows;
const LIMITS = { flashSize: 4 * MIB };

function row(editing: Editing, name: string) {
  const found = editing.rows.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no row ${name}`);
  return found;
}

/** What is wrong, in order, with its correction. */
function wrong(editing: Editing, limits: EditLimits = LIMITS): string[] {
  return rulesOf(editing, limits)
    .filter(({ finding }) => finding.verdict === 'problem')
    .map(({ finding, correction, row: id }) => {
      const name = editing.rows.find((each) => each.id === id)?.name ?? '-';
      return `${name}: ${finding.kind}; ${correction?.says ?? 'nothing'}`;
    });
}

describe('edits', () => {
  test('a border dragged on the map gives to one side what it takes from the other', () => {
    const begun = beginEditing(ROWS);
    const [app1, fs] = [row(begun, 'app1'), row(begun, 'fs')];
    const now = edited(begun, { edit: 'border', before: app1.id, after: fs.id, at: 0x3c0000 });
    expect(row(now, 'app1')).toMatchObject({ offset: 0x1d0000, size: 0x1f0000 });
    expect(row(now, 'fs')).toMatchObject({ offset: 0x3c0000, size: 0x40000 });
  });

  test('rows keep their identity: the board’s partition of a renamed and moved row is known', () => {
    const begun = beginEditing(ROWS);
    const { id } = row(begun, 'fs');
    const now = edited(begun, { edit: 'change', id, to: { name: 'files', offset: 0x3c0000, size: 0x40000 } });
    expect(pairsOf(now)?.find(({ was }) => was === 0x380000)).toEqual({ was: 0x380000, is: 0x3c0000 });
    const removed = edited(now, { edit: 'remove', id });
    expect(pairsOf(removed)?.some(({ was }) => was === 0x380000)).toBe(false);
    expect(pairsOf(undone(removed))).toEqual(pairsOf(now));
  });

  test('reordered rows are packed, apps at multiples of 64 KiB', () => {
    const begun = beginEditing(ROWS);
    const now = edited(begun, { edit: 'reorder', id: row(begun, 'fs').id, to: 2 });
    expect(now.rows.map(({ name, offset }) => [name, offset])).toEqual([
      ['nvs', 0x9000],
      ['otadata', 0x1e000],
      ['fs', 0x20000],
      ['app0', 0xa0000],
      ['app1', 0x250000],
    ]);
    expect(wrong(now)).toEqual([]);
  });

  test('any edits can be undone to the beginning and redone to the end', () => {
    const ids = fc.integer({ min: 1, max: 7 });
    const at = fc.nat(64).map((n) => n * 0x10000);
    const edit: fc.Arbitrary<LayoutEdit> = fc.oneof(
      fc.record({ edit: fc.constant('remove' as const), id: ids }),
      fc.record({ edit: fc.constant('change' as const), id: ids, to: fc.record({ offset: at, size: at }) }),
      fc.record({ edit: fc.constant('border' as const), before: ids, after: ids, at }),
      fc.record({ edit: fc.constant('reorder' as const), id: ids, to: fc.nat(6) }),
    );
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 8 }), (edits) => {
        const begun = beginEditing(ROWS);
        const end = edits.reduce(edited, begun);
        let now = end;
        for (let n = end.past.length; n > 0; n--) now = undone(now);
        expect(now.rows).toEqual(begun.rows);
        for (let n = end.past.length; n > 0; n--) now = redone(now);
        expect(now).toEqual(end);
      }),
    );
  });
});

describe('rules answer at once', () => {
  const begun = beginEditing(ROWS);
  const { id: app1 } = row(begun, 'app1');
  const { id: nvs } = row(begun, 'nvs');
  const { id: otadata } = row(begun, 'otadata');
  test.each<[string, LayoutEdit, string[]]>([
    [
      'an app between blocks',
      { edit: 'change', id: app1, to: { offset: 0x1d8000, size: 0x1a0000 } },
      ['app1: app-misaligned; move app1 to 0x1E0000'],
    ],
    ['an odd size', { edit: 'change', id: app1, to: { size: 0x1a0800 } }, ['app1: app-size-odd; make app1 1668 KiB']],
    [
      'a name twice',
      { edit: 'change', id: app1, to: { name: 'app0' } },
      ['app0: name-duplicate; rename it to “app0_2”'],
    ],
    [
      'one slot number twice',
      { edit: 'change', id: app1, to: { subtype: 0x10 } },
      ['app1: ota-duplicate; make it ota_1'],
    ],
    [
      'otadata too large',
      { edit: 'change', id: otadata, to: { size: 0x1000 } },
      ['otadata: otadata-size; make otadata 8 KiB'],
    ],
    ['a tiny NVS', { edit: 'change', id: nvs, to: { size: 0x1000 } }, ['nvs: nvs-small; make nvs 12 KiB']],
    [
      'below the table',
      { edit: 'change', id: nvs, to: { offset: 0x1000, size: 0x3000 } },
      ['nvs: partition-below-table; move nvs to 0x9000'],
    ],
  ])('%s', (_, edit, says) => {
    const now = edited(begun, edit);
    expect(wrong(now)).toEqual(says);
    const [answer] = rulesOf(now, LIMITS).filter(({ finding }) => finding.verdict === 'problem');
    const { correction } = answer ?? { correction: null };
    if (correction === null) throw new Error('no correction');
    expect(wrong(edited(now, correction.edit))).toEqual([]);
  });

  test('past the end of the flash', () => {
    const now = edited(begun, { edit: 'change', id: row(begun, 'fs').id, to: { size: 0x100000 } });
    expect(wrong(now)).toEqual(['fs: partition-past-flash; make fs 512 KiB']);
  });

  test('a slot that grows in a full flash pushes what follows it, one correction after the other', () => {
    let now = edited(begun, { edit: 'change', id: row(begun, 'app0').id, to: { size: 0x1d0000 } });
    const said: string[] = [];
    for (let step = 0; step < 4; step++) {
      const [answer] = rulesOf(now, LIMITS).filter(({ finding }) => finding.verdict === 'problem');
      if (answer?.correction === undefined || answer.correction === null) break;
      said.push(answer.correction.says);
      now = edited(now, answer.correction.edit);
    }
    expect(said).toEqual(['move app1 to 0x1F0000', 'move fs to 0x3A0000', 'make fs 384 KiB']);
    expect(wrong(now)).toEqual([]);
  });

  test('a slot that was enlarged is not only made small again: the others can grow with it', () => {
    const now = edited(begun, { edit: 'change', id: row(begun, 'app0').id, to: { size: 0x1c0000 } });
    const { also } = rulesOf(now, LIMITS).find(({ finding }) => finding.kind === 'ota-sizes-differ') ?? {};
    expect(also?.says).toBe('make every app slot 1792 KiB, move what follows, and shrink fs to 384 KiB');
    if (also === undefined) throw new Error('no second correction');
    const after = edited(now, also.edit);
    expect(['app0', 'app1', 'fs'].map((name) => row(after, name).size)).toEqual([0x1c0000, 0x1c0000, 0x60000]);
    expect(wrong(after)).toEqual([]);
    const tooLarge = edited(begun, { edit: 'change', id: row(begun, 'app0').id, to: { size: 0x200000 } });
    const none = rulesOf(tooLarge, LIMITS).find(({ finding }) => finding.kind === 'ota-sizes-differ');
    expect(none?.correction?.says).toBe('make every app slot 1728 KiB');
    expect(none?.also).toBeUndefined();
  });

  test('slots of different sizes become equal, and a missing otadata is added', () => {
    const apart = edited(begun, { edit: 'change', id: app1, to: { size: 0x100000 } });
    const sizes = rulesOf(apart, LIMITS).find(({ finding }) => finding.kind === 'ota-sizes-differ');
    const { correction } = sizes ?? { correction: null };
    if (correction === null) throw new Error('no correction');
    expect(correction.says).toBe('make every app slot 1 MiB');
    expect(row(edited(apart, correction.edit), 'app0').size).toBe(0x100000);
    const without = edited(begun, { edit: 'remove', id: otadata });
    const missing = rulesOf(without, LIMITS).find(({ finding }) => finding.kind === 'otadata-missing');
    expect(missing?.correction?.says).toBe('add otadata at 0x1E000');
  });
});

describe('templates', () => {
  const all = TEMPLATES.flatMap((template) =>
    [0x8000, 0x9000, 0x10000, 0x20000].flatMap((table) =>
      TEMPLATE_SIZES.map((size) => [template.id, size / MIB, `0x${table.toString(16)}`, template] as const),
    ),
  );
  test.each(all)(
    '%s for %i MiB, table at %s, breaks no rule, and its app slots are equal',
    (_, mebibytes, table, template) => {
      const rows = templateRows(template, mebibytes * MIB, Number(table));
      if (rows === null) throw new Error('not offered');
      const editing = edited(beginEditing([]), { edit: 'replace', rows });
      expect(wrong(editing, { flashSize: mebibytes * MIB, tableAddress: Number(table) })).toEqual([]);
      expect(Math.min(...rows.map(({ offset }) => offset))).toBe(Number(table) + 0x1000);
      const slots = rows.filter(({ type, subtype }) => type === 0 && subtype >= 0x10);
      expect(new Set(slots.map(({ size }) => size)).size).toBeLessThan(2);
      const end = Math.max(...rows.map(({ offset, size }) => offset + size));
      // Where the last partition is a file system, it takes all that is left.
      const unused = rows.at(-1)?.subtype === 0x83 ? mebibytes * MIB - end : 0;
      expect(unused).toBe(0);
    },
  );

  test('behind a moved table a template without a file system keeps its app where it fits, and shrinks it where it does not', () => {
    const single = TEMPLATES.find(({ id }) => id === 'idf-single');
    const app = (size: number, table: number) =>
      single === undefined ? null : (templateRows(single, size, table)?.at(-1) ?? null);
    expect(app(2 * MIB, 0x10000)).toMatchObject({ offset: 0x20000, size: MIB });
    expect(app(2 * MIB, 0xf8000)).toMatchObject({ offset: 0x100000, size: MIB });
    expect(app(2 * MIB, 0x108000)).toMatchObject({ offset: 0x110000, size: MIB - 0x10000 });
    expect(app(2 * MIB, 2 * MIB - 0x8000)).toBeNull();
  });

  test('a flash that is too small is not offered the template', () => {
    expect(templateRows(TEMPLATES[0] ?? { id: '', name: '', source: '', facts: [] }, 2 * MIB)).toBeNull();
  });

  test('a template over a board’s layout: its app has another name, so the partitions have to be matched', () => {
    const single = TEMPLATES.find(({ id }) => id === 'raft-single');
    const rows = single === undefined ? null : templateRows(single, 4 * MIB);
    const now = edited(beginEditing(ROWS), { edit: 'replace', rows: rows ?? [] });
    expect(pairsOf(now)).toBeNull();
    expect(now.rows.filter(({ imported }) => imported === true).map(({ name }) => name)).toEqual(['factory']);
    // Undone, each partition is known again.
    expect(pairsOf(undone(now))).toHaveLength(ROWS.length);
  });
});

describe('a link', () => {
  test('holds the whole layout', () => {
    const editing = beginEditing(ROWS);
    const link = linkOf(tableOf(editing));
    expect(link).toMatch(/^csv=nvs%2Cdata%2Cnvs%2C0x9000%2C84K/);
    const read = readLink(`#${link}`, LIMITS);
    expect(read.kind === 'layout' && beginEditing(read.rows).rows).toEqual(editing.rows);
  });

  test.each([
    ['no layout', '#flash', 'none'],
    ['not percent-encoded', '#csv=%E0%A4%A', 'refused'],
    ['too long', `#csv=${'a'.repeat(40_000)}`, 'refused'],
    ['no rows', '#csv=', 'refused'],
    ['past this board’s flash', '#csv=a%2Capp%2Cfactory%2C0x10000%2C8M', 'refused'],
  ])('%s', (_, link, kind) => {
    expect(readLink(link, LIMITS).kind).toBe(kind);
  });
});
