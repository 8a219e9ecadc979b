/** Test support: damaged and unfinished SPIFFS images, for each finding about them. Nothing of the app imports it. */
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { imageBytes } from '../../flash/partition-contents.ts';
import { SPIFFS } from '../../esp/contents/spiffs/codec.ts';
import { AT, FLAG, FREE, geometryOf, INDEX_ID, listedAt, pagesOf } from '../../esp/contents/spiffs/geometry.ts';
import { openSpiffs } from '../../esp/contents/spiffs/open.ts';
import { formatted, metadataFor, writeFile } from '../../esp/contents/spiffs/pages.ts';
import { SpiffsVolume } from '../../esp/contents/spiffs/volume.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';

const BLOCK = 4096;
const BLOCKS = 16;
const SIZE = BLOCKS * BLOCK;
const PARAMETERS = SPIFFS.usualParameters(SIZE);
/** Enough data that one wrong entry of an index leaves no doubt about where indexes begin. */
const DATA = new Uint8Array(1000);

/** A small file system. */
async function sound(paths: readonly string[] = ['/a', '/b']): Promise<Uint8Array> {
  const files = paths.map((path) => ({ path, kind: 'file' as const, data: DATA, modified: null }));
  const built = await SPIFFS.build(files, SIZE, PARAMETERS, NEVER_YIELD);
  if ('refusal' in built) throw new Error(built.refusal.says);
  return built.data;
}

/** It, with the header of its second file changed; `at` is that page's offset. */
async function changed(change: (volume: SpiffsVolume, at: number) => void): Promise<Uint8Array> {
  const image = await sound();
  const volume = new SpiffsVolume(geometryOf(PARAMETERS, BLOCKS), image);
  const page = volume.findIndex(INDEX_ID | 2, 0);
  if (page === null) throw new Error('the second file is gone');
  change(volume, volume.at(page));
  return image;
}

/** The small file system without its last blocks' marks. */
async function unmarked(count: number): Promise<Uint8Array> {
  return (await sound()).fill(0xff, SIZE - count * BLOCK);
}

/** The small file system in a partition of this many bytes. */
async function inPartition(size: number): Promise<Uint8Array> {
  const partition = new Uint8Array(size).fill(0xff);
  partition.set(await sound());
  return partition;
}

/** A file with data, and so many others of its name. */
function twins(count: number): Uint8Array {
  const volume = formatted(PARAMETERS, SIZE);
  const pages = pagesOf(volume.geometry);
  const name = new TextEncoder().encode('/a');
  const meta = metadataFor(PARAMETERS, null);
  for (let id = 1; id <= 1 + count; id++) {
    const data = id === 1 ? DATA : new Uint8Array(0);
    writeFile(volume, id, { name, meta, data }, () => Number(pages.next().value));
  }
  return volume.image;
}

async function reportedFor(image: Uint8Array): Promise<readonly string[]> {
  return kindsOf((await openSpiffs(imageBytes(image)))?.tree.findings ?? []);
}

function rule(kind: string, broken: () => Promise<Uint8Array>, mended: () => Promise<Uint8Array> = sound): RuleCase {
  return {
    kind,
    image: broken,
    broken: async () => reportedFor(await broken()),
    mended: async () => reportedFor(await mended()),
  };
}

/** A name of this many letters. */
const named = (length: number) =>
  changed(({ image }, at) => image.fill(0x6e, at + AT.name + 1, at + AT.name + 1 + length));

/** Every finding about SPIFFS. */
export const SPIFFS_CASES: readonly RuleCase[] = [
  rule('spiffs-block-unmarked', () => unmarked(1)),
  rule(
    'spiffs-marks-missing',
    () => unmarked(2),
    () => unmarked(1),
  ),
  rule(
    'spiffs-other-size',
    () => inPartition(2 * SIZE),
    () => inPartition(SIZE),
  ),
  rule('spiffs-name-twice', () => changed(({ image }, at) => image.set([0x61], at + AT.name + 1))),
  rule(
    'spiffs-name-unfinished',
    () => named(PARAMETERS.nameSize - 1),
    () => named(PARAMETERS.nameSize - 2),
  ),
  rule('spiffs-half-deleted', () =>
    changed(({ image }, at) => {
      image[at + AT.flags] = (image[at + AT.flags] ?? 0) & ~FLAG.deleting;
    }),
  ),
  rule(
    'spiffs-lengths-assumed',
    () => sound([]),
    () => sound(['/a']),
  ),
  rule('spiffs-file-damaged', () => changed((volume, at) => volume.put16(at + listedAt(volume.geometry, 0).at, FREE))),
  rule('spiffs-file-doubtful', () => changed((volume, at) => volume.put16(at, (volume.u16(at) & INDEX_ID) | 0x7f))),
  {
    kind: 'spiffs-more-findings',
    also: ['spiffs-name-twice'],
    image: () => twins(201),
    broken: () => reportedFor(twins(201)),
    mended: () => reportedFor(twins(200)),
  },
];
