/** The port to editing a partition table: edits as data over rows that keep their identity. The page is handed its implementation. */
import type { SamePlace } from './arrangement.ts';
import type { Finding } from './finding.ts';
import type { PartitionRole } from './layout.ts';
import type { BuildErrorReading, FitRequest } from './layout-fit.ts';

/** No table that a person wrote as CSV is larger, in bytes. */
export const LARGEST_CSV = 1 << 20;

/** A row of a partition table, typed by the family's numbers; offset and size in bytes. */
export interface TableEntry {
  readonly name: string;
  readonly type: number;
  readonly subtype: number;
  readonly offset: number;
  readonly size: number;
  readonly encrypted: boolean;
  readonly readonly: boolean;
  /** Undefined flag bits, preserved; omitted or 0 if there are none. */
  readonly otherFlags?: number;
}

/** A board's partition table, and what bounds any other on that board; sizes and addresses in bytes. */
export interface EditableTable {
  readonly rows: readonly TableEntry[];
  /** True where the bootloader does not take it as it is, and its rows may be wrong: writing it again is a change. */
  readonly damaged?: true;
  readonly flashSize: number;
  readonly tableAddress: number;
  readonly secureBoot: 'off' | 'v1' | 'v2' | 'on' | 'unknown';
}

/** A partition of the layout being edited. */
export interface EditedRow extends TableEntry {
  /** Stays the same through every edit, undo and redo. */
  readonly id: number;
  /** The offset of the partition on the board that it was; null for one that was added. */
  readonly was: number | null;
  /** It came with another table: nobody knows which partition it was. */
  readonly imported?: true;
}

/** What an edit can change in a row. */
export type RowFields = Partial<Omit<TableEntry, 'otherFlags'>>;

/** One edit, as data. `id` is a row's. Offsets and sizes in bytes; nothing is corrected, the rules say what is wrong. */
export type LayoutEdit =
  | { readonly edit: 'add'; readonly row: TableEntry }
  | { readonly edit: 'remove'; readonly id: number }
  /** Rename, move, resize, retype, or change flags: the fields given replace those of the row. */
  | { readonly edit: 'change'; readonly id: number; readonly to: RowFields }
  /** A border dragged on the map: the row `before` ends, and the row `after` starts, at an address. */
  | { readonly edit: 'border'; readonly before: number; readonly after: number; readonly at: number }
  /** Puts a row at another position by address (0 first); it and the rows that it passes are packed without gaps. */
  | { readonly edit: 'reorder'; readonly id: number; readonly to: number }
  /** A template or an imported table: rows are the same partitions where their names are equal. */
  | { readonly edit: 'replace'; readonly rows: readonly TableEntry[] }
  /** Several edits as one step of undo. */
  | { readonly edit: 'several'; readonly edits: readonly LayoutEdit[] };

/** A layout being edited; immutable. Rows are in the order of their addresses. */
export interface Editing {
  readonly rows: readonly EditedRow[];
  /** The layouts before, the latest last, and those undone, the next to redo last. */
  readonly past: readonly (readonly EditedRow[])[];
  readonly future: readonly (readonly EditedRow[])[];
  readonly nextId: number;
}

/** One edit that corrects a finding; `says` names it with its value, for a button: `use 0x1E0000`. */
export interface Correction {
  readonly says: string;
  readonly edit: LayoutEdit;
}

/** What one rule says of a layout: about a row (by its id) or the whole, and how to correct it, null if that is not one value. */
export interface RuleAnswer {
  readonly row: number | null;
  readonly finding: Finding;
  readonly correction: Correction | null;
  /** Another way to correct it, where there are two. */
  readonly also?: Correction;
  /** What layouts could be looked for that have the room which this partition was given; absent where it was given none. */
  readonly room?: FitRequest;
}

/** Flash that no partition has, large enough to use, and the edits that give it to those that can have it; in bytes. */
export interface FreeFlash {
  readonly offset: number;
  readonly size: number;
  readonly gives: readonly Correction[];
}

/** A value of a field, with its name and, for a subtype, what it is for. */
export interface NamedValue {
  readonly value: number;
  readonly name: string;
  readonly says: string;
}

/** A layout to start from, for the size of the board's flash. */
export interface OfferedTemplate {
  readonly id: string;
  readonly name: string;
  /** Where its rows come from. */
  readonly source: string;
  readonly rows: readonly TableEntry[];
}

/** The rows of a table from a file or a link, or why they are not taken, as a sentence; null for a link that holds none. */
export type ImportedRows = { readonly rows: readonly TableEntry[] } | { readonly refused: string };

/** What a view needs to edit a table: pure, plain data in and out. */
export interface LayoutEditor {
  /** The types that can be chosen, and the subtypes of each; a value without a name is shown as hex and kept. */
  types(of: number): readonly NamedValue[];
  subtypes(type: number, of: number): readonly NamedValue[];
  /** The subtype that a row gets when it gets another type. */
  usualSubtype(type: number): number;
  /** What a partition of this type and subtype is for. */
  roleOf(row: TableEntry): PartitionRole;
  /** A partition to add: under a name that no row has, in the first free flash behind the table that holds it, else behind the last row. */
  freshRow(editing: Editing, table: EditableTable): TableEntry;
  /** A partition of this type starts at a multiple of this many bytes. */
  alignment(type: number): number;
  begin(table: EditableTable): Editing;
  edited(editing: Editing, edit: LayoutEdit): Editing;
  undone(editing: Editing): Editing;
  redone(editing: Editing): Editing;
  /** What the rules say, problems first: one answer for each cause. */
  rulesOf(editing: Editing, table: EditableTable): readonly RuleAnswer[];
  /** The flash behind the table that no partition has, by address. */
  freeFlash(editing: Editing, table: EditableTable): readonly FreeFlash[];
  /** Whether its table differs from that of the board. */
  isChanged(editing: Editing, table: EditableTable): boolean;
  /** Which partition each one was; null where partitions came with another table, so that they have to be matched. */
  pairsOf(editing: Editing): readonly SamePlace[] | null;
  /** The table as CSV, and as the bytes of a binary table. Throw a `Failure` for a table that the form cannot express. */
  csvOf(editing: Editing): string;
  binaryOf(editing: Editing): Uint8Array;
  /** The layout as the parameter of a fragment, and the layout that a fragment holds; null if it holds none. */
  linkOf(editing: Editing): string;
  linkedRows(fragment: string, table: EditableTable): ImportedRows | null;
  /** A table from a file, CSV or binary. */
  importedRows(name: string, data: Uint8Array, table: EditableTable): ImportedRows;
  templates(table: EditableTable): readonly OfferedTemplate[];
  /** A number as a person types it: `0x9000`, `64K`, `1728 KiB`, `1.5 MiB`, in bytes; null if it is none. */
  readNumber(text: string): number | null;
}

/** What the page hands to the view of the layout when it opens. */
export interface LayoutTools {
  readonly editor: LayoutEditor;
  /** What the error of a build says; never throws. */
  readBuildError(text: string): BuildErrorReading;
  /** Puts text on the clipboard; rejects if the browser does not let it. */
  copy(text: string): Promise<void>;
}
