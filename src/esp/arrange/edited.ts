/** What edited contents mean for an arrangement: the bytes of the erase units that change, the fates, and what stands in the way. */
import type { RewrittenContent } from '../../flash/partition-contents.ts';
import { briefList } from '../../flash/english.ts';
import type { EditedFate } from '../../flash/fates.ts';
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { Segment } from '../../flash/image.ts';
import { segmentRange } from '../../flash/image.ts';
import { overlaps } from '../../flash/map.ts';
import { partitionAt } from '../../flash/layout.ts';
import { shown } from '../../formats/words.ts';
import { contentRefusal } from '../contents/refusals.ts';
import { rangeOf } from '../partitions/layout.ts';
import type { Carriage } from './carry.ts';
import type { ArrangeContext } from './context.ts';
import { erasesAll } from './setting-segments.ts';
import type { EspPlaced } from './placed.ts';

/** What edited contents come to. */
export interface EditedParts {
  /** The bytes of what keeps its content, and of what is made anew. */
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
  const name = ({ before }: RewrittenContent) => partitionAt(board.layout, before)?.name ?? hex(before.address);
  for (const [i, first] of rewritten.entries()) {
    const second = rewritten.slice(i + 1).find(({ before }) => overlaps(before, first.before));
    if (second === undefined) continue;
    const values = { partition: name(first), other: name(second), address: hex(second.before.address) };
    return contentRefusal('edits-overlap', { in: 'flash', range: second.before }, values);
  }
  return null;
}

function partsOf(content: RewrittenContent, placed: readonly EspPlaced[], context: ArrangeContext): EditedParts {
  const { before: range, after, result, changes, deleted, keeps } = content;
  if ('refusal' in result) return { ...NOTHING, refusals: [result.refusal] };
  const carriage = context.carriages?.find(({ before }) => before.offset === range.address);
  const goesTo = carriage === undefined ? range : rangeOf(carriage.after);
  const met = whatMeets(goesTo, placed, context) ?? (context.carriages === null ? null : whyNotCarried(carriage));
  const place = { in: 'flash', range } as const;
  const partition = partitionAt(context.board.layout, range)?.name ?? hex(range.address);
  if (met !== null)
    return { ...NOTHING, refusals: [contentRefusal('edits-overwritten', place, { partition, why: met })] };
  const why = keeps
    ? changes.length === 0
      ? 'the same content is written anew'
      : changedWords(changes)
    : 'it is made anew';
  const carried = context.carriages !== null;
  // Its bytes come with those of the new layout.
  const differs = carried ? [] : result.differs;
  const segments = differs.map(({ offset, size }): Segment => ({
    region: range.region,
    address: range.address + offset,
    data: result.data.subarray(offset, offset + size),
    why,
  }));
  if (!keeps) {
    const fates = [{ range, edited: changes, anew: true, why } as const];
    return { ...NOTHING, madeAnew: segments, fates, refusals: lossOf(content, partition, context) };
  }
  const what = after.format === 'nvs' ? 'settings' : 'files';
  const edits = changes.length === 0 ? why : `its ${what} change: ${briefList(changes)}`;
  const own = carriage === undefined || goesTo.size === range.size ? edits : `${carriage.why}, and ${edits}`;
  return {
    ...NOTHING,
    segments,
    fates: [{ range, edited: changes, ...(deleted !== undefined && { deleted }), why: own }],
  };
}

/** The question before content is replaced by one that is made anew. */
function lossOf(
  { before: range, wasBlank }: RewrittenContent,
  partition: string,
  { board }: ArrangeContext,
): readonly Refusal[] {
  // What was found blank was read only at its start; for this, all of it was.
  const own = board.contents.filter((content) => overlaps(content, range));
  if (wasBlank === true || own.length === 0) return [];
  const holds = own
    .map(({ kind, brief, says }) => (kind === 'blank' ? null : brief) ?? says.replace(/\.$/, ''))
    .join('; ');
  const ask = contentRefusal('contents-made-anew', { in: 'flash', range }, { partition, holds });
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
function whyNotCarried(carriage: Carriage | undefined): string | null {
  if (carriage === undefined) return 'the new layout has no partition for it';
  return carriage.parts === null || carriage.rebuild === null ? carriage.why : null;
}

function changedWords(changes: readonly string[]): string {
  return `${briefList(changes)} ${changes.length === 1 ? 'changes' : 'change'}`;
}
