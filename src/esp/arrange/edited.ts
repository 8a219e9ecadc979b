/** What edited contents mean for an arrangement: the bytes of the erase units that change, the fates, and what stands in the way. */
import type { RewrittenContent } from '../../flash/partition-contents.ts';
import { list } from '../../flash/english.ts';
import type { EditedFate } from '../../flash/fates.ts';
import type { Refusal } from '../../flash/finding.ts';
import { hex } from '../../flash/finding.ts';
import type { Segment } from '../../flash/image.ts';
import { segmentRange } from '../../flash/image.ts';
import { overlaps } from '../../flash/map.ts';
import { partitionAt } from '../../flash/layout.ts';
import { shown } from '../../formats/file-words.ts';
import { contentRefusal } from '../contents/refusals.ts';
import type { ArrangeContext } from './context.ts';
import { erasesAll } from './setting-segments.ts';
import type { EspPlaced } from './placed.ts';

/** More names than this are counted. */
const NAMED = 3;

/** What edited contents come to. */
export interface EditedParts {
  readonly segments: readonly Segment[];
  readonly fates: readonly EditedFate[];
  readonly refusals: readonly Refusal[];
}

/** The parts of an arrangement that edited contents give; none of their segments overlaps another. */
export function editedParts(
  rewritten: readonly RewrittenContent[],
  placed: readonly EspPlaced[],
  context: ArrangeContext,
): EditedParts {
  const all = rewritten.map((content) => partsOf(content, placed, context));
  return {
    segments: all.flatMap(({ segments }) => segments),
    fates: all.flatMap(({ fates }) => fates),
    refusals: all.flatMap(({ refusals }) => refusals),
  };
}

function partsOf(
  { before: range, after, result, changes }: RewrittenContent,
  placed: readonly EspPlaced[],
  context: ArrangeContext,
): EditedParts {
  if ('refusal' in result) return { segments: [], fates: [], refusals: [result.refusal] };
  const met = whatMeets(range, placed, context);
  const partition = partitionAt(context.board.layout, range)?.name ?? hex(range.address);
  if (met !== null) {
    const refusal = contentRefusal('edits-overwritten', { in: 'flash', range }, { partition, why: met });
    return { segments: [], fates: [], refusals: [refusal] };
  }
  const says = changedWords(changes);
  const segments = result.differs.map(({ offset, size }): Segment => ({
    region: range.region,
    address: range.address + offset,
    data: result.data.subarray(offset, offset + size),
    why: says,
  }));
  const what = after.format === 'nvs' ? 'settings' : 'files';
  const own = changes.length === 1 && changes[0] === 'everything' ? says : `its ${what} change: ${briefly(changes)}`;
  return { segments, fates: [{ range, edited: changes, why: own }], refusals: [] };
}

/** What else is to be written where contents are edited, as a clause; null if nothing is. */
function whatMeets(
  range: RewrittenContent['before'],
  placed: readonly EspPlaced[],
  { carriages, table, board }: ArrangeContext,
): string | null {
  const over = placed.find(({ segments }) => segments.some((segment) => overlaps(segmentRange(segment), range)));
  if (over !== undefined) return `${shown(over.file)} is written there`;
  if (carriages !== null || table.from !== null) return 'the partition table changes';
  return erasesAll(board) ? 'everything else is to be erased' : null;
}

function changedWords(changes: readonly string[]): string {
  if (changes.length === 1 && changes[0] === 'everything') return 'it is written anew';
  return `${briefly(changes)} ${changes.length === 1 ? 'changes' : 'change'}`;
}

function briefly(changes: readonly string[]): string {
  const more = changes.length - NAMED;
  return more > 0 ? `${changes.slice(0, NAMED).join(', ')} and ${more} more` : list(changes);
}
