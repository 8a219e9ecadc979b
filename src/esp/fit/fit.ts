/**
 * Layouts that give an app or a file system more room, ranked by what they cost: whether they lose content, end updates over the
 * air, change the bootloader's header, and how much they move. Each is arranged as it would be for a person who drew it.
 */
import type { Arrangement, Request } from '../../flash/arrangement.ts';
import { imageIn, isFinal } from '../../flash/arrangement.ts';
import { Failure } from '../../flash/failure.ts';
import type { DroppedFile } from '../../flash/dropped-file.ts';
import type { Fate } from '../../flash/fates.ts';
import { losesContent } from '../../flash/fates.ts';
import type { Refusal } from '../../flash/finding.ts';
import { segmentRange } from '../../flash/image.ts';
import type { TableEntry } from '../../flash/layout-editor.ts';
import type { FitCosts, FitRequest, FittingLayout, FittingLayouts } from '../../flash/layout-fit.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps, sizeOf } from '../../flash/map.ts';
import type { Rebuild, RebuiltContent } from '../../flash/partition-contents.ts';
import type { YieldNow } from '../../flash/yielding.ts';
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { arrangeEsp } from '../arrange/arrange.ts';
import { canCarry } from '../arrange/carry.ts';
import type { FileKind } from '../arrange/identify.ts';
import { identify } from '../arrange/identify.ts';
import type { EspInspection } from '../board/inspection.ts';
import { predictBoot } from '../boot/prediction.ts';
import { rebuildEspContents } from '../contents/rebuild.ts';
import { writeCsv } from '../partitions/csv-write.ts';
import { rulesOf } from '../partitions/edit-rules.ts';
import { otaSlot } from '../partitions/types.ts';
import type { CandidateLayout } from './candidate-layouts.ts';
import { compareCosts } from './costs.ts';
import { candidateLayouts } from './candidate-layouts.ts';
import { dataRow, isGranted } from './treatments.ts';
import { detailsOf, headlineOf, noneWords, fitRequestWords } from './words.ts';

/** The most layouts that are offered. */
const MOST_OFFERED = 5;
/** The most layouts that are arranged to find them. */
const MOST_ARRANGED = 24;

/** Rewrites what a layout asks for; see `Family.rebuildContents`. */
export type RebuildContents = (rebuilds: readonly Rebuild[]) => Promise<readonly RebuiltContent[]>;

/** The port's `fit` for Espressif boards. What a layout keeps only if it is rewritten is written, to know whether it fits. */
export function fitEspLayouts(
  request: Request,
  room: FitRequest,
  board: EspInspection,
  read: (range: Range) => Promise<Uint8Array>,
  yieldNow: YieldNow,
): Promise<FittingLayouts> {
  const known = new Map<string, RebuiltContent>();
  const rebuild: RebuildContents = async (rebuilds) => {
    const keyOf = ({ before, after }: Rebuild) => `${before.address} ${after.size} ${after.format}`;
    const unknown = rebuilds.filter((each) => !known.has(keyOf(each)));
    for (const each of await rebuildEspContents(unknown, board, read, yieldNow)) known.set(keyOf(each), each);
    return rebuilds.flatMap((each) => known.get(keyOf(each)) ?? []);
  };
  return fitLayouts(request, room, board, rebuild, yieldNow);
}

/** The layouts for a request, best first, with the chosen files in them, or why there are none. Rejects only as `rebuild` does. */
export async function fitLayouts(
  { files }: Request,
  room: FitRequest,
  board: EspInspection,
  rebuild: RebuildContents,
  yieldNow: YieldNow = NEVER_YIELD,
): Promise<FittingLayouts> {
  const { rows } = board.esp.table.reading;
  const says = fitRequestWords(room, room.for === 'data' ? (dataRow(room, rows) ?? null) : null);
  const none = (why: string): FittingLayouts => ({ room, says, layouts: [], why });
  if (isGranted(room, rows, ({ size }) => size)) return none(noneWords('granted'));
  if (!canCarry(board)) return none(noneWords('cannot-carry'));
  if (room.for === 'data' && dataRow(room, rows) === undefined) return none(noneWords('no-partition'));
  const known = new Map<DroppedFile, FileKind>();
  const tools = {
    identify: (file: DroppedFile, as: EspInspection) => {
      const what = known.get(file) ?? identify(file, as);
      if (files.some((each) => each.file === file)) known.set(file, what);
      return what;
    },
    predict: predictBoot,
  };
  let refused: Refusal | undefined;
  const arranged = async (drawn: CandidateLayout): Promise<Arrangement | null> => {
    const csv = csvOf(drawn);
    if (csv === null || breaksRules(drawn, room, board)) return null;
    const table = { file: { name: 'partitions.csv', data: csv }, choice: null };
    const same = drawn.rows.map(({ was, offset }) => ({ was: was.offset, is: offset }));
    // The places that were chosen are those of the table before.
    const own = files.map(({ file }) => ({ file, choice: null }));
    const request = { files: [...own, table], same };
    const first = arrangeEsp(request, board, tools);
    const { rebuilds = [] } = first;
    const arrangement =
      rebuilds.length === 0 ? first : arrangeEsp({ ...request, rebuilt: await rebuild(rebuilds) }, board, tools);
    refused ??= arrangement.refusals.find(isFinal);
    return isSound(arrangement, board) ? arrangement : null;
  };
  const costed: RatedLayout[] = [];
  for (const drawn of candidateLayouts(board, room).slice(0, MOST_ARRANGED)) {
    const arrangement = await arranged(drawn);
    if (arrangement !== null) costed.push({ drawn, arrangement, costs: costsOf(drawn, arrangement, room, board) });
    await yieldNow();
  }
  const ranked = costed.toSorted((a, b) => compareFits(a.costs, b.costs) || compareTaken(a.drawn, b.drawn));
  const offered = ranked.filter((each, i) => !ranked.slice(0, i).some((better) => takesNoMore(better, each)));
  if (offered.length === 0 && room.for === 'app' && room.slots === 'every') {
    const one = await fitLayouts({ files }, { ...room, slots: 'one' }, board, rebuild, yieldNow);
    if (one.layouts.length > 0) return one;
  }
  if (offered.length === 0)
    return none(refused === undefined ? noneWords('no-room') : `${refused.says} ${refused.next}`);
  return { room, says, why: null, layouts: offered.slice(0, MOST_OFFERED).map((each) => offerOf(each, room, board)) };
}

/** A layout with what it comes to on the board. */
export interface RatedLayout {
  readonly drawn: CandidateLayout;
  readonly arrangement: Arrangement;
  readonly costs: FitCosts;
}

/** Compares the costs of two layouts, the better ones first. */
export const compareFits = (a: FitCosts, b: FitCosts): number =>
  compareCosts({ ...a, lost: a.lost.length }, { ...b, lost: b.lost.length });

/** What a layout costs, from its arrangement. */
export function costsOf(
  drawn: Pick<CandidateLayout, 'rows'>,
  { fates, moves = [], content, layout }: Arrangement,
  room: FitRequest,
  board: EspInspection,
): FitCosts {
  const boot = layout.partitions.filter(({ role }) => role === 'boot');
  const written = imageIn(content).map(segmentRange);
  const least = room.for === 'app' ? room.size : 0;
  const slots = (rows: readonly { readonly type: number; readonly subtype: number; readonly size: number }[]) =>
    rows.filter((row) => otaSlot(row) !== null && row.size >= least).length;
  const before = board.esp.table.reading.rows.filter((row) => otaSlot(row) !== null).length;
  return {
    lost: fates.flatMap((fate) =>
      fate.fate !== 'new' && losesContent(fate) && fate.before.role !== 'boot-choice' ? [fate.before.name] : [],
    ),
    endsUpdates: before >= 2 && slots(drawn.rows) < 2,
    changesBootloader: written.some((range) => boot.some((place) => overlaps(range, place))),
    moved: sizeOf(moves),
  };
}

/** Of layouts that cost the same: the one that removes less, and then makes less smaller. */
function compareTaken(a: CandidateLayout, b: CandidateLayout): number {
  return a.removed.length - b.removed.length || takenBytes(a) - takenBytes(b) || changedRows(a) - changedRows(b);
}

function takenBytes({ rows }: CandidateLayout): number {
  return rows.reduce((sum, { was, size }) => sum + Math.max(0, was.size - size), 0);
}

function changedRows({ rows }: CandidateLayout): number {
  return rows.filter(({ was, offset, size }) => was.offset !== offset || was.size !== size).length;
}

/** Whether a layout that ranks before another takes nothing that the other does not take as well. */
function takesNoMore(better: RatedLayout, other: RatedLayout): boolean {
  const taken = new Set(takenFrom(other));
  return takenFrom(better).every((each) => taken.has(each));
}

function takenFrom({ drawn, costs }: RatedLayout): string[] {
  return [
    // Which of two slots goes matters only by what is lost with it.
    ...drawn.removed.map((row) => `removes ${otaSlot(row) === null ? row.name : 'a slot'}`),
    ...drawn.rows.filter(({ was, size }) => size < was.size).map(({ name }) => `shrinks ${name}`),
    ...costs.lost.map((name) => `loses ${name}`),
    ...(costs.endsUpdates ? ['updates'] : []),
    ...(costs.changesBootloader ? ['bootloader'] : []),
  ];
}

function csvOf({ rows }: CandidateLayout): Uint8Array | null {
  try {
    return new TextEncoder().encode(writeCsv(rows));
  } catch (error) {
    // A table that no CSV can express cannot be edited either; the editor says why.
    if (error instanceof Failure) return null;
    throw error;
  }
}

/** Whether a layout can be written and is worth offering: nothing is refused, and the app that the board starts now stays. */
export function isSound({ refusals, fates }: Arrangement, { esp }: EspInspection): boolean {
  const now = esp.prediction.boots?.offset;
  const endsApp = (fate: Fate) => fate.before?.role === 'app' && fate.before.address === now && losesContent(fate);
  return !refusals.some(isFinal) && !fates.some(endsApp);
}

/**
 * Whether the rules of tables find a problem in a layout, or warn of something that they do not warn of in the board's own.
 * Where only one slot has to hold an app, slots of different sizes are what was asked for.
 */
export function breaksRules(
  { rows }: Pick<CandidateLayout, 'rows'>,
  room: FitRequest,
  { esp }: EspInspection,
): boolean {
  const limits = { flashSize: esp.flashSize, tableAddress: esp.table.address, secureBoot: esp.security.secureBoot };
  const found = (of: readonly TableEntry[]) =>
    rulesOf({ rows: of.map((row, id) => ({ ...row, id, was: null })) }, limits).map(({ finding }) => finding);
  const own = new Set(found(esp.table.reading.rows).map(({ kind }) => kind));
  if (room.for === 'app' && room.slots === 'one') own.add('ota-sizes-differ');
  return found(rows).some(({ verdict, kind }) => verdict === 'problem' || (verdict === 'warning' && !own.has(kind)));
}

function offerOf({ drawn, arrangement, costs }: RatedLayout, room: FitRequest, board: EspInspection): FittingLayout {
  const rows = drawn.rows.map(({ was: _was, ...row }) => row);
  const id = rows.map(({ name, offset, size }) => `${name}@${offset}+${size}`).join();
  const says = headlineOf(drawn, room);
  return { id, rows, costs, says, details: detailsOf(drawn, arrangement.fates, costs, board) };
}
