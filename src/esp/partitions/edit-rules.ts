/** What is wrong or unusual in a layout being edited, at once, and the one edit that corrects it where there is one. */
import type { Finding, Place } from '../../flash/finding.ts';
import type { RuleAnswer } from '../../flash/layout-editor.ts';
import { DEFAULT_TABLE, TABLE_SPACE } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import type { EditLimits } from './corrections.ts';
import { alsoFor, correctionOf } from './corrections.ts';
import { cutToBytes, NAME_SIZE, quoted, sizeInBytes } from './csv-text.ts';
import { csvFinding } from './csv-findings.ts';
import type { EditedRow, Editing } from './edit.ts';
import { tableFinding } from './findings.ts';
import { checkLayout } from './layout-rules.ts';
import { checkEnds, checkRow } from './row-rules.ts';
import type { TableReport, TableRow } from './table.ts';
import { ROW_SIZE } from './table.ts';
import { checkTable } from './table-rules.ts';
import { TYPE_APP } from './types.ts';
import { mostRows } from './write-table.ts';

export type { Correction, RuleAnswer } from '../../flash/layout-editor.ts';

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
  const placeOf = (row: TableRow | null): Place => rowPlace(row ?? { offset: table, size: TABLE_SPACE });
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
      const also = alsoFor(finding, row, rows, own);
      return {
        row: row?.id ?? null,
        finding,
        correction: correctionOf(finding, row, rows, own),
        ...(also !== null && { also }),
      };
    });
}

/** Where a row of a layout being edited lies. */
export function rowPlace({ offset, size }: Pick<EditedRow, 'offset' | 'size'>): Place {
  return { in: 'flash', range: { region: REGION, address: offset, size } };
}

function isPlaceOf({ place }: Finding, { offset, size }: TableRow): boolean {
  return place.in === 'flash' && place.range.address === offset && place.range.size === size;
}

/** A name as the table can hold it; the same rules as for a CSV. */
function checkName(row: TableRow, report: TableReport, noted: (finding: Finding, row: TableRow) => Finding): Finding[] {
  const { name } = row;
  const place = rowPlace(row);
  if (name === '') return [noted(csvFinding('csv-name-empty', place), row)];
  const length = sizeInBytes(name);
  if (length === NAME_SIZE) return [report('name-unterminated', row, { limit: NAME_SIZE - 1 })];
  if (length < NAME_SIZE) return [];
  const values = { name: quoted(name), size: length, kept: cutToBytes(name, NAME_SIZE) };
  return [noted(csvFinding('csv-name-cut', place, values), row)];
}
