/** Test support: damaged and unfinished FAT volumes and wear levelling, for each finding about them. Nothing of the app imports it. */
import { NEVER_YIELD } from '../../flash/yielding.ts';
import { viewOf } from '../../formats/binary.ts';
import { fatCodec, fatParameters } from '../../esp/contents/fat/codec.ts';
import { ATTRIBUTES } from '../../esp/contents/fat/directory.ts';
import { geometryOf } from '../../esp/contents/fat/geometry.ts';
import type { WearLevellingMode } from '../../esp/contents/fat/locate.ts';
import { openFat } from '../../esp/contents/fat/read.ts';
import { FatVolume } from '../../esp/contents/fat/volume.ts';
import { imageBytes } from '../../flash/partition-contents.ts';
import { STATE_HEADER, WL_SECTOR, wearLevellingLayout } from '../../esp/contents/wear-levelling/layout.ts';
import { SAFETY_SECTORS } from '../../esp/contents/wear-levelling/safety.ts';
import type { RuleCase } from './case.ts';
import { kindsOf } from './case.ts';

const SIZE = 16 * WL_SECTOR;
/** A cluster that is free in the small file system. */
const FREE_CLUSTER = 9;

/** A file system with one empty file at this path. */
async function sound(levelling: WearLevellingMode = 'none', path = '/a'): Promise<Uint8Array> {
  const file = { path, kind: 'file', data: new Uint8Array(0), modified: null } as const;
  const built = await fatCodec.build([file], SIZE, fatParameters(SIZE, levelling), NEVER_YIELD);
  if ('refusal' in built) throw new Error(built.refusal.says);
  return built.data;
}

/** It, with its folders or its FAT changed. */
async function changed(change: (volume: FatVolume) => void): Promise<Uint8Array> {
  const image = await sound();
  const geometry = geometryOf(image);
  if (geometry === null) throw new Error('the boot sector is gone');
  change(new FatVolume(image, geometry));
  return image;
}

function add(volume: FatVolume, name: string, attributes: number, cluster: number, size: number): void {
  volume.add(volume.root, name, { attributes, cluster, size, modified: null });
}

const addFile = (volume: FatVolume, name: string, cluster: number, size = 10): void =>
  add(volume, name, ATTRIBUTES.archive, cluster, size);
const addFolder = (volume: FatVolume, name: string, cluster: number): void =>
  add(volume, name, ATTRIBUTES.folder, cluster, 0);

/** A new chain of one cluster. */
function cluster(volume: FatVolume): number {
  return volume.resizeChain([], 1)[0] ?? 0;
}

function layout() {
  const found = wearLevellingLayout(SIZE);
  if (found === null) throw new Error('wear levelling does not fit');
  return found;
}

/** The small file system with wear levelling, the CRC of these states wrong. */
async function withoutStates(...states: readonly ('state1' | 'state2')[]): Promise<Uint8Array> {
  const image = await sound('4096');
  for (const state of states) image.fill(0, layout()[state] + STATE_HEADER - 4, layout()[state] + STATE_HEADER);
  return image;
}

/** The small file system in safety mode, while half of a sector was erased. Behind the dummy sector, the volume is in order. */
async function erasing(sector: number): Promise<Uint8Array> {
  const image = await sound('safety');
  const view = viewOf(image.subarray(layout().usable - (SAFETY_SECTORS - 1) * WL_SECTOR));
  for (const [i, word] of [0x12345678, sector, 0, 4].entries()) view.setUint32(4 * i, word, true);
  return image;
}

/** The small file system with wear levelling, in a partition of this many bytes. */
async function inPartition(size: number): Promise<Uint8Array> {
  const partition = new Uint8Array(size).fill(0xff);
  partition.set(await sound('4096'));
  return partition;
}

async function reportedFor(image: Uint8Array): Promise<readonly string[]> {
  return kindsOf((await openFat(imageBytes(image)))?.tree.findings ?? []);
}

function rule(kind: string, broken: () => Promise<Uint8Array>, mended: () => Promise<Uint8Array> = sound): RuleCase {
  return {
    kind,
    image: broken,
    broken: async () => reportedFor(await broken()),
    mended: async () => reportedFor(await mended()),
  };
}

const inFolders = (count: number) => sound('none', `${`/${'n'.repeat(255)}`.repeat(count)}/file`);

/** Every finding about a FAT volume, and about wear levelling below it. */
export const FAT_CASES: readonly RuleCase[] = [
  rule(
    'wl-state-bad',
    () => withoutStates('state2'),
    () => withoutStates(),
  ),
  rule(
    'wl-both-bad',
    () => withoutStates('state1', 'state2'),
    () => withoutStates('state2'),
  ),
  rule(
    'wl-other-size',
    () => inPartition(2 * SIZE),
    () => inPartition(SIZE),
  ),
  rule(
    'wl-erase-pending',
    () => erasing(3),
    () => sound('safety'),
  ),
  rule(
    'wl-erase-torn',
    () => erasing(0xffffff03),
    () => erasing(3),
  ),
  rule('fat-cut-short', async () => (await sound()).slice(0, SIZE - WL_SECTOR)),
  rule('fat-copies-differ', () =>
    changed(({ data, geometry: { fatStart, fatSectors, sectorSize } }) => {
      const second = (fatStart + fatSectors) * sectorSize;
      data.fill(0xff, second + 3, second + 6);
    }),
  ),
  rule(
    'fat-folder-broken',
    () => changed((volume) => addFolder(volume, 'folder', 0)),
    () => changed((volume) => addFolder(volume, 'folder', volume.newFolder(0, null))),
  ),
  rule('fat-folder-twice', () =>
    changed((volume) => {
      const first = volume.newFolder(0, null);
      for (const name of ['one', 'other']) addFolder(volume, name, first);
    }),
  ),
  rule('fat-unusable-entries', () =>
    changed(({ data, geometry }) => {
      const root = geometry.rootStart * geometry.sectorSize;
      data.fill(0xff, root, root + 8);
    }),
  ),
  rule(
    'fat-name-twice',
    () => changed((volume) => addFile(volume, 'A', 0, 0)),
    () => changed((volume) => addFile(volume, 'B', 0, 0)),
  ),
  rule(
    'fat-too-much',
    () => inFolders(4),
    () => inFolders(3),
  ),
  rule(
    'fat-file-broken',
    () => changed((volume) => addFile(volume, 'b', cluster(volume), WL_SECTOR + 1)),
    () => changed((volume) => addFile(volume, 'b', cluster(volume), WL_SECTOR)),
  ),
  rule(
    'fat-cluster-free',
    () => changed((volume) => addFile(volume, 'b', FREE_CLUSTER)),
    () => changed((volume) => addFile(volume, 'b', cluster(volume))),
  ),
  rule('fat-cross-linked', () =>
    changed((volume) => {
      const first = cluster(volume);
      for (const name of ['b', 'c']) addFile(volume, name, first);
    }),
  ),
  rule(
    'fat-lost-clusters',
    () => changed((volume) => void cluster(volume)),
    () => changed((volume) => addFile(volume, 'b', cluster(volume))),
  ),
];
