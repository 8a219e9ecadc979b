/** The words for layouts that make something fit. */
import { sizeOf } from '../../flash/map.ts';
import { list } from '../../flash/english.ts';
import type { Fate } from '../../flash/fates.ts';
import { losesContent } from '../../flash/fates.ts';
import { bytes, roughly } from '../../flash/finding.ts';
import type { FitCosts, FitRequest } from '../../flash/layout-fit.ts';
import type { EspInspection } from '../board/inspection.ts';
import { UNIT } from '../flash-geometry.ts';
import type { TableRow } from '../partitions/table.ts';
import type { CandidateLayout, CandidateRow } from './candidate-layouts.ts';

const NONE = {
  granted: 'The layout on this board has that room already.',
  'cannot-carry':
    'Content cannot be moved on this board: its flash cannot be read as it is, or its partition table is not whole.',
  'no-partition': 'The partition table has no file system that could be made larger. Add one below.',
  'no-room':
    'No layout of this flash has that much room, whatever is given up. Build it smaller, or use a larger flash.',
} as const;

/** Why there is no layout for a request. */
export function noneWords(why: keyof typeof NONE): string {
  return NONE[why];
}

/** The request as a sentence; `row` is the partition that one for data is about, null if there is none. */
export function fitRequestWords(room: FitRequest, row: TableRow | null): string {
  const size = bytes(room.size);
  if (room.for === 'data') return `Room for ${size} in ${row?.name ?? 'a file system'}.`;
  return room.slots === 'every' ? `Room for an app of ${size}.` : `Room for an app of ${size} in one app partition.`;
}

/** What a layout does: `app0 and app1 become 1920 KiB each.` */
export function headlineOf({ rows }: CandidateLayout, room: FitRequest): string {
  const grown = rows.filter(({ size, was }) => size > was.size);
  const asked = grown.filter(({ type }) => (room.for === 'app') === (type === 0));
  const shown = asked.length > 0 ? asked : grown;
  if (shown.length === 0) return `${list(rows.filter(isElsewhere).map(({ name }) => name))} move.`;
  const sizes = new Set(shown.map(({ size }) => size));
  const [size = 0] = sizes;
  if (sizes.size > 1) return `${list(shown.map((row) => `${row.name} becomes ${roughly(row.size)}`))}.`;
  const names = list(shown.map(({ name }) => name));
  return shown.length === 1 ? `${names} becomes ${roughly(size)}.` : `${names} become ${roughly(size)} each.`;
}

function isElsewhere({ offset, was }: CandidateRow): boolean {
  return offset !== was.offset;
}

/** Where the room comes from and what that costs, as sentences, from the fates of the arrangement. */
export function detailsOf(
  { rows, removed }: CandidateLayout,
  fates: readonly Fate[],
  costs: FitCosts,
  board: EspInspection,
): string[] {
  const fateOf = (row: TableRow) =>
    fates.find((fate) => fate.before?.address === row.offset && fate.before.name === row.name);
  const smaller = rows.filter(({ size, was }) => size < was.size);
  const before = board.esp.table.reading.rows;
  const unused = sizeOf(rows) - sizeOf(before);
  const reach = Math.max(...rows.map(({ offset, size }) => offset + size));
  return [
    ...smaller.map(
      ({ name, was, size }) =>
        `${name} shrinks from ${roughly(was.size)} to ${roughly(size)}${contentWords(fateOf(was))}`,
    ),
    ...removed.map((row) => `${row.name} is removed${contentWords(fateOf(row))}`),
    ...fates.flatMap((fate) =>
      fate.fate !== 'new' && losesContent(fate) && !isNamed(fate.before.name, smaller, removed)
        ? [`${fate.before.name} gives up its content${fate.why === undefined ? '' : `: ${fate.why}`}.`]
        : [],
    ),
    ...(unused >= UNIT ? [`It uses ${roughly(unused)} of flash that no partition had.`] : []),
    ...(costs.endsUpdates
      ? ['No updates over the air afterwards: there is no second slot for this app, so it replaces the one that runs.']
      : []),
    ...(costs.changesBootloader
      ? [`The layout ends at ${bytes(reach)}, so the flash size in the bootloader’s header is changed with it.`]
      : []),
    movedWords(costs.moved, rows),
  ];
}

function isNamed(name: string, smaller: readonly CandidateRow[], removed: readonly TableRow[]): boolean {
  return [...smaller, ...removed].some((row) => row.name === name);
}

function contentWords(fate: Fate | undefined): string {
  if (fate === undefined || fate.fate === 'new') return '.';
  if (fate.blank) return fate.before?.role === 'app' ? ': it holds no app.' : ': it is blank.';
  if (losesContent(fate)) {
    const why = fate.why === undefined ? '' : `: ${fate.why}`;
    return `, and its content is given up${why}.`;
  }
  return fate.why === undefined ? '.' : `: ${fate.why}.`;
}

function movedWords(moved: number, rows: readonly CandidateRow[]): string {
  if (moved > 0) return `${roughly(moved)} of content is moved.`;
  return rows.some(isElsewhere) ? 'No content is moved: what gets another place is blank.' : 'Nothing is moved.';
}
