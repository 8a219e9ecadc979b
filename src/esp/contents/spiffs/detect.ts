/** Finds out how a SPIFFS image was made: its sizes from the marks of its blocks, its tables from what they list. */
import type { PartitionBytes } from '../../../flash/partition-contents.ts';
import type { YieldNow } from '../../../flash/yielding.ts';
import { atOnce } from '../../../flash/yielding.ts';
import { viewOf } from '../../../formats/binary.ts';
import type { SpiffsGeometry, SpiffsParameters } from './geometry.ts';
import { FLAG, FREE, geometryOf, INDEX_ID, isLookup, markAt, markOf, pagesOf } from './geometry.ts';
import { SpiffsVolume } from './volume.ts';

const BLOCKS = [4096, 8192];
/** The sizes of pages that builds have, in bytes. */
export const PAGE_SIZES = [256, 512, 1024];
/** How many blocks are looked at before all lookup tables are read. */
const FIRST_BLOCKS = 6;
/** SPIFFS keeps two blocks free, so that fewer than three hold nothing. */
const FEWEST_BLOCKS = 3;
/** Lengths of names and of the bytes beside them, in the order in which they are likely. */
const SHAPES: readonly Pick<SpiffsParameters, 'nameSize' | 'metaSize'>[] = [
  ...[4, 0, 8].map((metaSize) => ({ nameSize: 32, metaSize })),
  ...[64, 48, 24, 16, 96, 128].flatMap((nameSize) => [4, 0].map((metaSize) => ({ nameSize, metaSize }))),
];

/**
 * What the marks say. `geometry` has the blocks that are there, `written` the number that the marks were made for, `holds` the
 * number that fits into the partition; `unmarked` are the blocks without a mark.
 */
export interface Marks {
  readonly geometry: SpiffsGeometry;
  readonly written: number;
  readonly holds: number;
  readonly unmarked: readonly number[];
}

/** Whether the library mounts it: of this size, and at most one block without a mark, which it erases. */
export function isMountable({ written, holds, unmarked }: Marks): boolean {
  return written === holds && unmarked.length <= 1;
}

/** ESP-IDF's parameters for its own blocks, and those of Arduino's core for the ESP8266 for others. */
export function usualParameters(blockSize: number, pageSize: number, countsBlocks: boolean): SpiffsParameters {
  const esp8266 = blockSize !== 4096 || !countsBlocks;
  return { blockSize, pageSize, nameSize: 32, metaSize: esp8266 ? 0 : 4, countsBlocks, alignedTables: esp8266 };
}

/** Finds the marks in a partition, whose lookup tables are loaded into `image`; null if too few blocks have one. */
export async function findMarks(bytes: PartitionBytes, image: Uint8Array, yieldNow: YieldNow): Promise<Marks | null> {
  const load = async (at: number, size: number): Promise<void> => {
    if (at + size <= bytes.size) image.set(await bytes.read(at, size), at);
  };
  for (let i = 0; i < FIRST_BLOCKS; i++) await load(i * 4096, 1024);
  const found: Marks[] = [];
  for (const candidate of candidates(image)) {
    const { blockSize, pageSize, lookupPages } = candidate;
    const holds = Math.floor(image.length / blockSize);
    for (let block = 0; block < holds; block++) {
      await load(block * blockSize, lookupPages * pageSize);
      await yieldNow();
    }
    found.push(marksIn(candidate, image));
  }
  return best(found);
}

/** The same for a whole image. */
export function marksOfImage(image: Uint8Array): Marks | null {
  return best(Array.from(candidates(image), (candidate) => marksIn(candidate, image)));
}

/** How certain the first blocks of SPIFFS are: without a header, it is known only by the marks of 16 bits in its blocks. */
export type Certainty = 'sure' | 'likely' | 'possible';

/**
 * How certain it is that a partition of `size` bytes which begins like this holds SPIFFS: by three marks or more, two, or one,
 * where all blocks but one that is being erased have theirs. Null if they do not.
 */
export function certaintyOfHead(head: Uint8Array, size: number): Certainty | null {
  const own = usualShapes(size).filter(({ blockSize }) => head.length >= blockSize);
  let most = 0;
  for (const geometry of [...candidates(head, size), ...own]) {
    const { geometry: seen, unmarked } = marksIn(geometry, head);
    if (unmarked.length <= 1) most = Math.max(most, seen.blocks - unmarked.length);
  }
  return most >= 3 ? 'sure' : most === 2 ? 'likely' : most === 1 ? 'possible' : null;
}

/** The usual parameters of each kind of blocks and pages in a partition of this size. */
function usualShapes(size: number): SpiffsGeometry[] {
  return BLOCKS.flatMap((blockSize) =>
    PAGE_SIZES.flatMap((pageSize) =>
      [true, false].map((countsBlocks) =>
        geometryOf(usualParameters(blockSize, pageSize, countsBlocks), Math.floor(size / blockSize)),
      ),
    ),
  );
}

/**
 * The first that the library would mount or that lacks few marks: blocks of 4096 bytes without a count have the marks of larger
 * ones, too. Otherwise that with the largest part of its marks; null where chance could make them.
 */
function best(found: readonly Marks[]): Marks | null {
  const missing = ({ unmarked, geometry }: Marks): number => unmarked.length / geometry.blocks;
  const first = found.find((marks) => isMountable(marks) || missing(marks) < 0.25);
  if (first !== undefined) return first;
  const [least] = found.toSorted((a, b) => missing(a) - missing(b));
  return least !== undefined && missing(least) < 0.5 ? least : null;
}

/** The geometries that agree with two of the first blocks' marks; `image` may be the beginning of `size` bytes. */
function* candidates(image: Uint8Array, size = image.length): Generator<SpiffsGeometry> {
  const view = viewOf(image);
  for (const blockSize of BLOCKS) {
    const holds = Math.floor(size / blockSize);
    if (holds < FEWEST_BLOCKS) continue;
    for (const pageSize of PAGE_SIZES) {
      const looked = Math.min(Math.floor(image.length / blockSize), (FIRST_BLOCKS * 4096) / blockSize);
      for (const countsBlocks of [true, false]) {
        const plain = geometryOf(usualParameters(blockSize, pageSize, false), holds);
        const votes = new Map<number, number>();
        for (let block = 0; block < looked; block++) {
          const rest = view.getUint16(markAt(plain, block), true) ^ markOf(plain, block);
          const blocks = countsBlocks ? rest + block : rest === 0 ? holds : 0;
          if (blocks >= FEWEST_BLOCKS) votes.set(blocks, (votes.get(blocks) ?? 0) + 1);
        }
        for (const [blocks, count] of votes) {
          if (count >= 2) yield geometryOf(usualParameters(blockSize, pageSize, countsBlocks), blocks);
        }
      }
    }
  }
}

/** The marks of all blocks that are there. */
function marksIn(geometry: SpiffsGeometry, image: Uint8Array): Marks {
  const holds = Math.floor(image.length / geometry.blockSize);
  const unmarked: number[] = [];
  const view = viewOf(image);
  const blocks = Math.min(holds, geometry.blocks);
  for (let block = 0; block < blocks; block++) {
    if (view.getUint16(markAt(geometry, block), true) !== markOf(geometry, block)) unmarked.push(block);
  }
  return { geometry: geometryOf(geometry, blocks), written: geometry.blocks, holds, unmarked };
}

/** A volume with the lengths that it shows; `certain` is false where nothing in it tells the likely ones apart. */
export interface SpiffsCandidate {
  readonly volume: SpiffsVolume;
  readonly certain: boolean;
}

/**
 * Finds the lengths of names and of the bytes beside them, and where tables begin: those with which most index headers list the
 * pages that belong to their file. Without any data, those that fit most headers of deleted files; otherwise the usual ones.
 */
export function withTables(volume: SpiffsVolume): SpiffsCandidate {
  return atOnce(tablesIn(volume));
}

/** The same in pieces: looking at each shape takes its time. */
export function* tablesIn(volume: SpiffsVolume): Generator<void, SpiffsCandidate> {
  const live = yield* shapedBy(volume, score);
  return live.points > 0 ? { ...live, certain: true } : yield* shapedBy(volume, traces);
}

/** Takes the first shape with the most points. Only one that fits more than it does not is certain, and alone in that. */
function* shapedBy(
  volume: SpiffsVolume,
  points: (volume: SpiffsVolume) => number,
): Generator<void, SpiffsCandidate & { readonly points: number }> {
  const { geometry, image } = volume;
  const others = SHAPES.flatMap((shape) =>
    [false, true].map((alignedTables) => geometryOf({ ...geometry, ...shape, alignedTables }, geometry.blocks)),
  );
  let best = { volume, points: points(volume), alone: true };
  for (const shaped of others) {
    if (shaped.tableAt === best.volume.geometry.tableAt || shaped.tableAt >= shaped.pageSize) continue;
    yield;
    const tried = new SpiffsVolume(shaped, image);
    const reached = points(tried);
    if (reached > best.points) best = { volume: tried, points: reached, alone: true };
    else if (reached === best.points) best = { ...best, alone: false };
  }
  return { ...best, certain: best.points > 0 && best.alone };
}

/** The most files that are looked at, which is enough to tell. */
const MOST_LOOKED_AT = 500;

/** How many entries of index headers list a page whose lookup entry is that of their file, less those that do not. */
function score(volume: SpiffsVolume): number {
  const { geometry } = volume;
  let sum = 0;
  let files = 0;
  for (const page of volume.headers()) {
    if (++files > MOST_LOOKED_AT) break;
    const id = volume.idOf(page);
    const listed = Math.min(Math.ceil(volume.sizeOf(page) / geometry.dataSize), geometry.firstCount);
    for (let span = 0; span < listed; span++) {
      const target = volume.listed(page, span);
      sum += isDataPage(geometry, target) && volume.lookup(target) === id ? 1 : -1;
    }
  }
  return sum;
}

/** How many headers, of deleted files too, list as many pages as their size needs, less those that do not. */
function traces(volume: SpiffsVolume): number {
  const { geometry } = volume;
  let sum = 0;
  let files = 0;
  for (const page of pagesOf(geometry)) {
    const { id, span, flags } = volume.header(page);
    const isHeader = id !== FREE && (id & INDEX_ID) !== 0 && span === 0 && (flags & (FLAG.used | FLAG.index)) === 0;
    if (!isHeader) continue;
    if (++files > MOST_LOOKED_AT) break;
    const count = Math.ceil(volume.sizeOf(page) / geometry.dataSize);
    const fits = Array.from({ length: geometry.firstCount }, (_, part) => volume.listed(page, part)).every(
      (target, part) => (part < count ? isDataPage(geometry, target) : target === FREE),
    );
    sum += fits ? 1 : -1;
  }
  return sum;
}

function isDataPage(geometry: SpiffsGeometry, page: number): boolean {
  return page < geometry.pages && !isLookup(geometry, page);
}
