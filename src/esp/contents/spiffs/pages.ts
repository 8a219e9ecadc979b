/** Writes pages, files and blocks of SPIFFS as its library leaves them. */
import type { SpiffsGeometry } from './geometry.ts';
import {
  AT,
  DELETED,
  entryAt,
  FILE_TYPE,
  FLAG,
  FREE,
  geometryOf,
  GOOD_DATA,
  GOOD_INDEX,
  INDEX_ID,
} from './geometry.ts';
import { listedAt, markAt, markOf, NO_SIZE, pagesFor } from './geometry.ts';
import type { SpiffsParameters } from './geometry.ts';
import { SpiffsVolume } from './volume.ts';

/** What a file consists of; `name` without its NUL, `meta` as long as the parameters say. */
export interface FileContent {
  readonly name: Uint8Array;
  readonly meta: Uint8Array;
  readonly data: Uint8Array;
}

/** The pages of a file, by their numbers in it; a part of `data` behind the file's end may be `FREE`. */
export interface FilePlaces {
  readonly index: number[];
  readonly data: number[];
}

/** Writes a page that is erased, and its lookup entry; `body` begins behind the header. */
export function writePage(
  volume: SpiffsVolume,
  page: number,
  { id, span, body }: { readonly id: number; readonly span: number; readonly body: Uint8Array },
): void {
  const at = volume.at(page);
  volume.put16(at, id);
  volume.put16(at + AT.span, span);
  volume.image[at + AT.flags] = (id & INDEX_ID) === 0 ? GOOD_DATA : GOOD_INDEX;
  volume.image.set(body, at + AT.data);
  volume.put16(entryAt(volume.geometry, page), id);
}

/** Marks a page as deleted; only clears bits. The header of a file has a mark of its own. */
export function deletePage(volume: SpiffsVolume, page: number): void {
  const at = volume.at(page) + AT.flags;
  const { id, span, flags } = volume.header(page);
  const isHeader = id !== FREE && (id & INDEX_ID) !== 0 && span === 0;
  volume.image[at] = flags & ~(FLAG.used | FLAG.deleted | (isHeader ? FLAG.deleting : 0));
  volume.put16(entryAt(volume.geometry, page), DELETED);
}

/** Erases a block and marks it. */
export function eraseBlock(volume: SpiffsVolume, block: number, eraseCount: number): void {
  const { geometry, image } = volume;
  image.fill(0xff, block * geometry.blockSize, (block + 1) * geometry.blockSize);
  volume.put16(markAt(geometry, block), markOf(geometry, block));
  volume.put16(markAt(geometry, block) + 2, eraseCount);
}

/** The erase count that the library gives the next block it erases: it begins with 0 after 0x7FFF. */
export function nextEraseCount(volume: SpiffsVolume): number {
  const counts: number[] = [];
  for (let block = 0; block < volume.geometry.blocks; block++) {
    const count = volume.u16(markAt(volume.geometry, block) + 2);
    if (count !== FREE) counts.push(count & ~INDEX_ID);
  }
  if (counts.length === 0) return 0;
  const [least, most] = counts.reduce(([a, b], count) => [Math.min(a, count), Math.max(b, count)], [FREE, 0]);
  return ((most - least > FREE / 4 ? least : most) + 1) % INDEX_ID;
}

/** A new image of this many bytes without files: every block marked, the rest erased. */
export function formatted(parameters: SpiffsParameters, size: number, eraseCount = 0): SpiffsVolume {
  const geometry = geometryOf(parameters, Math.floor(size / parameters.blockSize));
  const volume = new SpiffsVolume(geometry, new Uint8Array(size).fill(0xff));
  for (let block = 0; block < geometry.blocks; block++) eraseBlock(volume, block, eraseCount);
  return volume;
}

/** Writes a file into erased pages; `allocate` gives them one by one. Each index page comes before the data that it lists. */
export function writeFile(volume: SpiffsVolume, id: number, content: FileContent, allocate: () => number): FilePlaces {
  const { geometry } = volume;
  const { dataSize } = geometry;
  const { data: count } = pagesFor(geometry, content.data.length);
  const places: FilePlaces = { index: [], data: [] };
  const addIndex = (): void => {
    const page = allocate();
    writePage(volume, page, { id: id | INDEX_ID, span: places.index.length, body: new Uint8Array(0) });
    places.index.push(page);
  };
  addIndex();
  for (let span = 0; span < count; span++) {
    if (listedAt(geometry, span).index === places.index.length) addIndex();
    const page = allocate();
    places.data.push(page);
    writePage(volume, page, { id, span, body: content.data.subarray(span * dataSize, (span + 1) * dataSize) });
  }
  for (const [span, page] of places.index.entries()) putTable(volume, page, span, places.data);
  putFields(volume, places.index[0] ?? 0, content, content.data.length);
  return places;
}

/** Puts the fields of a file's header into its page. Nothing has been written to a file without a size, as the library has it. */
export function putFields(
  volume: SpiffsVolume,
  page: number,
  { name, meta }: Pick<FileContent, 'name' | 'meta'>,
  size: number,
): void {
  const { nameSize } = volume.geometry;
  const at = volume.at(page);
  volume.put32(at + AT.size, size === 0 ? NO_SIZE : size);
  volume.image[at + AT.type] = FILE_TYPE;
  volume.image.fill(0, at + AT.name, at + AT.name + nameSize);
  volume.image.set(name, at + AT.name);
  volume.image.set(meta, at + AT.name + nameSize);
}

/** Puts the numbers of data pages into index page number `span`. */
export function putTable(volume: SpiffsVolume, page: number, span: number, data: readonly number[]): void {
  const at = volume.at(page);
  for (const [part, target] of data.entries()) {
    const listed = listedAt(volume.geometry, part);
    if (listed.index === span) volume.put16(at + listed.at, target);
  }
}

/** A file's bytes beside its name: the time of change in seconds, where there is room for it. */
export function metadataFor({ metaSize }: Pick<SpiffsGeometry, 'metaSize'>, modified: number | null): Uint8Array {
  const meta = new Uint8Array(metaSize);
  if (metaSize < 4 || modified === null) return meta;
  const seconds = Math.min(Math.max(Math.floor(modified / 1000), 0), NO_SIZE - 1);
  new DataView(meta.buffer).setUint32(0, seconds, true);
  return meta;
}
