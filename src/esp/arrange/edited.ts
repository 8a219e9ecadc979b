/** What edited contents mean for an arrangement: the bytes of the erase units that change, the fates, and what stands in the way. */
import type { RewrittenContent } from '../../flash/partition-contents.ts';
import { briefList } from '../../flash/english.ts';
import type { EditedFate } from '../../flash/fates.ts';
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { Segment } from '../../flash/image.ts';
import { segmentRange } from '../../flash/image.ts';
import type { Inspection } from '../../flash/family.ts';
import type { Range } from '../../flash/map.ts';
import { overlaps } from '../../flash/map.ts';
import { partitionAt } from '../../flash/layout.ts';
import { shown } from '../../formats/words.ts';
import { contentRefusal } from '../contents/refusals.ts';
import { rangeOf } from '../partitions/layout.ts';
import type { CarryPlan } from './carry.ts';
import type { ArrangeContext } from './context.ts';
import { erasesAll } from './setting-segments.ts';
import type { EspPlaced } from './placed.ts';

/** What edited contents come to. */
export interface EditedParts {
  /** The bytes of what keeps its content, and of what is recreated. */
  readonly segments: readonly Segment[];
  readonly madeAnew: readonly Segment[];
  readonly fates: readonly EditedFate[];
  readonly refusals: readonly Refusal[];
}

const NOTHING: EditedParts = { segments: [], madeAnew: [], fates: [], refusals: [] };

/** The parts of an arrangement that edited contents give; none of their segments overlaps another. */
export function editedParts(
  rewritten: readonly RewrittenContent[],
  placed: readonly EspPlaced[],
  context: ArrangeContext,
): EditedParts {
  const overlap = overlapIn(rewritten, context);
  if (overlap !== null) return { ...NOTHING, refusals: [overlap] };
  const all = rewritten.map((content) => partsOf(content, placed, context));
  return {
    segments: all.flatMap(({ segments }) => segments),
    madeAnew: all.flatMap(({ madeAnew }) => madeAnew),
    fates: all.flatMap(({ fates }) => fates),
    refusals: all.flatMap(({ refusals }) => refusals),
  };
}

/** The refusal of edits of two partitions that share flash, as a damaged table may have them; null if no two do. */
function overlapIn(rewritten: readonly RewrittenContent[], { board }: ArrangeContext): Refusal | null {
  const name = ({ before }: RewrittenContent) => nameAt(board, before);
  for (const [i, first] of rewritten.entries()) {
    const second = rewritten.slice(i + 1).find(({ before }) => overlaps(before, first.before));
    if (second === undefined) continue;
    const values = { partition: name(first), other: name(second), address: hex(second.before.address) };
    return contentRefusal('edits-overlap', { in: 'flash', range: second.before }, values);
  }
  return null;
}

/** What edited content comes to that stays in its place, with nothing else written there. */
export function partsHere(content: RewrittenContent, board: Pick<Inspection, 'layout' | 'contents'>): EditedParts {
  const { before: range, after, result, changes, deleted, keeps } = content;
  if ('refusal' in result) return { ...NOTHING, refusals: [result.refusal] };
  const why = keeps
    ? changes.length === 0
      ? 'the same content is rewritten'
      : changedWords(changes)
    : 'it is recreated';
  const segments = result.differs.map(({ offset, size }): Segment => ({
    region: range.region,
    address: range.address + offset,
    data: result.data.subarray(offset, offset + size),
    why,
  }));
  if (!keeps) {
    const fates = [{ range, edited: changes, recreated: true, why } as const];
    return { ...NOTHING, madeAnew: segments, fates, refusals: lossOf(content, board) };
  }
  const what = after.format === 'nvs' ? 'settings' : 'files';
  const edits = changes.length === 0 ? why : `its ${what} change: ${briefList(changes)}`;
  return {
    ...NOTHING,
    segments,
    fates: [{ range, edited: changes, ...(deleted !== undefined && { deleted }), why: edits }],
  };
}

function partsOf(content: RewrittenContent, placed: readonly EspPlaced[], context: ArrangeContext): EditedParts {
  const { before: range, result, keeps } = content;
  const parts = partsHere(content, context.board);
  if ('refusal' in result) return parts;
  const carriage = context.carriages?.find(({ before }) => before.offset === range.address);
  const goesTo = carriage === undefined ? range : rangeOf(carriage.after);
  const met = whatMeets(goesTo, placed, context) ?? (context.carriages === null ? null : whyNotCarried(carriage));
  if (met !== null) {
    const values = { partition: nameAt(context.board, range), why: met };
    return { ...NOTHING, refusals: [contentRefusal('edits-overwritten', { in: 'flash', range }, values)] };
  }
  if (context.carriages === null) return parts;
  // Its bytes come with those of the new layout.
  const carried = { ...parts, segments: [], madeAnew: [] };
  if (!keeps || carriage === undefined || goesTo.size === range.size) return carried;
  return { ...carried, fates: parts.fates.map((fate) => ({ ...fate, why: `${carriage.why}, and ${fate.why}` })) };
}

function nameAt({ layout }: Pick<Inspection, 'layout'>, range: Range): string {
  return partitionAt(layout, range)?.name ?? hex(range.address);
}

/** The question before content is replaced by one that is recreated. */
function lossOf(
  { before: range, wasBlank }: RewrittenContent,
  board: Pick<Inspection, 'layout' | 'contents'>,
): readonly Refusal[] {
  // What was found blank was read only at its start; for this, all of it was.
  const own = board.contents.filter((content) => overlaps(content, range));
  if (wasBlank === true || own.length === 0) return [];
  const holds = own.map(({ says }) => says).join(' ');
  const values = { partition: nameAt(board, range), holds };
  const ask = contentRefusal('contents-recreated', { in: 'flash', range }, values);
  return [{ ...ask, changes: [range] }];
}

/** What else is to be written where contents are edited, as a clause; null if nothing is. */
function whatMeets(
  range: RewrittenContent['before'],
  placed: readonly EspPlaced[],
  { carriages, table, board }: ArrangeContext,
): string | null {
  const over = placed.find(({ segments }) => segments.some((segment) => overlaps(segmentRange(segment), range)));
  if (over !== undefined) return `${shown(over.file)} is written there`;
  if (carriages === null && table.from !== null)
    return 'the partition table changes, and nothing can be carried over to it';
  return erasesAll(board) ? 'everything else is to be erased' : null;
}

/** Why a new layout does not take edited content over, as a clause; null if it does. */
function whyNotCarried(carriage: CarryPlan | undefined): string | null {
  if (carriage === undefined) return 'the new layout has no partition for it';
  return carriage.parts === null || carriage.rebuild === null ? carriage.why : null;
}

function changedWords(changes: readonly string[]): string {
  return `${briefList(changes)} ${changes.length === 1 ? 'changes' : 'change'}`;
}
