/** Rules that involve more than one partition. */
import type { Finding } from '../../flash/finding.ts';
import { bytes, hex } from '../../flash/finding.ts';
import type { TableReport, TableRow } from './table.ts';
import { APP, DATA, otaSlot, subtypeName, TYPE_APP, TYPE_DATA } from './types.ts';

/** Compares each row with the earlier one that extends furthest: one finding per row, however many it overlaps. */
function checkOverlaps(rows: readonly TableRow[], report: TableReport): Finding[] {
  const findings: Finding[] = [];
  let furthest: TableRow | null = null;
  for (const row of rows.filter((r) => r.size > 0).sort((a, b) => a.offset - b.offset)) {
    const end = row.offset + row.size;
    const reach: number = furthest === null ? 0 : furthest.offset + furthest.size;
    if (furthest !== null && row.offset < reach) {
      const values = { other: furthest.name, from: hex(row.offset), to: hex(Math.min(end, reach)) };
      findings.push(report('partitions-overlap', row, values));
    }
    if (furthest === null || end > reach) furthest = row;
  }
  return findings;
}

function checkNames(rows: readonly TableRow[], report: TableReport): Finding[] {
  const seen = new Set<string>();
  return rows.flatMap((row) => {
    if (seen.has(row.name)) return [report('name-duplicate', row)];
    seen.add(row.name);
    return [];
  });
}

/** The second and later rows of a kind that may occur only once, each with the row before it. */
function repeated(
  rows: readonly TableRow[],
  type: number,
  subtype: number,
): { readonly row: TableRow; readonly other: TableRow }[] {
  const alike = rows.filter((row) => row.type === type && row.subtype === subtype);
  return alike.slice(1).flatMap((row, i) => {
    const other = alike[i];
    return other === undefined ? [] : [{ row, other }];
  });
}

function checkOnce(rows: readonly TableRow[], report: TableReport): Finding[] {
  const findings: Finding[] = [];
  for (const subtype of [DATA.ota, DATA.teeOta]) {
    for (const { row, other } of repeated(rows, TYPE_DATA, subtype)) {
      findings.push(report('otadata-many', row, { other: other.name, subtype: subtypeName(TYPE_DATA, subtype) }));
    }
  }
  for (const { row, other } of repeated(rows, TYPE_APP, APP.factory)) {
    findings.push(report('factory-many', row, { other: other.name }));
  }
  return findings;
}

interface Slot {
  readonly number: number;
  readonly row: TableRow;
}

function checkNumbering(slots: readonly Slot[], report: TableReport): Finding[] {
  const findings: Finding[] = [];
  const sorted = [...slots].sort((a, b) => a.number - b.number);
  const highest = sorted.at(-1);
  for (const [i, { number, row }] of sorted.entries()) {
    const previous = sorted[i - 1];
    if (previous?.number === number) {
      findings.push(report('ota-duplicate', row, { slot: number, other: previous.row.name }));
    } else if (previous === undefined && number > 0) {
      findings.push(report('ota-without-first', row, { slot: number }));
    } else if (previous !== undefined && highest !== undefined && number > previous.number + 1) {
      const values = { missing: previous.number + 1, highest: highest.number };
      findings.push(report('ota-gap', highest.row, values));
    }
  }
  return findings;
}

function checkSlots(rows: readonly TableRow[], report: TableReport): Finding[] {
  const slots = rows.flatMap((row): Slot[] => {
    const number = otaSlot(row);
    return number === null ? [] : [{ number, row }];
  });
  const first = slots[0];
  if (first === undefined) return [];
  const findings = checkNumbering(slots, report);
  if (!rows.some((row) => row.type === TYPE_DATA && row.subtype === DATA.ota)) {
    findings.push(report('otadata-missing', first.row, { slots: slots.length }));
  }
  const other = slots.find((slot) => slot.row.size !== first.row.size);
  if (other !== undefined) {
    const sizes = slots.map((slot) => `${slot.row.name} ${bytes(slot.row.size)}`).join(', ');
    const least = bytes(Math.min(...slots.map((slot) => slot.row.size)));
    findings.push(report('ota-sizes-differ', other.row, { sizes, least }));
  }
  return findings;
}

/** A finding for each rule that the partitions of a table break together. */
export function checkTable(rows: readonly TableRow[], report: TableReport): Finding[] {
  return [
    ...checkOverlaps(rows, report),
    ...checkNames(rows, report),
    ...checkOnce(rows, report),
    ...checkSlots(rows, report),
  ];
}
