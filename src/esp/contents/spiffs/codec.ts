/** SPIFFS as a file system codec: opened, built, edited and brought to another size. */
import type { Refusal } from '../../../flash/finding.ts';
import type { YieldNow } from '../../../flash/yielding.ts';
import { sameBytes } from '../../../formats/binary.ts';
import type { FileSystemCodec, Rewritten } from '../file-system.ts';
import { contentRefusal } from '../refusals.ts';
import { isMountable, marksOfImage, withTables } from './detect.ts';
import type { Marks } from './detect.ts';
import { NoRoom, SpiffsEditor } from './editor.ts';
import { examine } from './examine.ts';
import type { StoredFile } from './stored-file.ts';
import { placeAt } from './findings.ts';
import type { SpiffsGeometry, SpiffsParameters } from './geometry.ts';
import { AT, FREE, geometryOf, markAt, markOf, pagesFor } from './geometry.ts';
import { openSpiffs } from './open.ts';
import type { FileContent } from './pages.ts';
import { eraseBlock, formatted, nextEraseCount, writeFile } from './pages.ts';
import type { Target } from './targets.ts';
import { editedTargets, targetsOf } from './targets.ts';
import { SpiffsVolume } from './volume.ts';

/** Page numbers have 16 bits, and the last means none. */
const MOST_PAGES = 0xffff;
/** Object ids have 15 bits; none is 0, and the last would look like a free page. */
const MOST_FILES = 0x7ffe;

/** What ESP-IDF formats with (components/spiffs/Kconfig). */
const IDF: SpiffsParameters = {
  blockSize: 4096,
  pageSize: 256,
  nameSize: 32,
  metaSize: 4,
  countsBlocks: true,
  alignedTables: false,
};

/** The codec. */
export const SPIFFS: FileSystemCodec<SpiffsParameters> = {
  open: openSpiffs,
  parametersOf(image) {
    const volume = mounted(image)?.volume;
    return volume === undefined ? null : parametersIn(volume.geometry);
  },
  usualParameters: () => IDF,
  async build(files, size, parameters, yieldNow) {
    const targets = targetsOf(files, parameters);
    return 'kind' in targets ? { refusal: targets } : rebuilt(targets, size, parameters, 0, yieldNow);
  },
  async edit(image, edits, yieldNow) {
    const found = mounted(image);
    if (found === null) return unreadable('it is not SPIFFS');
    const { marks, volume } = found;
    if (!isMountable(marks)) return unreadable('the firmware does not mount it in a partition of this size');
    const examined = examine(volume);
    if (typeof examined === 'string') return damaged(examined);
    const parameters = parametersIn(volume.geometry);
    const targets = editedTargets(examined.files, edits, parameters, (file) => dataOf(volume, file));
    if ('kind' in targets) return { refusal: targets };
    const bad = targets.find(({ stored }) => stored !== null && stored.bad !== null);
    if (bad?.stored) return damaged(`${bad.path}: ${bad.stored.bad}`);
    const live = new Map(targets.flatMap((target) => (target.stored === null ? [] : [[target.stored, target]])));
    const filled = targets.map((target) => withData(volume, target));
    const inUse = sum(examined.files.map((file) => file.index.length + file.data.length));
    const full = fullness(filled, volume.geometry, inUse);
    if (full !== null) return { refusal: full };
    const count = nextEraseCount(volume);
    if (edits.some(({ edit }) => edit === 'compact')) return rebuilt(filled, image.length, parameters, count, yieldNow);
    try {
      const gone = examined.files.filter((file) => !live.has(file));
      const editor = new SpiffsEditor(
        volume,
        [...live.keys()],
        [...examined.leftovers, ...gone.flatMap(pagesOfStored)],
      );
      for (const [file, target] of live) {
        if (!sameBytes(file.name, target.name) || !sameBytes(file.meta, target.meta)) editor.describe(file, target);
        await yieldNow();
      }
      for (const target of targets) {
        if (target.data !== null) editor.add(target);
        await yieldNow();
      }
      editor.finish();
      return { data: volume.image };
    } catch (error) {
      if (!(error instanceof NoRoom)) throw error;
      return rebuilt(filled, image.length, parameters, count, yieldNow);
    }
  },
  async resize(image, size, yieldNow) {
    const found = mounted(image);
    if (found === null) return unreadable('it is not SPIFFS');
    const { marks, volume } = found;
    const { geometry } = volume;
    const blocks = Math.floor(size / geometry.blockSize);
    const half = marks.unmarked.length > 1 || marks.written > marks.holds;
    if (half) return damaged('blocks of it are missing');
    // Only where the library mounts it, the block is known to hold nothing that counts.
    if (marks.unmarked.length === 1 && !isMountable(marks)) return damaged('a block of it has no mark');
    if (blocks >= geometry.blocks) return grown(volume, size);
    const examined = examine(volume);
    if (typeof examined === 'string') return damaged(examined);
    const bad = examined.files.find((file) => file.bad !== null);
    if (bad !== undefined) return damaged(`${bad.path}: ${bad.bad}`);
    const files = examined.files.map((file) => ({ ...file, data: dataOf(volume, file) }));
    return rebuilt(files, size, parametersIn(geometry), nextEraseCount(volume), yieldNow);
  },
  costOf(files, size, parameters) {
    const geometry = geometryOf(parameters, Math.floor(size / parameters.blockSize));
    const each = files.map((file) => (file.kind === 'folder' ? 0 : costIn(geometry, file.data.length)));
    return { needed: sum(each), available: availableIn(geometry), each };
  },
};

/** An image as the library has it after mounting, in bytes of its own; null if it is not SPIFFS. */
function mounted(image: Uint8Array): { readonly marks: Marks; readonly volume: SpiffsVolume } | null {
  const marks = marksOfImage(image);
  if (marks === null) return null;
  const volume = new SpiffsVolume(marks.geometry, image.slice());
  const [block] = marks.unmarked;
  // The library does so only where no other block lacks its mark; of another size, it is done as if it had mounted there.
  if (block !== undefined && marks.unmarked.length === 1) {
    const whole = new SpiffsVolume(geometryOf(marks.geometry, marks.written), volume.image);
    eraseBlock(whole, block, nextEraseCount(volume));
  }
  return { marks, volume: withTables(volume).volume };
}

function parametersIn(geometry: SpiffsGeometry): SpiffsParameters {
  const { blockSize, pageSize, nameSize, metaSize, countsBlocks, alignedTables } = geometry;
  return { blockSize, pageSize, nameSize, metaSize, countsBlocks, alignedTables };
}

/** The bytes that are used up by a file of this size, in whole pages. */
function costIn(geometry: SpiffsGeometry, size: number): number {
  const { data, index } = pagesFor(geometry, size);
  return (data + index) * geometry.dataSize;
}

/** What files can use up with two blocks left erased. */
function availableIn({ blocks, entries, dataSize }: SpiffsGeometry): number {
  return Math.max(0, blocks - 2) * entries * dataSize;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0);
}

/** Why files do not fit; null if they do, or take no more than the `inUse` pages that are taken already. */
function fullness(files: readonly FileContent[], geometry: SpiffsGeometry, inUse = 0): Refusal | null {
  const needed = sum(files.map(({ data }) => costIn(geometry, data.length)));
  const available = availableIn(geometry);
  if (needed <= Math.max(available, inUse * geometry.dataSize) && files.length <= MOST_FILES) return null;
  const what = files.length === 1 ? 'The file' : `The set of ${files.length} files`;
  return contentRefusal('contents-too-large', placeAt(0), { what, format: 'SPIFFS', needed, available });
}

/** A new image with these files. */
async function rebuilt(
  files: readonly FileContent[],
  size: number,
  parameters: SpiffsParameters,
  eraseCount: number,
  yieldNow: YieldNow,
): Promise<Rewritten> {
  const tooManyPages = pagesRefusal(size, parameters);
  if (tooManyPages !== null) return tooManyPages;
  const full = fullness(files, geometryOf(parameters, Math.floor(size / parameters.blockSize)));
  if (full !== null) return { refusal: full };
  const volume = formatted(parameters, size, eraseCount);
  const { entries, pagesPerBlock, lookupPages } = volume.geometry;
  let taken = 0;
  const allocate = (): number => {
    const page = Math.floor(taken / entries) * pagesPerBlock + lookupPages + (taken % entries);
    taken++;
    return page;
  };
  for (const [i, file] of files.entries()) {
    writeFile(volume, i + 1, file, allocate);
    await yieldNow();
  }
  return { data: volume.image };
}

function pagesRefusal(size: number, { pageSize }: SpiffsParameters): Rewritten | null {
  if (size / pageSize <= MOST_PAGES) return null;
  return unreadable(`SPIFFS numbers at most ${MOST_PAGES} pages, and ${Math.floor(size / pageSize)} would be needed`);
}

/** The same blocks with the marks for their new number, and erased ones behind them. */
function grown(old: SpiffsVolume, size: number): Rewritten {
  const { geometry } = old;
  const tooManyPages = pagesRefusal(size, geometry);
  if (tooManyPages !== null) return tooManyPages;
  const volume = formatted(geometry, size, nextEraseCount(old));
  volume.image.set(old.image.subarray(0, geometry.blocks * geometry.blockSize));
  for (let block = 0; block < geometry.blocks; block++) {
    volume.put16(markAt(volume.geometry, block), markOf(volume.geometry, block));
  }
  return { data: volume.image };
}

function pagesOfStored({ index, data }: StoredFile): number[] {
  return [...index, ...data].filter((page) => page !== FREE);
}

/** The bytes of a file that can be read. */
function dataOf({ geometry, image }: SpiffsVolume, { size, data }: StoredFile): Uint8Array {
  const { dataSize, pageSize } = geometry;
  const all = new Uint8Array(size);
  for (let span = 0; span * dataSize < size; span++) {
    const from = (data[span] ?? 0) * pageSize + AT.data;
    all.set(image.subarray(from, from + Math.min(dataSize, size - span * dataSize)), span * dataSize);
  }
  return all;
}

function withData(volume: SpiffsVolume, target: Target): FileContent {
  const { name, meta } = target;
  return { name, meta, data: target.stored === null ? target.data : dataOf(volume, target.stored) };
}

function unreadable(why: string): Rewritten {
  return { refusal: contentRefusal('contents-unreadable', placeAt(0), { why }) };
}

function damaged(why: string): Rewritten {
  return { refusal: contentRefusal('contents-damaged', placeAt(0), { format: 'SPIFFS', why }) };
}
