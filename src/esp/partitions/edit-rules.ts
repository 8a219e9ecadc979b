/** What is wrong or unusual in a layout being edited, at once, and the one edit that corrects it where there is one. */
import type { Finding, Place } from '../../flash/finding.ts';
import { list } from '../../flash/english.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { Correction, RuleAnswer } from '../../flash/layout-editor.ts';
import { APP_ALIGNMENT, DEFAULT_TABLE, TABLE_SPACE, UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { cutToBytes, NAME_SIZE, quoted, sizeInBytes } from './csv-text.ts';
import { csvFinding } from './csv-findings.ts';
import type { EditedRow, Editing, LayoutEdit, RowFields } from './edit.ts';
import { alignedUp, freeOffset } from './edit.ts';
import { tableFinding } from './findings.ts';
import type { LayoutLimits } from './layout-rules.ts';
import { checkLayout } from './layout-rules.ts';
import { checkEnds, checkRow, NVS_LEAST, OTADATA_SIZE } from './row-rules.ts';
import type { TableLimits, TableReport, TableRow } from './table.ts';
import { ROW_SIZE } from './table.ts';
import { checkTable } from './table-rules.ts';
import { APP, DATA, OTA_SLOTS, otaSlot, TYPE_APP, TYPE_DATA } from './types.ts';
import { mostRows } from './write-table.ts';

/** The board that a layout is for; sizes and addresses in bytes. */
export interface EditLimits extends TableLimits, LayoutLimits {
  /** Where the table itself is; 0x8000 if omitted. */
  readonly tableAddress?: number;
}

export type { Correction, RuleAnswer } from '../../flash/layout-editor.ts';

const NVS_USUAL = 0x6000;
const NAME_LIMIT = 15;

/** Everything that the rules of row-rules, table-rules and layout-rules say of a layout, problems first. */
export function rulesOf({ rows }: Pick<Editing, 'rows'>, limits: EditLimits = {}): RuleAnswer[] {
  const table = limits.tableAddress ?? DEFAULT_TABLE;
  const ids = new Map<TableRow, EditedRow>();
  const read = rows.map((row, i): TableRow => {
    const whole = { ...row, otherFlags: row.otherFlags ?? 0, address: table + i * ROW_SIZE };
    ids.set(whole, row);
    return whole;
  });
  const about = new Map<Finding, EditedRow>();
  const placeOf = (row: TableRow | null): Place => {
    const range = row === null ? { address: table, size: TABLE_SPACE } : { address: row.offset, size: row.size };
    return { in: 'flash', range: { region: REGION, ...range } };
  };
  const noted = (finding: Finding, row: TableRow): Finding => {
    const own = ids.get(row);
    if (own !== undefined) about.set(finding, own);
    return finding;
  };
  const report: TableReport = (kind, row, values) =>
    noted(tableFinding(kind, placeOf(row), { name: row.name, ...values }), row);
  const found = [
    ...read.flatMap((row) => checkName(row, report, noted)),
    ...read.flatMap((row) => checkRow(row, table, report)),
    ...checkEnds(read, limits, report),
    ...checkTable(read, report),
    ...(read.every(({ type }) => type !== TYPE_APP) ? [tableFinding('app-missing', placeOf(null))] : []),
    ...(rows.length > mostRows(true)
      ? [csvFinding('csv-too-many-rows', placeOf(null), { rows: rows.length, limit: mostRows(true) })]
      : []),
  ];
  // These rules name the place of a row and not the row; no two rows without a problem share a place.
  const advice = checkLayout(read, placeOf, limits).map((finding) => {
    const row = read.find((each) => each.name === finding.values['name'] && isPlaceOf(finding, each));
    return row === undefined ? finding : noted(finding, row);
  });
  const weight = { problem: 0, warning: 1, note: 2, good: 3 } as const;
  return [...found, ...advice]
    .toSorted((a, b) => weight[a.verdict] - weight[b.verdict])
    .map((finding) => {
      const row = about.get(finding) ?? null;
      const own = { ...limits, tableAddress: table };
      const also = alsoFor(finding, row, rows, limits.flashSize);
      return {
        row: row?.id ?? null,
        finding,
        correction: correctionOf(finding, row, rows, own),
        ...(also !== null && { also }),
      };
    });
}

function isPlaceOf({ place }: Finding, { offset, size }: TableRow): boolean {
  return place.in === 'flash' && place.range.address === offset && place.range.size === size;
}

/** A name as the table can hold it; the same rules as for a CSV. */
function checkName(row: TableRow, report: TableReport, noted: (finding: Finding, row: TableRow) => Finding): Finding[] {
  const { name, offset, size } = row;
  const place = { in: 'flash', range: { region: REGION, address: offset, size } } as const;
  if (name === '') return [noted(csvFinding('csv-name-empty', place), row)];
  const length = sizeInBytes(name);
  if (length === NAME_SIZE) return [report('name-unterminated', row, { limit: NAME_SIZE - 1 })];
  if (length < NAME_SIZE) return [];
  const values = { name: quoted(name), size: length, kept: cutToBytes(name, NAME_SIZE) };
  return [noted(csvFinding('csv-name-cut', place, values), row)];
}

/** A second correction, where one as good asks for something else; null where there is none. */
function alsoFor(
  { kind }: Finding,
  row: EditedRow | null,
  rows: readonly EditedRow[],
  end?: number,
): Correction | null {
  if (kind === 'ota-sizes-differ') return largerSlots(rows, end);
  return kind === 'partitions-overlap' && row !== null ? pushed(row, rows, end) : null;
}

type Limits = EditLimits & { readonly tableAddress: number };

/** The one edit that corrects a finding; null if there is none, or more than one is as good. */
function correctionOf(
  { kind }: Finding,
  row: EditedRow | null,
  rows: readonly EditedRow[],
  limits: Limits,
): Correction | null {
  const end = limits.flashSize ?? Infinity;
  const from = limits.tableAddress + TABLE_SPACE;
  if (row === null) return kind === 'nvs-missing' ? addition(rows, nvsRow(NVS_USUAL), { from, end }) : null;
  const others = rows.filter(({ id }) => id !== row.id);
  const change = (says: string, to: RowFields): Correction => ({ says, edit: { edit: 'change', id: row.id, to } });
  const at = (offset: number | null) =>
    offset === null ? null : change(`move ${row.name} to ${hex(offset)}`, { offset });
  const sized = (size: number | null) =>
    size === null ? null : change(`set the size of ${row.name} to ${bytes(size)}`, { size });
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

/**
 * A row and those behind it moved up until none of them overlaps, each as far as it has to; the last one gives up what would be past
 * the end of the flash, if it is data. Null if that is no room.
 */
function pushed(row: EditedRow, rows: readonly EditedRow[], end = Infinity): Correction | null {
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
  const smaller = moved.flatMap(({ row: { name, size: was }, to: { size = was } }) =>
    size < was ? [`, and make ${name} ${bytes(size)}`] : [],
  );
  const says = `move ${list(moved.map(({ row: { name } }) => name))} to higher addresses to make room${smaller.join('')}`;
  return { says, edit: { edit: 'several', edits: moved.map(({ row: { id }, to }) => ({ edit: 'change', id, to })) } };
}

type Change = (says: string, to: RowFields) => Correction;
type Bounds = { readonly from: number; readonly end: number };

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
  return slot === null ? null : change(`set its subtype to ota_${slot}`, { subtype: APP.ota0 + slot });
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
  const moves = first === undefined ? null : pushed(first, sorted, end);
  if (moves === null) return null;
  return { says: `${says}, ${moves.says}`, edit: { edit: 'several', edits: [...edits, moves.edit] } };
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
  return { says: `set the size of every app slot to ${bytes(size)}`, edits };
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
