/** What the repairs of an Espressif board are made from, and the requests that several of them share. */
import type { BootSelection } from '../../flash/boot-choice.ts';
import type { Finding } from '../../flash/finding.ts';
import type { Editing, RuleAnswer } from '../../flash/layout-editor.ts';
import type { Range } from '../../flash/map.ts';
import type { OpenRequest, Repair } from '../../flash/repair.ts';
import type { EspInspection } from '../board/inspection.ts';
import { beginEditing } from '../partitions/edit.ts';
import { rulesOf } from '../partitions/edit-rules.ts';
import { rangeOf } from '../partitions/layout.ts';
import type { TableRow } from '../partitions/table.ts';

/** A board with one of its findings; `row` is the partition that the finding is about, null if it is about none. */
export interface EspRepairContext {
  readonly board: Pick<EspInspection, 'contents' | 'esp'>;
  readonly selection: BootSelection | null;
  readonly row: TableRow | null;
  /** The board's table as its editor has it, and what the rules say of it: worked out once for all findings, if any asks. */
  readonly table: () => EditedTable;
}

/** A table as its editor has it, and what the rules say of its rows. */
export interface EditedTable {
  readonly editing: Editing;
  readonly answers: readonly RuleAnswer[];
}

/** Reads the table of a board into the editor, when it is asked for and once. */
export function editedTable({ table, flashSize, security }: EspInspection['esp']): () => EditedTable {
  let made: EditedTable | null = null;
  return () => {
    if (made !== null) return made;
    const editing = beginEditing(table.reading.rows);
    const limits = { flashSize, tableAddress: table.address, secureBoot: security.secureBoot };
    return (made = { editing, answers: rulesOf(editing, limits) });
  };
}

/** The partition in which a finding's place lies; null if none. */
export function rowAbout({ place }: Finding, rows: readonly TableRow[]): TableRow | null {
  if (place.in !== 'flash') return null;
  const { address } = place.range;
  return rows.find(({ offset, size }) => address >= offset && address < offset + size) ?? null;
}

/** A view where a person does the rest. */
export function opens(view: OpenRequest['view'], label: string, reason: string): Repair {
  return { label, reason, request: { do: 'open', view } };
}

/** The range of the partition that a finding is about: its content of before repairs what is damaged in it. */
export function ownRange(_: Finding, { row }: EspRepairContext): readonly Range[] {
  return row === null ? [] : [rangeOf(row)];
}
