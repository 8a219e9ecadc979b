/** Reads a binary partition table and reports every defect. write-table.ts writes one. */
import type { Finding, Place, Values } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { Hashes } from '../../flash/hash.ts';
import { hexOf, isFilledWith, textOf, viewOf } from '../../formats/binary.ts';
import { tableFinding } from './findings.ts';
import type { TableFindingKind } from './findings.ts';
import type { TableEntry } from '../../flash/layout-editor.ts';
import { checkEnds, checkRow, isRejectedFor } from './row-rules.ts';
import { checkTable } from './table-rules.ts';

/** The size of the table itself, in bytes; the erase unit that holds it is larger. */
export const TABLE_SIZE = 0xc00;
/** The size of one row, in bytes. */
export const ROW_SIZE = 32;
/** The first two bytes of a partition's row, little-endian. */
export const ROW_MAGIC = 0x50aa;
/** The first two bytes of the row that holds the MD5 of the rows before it, little-endian. */
export const MD5_MAGIC = 0xebeb;

export type { TableEntry } from '../../flash/layout-editor.ts';

/** A row as read, with the address of its 32 bytes: the table's address plus the row's offset in it. */
export interface TableRow extends TableEntry {
  readonly otherFlags: number;
  readonly address: number;
}

/** Where a table's bytes are or belong; with `file`, findings point into that file instead. */
export interface TablePlace {
  readonly region: string;
  readonly address: number;
  readonly file?: string;
}

/** Sizes in bytes that a table is checked against; nothing is checked for an omitted one. */
export interface TableLimits {
  /** The flash chip's own size. */
  readonly flashSize?: number;
  /** The flash size in the bootloader's image header, which the bootloader checks partitions against. */
  readonly headerSize?: number;
  /** The header setting, as named on the page, that would cover an address; null if there is none. */
  readonly headerReaching?: (end: number) => string | null;
}

/**
 * What is at the table's address: erased flash, something that is not a table, a table that cannot be trusted to its end,
 * a whole table, or unknown because it cannot be read (`unseen`).
 */
export type TableState = 'blank' | 'none' | 'damaged' | 'whole' | 'unseen';

/** The result of reading a table. */
export interface TableReading {
  readonly state: TableState;
  /** In table order. */
  readonly rows: readonly TableRow[];
  /** The MD5 stored in the table, and the one computed over the rows before it (or over all rows); hex. */
  readonly md5: {
    readonly state: 'right' | 'wrong' | 'absent';
    readonly stored: string | null;
    readonly computed: string;
  };
  readonly end: 'marker' | 'missing';
  /** Whether ESP-IDF's bootloader would accept this table; it takes blank flash for a table without rows. */
  readonly accepted: boolean;
  readonly findings: readonly Finding[];
}

/** Makes a finding about one partition. */
export interface TableReport {
  (kind: TableFindingKind, about: TableRow, values?: Values): Finding;
}

// Besides a missing magic and partitions beyond the flash size, esp_partition_table_verify rejects these (ESP-IDF,
// flash_partitions.c).
const DAMAGE: ReadonlySet<string> = new Set<TableFindingKind>([
  'table-row-damaged',
  'table-cut-short',
  'table-md5-wrong',
  'table-md5-twice',
  'table-end-missing',
]);

function stateOf(findings: readonly Finding[]): TableState {
  if (findings.some(({ kind }) => kind === 'table-no-magic')) return 'none';
  return findings.some(({ kind }) => DAMAGE.has(kind)) ? 'damaged' : 'whole';
}

function readRow(row: Uint8Array, address: number): TableRow {
  const view = viewOf(row);
  const flags = view.getUint32(28, true);
  return {
    name: textOf(row.subarray(12, 28)),
    type: view.getUint8(2),
    subtype: view.getUint8(3),
    offset: view.getUint32(4, true),
    size: view.getUint32(8, true),
    encrypted: (flags & 1) !== 0,
    readonly: (flags & 2) !== 0,
    otherFlags: (flags & ~3) >>> 0,
    address,
  };
}

interface Walk {
  readonly rows: TableRow[];
  readonly findings: Finding[];
  md5At: number | null;
  end: 'marker' | 'missing';
}

type BytesReport = (kind: TableFindingKind, offset: number, size: number, values?: Values) => Finding;

/** Reads rows up to the end marker or the first invalid row. */
function walkRows(table: Uint8Array, place: TablePlace, report: BytesReport): Walk {
  const view = viewOf(table);
  const walk: Walk = { rows: [], findings: [], md5At: null, end: 'missing' };
  const { findings } = walk;
  for (let at = 0; at < table.length; at += ROW_SIZE) {
    // Counted from 1, as people and gen_esp32part.py’s lines are.
    const number = at / ROW_SIZE + 1;
    const row = table.subarray(at, at + ROW_SIZE);
    if (row.length < ROW_SIZE) {
      findings.push(report('table-cut-short', at, row.length, { row: number, have: row.length, need: ROW_SIZE }));
      return walk;
    }
    const magic = view.getUint16(at, true);
    // The bootloader checks only these four bytes.
    if (view.getUint32(at, true) === 0xffffffff) {
      walk.end = 'marker';
      if (!isFilledWith(row, 0xff)) {
        findings.push(report('table-end-not-blank', at, ROW_SIZE, { address: hex(place.address + at) }));
      }
      return walk;
    }
    if (magic === MD5_MAGIC) {
      if (walk.md5At === null) walk.md5At = at;
      else findings.push(report('table-md5-twice', at, ROW_SIZE, { row: number }));
    } else if (magic === ROW_MAGIC) {
      const read = readRow(row, place.address + at);
      walk.rows.push(read);
      if (walk.md5At !== null) findings.push(report('row-after-md5', at, ROW_SIZE, { name: read.name, row: number }));
      if (!row.subarray(12, 28).includes(0)) {
        findings.push(report('name-unterminated', at + 12, 16, { name: read.name, limit: 15 }));
      }
    } else {
      const kind = at === 0 ? 'table-no-magic' : 'table-row-damaged';
      const values = {
        address: hex(place.address + at),
        row: number,
        found: hexOf(row.subarray(0, 2)),
        expected: 'aa50',
      };
      findings.push(report(kind, at, ROW_SIZE, values));
      return walk;
    }
  }
  const { length } = walk.rows;
  if (table.length > 0) findings.push(report('table-end-missing', table.length, 0, { rows: length }));
  else findings.push(report('table-cut-short', 0, 0, { row: 1, have: 0, need: ROW_SIZE }));
  return walk;
}

/**
 * Reads the table from its bytes; those after the first 0xC00 are ignored. Never throws: each defect and each broken layout
 * rule is a finding, and the rows before a damaged one are still returned.
 */
export function readTable(data: Uint8Array, place: TablePlace, hashes: Hashes, limits: TableLimits = {}): TableReading {
  const table = data.subarray(0, TABLE_SIZE);
  const inBytes = (offset: number, size: number): Place =>
    place.file === undefined
      ? { in: 'flash', range: { region: place.region, address: place.address + offset, size } }
      : { in: 'file', name: place.file, offset };
  const report: BytesReport = (kind, offset, size, values) => tableFinding(kind, inBytes(offset, size), values);
  const reportRow: TableReport = (kind, row, values) => {
    const range = { region: place.region, address: row.offset, size: row.size };
    const where: Place =
      place.file === undefined ? { in: 'flash', range } : inBytes(row.address - place.address, ROW_SIZE);
    return tableFinding(kind, where, { name: row.name, ...values });
  };

  if (table.length > 0 && isFilledWith(table, 0xff)) {
    const blank = report('table-blank', 0, table.length, { address: hex(place.address) });
    const md5 = { state: 'absent', stored: null, computed: hexOf(hashes.md5(table.subarray(0, 0))) } as const;
    return { state: 'blank', rows: [], md5, end: 'marker', accepted: true, findings: [blank] };
  }

  const { rows, findings, md5At, end } = walkRows(table, place, report);
  const covered = md5At ?? rows.length * ROW_SIZE;
  const computed = hexOf(hashes.md5(table.subarray(0, covered)));
  const stored = md5At === null ? null : hexOf(table.subarray(md5At + 16, md5At + ROW_SIZE));
  const state = stored === null ? 'absent' : stored === computed ? 'right' : 'wrong';
  if (md5At !== null && stored !== null && state === 'wrong') {
    findings.push(report('table-md5-wrong', md5At, ROW_SIZE, { stored, computed }));
  }
  if (state === 'absent' && end === 'marker') findings.push(report('table-md5-absent', 0, covered));
  for (const row of rows) findings.push(...checkRow(row, place.address, reportRow));
  findings.push(...checkEnds(rows, limits, reportRow));
  findings.push(...checkTable(rows, reportRow));
  // Only a table read to its end shows what is missing.
  if (end === 'marker' && rows.every((row) => row.type !== 0)) findings.push(report('app-missing', 0, covered));
  const whole = stateOf(findings);
  const { headerSize = Infinity } = limits;
  const accepted = whole === 'whole' && !rows.some((row) => isRejectedFor(row, headerSize));
  return { state: whole, rows, md5: { state, stored, computed }, end, accepted, findings };
}

/** Whether bytes begin as a binary table does: with a row. */
export function isBinaryTable(data: Uint8Array): boolean {
  return data.length >= 2 && viewOf(data).getUint16(0, true) === ROW_MAGIC;
}
