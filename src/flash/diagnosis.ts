/** What a closer look at a board comes to: a verdict in plain words, what it rests on, and a layout put together again. */
import { list } from './english.ts';
import type { BootState, Inspection } from './family.ts';
import type { Finding, Verdict } from './finding.ts';
import { isUrgent, URGENT } from './finding.ts';
import type { Layout } from './layout.ts';
import { PARTITION_ROLES, partitionsTouching } from './layout.ts';
import type { EditableTable, TableEntry } from './layout-editor.ts';

/**
 * One thing that was looked at, and what came of it: `wrong` is undamaged but does not go with the board, `unchecked` could not be
 * judged, `blank` has no content.
 */
export interface Check {
  /** `app0`, `bootloader`. */
  readonly name: string;
  readonly state: 'whole' | 'blank' | 'damaged' | 'wrong' | 'unchecked';
  /** What was compared, or why nothing could be, as a sentence. */
  readonly says: string;
}

/** How sure a row of a layout is that was put together again: `sure` only where the content itself gives offset and size. */
export type Certainty = 'sure' | 'likely' | 'guess';

/** One partition of a lost table, as far as the flash, a boot log or a known table gives it. */
export interface ProposedRow {
  readonly row: TableEntry;
  /** Its type in the family's words: `app, ota_0`. */
  readonly type: string;
  readonly certainty: Certainty;
  /** What gives its place, its size and its name, as sentences. */
  readonly why: string;
  /** The intact app that was found at its start, for a sentence: `the app raft-demo 1.4.2`; absent where there is none. */
  readonly app?: string;
}

/** A partition table put together again: rows by address, and the limits that the editor needs. */
export interface ProposedTable {
  readonly rows: readonly ProposedRow[];
  /** The board's own table, without rows: it has none that can be read. */
  readonly table: EditableTable;
  /** What it was put together from, as a sentence. */
  readonly says: string;
  /** Its rows as the fragment of an address that the editor reads; absent where it cannot express them. */
  readonly link?: string;
}

/** The table that is edited: the board's own, or an empty one for the rows that were put together; undefined if there is neither. */
export function editableTable({
  table,
  diagnosis,
}: Pick<Inspection, 'table' | 'diagnosis'>): EditableTable | undefined {
  return table ?? diagnosis?.proposal?.table;
}

/** What a diagnosis looked at, as its family reports it. */
export interface DiagnosisInput {
  readonly checks: readonly Check[];
  readonly proposal?: ProposedTable;
}

/** The diagnosis of a board. */
export interface Diagnosis extends DiagnosisInput {
  /** The verdict in a sentence or two. */
  readonly says: string;
  /** How bad it is: that of the worst finding, or `good`. */
  readonly verdict: Verdict;
  /** What needs attention, most urgent first. */
  readonly found: readonly Finding[];
  /** True once a job has begun to write to the flash that was read for it: it is of before that job. */
  readonly outdated?: true;
}

/** A board that is being written, or was since it was read: its diagnosis is of before. The same object where it has none. */
export function outdated<B extends Pick<Inspection, 'diagnosis'>>(board: B): B {
  const { diagnosis } = board;
  return diagnosis === undefined ? board : { ...board, diagnosis: { ...diagnosis, outdated: true } };
}

/** What a diagnosis is made of. */
export interface Diagnosed {
  readonly layout: Layout;
  readonly boot: BootState | null;
  readonly findings: readonly Finding[];
}

/** Whether it is certain that nothing starts; `boot` is null where nothing is known of it. */
export function startsNothing(boot: BootState | null): boolean {
  return boot?.partition === null && boot.unsure !== true;
}

/** The verdict over everything that is known of a board, and over what was looked at. */
export function diagnosisOf({ layout, boot, findings }: Diagnosed, looked: DiagnosisInput): Diagnosis {
  const found = byUrgency(findings, layout).filter(isUrgent);
  const says = wordsOf(boot, found, looked.checks);
  // A board that starts nothing is not in order, even if everything that it holds is whole.
  const least = startsNothing(boot) ? 'problem' : boot?.partition === null ? 'warning' : 'good';
  const isFlawed = looked.checks.some(({ state }) => state === 'damaged');
  const worst = found[0]?.verdict ?? (least === 'good' && isFlawed ? 'note' : least);
  return { ...looked, says, verdict: least === 'problem' ? 'problem' : worst, found };
}

/** Findings, problems first, then warnings; of each the one first without which nothing behind it starts. */
export function byUrgency(findings: readonly Finding[], layout: Layout): readonly Finding[] {
  const rank = ({ verdict }: Finding) => (URGENT.includes(verdict) ? URGENT.indexOf(verdict) : URGENT.length);
  return findings.toSorted((a, b) => rank(a) - rank(b) || stageOf(a, layout) - stageOf(b, layout));
}

/** What keeps the whole board from working comes first, then what a start needs, in its order. */
function stageOf({ place }: Finding, layout: Layout): number {
  if (place.in !== 'flash') return -1;
  const stages = partitionsTouching(layout, place.range).map(({ role }) => PARTITION_ROLES.indexOf(role));
  return stages.length === 0 ? PARTITION_ROLES.length : Math.min(...stages);
}

/** What starts, and whether all is in order: what is not is said by its finding alone. */
function wordsOf(boot: BootState | null, [worst]: readonly Finding[], checks: readonly Check[]): string {
  const unread = checks.some(({ state }) => state === 'unchecked');
  const damaged = checks.filter(({ state }) => state === 'damaged').map(({ name }) => name);
  // What is damaged without needing attention, such as the entry of otadata that does not count, is in the list below.
  const but = damaged.length === 0 ? '' : ` except ${list(damaged)}`;
  const whole = `Everything that ${unread ? 'could be checked' : 'was read'} is intact${but}.`;
  const rest = worst === undefined ? whole : 'Not everything is in order.';
  if (boot === null) return `What was read does not show what the board starts. ${rest}`;
  if (boot.partition !== null) return `The board starts ${boot.partition.name}. ${rest}`;
  if (boot.unsure === true || worst?.verdict !== 'problem') return boot.says;
  return 'Nothing starts.';
}
