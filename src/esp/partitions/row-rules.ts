/** Rules for a single partition: gen_esp32part.py's, and those that the bootloader checks. */
import type { Finding } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import { APP_ALIGNMENT, firstOffset, UNIT } from '../flash-geometry.ts';
import type { TableLimits, TableReport, TableRow } from './table.ts';
import { DATA, isCustomType, isNamed, meaningsOf, subtypeWord, TYPE_APP, TYPE_DATA, typeName } from './types.ts';

/** The exact size of otadata, in bytes: one erase unit per record. */
export const OTADATA_SIZE = 0x2000;
/** The minimum size of a writable NVS partition, in bytes. */
export const NVS_LEAST = 0x3000;

function isData(row: TableRow, ...subtypes: readonly number[]): boolean {
  return row.type === TYPE_DATA && subtypes.includes(row.subtype);
}

/** Rows for bootloaders and partition tables may lie below the first partition; others may not. */
function mayLieBelow(row: TableRow): boolean {
  return row.type !== TYPE_APP && row.type !== TYPE_DATA && !isCustomType(row.type);
}

function checkBounds(row: TableRow, tableAddress: number, report: TableReport): Finding[] {
  const first = firstOffset(tableAddress);
  if (row.offset >= first || mayLieBelow(row)) return [];
  return [report('partition-below-table', row, { offset: hex(row.offset), limit: hex(first) })];
}

/** Whether a partition ends past `limit`, in bytes. */
function endsPast({ offset, size }: Pick<TableRow, 'offset' | 'size'>, limit: number): boolean {
  return offset + size > limit;
}

/**
 * Whether the bootloader rejects a partition because its header gives this size, in bytes. It adds in 32 bits, so a partition that
 * wraps around is accepted (ESP-IDF, flash_partitions.c, `esp_partition_table_verify`).
 */
export function isRejectedFor({ offset, size }: Pick<TableRow, 'offset' | 'size'>, headerSize: number): boolean {
  return offset > headerSize || (offset + size) >>> 0 > headerSize;
}

/**
 * The finding for a table that does not fit: past the end of the flash, or else past the size in the bootloader's header. However
 * many partitions end there, it has one cause.
 */
export function checkEnds(
  rows: readonly TableRow[],
  { flashSize = Infinity, headerSize = Infinity, headerReaching }: TableLimits,
  report: TableReport,
): Finding[] {
  const isPastFlash = rows.some((row) => endsPast(row, flashSize));
  const limit = isPastFlash ? flashSize : headerSize;
  const [first, ...others] = rows.filter((row) => (isPastFlash ? endsPast(row, limit) : isRejectedFor(row, limit)));
  if (first === undefined) return [];
  const { offset, size } = first;
  const at = {
    offset: hex(offset),
    size: bytes(size),
    end: hex(offset + size),
    limit: isPastFlash ? hex(limit) : bytes(limit),
  };
  const values = { ...at, ...(others.length > 0 && { others: others.map(({ name }) => name).join(', ') }) };
  if (isPastFlash) return [report('partition-past-flash', first, values)];
  const needs = headerReaching?.(Math.max(...rows.map((row) => row.offset + row.size))) ?? null;
  return [report('partition-past-header-size', first, { ...values, ...(needs !== null && { needs }) })];
}

function checkAlignment(row: TableRow, report: TableReport): Finding[] {
  const findings: Finding[] = [];
  const app = row.type === TYPE_APP;
  const alignment = app ? APP_ALIGNMENT : UNIT;
  if (row.offset % alignment !== 0) {
    const values = { offset: hex(row.offset), alignment: hex(alignment) };
    findings.push(report(app ? 'app-misaligned' : 'data-misaligned', row, values));
  }
  if (row.size % UNIT !== 0) {
    const values = { size: bytes(row.size), alignment: bytes(UNIT) };
    findings.push(report(app ? 'app-size-odd' : 'data-size-odd', row, values));
  }
  if (row.size === 0) findings.push(report('partition-empty', row));
  return findings;
}

function checkKind(row: TableRow, report: TableReport): Finding[] {
  const findings: Finding[] = [];
  const kind = { type: typeName(row.type), subtype: subtypeWord(row.type, row.subtype) };
  if (!isNamed(row.type, row.subtype) && !isCustomType(row.type)) {
    const known = typeName(row.type) !== hex(row.type);
    findings.push(report(known ? 'subtype-unknown' : 'type-unknown', row, kind));
  }
  const meanings = meaningsOf(row.name);
  const meant = meanings.some((m) => m.type === row.type && (m.subtype === null || m.subtype === row.subtype));
  if (meanings.length > 0 && !meant) findings.push(report('name-misleading', row, kind));
  if (row.otherFlags !== 0) findings.push(report('flags-unknown', row, { flags: hex(row.otherFlags) }));
  if (isData(row, DATA.ota, DATA.teeOta) && row.size !== OTADATA_SIZE) {
    findings.push(report('otadata-size', row, { size: bytes(row.size), expected: bytes(OTADATA_SIZE) }));
  }
  if (isData(row, DATA.ota, DATA.coredump) && row.readonly) findings.push(report('must-be-writable', row));
  if (isData(row, DATA.nvs) && !row.readonly && row.size < NVS_LEAST) {
    findings.push(report('nvs-small', row, { size: bytes(row.size), least: bytes(NVS_LEAST) }));
  }
  return findings;
}

/** A finding for each rule that a single partition breaks. */
export function checkRow(row: TableRow, tableAddress: number, report: TableReport): Finding[] {
  return [...checkBounds(row, tableAddress, report), ...checkAlignment(row, report), ...checkKind(row, report)];
}
