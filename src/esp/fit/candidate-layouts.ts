/** Draws layouts for a request for room: each treatment of the partitions with the places at which the least content moves. */
import { sizeOf } from '../../flash/map.ts';
import { isBlank } from '../../flash/fates.ts';
import type { TableEntry } from '../../flash/layout-editor.ts';
import type { FitRequest } from '../../flash/layout-fit.ts';
import { carriagesOf } from '../arrange/carry.ts';
import type { EspInspection } from '../board/inspection.ts';
import { APP_ALIGNMENT, firstOffset, UNIT } from '../flash-geometry.ts';
import type { TableRow } from '../partitions/table.ts';
import { APP, DATA, fileSystemOf, otaSlot, TYPE_APP, TYPE_DATA } from '../partitions/types.ts';
import type { LayoutCosts } from './costs.ts';
import { compareCosts } from './costs.ts';
import { placeRows } from './place.ts';
import type { ResizedPartition, Treatment } from './treatments.ts';
import { roundedUp, SIZE_STEP, treatmentsOf } from './treatments.ts';

/** A row of a drawn layout, and the partition of the board that it was. */
export interface CandidateRow extends TableEntry {
  readonly was: TableRow;
}

/** A layout, and the partitions of the board that it has no more. */
export interface CandidateLayout {
  readonly rows: readonly CandidateRow[];
  readonly removed: readonly TableRow[];
}

interface Candidate extends CandidateLayout {
  readonly treatment: Treatment;
  readonly end: number;
  /** Estimated from its rows. */
  readonly costs: LayoutCosts;
}

/** How much more than it needs an app gets, if that costs nothing. */
const HEADROOM = [1.5, 1.25, 1.125];
/** Sizes between the least and that of today are tried in so many steps. */
const STEPS = 8;

/** The best layout for each way to make room, the most promising first. */
export function candidateLayouts(board: EspInspection, room: FitRequest): CandidateLayout[] {
  const best = new Map<string, Candidate>();
  for (const need of needsOf(board, room)) {
    for (const treatment of treatmentsOf(board, room, need)) {
      for (const end of endsOf(board)) {
        const drawn = draw(treatment, end, board, room);
        if (drawn === null) continue;
        const key = `${keyOf(treatment)} ${end}`;
        const known = best.get(key);
        if (known === undefined || compareCosts(drawn.costs, known.costs) < 0) best.set(key, drawn);
      }
    }
  }
  return [...best.values()]
    .toSorted((a, b) => compareCosts(a.costs, b.costs))
    .map((candidate) => filled(roomier(candidate, board, room), board));
}

/** The sizes that a request can get: whole blocks, else the least. */
function needsOf({ esp }: EspInspection, { size }: FitRequest): number[] {
  const least = esp.security.secureBoot === 'v1' ? APP_ALIGNMENT : UNIT;
  return [...new Set([roundedUp(size, SIZE_STEP), roundedUp(size, least)])];
}

/** Where the last partition may end: at the flash size in the bootloader's header, and at that of the chip. */
function endsOf({ esp: { headerSize, flashSize } }: EspInspection): number[] {
  return headerSize === null || headerSize >= flashSize ? [flashSize] : [headerSize, flashSize];
}

function keyOf(treatment: Treatment): string {
  return treatment.map(({ row, size }) => `${row.offset}${size === null ? 'x' : size < row.size ? '-' : ''}`).join();
}

/** A treatment with its places up to an end; null if they do not fit. */
function draw(treatment: Treatment, end: number, board: EspInspection, room: FitRequest): Candidate | null {
  const least = room.for === 'app' ? room.size : 0;
  const rows = renumbered(treatment);
  const { moving, losses } = movingOf(rows, board);
  const items = rows.map((row) => ({ row, moving: moving.get(row) ?? 0 }));
  const placed = placeRows(items, { from: firstOffset(board.esp.table.address), end });
  if (placed === null) return null;
  const drawn = rows.map((row, i): CandidateRow => ({ ...row, offset: placed.offsets[i] ?? row.offset }));
  const slots = drawn.filter((row) => otaSlot(row) !== null && row.size >= least).length;
  const reach = Math.max(...drawn.map(({ offset, size }) => offset + size));
  const removed = treatment.flatMap(({ row, size }) => (size === null ? [row] : []));
  const lost = losses + removed.filter((row) => holdsContent(row, board)).length;
  const header = board.esp.headerSize ?? end;
  return {
    treatment,
    end,
    rows: drawn.toSorted((a, b) => a.offset - b.offset),
    removed,
    costs: { lost, endsUpdates: slots < 2, changesBootloader: reach > header, moved: placed.moved },
  };
}

function holdsContent({ offset, size }: TableRow, { contents }: EspInspection): boolean {
  return !isBlank(contents.filter((content) => content.address === offset && content.size === size));
}

/** The rows that stay, with their new sizes; OTA slots are numbered from 0. */
function renumbered(treatment: Treatment): CandidateRow[] {
  const stay = treatment.flatMap(({ row, size }) => (size === null ? [] : [{ row, size }]));
  const slots = stay.filter(({ row }) => otaSlot(row) !== null).toSorted((a, b) => a.row.subtype - b.row.subtype);
  return stay.map((each): CandidateRow => {
    const { name, type, subtype, offset, encrypted, readonly, otherFlags } = each.row;
    const slot = slots.indexOf(each);
    const entry = { name, type, offset, encrypted, readonly, ...(otherFlags !== 0 && { otherFlags }) };
    return { ...entry, subtype: slot < 0 ? subtype : APP.ota0 + slot, size: each.size, was: each.row };
  });
}

/** How much content moves with each row if it starts elsewhere, and how many give up theirs, as the arrangement has it. */
function movingOf(rows: readonly CandidateRow[], board: EspInspection) {
  const table = rows.map((row) => ({ ...row, otherFlags: row.otherFlags ?? 0, address: 0 }));
  const same = rows.map(({ offset }) => ({ was: offset, is: offset }));
  const carriages = carriagesOf({ board, rows: table, same });
  const moving = new Map<CandidateRow, number>();
  let losses = 0;
  for (const row of rows) {
    const own = carriages.find(({ after }) => after.offset === row.offset);
    if (own?.parts === null) losses++;
    // Otadata is not moved: it is written for the new table.
    const isChoice = row.type === TYPE_DATA && row.subtype === DATA.ota;
    moving.set(row, isChoice ? 0 : sizeOf(own?.parts ?? []));
  }
  return { moving, losses };
}

/** The same with less taken from what becomes smaller, and then with larger apps, as far as that changes nothing that it is ranked by. */
function roomier(candidate: Candidate, board: EspInspection, room: FitRequest): Candidate {
  const { treatment, end } = candidate;
  const larger = (sizes: (each: ResizedPartition) => number | null): Candidate | null => {
    const sized = treatment.map((each) => ({ row: each.row, size: sizes(each) }));
    const next = draw(sized, end, board, room);
    return next !== null && compareCosts(next.costs, candidate.costs) <= 0 ? next : null;
  };
  for (let step = STEPS - 1; step > 0; step--) {
    const between = ({ row, size }: ResizedPartition) => {
      if (size === null || size >= row.size) return size;
      const block = row.type === TYPE_APP ? SIZE_STEP : UNIT;
      return Math.min(row.size, roundedUp(size + ((row.size - size) * step) / STEPS, block));
    };
    const next = treatment.some((each) => between(each) !== each.size) ? larger(between) : null;
    if (next !== null) return headroom(next, board, room);
  }
  return headroom(candidate, board, room);
}

function headroom(candidate: Candidate, board: EspInspection, room: FitRequest): Candidate {
  if (room.for !== 'app') return candidate;
  for (const factor of HEADROOM) {
    const size = roundedUp(room.size * factor, SIZE_STEP);
    const treatment = candidate.treatment.map((each) => {
      const grows = each.size !== null && each.row.type === TYPE_APP && each.size > each.row.size;
      return grows ? { row: each.row, size: Math.max(size, each.size) } : each;
    });
    const next = draw(treatment, candidate.end, board, room);
    if (next !== null && compareCosts(next.costs, candidate.costs) <= 0) return next;
  }
  return candidate;
}

/** File systems that became smaller take what is free behind them, up to their old size. */
function filled({ rows, removed, end }: Candidate, board: EspInspection): CandidateLayout {
  const header = Math.min(end, board.esp.headerSize ?? end);
  const reach = Math.max(...rows.map(({ offset, size }) => offset + size));
  const grown = rows.map((row, i) => {
    if (fileSystemOf(row) === null || row.size >= row.was.size) return row;
    const limit = rows[i + 1]?.offset ?? Math.max(header, reach);
    return { ...row, size: Math.min(row.was.size, limit - row.offset) };
  });
  return { rows: grown, removed };
}
