/** What a request comes to on one board: plain data, computed once; everything shown is derived from it. */
import type { BootChoice } from './boot-choice.ts';
import type { Choice, DroppedFile, Picking, Placement, Recognised } from './dropped-file.ts';
import type { SavedFile } from './family.ts';
import type { Fate } from './fates.ts';
import type { Refusal } from './finding.ts';
import type { Image, ImageResult, Segment } from './image.ts';
import { makeImage, segmentRange } from './image.ts';
import type { Layout, StartPlace } from './layout.ts';
import { START_ROLES } from './layout.ts';
import type { Move } from './move.ts';
import type { Range } from './map.ts';
import { bare, overlaps } from './map.ts';
import type { EditedContent, Rebuild, RebuiltContent, RewrittenContent } from './partition-contents.ts';
import { refuseOverlap } from './refuse.ts';

/** A file to write and the id of the place that the user chose for it; null means the best place that fits. */
export interface RequestedFile {
  readonly file: DroppedFile;
  readonly choice: string | null;
}

/** What the user wants from a board. Chosen settings are part of the inspection: see `Family.choose`. */
export interface Request {
  readonly files: readonly RequestedFile[];
  /** Partitions to erase, by their ranges; absent if none is. */
  readonly erase?: readonly Range[];
  /**
   * Which partition of the board each one of an edited layout was, by their addresses in their region; absent where nobody
   * knows, as for a layout from a file: the family then matches them.
   */
  readonly same?: readonly SamePlace[];
  /** What is to change of what partitions hold; absent if nothing is. */
  readonly contents?: readonly EditedContent[];
  /** What `Family.rewriteContents` made of them; absent where nothing is edited. */
  readonly rewritten?: readonly RewrittenContent[];
  /** What `Family.rebuildContents` made of what a new layout asks for, see `Arrangement.rebuilds`; absent where nothing is. */
  readonly rebuilt?: readonly RebuiltContent[];
  /** What should start: only the entries that select it are written for that, whatever settings are chosen. */
  readonly boot?: BootChoice;
}

/** A partition before and after an edit: the addresses in bytes at which it starts. */
export interface SamePlace {
  readonly was: number;
  readonly is: number;
}

/**
 * What the board would start if its power failed while the ranges of one rank are written: null if nothing, or if that is not
 * known. Only steps in which that is not what it starts before or afterwards are listed.
 */
export interface StartGap {
  readonly rank: number;
  readonly starts: StartPlace | null;
}

/**
 * Content that firmware would not find if power failed, and came back, while the ranges of some ranks are written: settings that look
 * lost, or a file system that does not mount, which much firmware then erases and formats.
 */
export interface ContentGap {
  readonly ranks: readonly number[];
  /** The partition that it is in afterwards. */
  readonly name: string;
  /** All firmware, or only such that asks for a file system of exactly the size of its partition. */
  readonly firmware: 'all' | 'exact-size';
}

/** The places offered for one file; `chosen` indexes `choices`, null if there is no place for it. */
export interface Choosing {
  /** Best first. A place that the user chose stays in the list even if it would not be offered, as long as the board has it. */
  readonly choices: readonly Choice[];
  readonly chosen: number | null;
  /** The erase units that can be picked one by one; null where the place is not a matter of units. */
  readonly picking: Picking | null;
}

/** A file of the request: what it is, where it could go and where it goes. */
export interface ArrangedFile extends Placement, Choosing {
  readonly recognised: Recognised;
}

/**
 * A range and its rank: lower ranks are written first. A rank below 0 is written even before the bytes that make the board
 * start are erased.
 */
export interface RankedRange extends Range {
  readonly rank: number;
}

/** The order in which bytes go to the flash. */
export interface Commitment {
  /** The first range that overlaps an erase unit gives its rank; a unit that overlaps none has rank 0. */
  readonly ranks: readonly RankedRange[];
  /**
   * The ranges that make the board start what is placed, programmed in this order once everything else is verified. Each lies
   * within one erase unit. Empty where only the order of whole units can be chosen.
   */
  readonly commits: readonly Range[];
}

/** What the board should start afterwards: the partition, or null if unknown, and a sentence about it. */
export interface BootOutcome {
  readonly expected: StartPlace | null;
  readonly says: string;
  /** True where an app starts now, and it is known that none does afterwards. */
  readonly losesStart?: true;
  /** True where only the header of the app that then starts was read, and nothing starts if the rest of it is damaged. */
  readonly startUnread?: true;
}

/** What the bytes of a backup come to on one board. */
export interface Restoration extends Commitment {
  readonly boot: BootOutcome;
}

/** What a request comes to on one board. */
export interface Arrangement extends Commitment {
  readonly placements: readonly ArrangedFile[];
  /** All bytes to write, including those of settings; or the first two ranges that claim the same bytes. */
  readonly content: ImageResult;
  /** Content that goes elsewhere on the board; none of it overlaps `content`. */
  readonly moves?: readonly Move[];
  /** The steps during which the board does not start its app; absent where nobody worked that out. */
  readonly gaps?: readonly StartGap[];
  /** The steps during which firmware does not find some content; absent where nobody worked that out. */
  readonly contentGaps?: readonly ContentGap[];
  /** Content that `Family.rebuildContents` has to rewrite, so that it is kept, or fills its place; absent if there is none. */
  readonly rebuilds?: readonly Rebuild[];
  /** The layout that the flash will have afterwards. */
  readonly layout: Layout;
  readonly fates: readonly Fate[];
  readonly boot: BootOutcome;
  /** Every reason not to write, and every question to ask first (those with `consent`). */
  readonly refusals: readonly Refusal[];
  /** Files to save with it: data addresses for a compiler, the regions given to a linker. */
  readonly saves: readonly SavedFile[];
}

/** The rank of an erase unit or any other range; 0 if no ranked range overlaps it. */
export function rankAt(ranks: readonly RankedRange[], range: Range): number {
  return ranks.find((ranked) => overlaps(ranked, range))?.rank ?? 0;
}

/**
 * The index of the choice for a file: the requested one, else the first that fits, else the first. Choices marked `byHand` are
 * taken only on request.
 */
export function chosenIn(choices: readonly Choice[], requested: string | null): number | null {
  const own = choices.findIndex(({ id }) => id === requested);
  if (own >= 0) return own;
  const byItself = choices.flatMap((choice, i) => (choice.byHand === true ? [] : [i]));
  return byItself.find((i) => choices[i]?.fits === true) ?? byItself[0] ?? null;
}

/** A choice without the fields that only a family's rules need, for display. */
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

/** A placed file and the segments that it writes. */
export interface PlacedSegments extends Placement {
  readonly segments: readonly Segment[];
}

/** All bytes of a request as one image; `beside` belongs to no file. */
export function contentOf(placed: readonly PlacedSegments[], beside: readonly Segment[] = []): ImageResult {
  return makeImage([...placed.flatMap(({ segments }) => segments), ...beside]);
}

/** The family's refusals, and that two files meet; the latter only if nothing else is final, because the others explain more. */
export function withOverlap(
  placed: readonly PlacedSegments[],
  content: ImageResult,
  found: readonly Refusal[],
): readonly Refusal[] {
  if (content.kind === 'image' || found.some(isFinal)) return found;
  const { first, second } = content;
  const claims = placed.filter(({ segments }) =>
    segments.map(segmentRange).some((range) => overlaps(range, first) && overlaps(range, second)),
  );
  return [...found, refuseOverlap(second, claims.map(({ file }) => file.name).join(' and '))];
}

/**
 * Refusals whose questions about a file name what that writes: of a file that is on the board already, nothing is asked. Where it is
 * a part of the start, the question stays while another part of that changes: the app that is there may be selected now.
 */
export function askedOfWrites(
  placed: readonly PlacedSegments[],
  found: readonly Refusal[],
  { partitions }: Layout,
): readonly Refusal[] {
  const starting = partitions.filter(({ role }) => START_ROLES.has(role));
  return found.map((each) => {
    const { place } = each;
    if (isFinal(each) || each.changes !== undefined || place.in !== 'file') return each;
    const own = placed.filter(({ file }) => file.name === place.name);
    const written = own.flatMap(({ segments }) => segments.map(segmentRange));
    if (written.length === 0) return each;
    const isOfStart = written.some((range) => starting.some((part) => overlaps(part, range)));
    return { ...each, changes: isOfStart ? [...written, ...starting.map(bare)] : written };
  });
}

/** Whether a refusal is final, rather than a question that the user can accept. */
export function isFinal({ consent }: Refusal): boolean {
  return consent === undefined;
}

/** The image of an arrangement; empty if two files claim the same bytes. */
export function imageIn(content: ImageResult): Image {
  return content.kind === 'image' ? content.image : [];
}
