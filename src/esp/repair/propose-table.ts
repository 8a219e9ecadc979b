/** Reads a flash without a table and proposes the table that it had. */
import type { ProposedTable } from '../../flash/diagnosis.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { DiagnosisReads } from '../../flash/family.ts';
import { readBinaryTable, readCsvTable } from '../arrange/table-file.ts';
import type { EspInspection } from '../board/inspection.ts';
import type { BootLogReading } from '../boot/log-evidence.ts';
import { firstOffset, UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { viewLinkIfAny } from '../partitions/layout-link.ts';
import type { TableEntry, TableRow } from '../partitions/table.ts';
import { templateRows, TEMPLATES } from '../partitions/templates.ts';
import { evidenceIn } from './evidence.ts';
import type { Candidate } from './lost-table.ts';
import { foundTable } from './lost-table.ts';

/** Null where nothing in the flash shows that there was one. Reads the whole flash; rejects with the `Failure`s of that. */
export async function proposeTable(
  board: EspInspection,
  how: Omit<DiagnosisReads, 'log'> & { readonly log: BootLogReading },
): Promise<ProposedTable | null> {
  const { esp, identity } = board;
  const { flashSize, table, security } = esp;
  const flash = await how.bytesOf({ region: REGION, address: 0, size: flashSize }).read(0, flashSize);
  const from = firstOffset(table.address);
  const found = foundTable({
    evidence: evidenceIn(flash, from, identity.chip),
    candidates: [...candidatesOf(board, how), ...templatesFor(flashSize, table.address)],
    flashSize,
    from,
  });
  if (found === null) return null;
  const empty = { rows: [], flashSize, tableAddress: table.address, secureBoot: security.secureBoot };
  const link = viewLinkIfAny(found.rows.map(({ row }) => row));
  return { ...found, table: empty, ...(link !== null && { link }) };
}

function candidatesOf(
  board: EspInspection,
  { log, files }: { readonly log: BootLogReading; readonly files: readonly DroppedFile[] },
): Candidate[] {
  const printed: Candidate[] = log.rows === null ? [] : [{ from: 'log', name: 'the boot log', rows: log.rows }];
  const dropped = files.flatMap((file): Candidate[] => {
    const { rows = [] } = readBinaryTable(file, board) ?? readCsvTable(file, board) ?? {};
    return rows.length === 0 ? [] : [{ from: 'file', name: file.name, rows: rows.map(entryOf) }];
  });
  const rest = restOf(board);
  return [
    ...printed,
    ...dropped,
    ...(rest.length === 0 ? [] : [{ from: 'rest', name: 'what is left of the table', rows: rest } as const]),
  ];
}

function templatesFor(flashSize: number, tableAddress: number): Candidate[] {
  return TEMPLATES.flatMap((template): Candidate[] => {
    const rows = templateRows(template, flashSize, tableAddress);
    return rows === null ? [] : [{ from: 'template', name: `the template “${template.name}”`, rows }];
  });
}

/** The rows of a damaged table that can still be read and lie in the flash, one behind the other. */
function restOf({ esp }: EspInspection): readonly TableEntry[] {
  const rows = esp.table.reading.rows.filter(
    ({ name, offset, size }) =>
      /^[\x20-\x7e]{1,16}$/.test(name) &&
      offset % UNIT === 0 &&
      size > 0 &&
      size % UNIT === 0 &&
      offset + size <= esp.flashSize,
  );
  const apart = rows.toSorted((a, b) => a.offset - b.offset);
  const overlaps = apart.some(({ offset }, i) => {
    const before = apart[i - 1];
    return before !== undefined && before.offset + before.size > offset;
  });
  return overlaps ? [] : apart.map(entryOf);
}

function entryOf({ address: _, ...row }: TableRow): TableEntry {
  return row;
}
