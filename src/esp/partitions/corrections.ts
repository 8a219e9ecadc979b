/** The edits that correct what the rules find in a layout: the one that does it, and another where that is as good. */
import type { Finding } from '../../flash/finding.ts';
import { list } from '../../flash/english.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Correction, EditableTable } from '../../flash/layout-editor.ts';
import { APP_ALIGNMENT, firstOffset, UNIT } from '../flash-geometry.ts';
import { cutToBytes } from './csv-text.ts';
import type { EditedRow, LayoutEdit, RowFields } from './edit.ts';
import { alignedUp, freeOffset } from './edit.ts';
import type { LayoutLimits } from './layout-rules.ts';
import { NVS_LEAST, OTADATA_SIZE } from './row-rules.ts';
import type { TableLimits } from './table.ts';
import { APP, DATA, OTA_SLOTS, otaSlot, TYPE_APP, TYPE_DATA } from './types.ts';

/** The board that a layout is for; sizes and addresses in bytes. */
export interface EditLimits extends TableLimits, LayoutLimits {
  /** Where the table itself is; 0x8000 if omitted. */
  readonly tableAddress?: number;
}

/** Where partitions may lie, in bytes. */
export interface Bounds {
  readonly from: number;
  readonly end: number;
}

/** What bounds the layouts of a board. */
export function limitsOf({ flashSize, tableAddress, secureBoot }: EditableTable): Limits {
  return { flashSize, tableAddress, secureBoot };
}

const NVS_USUAL = 0x6000;
const NAME_LIMIT = 15;

type Limits = EditLimits & { readonly tableAddress: number };

/** A second correction, where one as good asks for something else; null where there is none. */
export function alsoFor(
  { kind }: Finding,
  row: EditedRow | null,
  rows: readonly EditedRow[],
  { flashSize: end = Infinity, tableAddress }: Limits,
): Correction | null {
  if (kind === 'ota-sizes-differ') return largerSlots(rows, end);
  if (kind !== 'partitions-overlap' || row === null) return null;
  const moves = movesUp(row, rows, end);
  const others = rows.filter(({ id }) => id !== row.id);
  const place = freeOffset(others, row, { from: firstOffset(tableAddress), end });
  // Nothing has to become smaller while the row itself has a place.
  return moves === null || (moves.shrinks !== '' && place !== null) ? null : { says: inWords(moves), edit: moves.edit };
}

/** The one edit that corrects a finding; null if there is none, or more than one is as good. */
export function correctionOf(
  { kind }: Finding,
  row: EditedRow | null,
  rows: readonly EditedRow[],
  limits: Limits,
): Correction | null {
  const end = limits.flashSize ?? Infinity;
  const from = firstOffset(limits.tableAddress);
  if (row === null) return kind === 'nvs-missing' ? addition(rows, nvsRow(NVS_USUAL), { from, end }) : null;
  const others = rows.filter(({ id }) => id !== row.id);
  const change = (says: string, to: RowFields): Correction => ({ says, edit: { edit: 'change', id: row.id, to } });
  const at = (offset: number | null) =>
    offset === null ? null : change(`move ${row.name} to ${hex(offset)}`, { offset });
  const sized = (size: number | null) => (size === null ? null : change(`make ${row.name} ${bytes(size)}`, { size }));
  switch (kind) {
    case 'app-misaligned':
    case 'data-misaligned':
      return at(nearestStart(row, others, { from, end }));
    case 'partition-below-table':
      return at(freeOffset(others, row, { from, end }));
    case 'partitions-overlap':
      return at(freeOffset(others, row, { from, end }) ?? startBehind(row, others, end));
    case 'app-size-odd':
    case 'data-size-odd':
      return sized(nearestSize(row, others, UNIT, end));
    case 'app-size-secure':
      return sized(nearestSize(row, others, APP_ALIGNMENT, end));
    case 'partition-past-flash':
      return row.offset < end ? sized(end - row.offset) : at(freeOffset(others, row, { from, end }));
    case 'otadata-size':
      return sized(OTADATA_SIZE);
    case 'nvs-small':
      return sized(NVS_LEAST);
    case 'nvs-keys-small':
      return sized(UNIT);
    case 'nvs-keys-plain':
      return change('mark it encrypted', { encrypted: true });
    case 'must-be-writable':
      return change('allow writing', { readonly: false });
    case 'partition-empty':
    case 'otadata-unused':
    case 'otadata-many':
      return { says: 'remove it', edit: { edit: 'remove', id: row.id } };
    case 'name-duplicate':
      return renamed(row, freeName(row.name, others), change);
    case 'name-unterminated':
    case 'csv-name-cut':
      return renamed(row, freeName(cutToBytes(row.name, NAME_LIMIT), others), change);
    case 'ota-duplicate':
      return slotChange(freeSlot(others), change);
    case 'ota-without-first':
    case 'ota-gap':
      return numbered(rows);
    case 'ota-sizes-differ':
      return equalSlots(rows);
    case 'otadata-missing': {
      const flags = { encrypted: false, readonly: false };
      const wanted = { name: freeName('otadata', rows), type: TYPE_DATA, subtype: DATA.ota, size: OTADATA_SIZE };
      return addition(rows, { ...wanted, ...flags }, { from, end });
    }
    default:
      return null;
  }
}

/** What moves a row and those behind it, with the names of those that move, and what becomes smaller: `shrink fs to 384 KiB`, empty if nothing. */
interface Moves {
  readonly names: readonly string[];
  readonly shrinks: string;
  readonly edit: LayoutEdit;
}

function inWords({ names, shrinks }: Moves): string {
  const moves = names.length === 0 ? [] : [`move ${list(names)} to make room`];
  return clauses([...moves, shrinks]);
}

/** What is done in a row: `move app1, and shrink fs`, `enlarge app0, move app1, and shrink fs`; the empty ones are left out. */
function clauses(all: readonly string[]): string {
  const said = all.filter((each) => each !== '');
  const last = said.at(-1) ?? '';
  return said.length < 2 ? last : `${said.slice(0, -1).join(', ')}, and ${last}`;
}

/**
 * A row and those behind it moved up until none of them overlaps, each as far as it has to; the last one gives up what would be past
 * the end of the flash, if it is data. Null if that is no room.
 */
function movesUp(row: EditedRow, rows: readonly EditedRow[], end = Infinity): Moves | null {
  const behind = rows.filter(({ offset }) => offset >= row.offset);
  let from = Math.max(0, ...rows.filter((each) => !behind.includes(each)).map(({ offset, size }) => offset + size));
  const moved: { readonly row: EditedRow; readonly to: RowFields }[] = [];
  for (const each of behind) {
    const offset = Math.max(each.offset, alignedUp(from, each.type));
    const isLast = each === behind.at(-1);
    const size = isLast && each.type === TYPE_DATA ? Math.min(each.size, end - offset) : each.size;
    if (size <= 0 || offset + size > end) return null;
    if (offset !== each.offset || size !== each.size) moved.push({ row: each, to: { offset, size } });
    from = offset + size;
  }
  if (moved.length === 0) return null;
  const shrinks = moved.flatMap(({ row: { name, size: was }, to: { size = was } }) =>
    size < was ? [`shrink ${name} to ${bytes(size)}`] : [],
  );
  return {
    names: moved.flatMap(({ row: { name, offset }, to }) => (to.offset === offset ? [] : [name])),
    shrinks: shrinks.join(''),
    edit: { edit: 'several', edits: moved.map(({ row: { id }, to }) => ({ edit: 'change', id, to })) },
  };
}

type Change = (says: string, to: RowFields) => Correction;

/** The aligned offset above, or else below, at which a row meets no other; above if neither does. */
function nearestStart(row: EditedRow, others: readonly EditedRow[], { from, end }: Bounds): number {
  const up = alignedUp(row.offset, row.type);
  const down = up - (row.type === TYPE_APP ? APP_ALIGNMENT : UNIT);
  const free = (at: number) =>
    at >= from && at + row.size <= end && !others.some((o) => at < o.offset + o.size && o.offset < at + row.size);
  return !free(up) && free(down) ? down : up;
}

/**
 * Where a row starts once it follows those that begin before it, null if that is past the end: what lies there is moved or made
 * smaller next.
 */
function startBehind(row: EditedRow, others: readonly EditedRow[], end: number): number | null {
  const ends = others.filter(({ offset }) => offset <= row.offset).map(({ offset, size }) => offset + size);
  const start = alignedUp(Math.max(row.offset, ...ends), row.type);
  return start < end ? start : null;
}

/** The size rounded up where there is room, else rounded down; null if nothing is left then. */
function nearestSize(row: EditedRow, others: readonly EditedRow[], block: number, end: number): number | null {
  const limit = Math.min(end, ...others.filter(({ offset }) => offset > row.offset).map(({ offset }) => offset));
  const up = Math.ceil(row.size / block) * block;
  const size = row.offset + up <= limit ? up : up - block;
  return size <= 0 ? null : size;
}

function renamed({ name }: EditedRow, to: string, change: Change): Correction | null {
  return to === name ? null : change(`rename it to “${to}”`, { name: to });
}

/** A name that no row has, as short as the table wants it. */
function freeName(name: string, rows: readonly EditedRow[]): string {
  const taken = new Set(rows.map((row) => row.name));
  if (!taken.has(name)) return name;
  for (let n = 2; ; n++) {
    const next = `${cutToBytes(name, NAME_LIMIT - 1 - String(n).length)}_${n}`;
    if (!taken.has(next)) return next;
  }
}

function freeSlot(rows: readonly EditedRow[]): number | null {
  const taken = new Set(rows.map((row) => otaSlot(row)));
  const slot = Array.from({ length: OTA_SLOTS }, (_, n) => n).find((n) => !taken.has(n));
  return slot ?? null;
}

function slotChange(slot: number | null, change: Change): Correction | null {
  return slot === null ? null : change(`make it ota_${slot}`, { subtype: APP.ota0 + slot });
}

/** The slots numbered from 0 in their present order. */
function numbered(rows: readonly EditedRow[]): Correction | null {
  const slots = rows.filter((row) => otaSlot(row) !== null).toSorted((a, b) => a.subtype - b.subtype);
  const edits = slots.map(({ id }, n): LayoutEdit => ({ edit: 'change', id, to: { subtype: APP.ota0 + n } }));
  return { says: 'number the app slots from ota_0', edit: { edit: 'several', edits } };
}

/** Every slot as large as the smallest: nothing has to move for that. */
function equalSlots(rows: readonly EditedRow[]): Correction {
  const { says, edits } = slotsOfSize(rows, Math.min(...slotsOf(rows).map((row) => row.size)));
  return { says, edit: { edit: 'several', edits } };
}

/** Every slot as large as the largest, with what follows moved behind them; null if there is no room for that. */
function largerSlots(rows: readonly EditedRow[], end = Infinity): Correction | null {
  const size = Math.max(...slotsOf(rows).map((row) => row.size));
  const { says, edits } = slotsOfSize(rows, size);
  const grown = rows.map((row) => (otaSlot(row) === null ? row : { ...row, size }));
  const sorted = grown.toSorted((a, b) => a.offset - b.offset);
  const collides = sorted.some((row, i) => row.offset + row.size > (sorted[i + 1]?.offset ?? end));
  if (!collides) return { says, edit: { edit: 'several', edits } };
  const [first] = sorted;
  const moves = first === undefined ? null : movesUp(first, sorted, end);
  if (moves === null) return null;
  const all = clauses([says, moves.names.length === 0 ? '' : 'move what follows', moves.shrinks]);
  return { says: all, edit: { edit: 'several', edits: [...edits, moves.edit] } };
}

function slotsOf(rows: readonly EditedRow[]): readonly EditedRow[] {
  return rows.filter((row) => otaSlot(row) !== null);
}

/** What gives every app slot this size, in words and as edits. */
function slotsOfSize(
  rows: readonly EditedRow[],
  size: number,
): { readonly says: string; readonly edits: LayoutEdit[] } {
  const edits = slotsOf(rows).map(({ id }): LayoutEdit => ({ edit: 'change', id, to: { size } }));
  return { says: `make every app slot ${bytes(size)}`, edits };
}

function nvsRow(size: number): Omit<EditedRow, 'id' | 'was' | 'offset'> {
  return { name: 'nvs', type: TYPE_DATA, subtype: DATA.nvs, size, encrypted: false, readonly: false };
}

function addition(
  rows: readonly EditedRow[],
  row: Omit<EditedRow, 'id' | 'was' | 'offset'>,
  bounds: Bounds,
): Correction | null {
  const offset = freeOffset(rows, row, bounds);
  if (offset === null) return null;
  return { says: `add ${row.name} at ${hex(offset)}`, edit: { edit: 'add', row: { ...row, offset } } };
}
