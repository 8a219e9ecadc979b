/**
 * What a new table means for what the board holds: content that moves, places that are made blank, and an otadata that starts
 * the same app. Nothing moves where a file is placed: the file wins.
 */
import type { Pairing } from '../../flash/fates.ts';
import { hex } from '../../flash/finding.ts';
import type { Segment } from '../../flash/image.ts';
import { blankSegments, imageWithin, segmentRange } from '../../flash/image.ts';
import type { Layout, Partition } from '../../flash/layout.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps, without } from '../../flash/map.ts';
import type { Move } from '../../flash/move.ts';
import { movesWithin } from '../../flash/move.ts';
import { RECORD_DISTANCE } from '../boot/otadata.ts';
import { UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { rangeOf } from '../partitions/layout.ts';
import type { TableRow } from '../partitions/table.ts';
import { TYPE_APP } from '../partitions/types.ts';
import type { CarryPlan } from './carry.ts';
import type { ArrangeContext } from './context.ts';
import { entryUnit, startSegments } from './start.ts';
import { pendingEntries } from './pending-verify.ts';

/** What is done for a new table beside writing it. */
export interface Migration {
  readonly moves: readonly Move[];
  /** Places that are made blank, so that nobody takes what lies there for content of the new partition. */
  readonly blanks: readonly Segment[];
  /** Content that is rewritten for its new place. */
  readonly rebuilt: readonly Segment[];
  /** Both records of otadata, or the one that changes. */
  readonly otadata: readonly Segment[];
}

const NOTHING: Migration = { moves: [], blanks: [], rebuilt: [], otadata: [] };

/** The migration to the effective table; `files` are the bytes of placed files. Nothing if the table stays. */
export function migrationOf(context: ArrangeContext, files: readonly Segment[]): Migration {
  const { carriages, table, otadata } = context;
  if (carriages === null) return NOTHING;
  const taken = files.map(segmentRange);
  const content = carriages.filter(({ after }) => after !== otadata?.row);
  const moves = content.flatMap((carriage) => movesOf(carriage, taken));
  const blanks = table.rows.flatMap((row): Segment[] => {
    if (row === otadata?.row) return [];
    const carriage = carriages.find(({ after }) => after === row);
    // What a file leaves of a partition that takes nothing over stays, as in any other partition.
    const files = taken.some((range) => overlaps(range, rangeOf(row)));
    if (files && (carriage === undefined || carriage.parts === null)) return [];
    const ranges = blankRanges(row, carriage).flatMap((range) => without(range, taken));
    return blankSegments(context.board.layout.map, ranges, `${row.name} is made blank here`);
  });
  const rebuilt = content.flatMap((carriage) => rebuiltSegments(carriage, taken));
  return { moves, blanks, rebuilt, otadata: otadataSegments(context, files) };
}

function rebuiltSegments({ after, rebuilt, why }: CarryPlan, taken: readonly Range[]): Segment[] {
  const place = rangeOf(after);
  // A file that is placed there wins: half of the content and half of the file would be neither.
  if (rebuilt === null || taken.some((range) => overlaps(range, place))) return [];
  return [{ region: REGION, address: after.offset, data: rebuilt, why: `${after.name}: ${why}` }];
}

function movesOf(carriage: CarryPlan, taken: readonly Range[]): Move[] {
  const { before, after, parts } = carriage;
  const place = rangeOf(after);
  // An app that a file replaces is gone; of other content, the part that no file covers stays with it.
  if (after.type === TYPE_APP && taken.some((range) => overlaps(range, place))) return [];
  const why = `${after.name} is moved here from ${hex(before.offset)}`;
  const moves = (parts ?? []).flatMap(({ from, to, size }): Move[] => {
    const [source, address] = [before.offset + from, after.offset + to];
    return source === address
      ? []
      : [{ region: REGION, address, size, from: { region: REGION, address: source }, why }];
  });
  return without(place, taken).flatMap((range) => movesWithin(moves, range));
}

/** The parts of a new table's partition that have to be blank: what its content does not fill. */
function blankRanges(row: TableRow, carriage: CarryPlan | undefined): Range[] {
  const whole = rangeOf(row);
  // An app slot is empty if there is no image at its start.
  const empty = row.type === TYPE_APP ? { ...whole, size: Math.min(UNIT, row.size) } : whole;
  if (carriage === undefined) return [empty];
  const { before, parts, blank, rebuilt } = carriage;
  if (parts === null) return [whole];
  if (rebuilt !== null) return [];
  const stays = before.offset === row.offset;
  if (blank && row.type === TYPE_APP) return stays ? [] : [empty];
  const filled = blank && !stays ? 0 : Math.min(before.size, row.size);
  const tail = { ...whole, address: row.offset + filled, size: row.size - filled };
  return row.type === TYPE_APP || tail.size === 0 ? [] : [tail];
}

/** What otadata needs so that the board starts the same app; empty if it has that already or cannot select it. */
function otadataSegments(context: ArrangeContext, files: readonly Segment[]): Segment[] {
  const { otadata, carriages, board } = context;
  if (otadata === null) return [];
  const { row } = otadata;
  const carriage = carriages?.find(({ after }) => after === row);
  const moved = carriage?.before.offset !== row.offset;
  const placed = imageWithin(files, rangeOf(row));
  const own = placed.length > 0 ? placed : startSame(context);
  if (!moved) return placed.length > 0 ? [] : own.map((segment) => ({ ...segment, why: WHY }));
  const live = carriage === undefined ? null : (board.esp.otadata?.records ?? null);
  return ([0, 1] as const).flatMap((index): Segment[] => {
    const address = row.offset + index * RECORD_DISTANCE;
    const unit = { region: REGION, address, size: UNIT };
    const [given] = imageWithin(own, unit);
    if (given !== undefined) return placed.length > 0 ? [] : [{ ...given, why: WHY }];
    const data = new Uint8Array(UNIT).fill(0xff);
    data.set(live?.[index].subarray(0, UNIT) ?? []);
    return [{ region: REGION, address, data, why: WHY }];
  });
}

const WHY = 'otadata is written so that the same app starts';

/** The otadata segments that make the board start the app that it starts now, wherever it will be. */
function startSame(context: ArrangeContext): readonly Segment[] {
  const now = runningAfterwards(context);
  if (now === null) return [];
  const trial = pendingEntries(now, context);
  const { otadata } = context;
  if (trial !== null && otadata !== null) return trial.map(({ index, data }) => entryUnit(otadata.row, index, data));
  if (context.prediction.boots?.offset === now.offset) return [];
  return startSegments(now, context) ?? [];
}

/** The partition of the effective table that will hold the app that the board starts now; null if there is none. */
export function runningAfterwards({ board, carriages, table }: ArrangeContext): TableRow | null {
  const now = board.boot === null || board.boot.partition === null ? null : board.esp.prediction.boots;
  if (now === null) return null;
  if (carriages === null) return table.rows.find(({ offset }) => offset === now.offset) ?? null;
  return carriages.find(({ before, parts }) => before.offset === now.offset && parts !== null)?.after ?? null;
}

/** The pairs from which fates follow; undefined where nothing is carried over. */
export function pairingsOf({ board, carriages }: ArrangeContext, after: Layout): readonly Pairing[] | undefined {
  return carriages?.flatMap(({ before: from, after: to, parts, rebuilt, why }): Pairing[] => {
    const [before, row] = [partitionOf(board.layout, from), partitionOf(after, to)];
    if (before === undefined || row === undefined) return [];
    const converted = rebuilt !== null && from.subtype !== to.subtype;
    return [{ before, after: row, carried: parts !== null, converted, why }];
  });
}

function partitionOf({ partitions }: Layout, { offset, name, size }: TableRow): Partition | undefined {
  return partitions.find((each) => each.address === offset && each.size === size && each.name === name);
}

/** The ranges of the board's partitions whose content is carried over and that it still needs until the new table is there. */
export function countingRanges(context: ArrangeContext, files: readonly Segment[]): Range[] {
  const counting = (context.carriages ?? []).flatMap(({ before, after, parts, blank, used }): Range[] => {
    const replaced = files.some((segment) => overlaps(segmentRange(segment), rangeOf(after)));
    return parts === null || blank || replaced ? [] : [{ ...rangeOf(before), size: used }];
  });
  return [...counting, ...earlyStarts(context)];
}

/**
 * The first erase units of old app slots in which an app from elsewhere would make the board start it while the old table is
 * still there. Without them no image is recognised there.
 */
function earlyStarts({ carriages, board, predict }: ArrangeContext): Range[] {
  const { esp } = board;
  const old = esp.table.reading.rows;
  const arriving = (carriages ?? [])
    .filter(
      ({ before, after, parts }) => parts !== null && before.offset !== after.offset && esp.loads.has(before.offset),
    )
    .flatMap(({ after }) => old.filter(({ type, offset }) => type === TYPE_APP && offset === after.offset));
  if (arriving.length === 0) return [];
  const otadata = esp.otadata?.records ?? null;
  const imageOk = (row: TableRow) => esp.loads.has(row.offset) || arriving.includes(row);
  const starts = predict({ rows: old, otadata, imageOk }).boots;
  if (starts?.offset === esp.prediction.boots?.offset) return [];
  return arriving.map((row) => ({ ...rangeOf(row), size: UNIT }));
}
