/**
 * A layout being edited: edits as data over rows that keep their identity, with undo and redo. No UI and no device: a view
 * holds an `Editing`, shows `Editing.rows` with what `rulesOf` (edit-rules.ts) says of them, and sends `tableOf` and `pairsOf`
 * with the intent `change-layout`.
 */
import type { EditedRow, Editing, LayoutEdit, RowFields } from '../../flash/layout-editor.ts';
import { APP_ALIGNMENT, UNIT } from '../flash-geometry.ts';
import type { TableEntry } from './table.ts';
import { isSameKind } from './match.ts';
import { TYPE_APP } from './types.ts';

export type { EditedRow, Editing, LayoutEdit, RowFields } from '../../flash/layout-editor.ts';

/** Begins to edit a board's layout, or an empty one. */
export function beginEditing(rows: readonly TableEntry[]): Editing {
  const own = rows.map((row, i): EditedRow => ({ ...plainEntry(row), id: i + 1, was: row.offset }));
  return { rows: sorted(own), past: [], future: [], nextId: rows.length + 1 };
}

/** The layout after an edit; the same one if the edit names a row that is not there or changes nothing. */
export function edited(editing: Editing, edit: LayoutEdit): Editing {
  const { rows, nextId } = applied(editing, edit);
  if (rows === editing.rows || isSame(rows, editing.rows)) return editing;
  return { rows: sorted(rows), nextId, past: [...editing.past, editing.rows], future: [] };
}

/** The layout before the last edit; the same one if there was none. */
export function undone(editing: Editing): Editing {
  const { rows, past, future } = editing;
  const before = past.at(-1);
  return before === undefined
    ? editing
    : { ...editing, rows: before, past: past.slice(0, -1), future: [...future, rows] };
}

/** The layout before the last undo; the same one if there was none since the last edit. */
export function redone(editing: Editing): Editing {
  const { rows, past, future } = editing;
  const next = future.at(-1);
  return next === undefined ? editing : { ...editing, rows: next, past: [...past, rows], future: future.slice(0, -1) };
}

/** The table to write, for `writeCsv`, `writeTable` and `linkOf`. */
export function tableOf({ rows }: Editing): TableEntry[] {
  return rows.map(({ id: _id, was: _was, imported: _imported, ...entry }) => entry);
}

/** Which partition of the board each row was: offsets in bytes, before and after. */
export interface Pair {
  readonly was: number;
  readonly is: number;
}

/** The partitions of the board that are still in the layout; null if some came with another table, and have to be matched. */
export function pairsOf({ rows }: Editing): Pair[] | null {
  if (rows.some(({ imported }) => imported === true)) return null;
  return rows.flatMap(({ was, offset }) => (was === null ? [] : [{ was, is: offset }]));
}

/** Rounds an offset up to where a partition of this type may start. */
export function alignedUp(offset: number, type: number): number {
  const alignment = type === TYPE_APP ? APP_ALIGNMENT : UNIT;
  return Math.ceil(offset / alignment) * alignment;
}

/** The first offset at or after `from` at which a partition overlaps no row and ends by `end`; null if there is none. */
export function freeOffset(
  rows: readonly TableEntry[],
  { type, size }: Pick<TableEntry, 'type' | 'size'>,
  { from, end }: { readonly from: number; readonly end: number },
): number | null {
  const candidates = [from, ...rows.map((row) => row.offset + row.size)].filter((at) => at >= from);
  const fitting = candidates
    .map((at) => alignedUp(at, type))
    .filter((at) => at + size <= end && !rows.some((row) => at < row.offset + row.size && row.offset < at + size));
  return fitting.length === 0 ? null : Math.min(...fitting);
}

interface Rows {
  readonly rows: readonly EditedRow[];
  readonly nextId: number;
}

function applied(now: Rows, edit: LayoutEdit): Rows {
  const { rows, nextId } = now;
  const change = (id: number, to: RowFields) => rows.map((row) => (row.id === id ? { ...row, ...to } : row));
  switch (edit.edit) {
    case 'add':
      return { rows: sorted([...rows, { ...edit.row, id: nextId, was: null }]), nextId: nextId + 1 };
    case 'remove':
      return { rows: rows.filter(({ id }) => id !== edit.id), nextId };
    case 'change':
      return { rows: sorted(change(edit.id, edit.to)), nextId };
    case 'border':
      return { rows: bordered(rows, edit), nextId };
    case 'reorder':
      return { rows: reordered(rows, edit.id, edit.to), nextId };
    case 'replace':
      return replaced(now, edit.rows);
    case 'several':
      return edit.edits.reduce(applied, now);
  }
}

function bordered(rows: readonly EditedRow[], { before, after, at }: Extract<LayoutEdit, { edit: 'border' }>) {
  const [first, second] = [rows.find(({ id }) => id === before), rows.find(({ id }) => id === after)];
  if (first === undefined || second === undefined) return rows;
  const end = second.offset + second.size;
  if (at < first.offset || at > end) return rows;
  return rows.map((row) => {
    if (row.id === before) return { ...row, size: at - row.offset };
    return row.id === after ? { ...row, offset: at, size: end - at } : row;
  });
}

function reordered(rows: readonly EditedRow[], id: number, to: number): readonly EditedRow[] {
  const from = rows.findIndex((row) => row.id === id);
  const moved = rows[from];
  const last = Math.min(Math.max(to, 0), rows.length - 1);
  if (moved === undefined || last === from) return rows;
  const others = rows.filter((row) => row !== moved);
  const order = [...others.slice(0, last), moved, ...others.slice(last)];
  const [low, high] = [Math.min(from, last), Math.max(from, last)];
  let at = rows[low]?.offset ?? moved.offset;
  return order.map((row, i) => {
    if (i < low || i > high) return row;
    const offset = alignedUp(at, row.type);
    at = offset + row.size;
    return { ...row, offset };
  });
}

/** Rows of another table: each is the row of the same name, if there is one, and keeps its identity; others are `imported`. */
function replaced({ rows, nextId }: Rows, wanted: readonly TableEntry[]): Rows {
  let next = nextId;
  const left = [...rows];
  const own = wanted.map((entry): EditedRow => {
    const at = left.findIndex(({ name }) => name === entry.name);
    const [same] = at < 0 ? [] : left.splice(at, 1);
    const imported = same === undefined && left.some((row) => row.was !== null && isSameKind(row, entry));
    return { ...plainEntry(entry), id: same?.id ?? next++, was: same?.was ?? null, ...(imported && { imported }) };
  });
  return { rows: sorted(own), nextId: next };
}

/** The fields of an entry without those of where it was read. */
function plainEntry({
  name,
  type,
  subtype,
  offset,
  size,
  encrypted,
  readonly,
  otherFlags = 0,
}: TableEntry): TableEntry {
  return { name, type, subtype, offset, size, encrypted, readonly, ...(otherFlags !== 0 && { otherFlags }) };
}

function sorted(rows: readonly EditedRow[]): EditedRow[] {
  return rows.toSorted((a, b) => a.offset - b.offset || a.id - b.id);
}

function isSame(a: readonly EditedRow[], b: readonly EditedRow[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
