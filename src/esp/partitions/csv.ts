/** Reads partition table CSVs the way ESP-IDF's gen_esp32part.py does; csv-write.ts writes them. */
import type { Finding, Place, Values } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { looksLike } from '../../formats/not-firmware.ts';
import { APP_ALIGNMENT, DEFAULT_TABLE, firstOffset, UNIT } from '../flash-geometry.ts';
import { csvFinding } from './csv-findings.ts';
import type { CsvFindingKind } from './csv-findings.ts';
import type { CsvRow } from './csv-row.ts';
import { isBlankOrComment, readRow } from './csv-row.ts';
import { CSV_LIMITS, cutToBytes, LARGEST_WORD, NAME_SIZE, quoted, readLines, sizeInBytes } from './csv-text.ts';
import { tableFinding } from './findings.ts';
import { checkLayout } from './layout-rules.ts';
import type { LayoutLimits } from './layout-rules.ts';
import type { TableLimits, TableReport, TableRow } from './table.ts';
import { ROW_SIZE } from './table.ts';
import { TYPE_APP } from './types.ts';
import { checkEnds, checkRow } from './row-rules.ts';
import { checkTable } from './table-rules.ts';
import { mostRows } from './write-table.ts';

/** What a CSV is read for: the file, the table's place and the board's limits; offsets and sizes in bytes. */
export interface CsvOptions {
  /** File name shown in findings. */
  readonly name: string;
  /** Offset of the table itself; 0x8000 if omitted. */
  readonly tableOffset?: number;
  /** Flash size that the partitions must fit in; not checked if omitted. */
  readonly flashSize?: number;
  readonly secureBoot?: LayoutLimits['secureBoot'];
  /** Where the chip's ROM expects the bootloader; needed for rows of type bootloader. */
  readonly bootloaderOffset?: number;
  /** Where the recovery bootloader is; needed for a row "bootloader, recovery". */
  readonly recoveryOffset?: number;
  /** Whether the table will have an MD5 row, which takes the place of one partition; true if omitted. */
  readonly md5?: boolean;
}

/** The parsed CSV. The rows are the intended table only if no finding is a problem. */
export interface CsvReading {
  /** In file order, each with the address its 32 bytes will have in the table. */
  readonly rows: readonly TableRow[];
  /** In line order; findings about the whole file come last. */
  readonly findings: readonly Finding[];
}

interface Notes {
  readonly findings: Finding[];
  at(line: number): Place;
  add(kind: CsvFindingKind, line: number | null, values?: Values): void;
}

function notesOn(name: string): Notes {
  const findings: Finding[] = [];
  const at = (line: number): Place => ({ in: 'file', name, line });
  return {
    findings,
    at,
    add: (kind, line, values) => {
      findings.push(csvFinding(kind, line === null ? { in: 'file', name } : at(line), values));
    },
  };
}

interface Placed {
  readonly row: TableRow;
  readonly line: number;
  /** The end of the rows above, if this one starts before it. */
  readonly behind: number | null;
}

function fitsWord(what: string, value: number, row: CsvRow, notes: Notes): boolean {
  const fits = value >= 0 && value <= LARGEST_WORD;
  const sign = value < 0 ? '-' : '';
  const shown = Number.isSafeInteger(value) ? sign + hex(Math.abs(value)) : String(value);
  const range = { least: '0x0', most: hex(LARGEST_WORD) };
  if (!fits) notes.add('csv-out-of-range', row.line, { name: quoted(row.name), what, value: shown, ...range });
  return fits;
}

function nameInTable(row: CsvRow, notes: Notes): string {
  const size = sizeInBytes(row.name);
  const kept = cutToBytes(row.name, NAME_SIZE);
  if (size > NAME_SIZE) notes.add('csv-name-cut', row.line, { name: quoted(row.name), size, kept });
  if (size === NAME_SIZE) {
    notes.findings.push(tableFinding('name-unterminated', notes.at(row.line), { name: kept, limit: NAME_SIZE - 1 }));
  }
  return kept;
}

/** Resolves blank offsets and negative sizes, in row order. */
function place(rows: readonly CsvRow[], tableOffset: number, notes: Notes): Placed[] {
  let end = firstOffset(tableOffset);
  const placed: Placed[] = [];
  for (const row of rows) {
    const alignment = row.type === TYPE_APP ? APP_ALIGNMENT : UNIT;
    const offset = row.offset ?? Math.ceil(end / alignment) * alignment;
    const size = row.size < 0 ? -row.size - offset : row.size;
    const behind = !row.apart && offset < end ? end : null;
    if (!row.apart) end = offset + size;
    const name = nameInTable(row, notes);
    // Check both, so that both are reported.
    const fits = [fitsWord('offset', offset, row, notes), fitsWord('size', size, row, notes)].every(Boolean);
    if (!fits) continue;
    const { type, subtype, encrypted, readonly, line } = row;
    const address = tableOffset + placed.length * ROW_SIZE;
    const inTable = { name, type, subtype, offset, size, encrypted, readonly, otherFlags: 0, address };
    placed.push({ row: inTable, line, behind });
  }
  return placed;
}

/** Applies the rules common to all tables, with findings placed on lines of this file. */
function checkPlaced(
  placed: readonly Placed[],
  options: CsvOptions,
  tableOffset: number,
  whole: boolean,
  notes: Notes,
): void {
  const { findings } = notes;
  const rows = placed.map(({ row }) => row);
  const lines = new Map(placed.map(({ row, line }) => [row, line]));
  const file: Place = { in: 'file', name: options.name };
  const placeOf = (row: TableRow | null): Place => {
    const line = row === null ? undefined : lines.get(row);
    return line === undefined ? file : notes.at(line);
  };
  const report: TableReport = (kind, row, values) => tableFinding(kind, placeOf(row), { name: row.name, ...values });
  const { flashSize, secureBoot } = options;
  const limits: TableLimits = flashSize === undefined ? {} : { flashSize };
  for (const row of rows) findings.push(...checkRow(row, tableOffset, report));
  findings.push(...checkEnds(rows, limits, report));
  // With an unreadable row, these would report as missing what that row may define.
  if (whole) {
    findings.push(...checkTable(rows, report));
    if (rows.every((row) => row.type !== TYPE_APP)) findings.push(tableFinding('app-missing', file));
    findings.push(...checkLayout(rows, placeOf, { ...limits, ...(secureBoot !== undefined && { secureBoot }) }));
  }
  const reported = new Set(
    findings
      .filter(({ kind }) => kind === 'partitions-overlap' || kind === 'partition-below-table')
      .map((finding) => lineOf(finding)),
  );
  for (const { row, line, behind } of placed) {
    if (behind !== null && !reported.has(line)) {
      notes.add('csv-order', line, { name: row.name, offset: hex(row.offset), end: hex(behind) });
    }
  }
}

function lineOf({ place }: Finding): number {
  return (place.in === 'file' ? place.line : undefined) ?? Infinity;
}

function refuseText(source: string | Uint8Array, options: CsvOptions, notes: Notes): readonly string[] {
  const text = readLines(source);
  switch (text.kind) {
    case 'lines':
      return text.lines;
    case 'too-large':
      notes.add('csv-too-large', null, { size: bytes(text.size), limit: bytes(CSV_LIMITS.bytes) });
      return [];
    case 'too-long': {
      const rows = mostRows(options.md5 ?? true);
      notes.add('csv-too-long', null, { lines: text.lines, limit: CSV_LIMITS.lines, rows });
      return [];
    }
    case 'binary-table':
      notes.add('csv-is-binary', null);
      return [];
    case 'not-text':
      notes.add('csv-not-text', null, {
        looks: typeof source === 'string' ? 'it cannot be decoded' : looksLike(source).says,
      });
      return [];
  }
}

/**
 * Reads a partition table CSV. Never throws: whatever gen_esp32part.py rejects is a problem with line, reason and fix, and
 * what it accepts but deserves attention is a warning. Stricter than the tool: a file without rows, two rows for one app
 * slot, names with invisible characters, and more than 1 MiB or 10,000 lines are problems. More lenient: a comment in the
 * flags. A name that is too long is cut between characters, not between bytes.
 */
export function readCsv(source: string | Uint8Array, options: CsvOptions): CsvReading {
  const notes = notesOn(options.name);
  const tableOffset = options.tableOffset ?? DEFAULT_TABLE;
  const lines = refuseText(source, options, notes);
  const used = lines.flatMap((line, i) => (isBlankOrComment(line) ? [] : [{ line, number: i + 1 }]));
  const limit = mostRows(options.md5 ?? true);
  const first = used[limit];
  if (used.length === 0 && notes.findings.length === 0) notes.add('csv-no-rows', null);
  if (first !== undefined) notes.add('csv-too-many-rows', first.number, { rows: used.length, limit });
  const taken = used.slice(0, limit);
  const places = { ...options, tableOffset };
  const rows = taken.flatMap(({ line, number }): CsvRow[] => {
    const row = readRow(line, number, places, (kind, values) => notes.add(kind, number, values));
    return row === null ? [] : [row];
  });
  const placed = place(rows, tableOffset, notes);
  if (placed.length > 0) checkPlaced(placed, options, tableOffset, placed.length === used.length, notes);
  const findings = notes.findings.toSorted((a, b) => compare(lineOf(a), lineOf(b)));
  return { rows: placed.map(({ row }) => row), findings };
}

/** Subtraction alone would give NaN for two findings without a line. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
