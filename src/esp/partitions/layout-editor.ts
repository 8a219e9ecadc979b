/** Espressif's partition tables behind the port for editing a layout. Loaded when the view opens. */
import type { EditableTable, ImportedRows, LayoutEditor, NamedValue } from '../../flash/layout-editor.ts';
import { HASHES } from '../../formats/hashes.ts';
import { firstOffset } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { limitsOf } from './corrections.ts';
import { writeCsv } from './csv-write.ts';
import { FACTORS, readNumber } from './csv-row.ts';
import { readCsv } from './csv.ts';
import { rulesOf } from './edit-rules.ts';
import { alignedUp, beginEditing, edited, freeOffset, pairsOf, redone, tableOf, undone } from './edit.ts';
import { freeFlash } from './free-flash.ts';
import { roleOf } from './layout.ts';
import { answersTo } from './rule-answers.ts';
import { viewLink, readLink } from './layout-link.ts';
import type { TableEntry } from './table.ts';
import { isBinaryTable, readTable } from './table.ts';
import { templateRows, TEMPLATES } from './templates.ts';
import { DATA, describeSubtype, TYPE_DATA, NAMED_TYPES, namedSubtypes, subtypeName, typeName } from './types.ts';
import { writeTable } from './write-table.ts';

/** The size of a partition that is added, in bytes. */
const FRESH_SIZE = 0x10000;
const LINK = /^#\/layout\?/;
const FRACTION = /^(\d+\.\d+)([km])$/i;

/** The editor of partition tables. */
export const layoutEditor: LayoutEditor = {
  types: (of) =>
    withOwn(
      NAMED_TYPES.map((type) => ({ ...type, says: '' })),
      of,
      { name: typeName(of), says: '' },
    ),
  subtypes: (type, of) =>
    withOwn(namedSubtypes(type), of, { name: subtypeName(type, of), says: describeSubtype(type, of) }),
  usualSubtype: (type) => (type === TYPE_DATA ? DATA.undefined : 0),
  roleOf,
  freshRow: ({ rows }, { flashSize, tableAddress }) => {
    const taken = new Set(rows.map(({ name }) => name));
    const names = Array.from({ length: rows.length + 1 }, (_, n) => (n === 0 ? 'data' : `data${n + 1}`));
    const name = names.find((each) => !taken.has(each)) ?? '';
    const size = FRESH_SIZE;
    const from = firstOffset(tableAddress);
    const last = Math.max(from, ...rows.map((row) => row.offset + row.size));
    const free = freeOffset(rows, { type: TYPE_DATA, size }, { from, end: flashSize });
    const offset = free ?? alignedUp(last, TYPE_DATA);
    return { name, type: TYPE_DATA, subtype: DATA.undefined, offset, size, encrypted: false, readonly: false };
  },
  alignment: (type) => alignedUp(1, type),
  begin: ({ rows }) => beginEditing(rows),
  edited,
  undone,
  redone,
  rulesOf: answersTo,
  freeFlash,
  isChanged: (editing, { rows, damaged = false }) => damaged || isOther(tableOf(editing), tableOf(beginEditing(rows))),
  pairsOf,
  csvOf: (editing) => writeCsv(tableOf(editing)),
  binaryOf: (editing) => writeTable(tableOf(editing), { md5: true }, HASHES),
  linkOf: (editing) => viewLink(tableOf(editing)),
  linkedRows: (fragment, table) => {
    if (!LINK.test(fragment)) return null;
    const read = readLink(fragment.replace(LINK, ''), csvLimits(table));
    if (read.kind === 'none') return null;
    return read.kind === 'layout' ? { rows: read.rows } : { refused: read.says };
  },
  importedRows: (name, data, table) =>
    isBinaryTable(data) ? fromBinary(name, data, table) : fromCsv(name, data, table),
  templates: ({ flashSize, tableAddress }) =>
    TEMPLATES.flatMap((template) => {
      const rows = templateRows(template, flashSize, tableAddress);
      const { id, name, source } = template;
      return rows === null ? [] : [{ id, name, source, rows }];
    }),
  readNumber: readTyped,
};

/** The named values, and the row's own where it has no name. */
function withOwn(named: readonly NamedValue[], value: number, own: Omit<NamedValue, 'value'>): readonly NamedValue[] {
  return named.some((each) => each.value === value) ? named : [...named, { value, ...own }];
}

function csvLimits({ flashSize, tableAddress, secureBoot }: EditableTable) {
  return { flashSize, tableOffset: tableAddress, secureBoot };
}

function isOther(a: readonly TableEntry[], b: readonly TableEntry[]): boolean {
  return JSON.stringify(a) !== JSON.stringify(b);
}

/** The rows, unless a problem lies in the text: what the rules say of rows can be corrected in the editor. */
function fromCsv(name: string, data: Uint8Array, table: EditableTable): ImportedRows {
  const { rows, findings } = readCsv(data, { ...csvLimits(table), name });
  const known = new Set(rulesOf(beginEditing(rows), limitsOf(table)).map(({ finding }) => finding.kind));
  const problem = findings.find(({ verdict, kind }) => verdict === 'problem' && !known.has(kind));
  if (problem === undefined) return { rows };
  const line = problem.place.in === 'file' && problem.place.line !== undefined ? `, line ${problem.place.line}` : '';
  return { refused: `${name}${line}: ${problem.says}` };
}

function fromBinary(name: string, data: Uint8Array, table: EditableTable): ImportedRows {
  const place = { region: REGION, address: table.tableAddress, file: name };
  const { state, rows, findings } = readTable(data, place, HASHES);
  if (state === 'whole' && rows.length > 0) return { rows };
  const problem = findings.find(({ verdict }) => verdict === 'problem');
  return { refused: `${name}: ${problem?.says ?? 'There is no partition in it.'}` };
}

function readTyped(text: string): number | null {
  const short = text
    .replaceAll(/[\s,]/g, '')
    .replace(/([km])(?:i?b)$/i, '$1')
    .replace(/bytes?$/i, '');
  const [, digits, unit = ''] = FRACTION.exec(short) ?? [];
  const value = digits === undefined ? readNumber(short) : Number(digits) * (FACTORS[unit.toLowerCase()] ?? NaN);
  return value !== null && Number.isInteger(value) && value >= 0 && value <= 0xffffffff ? value : null;
}
