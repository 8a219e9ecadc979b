/**
 * The order in which a new table and the content that moves for it are written, and what the board would start in between:
 * first what is free today, then the bootloader, file systems that mount under both tables once they are rewritten, the table and
 * otadata, then the places whose old content counted until then.
 */
import type { ContentGap, RankedRange, StartGap } from '../../flash/arrangement.ts';
import type { Segment } from '../../flash/image.ts';
import { imageWithin, segmentRange } from '../../flash/image.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import type { Move } from '../../flash/move.ts';
import { RECORD_DISTANCE } from '../boot/otadata.ts';
import { TABLE_SPACE, UNIT } from '../flash-geometry.ts';
import { REGION } from '../loader/target.ts';
import { rangeOf, startPlace } from '../partitions/layout.ts';
import type { TableRow } from '../partitions/table.ts';
import { TYPE_APP } from '../partitions/types.ts';
import type { BootOutcome } from './boot-outcome.ts';
import type { ArrangeContext, Records } from './context.ts';
import { countingRanges, runningAfterwards } from './migration.ts';

/** The ranks of a migration; `free` is also that of everything not listed. */
export const ORDER = { free: 0, boot: 1, early: 2, table: 3, choice: 4, late: 5 } as const;

/** What is written: the bytes of files and of the migration, and what moves. */
export interface Written {
  /** Of files alone. */
  readonly files: readonly Segment[];
  /** All bytes, those of files too. */
  readonly segments: readonly Segment[];
  readonly moves: readonly Move[];
}

/** The ranks of a migration; the first range that overlaps a unit decides. */
export function ranksOf(context: ArrangeContext, { files }: Written): RankedRange[] {
  const { board, table, otadata } = context;
  const { bootloader } = board.esp;
  const counting = countingRanges(context, files);
  const boot = { region: REGION, address: bootloader.address, size: table.address - bootloader.address };
  const choice = otadata === null ? [] : [{ ...rangeOf(otadata.row), rank: choiceRank(context, counting) }];
  return [
    { region: REGION, address: table.address, size: TABLE_SPACE, rank: ORDER.table },
    ...choice,
    { ...boot, rank: ORDER.boot },
    ...(context.carriages ?? []).flatMap(({ after, mountsUnderBoth }) =>
      mountsUnderBoth === 'rewritten' ? [{ ...rangeOf(after), rank: ORDER.early }] : [],
    ),
    ...counting.map((range) => ({ ...range, rank: ORDER.late })),
  ];
}

/** A new otadata in a free place is written before the table: whichever table is there, the records beside it are whole. */
function choiceRank({ otadata, board }: ArrangeContext, counting: readonly Range[]): number {
  if (otadata === null) return ORDER.choice;
  const place = rangeOf(otadata.row);
  const live = board.esp.otadata;
  const free =
    (live === null || !overlaps(rangeOf(live.row), place)) && !counting.some((range) => overlaps(range, place));
  return free ? ORDER.free : ORDER.choice;
}

/** The steps during which the board would not start its app, or the one that it starts afterwards. */
export function gapsOf(context: ArrangeContext, written: Written, outcome: BootOutcome): StartGap[] {
  const { board, table, otadata, predict } = context;
  const { segments, moves } = written;
  const counting = countingRanges(context, written.files);
  const all = [...segments.map(segmentRange), ...moves];
  const now = board.boot?.partition === null ? null : board.esp.prediction.boots;
  const same = runningAfterwards(context);
  const last = outcome.prediction.boots;
  const gap = (rank: number, starts: TableRow | null, usual: readonly (TableRow | null)[]): StartGap[] =>
    starts !== null && usual.some((row) => row?.offset === starts.offset)
      ? []
      : [{ rank, starts: starts === null ? null : startPlace(starts) }];

  // Until the table is written: what counts is written over only later, anything else at once.
  const intact = (row: TableRow) => {
    const own = countingOf(row, counting) ?? rangeOf(row);
    return board.esp.loads.has(row.offset) && (counting.includes(own) || !all.some((range) => overlaps(range, own)));
  };
  const records = board.esp.otadata?.records ?? null;
  const before = predict({ rows: board.esp.table.reading.rows, otadata: records, imageOk: intact }).boots;

  // From then on: what was free is written, and what comes last is not. Where an old app starts, it may still be recognised.
  const complete = (row: TableRow) => outcome.loads(row) && !writesLate(imagePlace(row, context), all, counting);
  const stale = (row: TableRow) => row.type === TYPE_APP && board.esp.loads.has(row.offset) && !complete(row);
  const under = (found: Records | null) =>
    (table.rows.some(stale) ? [false, true] : [false]).map((withStale) => {
      const imageOk = (row: TableRow) => complete(row) || (withStale && stale(row));
      const { boots } = predict({ rows: table.rows, otadata: found, imageOk });
      // The app that starts today may be what is left there.
      return boots !== null && stale(boots) && boots.offset === now?.offset ? same : boots;
    });
  const between = choices(context, segments).flatMap(under);
  const late = under(recordsOf(context, segments));
  const boot = {
    region: REGION,
    address: board.esp.bootloader.address,
    size: table.address - board.esp.bootloader.address,
  };
  const isUsual = (row: TableRow | null) => gap(0, row, [same, last]).length === 0;
  const odd = (rank: number, starts: readonly (TableRow | null)[]): StartGap[] => {
    const strange = starts.filter((row) => !isUsual(row));
    const [first] = strange;
    return first === undefined ? [] : gap(rank, strange.includes(null) ? null : first, []);
  };
  return [
    ...gap(ORDER.free, before, [now]),
    ...(all.some((range) => overlaps(range, boot)) ? [{ rank: ORDER.boot, starts: null }] : []),
    { rank: ORDER.table, starts: null },
    ...(otadata === null ? [] : odd(ORDER.choice, between)),
    ...odd(ORDER.late, late),
  ];
}

/**
 * The steps during which firmware does not find the settings or files of a partition: under the new table, as long as some of them are
 * written late. A LittleFS that mounts under both tables is not found by firmware that asks for the size of its partition, which are
 * esp_littlefs before 1.10 and MicroPython (`lfs_mount`: "Invalid block count").
 */
export function contentGapsOf(context: ArrangeContext, { files, segments, moves }: Written): ContentGap[] {
  const counting = countingRanges(context, files);
  const all = [...segments.map(segmentRange), ...moves];
  return (context.carriages ?? []).flatMap((carriage): ContentGap[] => {
    const { after, parts, blank, used, rebuilt, mountsUnderBoth } = carriage;
    const whole = rangeOf(after);
    const isReplaced = files.some((segment) => overlaps(segmentRange(segment), whole));
    if (after.type === TYPE_APP || after === context.otadata?.row || parts === null || blank || isReplaced) return [];
    const late = [ORDER.choice, ORDER.late];
    if (mountsUnderBoth !== undefined)
      return [
        { ranks: mountsUnderBoth === 'rewritten' ? [ORDER.early] : late, name: after.name, firmware: 'exact-size' },
      ];
    const place = rebuilt === null ? { ...whole, size: Math.min(used, after.size) } : whole;
    return writesLate(place, all, counting) ? [{ ranks: late, name: after.name, firmware: 'all' }] : [];
  });
}

function countingOf({ offset }: TableRow, counting: readonly Range[]): Range | undefined {
  return counting.find(({ address }) => address === offset);
}

/** Where the app of a partition will lie: what follows it in its slot does not count. */
function imagePlace(row: TableRow, { carriages }: ArrangeContext): Range {
  const used = carriages?.find(({ after }) => after === row)?.used ?? row.size;
  return { ...rangeOf(row), size: Math.min(used, row.size) };
}

/** Whether a part of a place is written only at the end. */
function writesLate(place: Range, all: readonly Range[], counting: readonly Range[]): boolean {
  return counting.some((old) => overlaps(old, place) && all.some((range) => overlaps(range, place)));
}

/**
 * The records that the new table may find while otadata is written: those of today, or what else lies there, then each unit
 * erased and written in turn, or both together.
 */
function choices(context: ArrangeContext, segments: readonly Segment[]): (Records | null)[] {
  const { otadata, board } = context;
  if (otadata === null) return [null];
  const done = recordsOf(context, segments);
  if (choiceRank(context, countingRanges(context, [])) === ORDER.free || done === null) return [done];
  const blank = new Uint8Array(UNIT).fill(0xff);
  const live = board.esp.otadata;
  const stays = live !== null && live.row.offset === otadata.row.offset;
  const [first, second]: Records = stays ? live.records : [blank, blank];
  const [writesFirst, writesSecond] = [changed(otadata.row, 0, segments), changed(otadata.row, 1, segments)];
  const states: readonly Records[] = [
    [first, second],
    ...(writesFirst ? [[blank, second] as const, [done[0], second] as const] : []),
    ...(writesSecond ? [[first, blank] as const] : []),
    ...(writesFirst && writesSecond ? [[done[0], blank] as const] : []),
    ...(writesFirst && writesSecond ? [[blank, blank] as const] : []),
  ];
  return [...states, done];
}

function changed({ offset }: TableRow, index: 0 | 1, segments: readonly Segment[]): boolean {
  const unit = { region: REGION, address: offset + index * RECORD_DISTANCE, size: UNIT };
  return imageWithin(segments, unit).length > 0;
}

/** The records as they will be; null if that is not known. */
function recordsOf({ otadata }: ArrangeContext, segments: readonly Segment[]): Records | null {
  if (otadata === null) return null;
  const unit = (index: 0 | 1) => {
    const range = { region: REGION, address: otadata.row.offset + index * RECORD_DISTANCE, size: UNIT };
    return imageWithin(segments, range)[0]?.data ?? otadata.records?.[index] ?? null;
  };
  const [first, second] = [unit(0), unit(1)];
  return first === null || second === null ? null : [first, second];
}
