/** Opens SPIFFS in a partition: its lookup tables and index pages first, a file's pages when it is read. */
import { count } from '../../../flash/english.ts';
import type { Finding, Values } from '../../../flash/finding.ts';
import { bytes as sized } from '../../../flash/finding.ts';
import type { FileTree, PartitionBytes } from '../../../flash/partition-contents.ts';
import type { YieldNow } from '../../../flash/yielding.ts';
import { inPieces, NEVER_YIELD } from '../../../flash/yielding.ts';
import type { OpenFileSystem } from '../file-system.ts';
import { noFile } from '../refusals.ts';
import type { Marks, SpiffsCandidate } from './detect.ts';
import { findMarks, isMountable, tablesIn } from './detect.ts';
import type { SPIFFS_FINDINGS } from './findings.ts';
import { spiffsFailure, spiffsFinding, placeAt } from './findings.ts';
import type { SpiffsGeometry } from './geometry.ts';
import { blockOf, DELETED, FLAG, FREE, INDEX_ID, pagesOf } from './geometry.ts';
import type { BadPage } from './read.ts';
import { badPageValues, dataError, fileData, pagesOfFile } from './read.ts';
import type { ListedFile } from './volume.ts';
import { SpiffsVolume } from './volume.ts';

/** SPIFFS with its parts that are loaded, and each file as the library lists it: a name may be there twice. */
export interface OpenSpiffs extends OpenFileSystem {
  readonly marks: Marks;
  readonly volume: SpiffsVolume;
  readonly files: readonly ListedFile[];
  /** The bytes of one of the files listed. */
  readListed(file: ListedFile): Promise<Uint8Array>;
}

/** How many deleted pages are looked at where no file has data. */
const MOST_TRACES = 64;
/** Findings about single files that are listed: hostile bytes can give one for each page. */
const MOST_FINDINGS = 200;

/** Opens SPIFFS; null if too few blocks have its mark. */
export async function openSpiffs(bytes: PartitionBytes, yieldNow: YieldNow = NEVER_YIELD): Promise<OpenSpiffs | null> {
  const image = new Uint8Array(bytes.size).fill(0xff);
  const marks = await findMarks(bytes, image, yieldNow);
  if (marks === null) return null;
  const found = new SpiffsVolume(marks.geometry, image);
  eraseUnmarked(marks, image);
  const loader = new Loader(bytes, found, marks);
  await loader.load([...found.indexPages()]);
  await yieldNow();
  const data = [...found.files()].some(({ size }) => size > 0);
  if (!data) await loader.load(deletedPages(found));
  const { volume, certain } = await inPieces(tablesIn(found), yieldNow);
  const files = [...volume.files()];
  for (const file of files) {
    await loader.load(doubtfulPages(volume, file));
    await yieldNow();
  }
  const tree = await inPieces(treeOf({ volume, certain }, marks, files), yieldNow);
  const readListed = async (file: ListedFile): Promise<Uint8Array> => {
    await loader.load(pagesOfFile(volume, file).pages);
    const read = fileData(volume, file);
    if ('data' in read) return read.data;
    throw spiffsFailure('spiffs-file-unreadable', {
      place: placeAt(volume.at(read.bad.page)),
      values: badPageValues(read.bad, volume.geometry, file.path),
    });
  };
  const readFile = async (path: string): Promise<Uint8Array> => {
    const same = files.filter((file) => file.path === path);
    // A power cut may leave a name twice, the old one without its pages.
    for (const file of same.slice(0, -1)) {
      await loader.load(pagesOfFile(volume, file).pages);
      const read = fileData(volume, file);
      if ('data' in read) return read.data;
    }
    const last = same.at(-1);
    return last === undefined ? noFile(path) : readListed(last);
  };
  return { tree, readFile, marks, volume, files, readListed };
}

/** Erases the one block without a mark, as the library does when it mounts. */
function eraseUnmarked(marks: Marks, image: Uint8Array): void {
  const [block] = marks.unmarked;
  if (block === undefined || !isMountable(marks)) return;
  const { blockSize } = marks.geometry;
  image.fill(0xff, block * blockSize, (block + 1) * blockSize);
}

/** Loads pages, neighbours together, and each once; those of a block that the library erases stay erased. */
class Loader {
  readonly #bytes: PartitionBytes;
  readonly #volume: SpiffsVolume;
  readonly #loaded = new Set<number>();
  readonly #erased: number | null;

  constructor(bytes: PartitionBytes, volume: SpiffsVolume, marks: Marks) {
    this.#bytes = bytes;
    this.#volume = volume;
    this.#erased = isMountable(marks) ? (marks.unmarked[0] ?? null) : null;
  }

  async load(pages: readonly number[]): Promise<void> {
    const { geometry, image } = this.#volume;
    const { pageSize } = geometry;
    const wanted = [...new Set(pages)].filter(
      (page) => !this.#loaded.has(page) && blockOf(geometry, page) !== this.#erased,
    );
    wanted.sort((a, b) => a - b);
    for (let i = 0; i < wanted.length;) {
      const first = wanted[i] ?? 0;
      let length = 1;
      while (wanted[i + length] === first + length) length++;
      image.set(await this.#bytes.read(first * pageSize, length * pageSize), first * pageSize);
      i += length;
    }
    for (const page of wanted) this.#loaded.add(page);
  }
}

/** The pages of a file that the lookup tables do not give to it. */
function doubtfulPages(volume: SpiffsVolume, file: ListedFile): number[] {
  return pagesOfFile(volume, file).pages.filter((page) => volume.lookup(page) !== file.id);
}

/** The first of these pages that is not part of the file for itself either, or where its index breaks off. */
function doubtfulPage(volume: SpiffsVolume, file: ListedFile): BadPage | null {
  const { pages, bad } = pagesOfFile(volume, file);
  for (const [span, page] of pages.entries()) {
    const error = volume.lookup(page) === file.id ? null : dataError(volume.header(page), span);
    if (error !== null) return { page, error };
  }
  return bad;
}

/** The first page of a file, its header among them, that has another file's number; null if there is none. */
function foreignPage(volume: SpiffsVolume, file: ListedFile): number | null {
  if (volume.header(file.page).id !== (file.id | INDEX_ID)) return file.page;
  const foreign = doubtfulPages(volume, file).find((page) => volume.header(page).id !== file.id);
  return foreign ?? null;
}

/** The first deleted pages: where no file has data, the headers among them show where tables begin. */
function deletedPages(volume: SpiffsVolume): number[] {
  return [...pagesOf(volume.geometry)].filter((page) => volume.lookup(page) === DELETED).slice(0, MOST_TRACES);
}

/** What files can have, and have, in whole pages, as `SPIFFS_info` counts it: two blocks stay free, but for one page. */
function capacityOf({ blocks, entries, dataSize }: SpiffsGeometry): number {
  return ((blocks - 2) * entries + 1) * dataSize;
}

function* treeOf(
  { volume, certain }: SpiffsCandidate,
  marks: Marks,
  files: readonly ListedFile[],
): Generator<void, FileTree> {
  const { geometry } = volume;
  let used = 0;
  for (const page of pagesOf(geometry)) {
    const entry = volume.lookup(page);
    if (entry !== FREE && entry !== DELETED) used++;
  }
  yield;
  const ofFiles = yield* fileFindings(volume, files);
  const entries = files.map(({ path, size, modified }) => ({ path, kind: 'file' as const, size, modified }));
  return {
    kind: 'files',
    format: 'SPIFFS',
    details: `${count(geometry.blocks, 'block')} of ${sized(geometry.blockSize)} with pages of ${geometry.pageSize} bytes`,
    entries: entries.sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)),
    usedBytes: used * geometry.dataSize,
    totalBytes: capacityOf(geometry),
    findings: [...markFindings(marks), ...shapeFindings(volume, certain), ...ofFiles],
  };
}

function markFindings(marks: Marks): Finding[] {
  const { geometry, written, holds, unmarked } = marks;
  const { blockSize } = geometry;
  const found: Finding[] = [];
  if (written !== holds) {
    found.push(
      spiffsFinding('spiffs-other-size', 0, { was: sized(written * blockSize), size: sized(holds * blockSize) }),
    );
  }
  const [block] = unmarked;
  if (block === undefined) return found;
  if (unmarked.length === 1) found.push(spiffsFinding('spiffs-block-unmarked', block * blockSize, { block }));
  else {
    const values = { block, blocks: unmarked.length, of: geometry.blocks };
    found.push(spiffsFinding('spiffs-marks-missing', block * blockSize, values));
  }
  return found;
}

function shapeFindings({ geometry: { nameSize, metaSize, alignedTables } }: SpiffsVolume, certain: boolean): Finding[] {
  if (certain) return [];
  const build = alignedTables ? 'Arduino for the ESP8266' : 'ESP-IDF';
  return [spiffsFinding('spiffs-lengths-assumed', 0, { build, name: nameSize, meta: metaSize })];
}

function* fileFindings(volume: SpiffsVolume, files: readonly ListedFile[]): Generator<void, Finding[]> {
  const { geometry } = volume;
  const found: Finding[] = [];
  let more = 0;
  const find = (kind: keyof typeof SPIFFS_FINDINGS, page: number, values: Values = {}): void => {
    if (found.length === MOST_FINDINGS) more++;
    else found.push(spiffsFinding(kind, volume.at(page), { page, block: blockOf(geometry, page), ...values }));
  };
  for (const page of volume.indexPages()) {
    const { span, flags } = volume.header(page);
    const deleting = (flags & (FLAG.used | FLAG.final | FLAG.deleting | FLAG.deleted)) === FLAG.deleted;
    if (span === 0 && deleting) find('spiffs-half-deleted', page, { path: volume.file(page).path });
  }
  const seen = new Set<string>();
  const names = new Map<string, number>();
  for (const { path } of files) names.set(path, (names.get(path) ?? 0) + 1);
  for (const file of files) {
    yield;
    const { path, page } = file;
    if (seen.has(path)) find('spiffs-name-twice', page, { path });
    seen.add(path);
    if (file.name.length === geometry.nameSize) find('spiffs-name-unfinished', page);
    const bad = doubtfulPage(volume, file);
    if (bad !== null) find('spiffs-file-damaged', bad.page, badPageValues(bad, geometry, path));
    const foreign = bad === null && names.get(path) === 1 ? foreignPage(volume, file) : null;
    if (foreign !== null) find('spiffs-file-doubtful', foreign, { path });
  }
  if (more > 0) found.push(spiffsFinding('spiffs-more-findings', 0, { more }));
  return found;
}
