/** What a request comes to on a board: plain data, worked out once, from which everything that is shown is derived. */
import type { Choice, DroppedFile, Picking, Placement, Recognised, SavedFile } from './family.ts';
import type { Fate } from './fates.ts';
import type { Refusal } from './finding.ts';
import type { Image, ImageResult, Segment } from './image.ts';
import { makeImage, segmentRange } from './image.ts';
import type { Layout } from './layout.ts';
import type { Range } from './map.ts';
import { overlaps } from './map.ts';
import { refuseOverlap } from './refuse.ts';

/** A file that is to be written, and the id of the choice that a person made for it; null: the best place that fits. */
export interface RequestedFile {
  readonly file: DroppedFile;
  readonly choice: string | null;
}

/** What a person wants of a board. What they chose about the way of working is in the inspection: see `Family.choose`. */
export interface Request {
  readonly files: readonly RequestedFile[];
}

/** The places of one file, and which of them it gets: an index into `choices`, null if there is none for it. */
export interface Choosing {
  /** Best first. What the person chose is among them although nobody would list it, as long as the board has it. */
  readonly choices: readonly Choice[];
  readonly chosen: number | null;
  /** The erase units that may be picked one by one; null where its place is not a matter of units. */
  readonly picking: Picking | null;
}

/** A file of the request: what it is, where it could go and where it goes. */
export interface ArrangedFile extends Placement, Choosing {
  readonly recognised: Recognised;
}

/** A range that is written after all of lower rank; a rank below 0 goes even before what starts the board is taken away. */
export interface RankedRange extends Range {
  readonly rank: number;
}

/** The order in which bytes go to the flash. */
export interface Commitment {
  /** The first that shares a byte with an erase unit counts for it; a unit that meets none has rank 0. */
  readonly ranks: readonly RankedRange[];
  /**
   * What makes the board start what is placed, to be programmed when all else is proved, in this order; each inside one
   * erase unit. Empty where the order of whole units is all that can be chosen.
   */
  readonly commits: readonly Range[];
}

/** What the board should start afterwards: the partition's name, null where that is not known, and sentences on it. */
export interface BootOutcome {
  readonly expected: string | null;
  readonly says: string;
}

/** What the bytes of a backup come to on one board. */
export interface Restoration extends Commitment {
  readonly boot: BootOutcome;
}

/** What a request comes to on one board. */
export interface Arrangement extends Commitment {
  readonly placements: readonly ArrangedFile[];
  /** All bytes that are wanted, those of settings too; or the first two ranges that claim the same bytes. */
  readonly content: ImageResult;
  /** The layout that the flash will have. */
  readonly layout: Layout;
  readonly fates: readonly Fate[];
  readonly boot: BootOutcome;
  /** Every reason not to write it, and every question that comes first (those with `consent`). */
  readonly refusals: readonly Refusal[];
  /** Files to keep with it: where data lies, for a compiler; the regions that a linker was told. */
  readonly saves: readonly SavedFile[];
}

/** The rank of an erase unit, or of any other range. */
export function rankAt(ranks: readonly RankedRange[], range: Range): number {
  return ranks.find((ranked) => overlaps(ranked, range))?.rank ?? 0;
}

/** The choice that a file gets: what was wished for, else the first that fits, of those that are not only taken by hand. */
export function chosenIn(choices: readonly Choice[], wished: string | null): number | null {
  const own = choices.findIndex(({ id }) => id === wished);
  if (own >= 0) return own;
  const byItself = choices.flatMap((choice, i) => (choice.byHand === true ? [] : [i]));
  return byItself.find((i) => choices[i]?.fits === true) ?? byItself[0] ?? null;
}

/** A choice as it is shown: what only the rules ask for is left out. */
export function plainChoice(choice: Choice): Choice {
  const { region, address, size, id, name, why, fits, byHand, ranges, picked } = choice;
  return {
    region,
    address,
    size,
    id,
    name,
    why,
    fits,
    ...(byHand !== undefined && { byHand }),
    ...(ranges !== undefined && { ranges }),
    ...(picked !== undefined && { picked }),
  };
}

/** A placed file with the bytes that it puts on the flash. */
export interface PlacedSegments extends Placement {
  readonly segments: readonly Segment[];
}

/**
 * All bytes as one image, and what is against that; `found` is what the family has against the files. Where two files meet
 * that is refused only if nothing else is: whatever else is wrong says more of why.
 */
export function joinSegments(
  placed: readonly PlacedSegments[],
  beside: readonly Segment[],
  found: readonly Refusal[],
): Pick<Arrangement, 'content' | 'refusals'> {
  const content = makeImage([...placed.flatMap(({ segments }) => segments), ...beside]);
  if (content.kind === 'image' || found.some(isHard)) return { content, refusals: found };
  const { first, second } = content;
  const claims = placed.filter(({ segments }) =>
    segments.map(segmentRange).some((range) => overlaps(range, first) && overlaps(range, second)),
  );
  const overlap = refuseOverlap(second, claims.map(({ file }) => file.name).join(' and '));
  return { content, refusals: [...found, overlap] };
}

/** Whether a refusal is no question that a person may say yes to. */
export function isHard({ consent }: Refusal): boolean {
  return consent === undefined;
}

/** The bytes of an arrangement; none where two files claim the same ones. */
export function imageIn({ content }: Pick<Arrangement, 'content'>): Image {
  return content.kind === 'image' ? content.image : [];
}
